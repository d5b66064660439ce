package workload_test

import (
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// TestApprovalsAreWork follows the request to post an entry: to the approver, the deputy of the
// absence, the person to whom it escalates, and the requester who is asked back. It compares the
// work with the inbox of approvals.
func TestApprovalsAreWork(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	maker, makerID := o.hire(t, "Mia", platformv1.ApiKey_BOOKKEEPER)
	ada, adaID := o.hire(t, "Ada", platformv1.ApiKey_ACCOUNTANT)
	ben, benID := o.hire(t, "Ben", platformv1.ApiKey_ACCOUNTANT)
	cleo, cleoID := o.hire(t, "Cleo", platformv1.ApiKey_ACCOUNTANT)
	must(platformv1.NewApprovalsServiceClient(o).CreateApprovalPolicy(t.Context(), &platformv1.CreateApprovalPolicyRequest{
		ApprovalPolicy: &platformv1.ApprovalPolicy{ApprovalKind: "finance.journalEntryPosting", DisplayName: "All",
			Condition: "true", Steps: []*platformv1.ApprovalPolicy_Step{{PersonIds: []string{adaID}, EscalateAfterHours: 48,
				EscalationPersonIds: []string{cleoID}}}}}))(t)
	entry := maker.postEntry(t, o)
	waiting := func(what string, as office, want ...string) []*pb.WorkItem {
		t.Helper()
		items, counts := as.myWork(t, &pb.ListMyWorkRequest{})
		inbox := must(platformv1.NewApprovalsServiceClient(as).ListApprovalInbox(t.Context(),
			&platformv1.ListApprovalInboxRequest{}))(t)
		if int(counts.GetApprovals()) != len(inbox.GetApprovalRequests()) {
			t.Errorf("%s: got %d approvals, the inbox has %d", what, counts.GetApprovals(), len(inbox.GetApprovalRequests()))
		}
		var got []string
		for _, w := range items {
			got = append(got, w.GetAction()+" "+w.GetRelation().String())
		}
		if len(got) != len(want) || len(want) > 0 && got[0] != want[0] {
			t.Errorf("%s: got %q, want %q", what, got, want)
		}
		return items
	}
	items := waiting("the approver", ada, "approve APPROVER")
	if len(items) == 1 && (items[0].GetAboutId() != entry || items[0].GetDueDate() != "2026-12-11" ||
		items[0].GetDisplayName() != "Sale") {
		t.Errorf("got %v", items[0])
	}
	waiting("others", ben)
	waiting("the requester", maker)
	if got, _ := o.myWork(t, &pb.ListMyWorkRequest{PersonId: adaID}); len(got) != 1 {
		t.Errorf("the owner, of the approver: got %v", got)
	}
	o.wantStalled(t, adaID, "", 1)
	o.wantStalled(t, adaID, benID, 0)
	o.wantStalled(t, adaID, makerID, 1) // who requested it cannot approve it

	o.away(t, adaID, benID, "2026-12-09", "2026-12-15")
	waiting("the deputy", ben, "approve APPROVER")
	advance(t, o, "2026-12-11T13:00:00Z")
	o.RunJobs(t)
	waiting("after the escalation", cleo, "approve APPROVER")
	o.wantStalled(t, adaID, "", 0)
	must(platformv1.NewApprovalsServiceClient(cleo).AskBackApprovalRequest(t.Context(),
		&platformv1.AskBackApprovalRequestRequest{ApprovalRequestId: items[0].GetSubjectId(), Question: "Why?"}))(t)
	waiting("the requester is asked", maker, "answer REQUESTER")
	waiting("the approver waits", cleo)
}

// postEntry posts an entry, which must then wait for approval, to accounts that the owner creates.
func (o office) postEntry(t testing.TB, owner office) string {
	t.Helper()
	ledger := financev1.NewLedgerServiceClient(o)
	account := func(code string, of financev1.Account_Type) string {
		return must(financev1.NewLedgerServiceClient(owner).CreateAccount(t.Context(), &financev1.CreateAccountRequest{
			Account: &financev1.Account{Code: code, DisplayName: code, Type: of}}))(t).GetId()
	}
	draft := must(ledger.CreateJournalEntry(t.Context(), &financev1.CreateJournalEntryRequest{Draft: true,
		JournalEntry: &financev1.JournalEntry{Date: "2026-12-09", Description: "Sale", Lines: []*financev1.JournalLine{
			{AccountId: account("T100", financev1.Account_ASSET), Amount: &typepb.Money{Amount: "5.00"}},
			{AccountId: account("T400", financev1.Account_INCOME), Amount: &typepb.Money{Amount: "-5.00"}},
		}}}))(t)
	return must(ledger.PostJournalEntry(t.Context(), &financev1.PostJournalEntryRequest{
		JournalEntryId: draft.GetId(), Etag: draft.GetEtag()}))(t).GetId()
}

// wantStalled checks how many approvals would stall while a person is away.
func (o office) wantStalled(t testing.TB, person, deputy string, want int32) {
	t.Helper()
	got := must(platformv1.NewResponsibilitiesServiceClient(o).PreviewAbsence(t.Context(),
		&platformv1.PreviewAbsenceRequest{
			PersonId: person, DeputyId: deputy, StartDate: "2026-12-09", EndDate: "2026-12-20"}))(t)
	if got.GetTotalSize() != want {
		t.Errorf("with the deputy %q: got %v, want %d", deputy, got, want)
	}
}
