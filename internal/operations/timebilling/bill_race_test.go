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
