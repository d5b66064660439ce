package approval_test

import (
	"slices"
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

func TestEntryOverLimitWaitsAndIsPostedByTheApprover(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "amount > 10000", byPersons(o.adaID, o.benID))
	if small := o.post(t, o.draft(t, "10000.00")); small.State != financev1.JournalEntry_POSTED {
		t.Errorf("an entry at the limit: got state %s, want POSTED", small.State)
	}
	r := o.requested(t, "10000.01")
	if r.RequesterId != o.makerID || !slices.Equal(r.MakerIds, []string{o.makerID}) || r.Step != 1 ||
		r.Facts.Fields["amount"].GetNumberValue() != 10000.01 || r.DisplayName != "Sale of a press" {
		t.Errorf("got request %v", r)
	}
	if got := inbox(t, o.ada); !slices.Equal(got, []string{r.Id}) {
		t.Errorf("inbox of an approver: got %v, want %s", got, r.Id)
	}
	for name, other := range map[string]*apptest.Organization{"maker": o.maker, "owner": o.Organization} {
		if got := inbox(t, other); len(got) > 0 {
			t.Errorf("inbox of the %s: got %v, want none", name, got)
		}
	}
	done := must(approve(t, o.ada, r))(t)
	wantState(t, done, pb.ApprovalRequest_APPROVED)
	if d := done.Decisions; len(d) != 1 || d[0].PersonId != o.adaID || d[0].Note != "Fine" || d[0].OnBehalfOfId != "" {
		t.Errorf("got decisions %v", d)
	}
	o.wantPosted(t, r, true)
	posted := must(pb.NewHistoryServiceClient(o).ListEvents(t.Context(), &pb.ListEventsRequest{
		Filter: `type = "finance.journalEntry.posted" AND subject_id = "` + r.SubjectId + `"`}))(t).Events
	if len(posted) != 1 || posted[0].ActorId != o.adaID {
		t.Errorf("got posting events %v, want one by the approver", posted)
	}
	if got := o.events(t, r.SubjectId); !slices.Equal(got, []string{"requested", "approved"}) {
		t.Errorf("got events %v", got)
	}
	if got := inbox(t, o.ben); len(got) > 0 {
		t.Errorf("inbox after the approval: got %v, want none", got)
	}
}

func TestPostingAgainKeepsTheRequest(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "", byPersons(o.adaID))
	r := o.requested(t, "5.00")
	if again := o.post(t, o.entryOf(t, r)); !again.AwaitingApproval {
		t.Errorf("posting again: got %v, want a draft that waits", again)
	}
	if all := o.requestsOf(t, r.SubjectId); len(all) != 1 {
		t.Errorf("got %d requests, want 1", len(all))
	}
	list := must(books(o.Organization).ListJournalEntries(t.Context(), &financev1.ListJournalEntriesRequest{
		Filter: "awaiting_approval = true"}))(t).JournalEntries
	if len(list) != 1 || list[0].Id != r.SubjectId || !list[0].AwaitingApproval {
		t.Errorf("entries that wait: got %v", list)
	}
}

func TestNobodyApprovesTheirOwnRequest(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "", byPersons(o.makerID, o.adaID, o.benID))
	r := o.requested(t, "5.00")
	_, err := approve(t, o.maker, r)
	apptest.WantRefused(t, err, optionsv1.Reason_APPROVAL_OWN_REQUEST)
	_, err = reject(t, o.maker, r)
	apptest.WantRefused(t, err, optionsv1.Reason_APPROVAL_OWN_REQUEST)
	_, err = approve(t, o.Organization, r)
	apptest.WantRefused(t, err, optionsv1.Reason_APPROVAL_NOT_ASKED)

	// Ada posts what Mia made: neither may approve.
	draft := o.draft(t, "6.00")
	must(books(o.ada).PostJournalEntry(t.Context(),
		&financev1.PostJournalEntryRequest{JournalEntryId: draft.Id, Etag: draft.Etag}))(t)
	theirs := o.requestsOf(t, draft.Id)[0]
	for _, other := range []*apptest.Organization{o.maker, o.ada} {
		_, err = approve(t, other, theirs)
		apptest.WantRefused(t, err, optionsv1.Reason_APPROVAL_OWN_REQUEST)
	}
	must(approve(t, o.ben, theirs))(t)
	o.wantPosted(t, theirs, true)
}

func TestStepNeedsSeveralPersons(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "", byRole(pb.ApiKey_ACCOUNTANT, 2), byPersons(o.Owner.Id))
	r := o.requested(t, "5.00")
	_, err := approve(t, o.Organization, r)
	apptest.WantRefused(t, err, optionsv1.Reason_APPROVAL_NOT_ASKED)
	first := must(approve(t, o.ada, r))(t)
	if first.Step != 1 || first.MissingApprovals != 1 {
		t.Errorf("after one approval: got %v", first)
	}
	_, err = approve(t, o.ada, r)
	apptest.WantRefused(t, err, optionsv1.Reason_APPROVAL_ALREADY_GIVEN)
	second := must(approve(t, o.ben, r))(t)
	if second.Step != 2 || second.State != pb.ApprovalRequest_PENDING || second.ApproverId != o.Owner.Id {
		t.Errorf("after two approvals: got %v", second)
	}
	o.wantPosted(t, r, false)
	wantState(t, must(approve(t, o.Organization, r))(t), pb.ApprovalRequest_APPROVED)
	o.wantPosted(t, r, true)
	if got := o.events(t, r.SubjectId); !slices.Equal(got, []string{"requested", "endorsed", "endorsed", "approved"}) {
		t.Errorf("got events %v", got)
	}
}

