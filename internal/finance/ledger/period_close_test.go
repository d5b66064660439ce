package ledger_test

import (
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
)

// TestCloseIncludesEarlierPeriods closes a month together with the open months before it. If one of
// them cannot be closed, none is.
func TestCloseIncludesEarlierPeriods(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.createYears(t, "2026-01-01..2026-12-31")
	b.postOn(t, "2026-04-10", "1000", "4000", "100")
	suspense := b.postOn(t, "2026-02-10", "1900", "1000", "7.50")
	req := &pb.CloseAccountingPeriodRequest{AccountingPeriodId: b.periods(t)["2026-04-01"].GetId(), IncludeEarlier: true}
	_, err := b.CloseAccountingPeriod(t.Context(), req)
	wantReason(t, err, optionsv1.Reason_PERIOD_CLOSE_BLOCKED)
	if !strings.Contains(err.Error(), "from 2026-02-01") {
		t.Errorf("got %v, want an error that names the period from 2026-02-01", err)
	}
	if p := b.periods(t)["2026-01-01"]; p.GetState() != pb.AccountingPeriod_OPEN {
		t.Errorf("January is %s after February could not be closed, want OPEN", p.GetState())
	}
	if _, err := b.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{
		JournalEntryId: suspense.GetId(), Date: "2026-02-10",
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.CloseAccountingPeriod(t.Context(), req); err != nil {
		t.Fatal(err)
	}
	for start, want := range map[string]pb.AccountingPeriod_State{
		"2026-01-01": pb.AccountingPeriod_CLOSED, "2026-02-01": pb.AccountingPeriod_CLOSED,
		"2026-03-01": pb.AccountingPeriod_CLOSED, "2026-04-01": pb.AccountingPeriod_CLOSED,
		"2026-05-01": pb.AccountingPeriod_OPEN,
	} {
		if got := b.periods(t)[start].GetState(); got != want {
			t.Errorf("the period from %s is %s, want %s", start, got, want)
		}
	}
}
