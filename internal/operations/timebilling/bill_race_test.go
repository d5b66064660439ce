package timebilling_test

import (
	"sync"
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// TestReopenedTimeIsNotBilled reopens a timesheet while its time is billed: one of them is refused.
func TestReopenedTimeIsNotBilled(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	p := s.project(t)
	s.rate(t, "120", &pb.BillingRate{})
	e := s.log(t, p, "2025-03-10", 3600, "")
	for range 6 {
		s.approve(t, e)
		var wg sync.WaitGroup
		var billing, reopening error
		wg.Go(func() { _, billing = s.tryBill(t) })
		wg.Go(func() {
			_, reopening = s.ReopenTimesheet(t.Context(),
				&pb.ReopenTimesheetRequest{TimesheetId: e.GetTimesheetId(), Reason: "Wrong project"})
		})
		wg.Wait()
		switch {
		case billing == nil:
			wantRefused(t, reopening, optionsv1.Reason_TIMESHEET_BILLED)
			billed := s.wantState(t, e, pb.TimeEntry_ON_DRAFT)
			must(s.DeleteInvoice(t.Context(), &financev1.DeleteInvoiceRequest{InvoiceId: billed.GetInvoiceId()}))(t)
			must(s.ReopenTimesheet(t.Context(),
				&pb.ReopenTimesheetRequest{TimesheetId: e.GetTimesheetId(), Reason: "Wrong project"}))(t)
		case reopening == nil:
			wantRefused(t, billing, optionsv1.Reason_TIME_NOTHING_TO_BILL)
			s.wantState(t, e, pb.TimeEntry_UNBILLED)
		default:
			t.Fatalf("got %v and %v", apptest.Reason(billing), apptest.Reason(reopening))
		}
	}
}

// TestProjectsAreBilledConcurrently bills several projects of a customer at once, first without a
// draft and then with one. All lines are on one draft, and nothing waits in a circle.
func TestProjectsAreBilledConcurrently(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	s.skipApproval(t)
	s.rate(t, "120", &pb.BillingRate{})
	drafts := map[string]bool{}
	for range 3 {
		var wg sync.WaitGroup
		bills, errs := make([]*pb.BillTimeEntriesResponse, 4), make([]error, 4)
		for i := range bills {
			p := s.project(t)
			for day := range 3 {
				s.log(t, p, "2025-03-1"+string(rune('0'+day)), 600, "")
			}
			wg.Go(func() {
				bills[i], errs[i] = s.BillTimeEntries(t.Context(),
					&pb.BillTimeEntriesRequest{ProjectIds: []string{p.GetId()}, EndDate: "2025-12-31"})
			})
		}
		wg.Wait()
		for i, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
			drafts[bills[i].GetInvoice().GetId()] = true
		}
	}
	list := must(s.ListInvoices(t.Context(), &financev1.ListInvoicesRequest{}))(t).GetInvoices()
	if len(drafts) != 1 || len(list) != 1 || len(list[0].GetLines()) != 12 {
		t.Errorf("got %d drafts and %v, want one draft with 12 lines", len(drafts), list)
	}
}

// TestDeletedTimeIsNotBilled deletes time while it is billed.
func TestDeletedTimeIsNotBilled(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	s.skipApproval(t)
	p := s.project(t)
	s.rate(t, "120", &pb.BillingRate{})
	for range 6 {
		e := s.log(t, p, "2025-03-10", 3600, "")
		var wg sync.WaitGroup
		var billing, deletion error
		wg.Go(func() { _, billing = s.tryBill(t) })
		wg.Go(func() {
			_, deletion = s.pat.DeleteTimeEntry(t.Context(), &pb.DeleteTimeEntryRequest{TimeEntryId: e.GetId()})
		})
		wg.Wait()
		if billing == nil {
			wantRefused(t, deletion, optionsv1.Reason_TIME_ENTRY_BILLED)
			continue
		}
		wantRefused(t, billing, optionsv1.Reason_TIME_NOTHING_TO_BILL)
	}
}