func TestRejectedEntryStaysADraft(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "", byPersons(o.adaID))
	r := o.requested(t, "5.00")
	_, err := client(o.ada).RejectApprovalRequest(t.Context(),
		&pb.RejectApprovalRequestRequest{ApprovalRequestId: r.Id})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "reason")
	wantState(t, must(reject(t, o.ada, r))(t), pb.ApprovalRequest_REJECTED)
	if e := o.entryOf(t, r); e.State != financev1.JournalEntry_DRAFT || e.AwaitingApproval {
		t.Errorf("got %v, want a draft that does not wait", e)
	}
	_, err = approve(t, o.ada, r)
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	o.post(t, o.entryOf(t, r))
	if all := o.requestsOf(t, r.SubjectId); len(all) != 2 || all[0].State != pb.ApprovalRequest_PENDING {
		t.Errorf("after posting again: got %v, want another request", all)
	}
}

func TestRequesterAnswersAQuestion(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "", byPersons(o.adaID))
	r := o.requested(t, "5.00")
	asked := must(client(o.ada).AskBackApprovalRequest(t.Context(), &pb.AskBackApprovalRequestRequest{
		ApprovalRequestId: r.Id, Question: "Which project?"}))(t)
	wantState(t, asked, pb.ApprovalRequest_ASKED_BACK)
	_, err := approve(t, o.ada, r)
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	if got := inbox(t, o.ada); len(got) > 0 {
		t.Errorf("inbox while a question is open: got %v", got)
	}
	answer := &pb.AnswerApprovalRequestRequest{ApprovalRequestId: r.Id, Answer: "The new shop"}
	_, err = client(o.ben).AnswerApprovalRequest(t.Context(), answer)
	apptest.WantRefused(t, err, optionsv1.Reason_OUT_OF_REACH)
	wantState(t, must(client(o.maker).AnswerApprovalRequest(t.Context(), answer))(t), pb.ApprovalRequest_PENDING)
	done := must(approve(t, o.ada, r))(t)
	var types []pb.ApprovalRequest_Decision_Type
	for _, d := range done.Decisions {
		types = append(types, d.Type)
	}
	if !slices.Equal(types, []pb.ApprovalRequest_Decision_Type{pb.ApprovalRequest_Decision_ASK_BACK,
		pb.ApprovalRequest_Decision_ANSWER, pb.ApprovalRequest_Decision_APPROVE}) {
		t.Errorf("got decisions %v", types)
	}
	if got := o.events(t, r.SubjectId); !slices.Equal(got, []string{"requested", "askedBack", "answered", "approved"}) {
		t.Errorf("got events %v", got)
	}
}

func TestRequesterWithdraws(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "", byPersons(o.adaID))
	r := o.requested(t, "5.00")
	withdraw := &pb.WithdrawApprovalRequestRequest{ApprovalRequestId: r.Id}
	_, err := client(o.ada).WithdrawApprovalRequest(t.Context(), withdraw)
	apptest.WantRefused(t, err, optionsv1.Reason_OUT_OF_REACH)
	wantState(t, must(client(o.maker).WithdrawApprovalRequest(t.Context(), withdraw))(t), pb.ApprovalRequest_WITHDRAWN)
	_, err = approve(t, o.ada, r)
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	other := o.requested(t, "6.00")
	must(client(o.Organization).WithdrawApprovalRequest(t.Context(),
		&pb.WithdrawApprovalRequestRequest{ApprovalRequestId: other.Id}))(t)
}

func TestRefusedStepLeavesTheRequestPending(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "", byPersons(o.adaID))
	r := o.requested(t, "5.00")
	account := must(books(o.Organization).GetAccount(t.Context(), &financev1.GetAccountRequest{AccountId: o.sales}))(t)
	must(books(o.Organization).ArchiveAccount(t.Context(),
		&financev1.ArchiveAccountRequest{AccountId: o.sales, Etag: account.Etag}))(t)
	_, err := approve(t, o.ada, r)
	apptest.WantRefused(t, err, optionsv1.Reason_APPROVED_STEP_REFUSED)
	got := o.get(t, r)
	if got.State != pb.ApprovalRequest_PENDING || len(got.Decisions) > 0 || got.Etag != r.Etag {
		t.Errorf("got %v, want the request unchanged", got)
	}
	o.wantPosted(t, r, false)
	must(books(o.Organization).UnarchiveAccount(t.Context(), &financev1.UnarchiveAccountRequest{AccountId: o.sales}))(t)
	must(approve(t, o.ada, r))(t)
	o.wantPosted(t, r, true)
}

func TestDryRunOfAnApprovalStoresNothing(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "", byPersons(o.adaID))
	r := o.requested(t, "5.00")
	dry := must(client(o.ada).ApproveApprovalRequest(t.Context(),
		&pb.ApproveApprovalRequestRequest{ApprovalRequestId: r.Id, ValidateOnly: true}))(t)
	wantState(t, dry, pb.ApprovalRequest_APPROVED)
	wantState(t, o.get(t, r), pb.ApprovalRequest_PENDING)
	o.wantPosted(t, r, false)
}
