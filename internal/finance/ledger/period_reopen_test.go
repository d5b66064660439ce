package ledger_test

import (
	"slices"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
)

// TestReopeningCanIncludeLaterPeriods reopens a month under later closed ones in one call, and
// refuses to while a later month belongs to a closed fiscal year.
func TestReopeningCanIncludeLaterPeriods(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.postOn(t, "2024-01-05", "6100", "1000", "5")
	b.postOn(t, "2025-02-05", "6100", "1000", "5")
	b.postOn(t, "2026-01-05", "6100", "1000", "5")
	if _, err := b.CloseAccountingPeriod(t.Context(), &pb.CloseAccountingPeriodRequest{
		AccountingPeriodId: b.periods(t)["2025-06-01"].GetId(), IncludeEarlier: true, Reason: "Not reconciled",
	}); err != nil {
		t.Fatal(err)
	}
	reopen := func(month string, includeLater, validateOnly bool) error {
		_, err := b.ReopenAccountingPeriod(t.Context(), &pb.ReopenAccountingPeriodRequest{
			AccountingPeriodId: b.periods(t)[month].GetId(), Reason: "A mistake", IncludeLater: includeLater,
			ValidateOnly: validateOnly,
		})
		return err
	}
	states := func(from, to string) string {
		var all []string
		for start, p := range b.periods(t) {
			if start >= from && start <= to && !slices.Contains(all, p.GetState().String()) {
				all = append(all, p.GetState().String())
			}
		}
		return strings.Join(all, " ")
	}
	wantReason(t, reopen("2024-11-01", false, false), optionsv1.Reason_PERIOD_CLOSED)
	if err := reopen("2024-11-01", true, true); err != nil || states("2024-01-01", "2025-06-01") != "CLOSED" {
		t.Errorf("a validated reopening: got %v, states %s", err, states("2024-01-01", "2025-06-01"))
	}
	if err := reopen("2024-11-01", true, false); err != nil {
		t.Fatal(err)
	}
	if before, after := states("2024-01-01", "2024-10-01"), states("2024-11-01", "2026-12-01"); before != "CLOSED" ||
		after != "OPEN" {
		t.Errorf("got %s before the reopened month, %s from it on", before, after)
	}
	if got := b.periods(t)["2025-06-01"].GetReopenReason(); got != "A mistake" {
		t.Errorf("got reason %q on a later month", got)
	}
	if _, err := b.CloseAccountingPeriod(t.Context(), &pb.CloseAccountingPeriodRequest{
		AccountingPeriodId: b.periods(t)["2025-01-01"].GetId(), IncludeEarlier: true, Reason: "Not reconciled",
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.CloseFiscalYear(
		t.Context(), &pb.CloseFiscalYearRequest{FiscalYearId: firstFiscalYear(t, b).GetId()},
	); err != nil {
		t.Fatal(err)
	}
	wantReason(t, reopen("2024-11-01", true, false), optionsv1.Reason_STATE_REFUSES_ACTION)
	if got := b.periods(t)["2025-01-01"].GetState(); got != pb.AccountingPeriod_CLOSED {
		t.Errorf("got %s after a refused reopening, want CLOSED", got)
	}
}
