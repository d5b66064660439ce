package approval_test

import (
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/id"
)

func TestMaterialChangeAsksAgain(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "amount > 10", byPersons(o.adaID, o.benID))
	r := o.requested(t, "50.00")
	e := o.update(t, o.entryOf(t, r), o.entry("60.00"), "lines")
	if !e.AwaitingApproval {
		t.Errorf("after the change: got %v, want it to wait", e)
	}
	all := o.requestsOf(t, e.Id)
	if len(all) != 2 || all[0].State != pb.ApprovalRequest_PENDING ||
		all[0].Facts.Fields["amount"].GetNumberValue() != 60 {
		t.Fatalf("got requests %v, want a new one about 60", all)
	}
	if all[1].State != pb.ApprovalRequest_SUPERSEDED || all[1].SupersededById != all[0].Id {
		t.Errorf("the earlier request: got %v, want it superseded", all[1])
	}
	_, err := approve(t, o.ada, r)
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	must(approve(t, o.ada, all[0]))(t)
	o.wantPosted(t, r, true)
	if got := o.events(t, e.Id); !slices.Equal(got, []string{"requested", "requested", "superseded", "approved"}) {
		t.Errorf("got events %v", got)
	}
}

func TestNewReverseDateAsksAgain(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "amount > 10", byPersons(o.adaID))
	r := o.requested(t, "50.00")
	e := o.entryOf(t, r)
	day, err := calendar.ParseDate(e.Date)
	if err != nil {
		t.Fatal(err)
	}
	o.update(t, e, &financev1.JournalEntry{ReverseDate: day.AddDays(1).String()}, "reverse_date")
	if all := o.requestsOf(t, e.Id); len(all) != 2 || all[1].State != pb.ApprovalRequest_SUPERSEDED {
		t.Errorf("got requests %v, want a new one", all)
	}
}

func TestChangeBelowTheLimitSupersedes(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "amount > 10", byPersons(o.adaID))
	r := o.requested(t, "50.00")
	e := o.update(t, o.entryOf(t, r), o.entry("6.00"), "lines")
	if e.AwaitingApproval {
		t.Errorf("got %v, want an entry that no longer waits", e)
	}
	if got := o.get(t, r); got.State != pb.ApprovalRequest_SUPERSEDED || got.SupersededById != "" {
		t.Errorf("got %v, want it superseded by none", got)
	}
	if posted := o.post(t, e); posted.State != financev1.JournalEntry_POSTED {
		t.Errorf("posting it: got state %s", posted.State)
	}
}

func TestImmaterialChangeKeepsTheRequest(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "", byPersons(o.adaID))
	r := o.requested(t, "50.00")
	e := o.update(t, o.entryOf(t, r),
		&financev1.JournalEntry{Notes: "Binder 7", Description: "Sale of the old press"}, "notes", "description")
	lines := o.entry("50.00")
	lines.Lines[0].Memo = "Paid in cash"
	o.update(t, e, lines, "lines")
	if all := o.requestsOf(t, r.SubjectId); len(all) != 1 || all[0].State != pb.ApprovalRequest_PENDING {
		t.Errorf("got requests %v, want the first one", all)
	}
	must(approve(t, o.ada, r))(t)
	o.wantPosted(t, r, true)
}

// TestEditorOfAWaitingEntryCannotApprove lets an approver change the amount, who then made the
// entry, as the first requester did.
func TestEditorOfAWaitingEntryCannotApprove(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "", byPersons(o.adaID, o.benID, o.makerID))
	r := o.requested(t, "50.00")
	e := o.entryOf(t, r)
	change := o.entry("60.00")
	change.Etag = e.Etag
	must(books(o.ada).UpdateJournalEntry(t.Context(), &financev1.UpdateJournalEntryRequest{
		JournalEntryId: e.Id, JournalEntry: change, UpdateMask: linesMask}))(t)
	renewed := o.requestsOf(t, e.Id)[0]
	if renewed.RequesterId != o.adaID {
		t.Errorf("got requester %s, want the editor", renewed.RequesterId)
	}
	for _, other := range []*apptest.Organization{o.ada, o.maker} {
		_, err := approve(t, other, renewed)
		apptest.WantRefused(t, err, optionsv1.Reason_APPROVAL_OWN_REQUEST)
	}
	must(approve(t, o.ben, renewed))(t)
}

// TestUnnoticedChangeIsRefused changes the stored entry behind the product's back, as code does
// that does not renew the approval.
func TestUnnoticedChangeIsRefused(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "", byPersons(o.adaID))
	r := o.requested(t, "50.00")
	conn := must(pgx.Connect(t.Context(), apptest.URL(t)))(t)
	defer conn.Close(t.Context())
	must(conn.Exec(t.Context(), `update finance.journal_entries set date = date + 1 where org_id = $1 and id = $2`,
		must(id.Parse("org", o.Organization.Organization.GetId()))(t), must(id.Parse("jrn", r.SubjectId))(t)))(t)
	_, err := client(o.ada).ApproveApprovalRequest(t.Context(),
		&pb.ApproveApprovalRequestRequest{ApprovalRequestId: r.Id, ValidateOnly: true})
	apptest.WantRefused(t, err, optionsv1.Reason_APPROVAL_OUTDATED)
	wantState(t, o.get(t, r), pb.ApprovalRequest_PENDING)
	_, err = approve(t, o.ada, r)
	apptest.WantRefused(t, err, optionsv1.Reason_APPROVAL_OUTDATED)
	wantState(t, o.get(t, r), pb.ApprovalRequest_SUPERSEDED)
	o.wantPosted(t, r, false)
	if again := o.post(t, o.entryOf(t, r)); !again.AwaitingApproval {
		t.Errorf("posting it again: got %v, want it to wait", again)
	}
}

func TestDeletedRecordClosesItsRequest(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "", byPersons(o.adaID))
	r := o.requested(t, "50.00")
	must(books(o.maker).DeleteJournalEntry(t.Context(),
		&financev1.DeleteJournalEntryRequest{JournalEntryId: r.SubjectId, Etag: o.entryOf(t, r).Etag}))(t)
	_, err := approve(t, o.ada, r)
	apptest.WantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
	if got := inbox(t, o.ada); len(got) > 0 {
		t.Errorf("inbox: got %v, want none", got)
	}
	if got := o.events(t, r.SubjectId); !slices.Equal(got, []string{"requested", "withdrawn"}) {
		t.Errorf("got events %v", got)
	}
}

func TestDirectPostingIsRefused(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "amount > 10", byPersons(o.adaID))
	small := must(books(o.maker).CreateJournalEntry(t.Context(),
		&financev1.CreateJournalEntryRequest{JournalEntry: o.entry("5.00")}))(t)
	if small.State != financev1.JournalEntry_POSTED {
		t.Errorf("below the limit: got state %s", small.State)
	}
	_, err := books(o.maker).CreateJournalEntry(t.Context(),
		&financev1.CreateJournalEntryRequest{JournalEntry: o.entry("50.00")})
	apptest.WantRefused(t, err, optionsv1.Reason_APPROVAL_REQUIRED)
	_, err = books(o.maker).BatchCreateJournalEntries(t.Context(), &financev1.BatchCreateJournalEntriesRequest{
		Requests: []*financev1.CreateJournalEntryRequest{{JournalEntry: o.entry("5.00")}, {JournalEntry: o.entry("50.00")}}})
	apptest.WantRefused(t, err, optionsv1.Reason_APPROVAL_REQUIRED)
	list := must(books(o.Organization).ListJournalEntries(t.Context(), &financev1.ListJournalEntriesRequest{}))(t)
	if len(list.JournalEntries) != 1 {
		t.Errorf("got %d entries, want only the small one", len(list.JournalEntries))
	}
}

func TestReversalIsNotAsked(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	e := o.post(t, o.draft(t, "50.00"))
	o.policy(t, "", byPersons(o.adaID))
	reversal := must(books(o.maker).ReverseJournalEntry(t.Context(),
		&financev1.ReverseJournalEntryRequest{JournalEntryId: e.Id, Etag: e.Etag}))(t)
	if reversal.State != financev1.JournalEntry_POSTED {
		t.Errorf("a reversal: got state %s, want POSTED", reversal.State)
	}
}

// TestForeignAmountIsConverted compares an entry in euros with a limit in dollars.
func TestForeignAmountIsConverted(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "amount > 100", byPersons(o.adaID))
	euros := func(amount, rate string) *financev1.JournalEntry {
		e := o.entry(amount)
		e.CurrencyCode, e.ExchangeRate = "EUR", rate
		return must(books(o.maker).CreateJournalEntry(t.Context(),
			&financev1.CreateJournalEntryRequest{Draft: true, JournalEntry: e}))(t)
	}
	if e := o.post(t, euros("90.00", "1.1")); e.AwaitingApproval {
		t.Errorf("99 dollars: got %v, want it posted", e)
	}
	if e := o.post(t, euros("95.00", "1.1")); !e.AwaitingApproval {
		t.Errorf("104.50 dollars: got %v, want it to wait", e)
	}
}
