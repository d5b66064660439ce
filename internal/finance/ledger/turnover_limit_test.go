package ledger_test

import (
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// lockPeriods locks all periods of the organization, so that postings wait until release is called.
func (b books) lockPeriods(t *testing.T) (release func()) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	key, err := id.Parse("org", b.Organization.Organization.GetId())
	if err == nil {
		_, err = conn.Exec(t.Context(), "begin")
	}
	if err == nil {
		_, err = conn.Exec(t.Context(), "select from finance.accounting_periods where org_id = $1 for update", key)
	}
	if err != nil {
		t.Fatal(err)
	}
	return func() { _ = conn.Close(t.Context()) }
}

// TestEntryBeyondTurnoverLimitIsRefusedAlone posts entries that are committed together. Two of them
// are so large that only one fits within the turnover limit.
func TestEntryBeyondTurnoverLimitIsRefusedAlone(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.post(t, "6100", "1000", "1.00") // creates the fiscal year
	small := b.entry(b.line("6100", "5.00"), b.line("1000", "-5.00"))
	large := b.entry()
	for range 130 {
		most := money.Format(money.MaxMinor, "USD")
		large.Lines = append(large.Lines, b.line("6100", most), b.line("1000", "-"+most))
	}
	release := b.lockPeriods(t)
	var together sync.WaitGroup
	var mu sync.Mutex
	refusals := map[*pb.JournalEntry][]error{}
	for _, e := range []*pb.JournalEntry{small, large, small, large, small, small} {
		together.Go(func() {
			_, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				refusals[e] = append(refusals[e], err)
			}
		})
		time.Sleep(50 * time.Millisecond) // the first waits for the period; the others join its group
	}
	release()
	together.Wait()
	if len(refusals[small]) > 0 {
		t.Errorf("got %v for entries within the limit", refusals[small])
	}
	if len(refusals[large]) != 1 {
		t.Fatalf("got %d of two large entries refused, want 1: %v", len(refusals[large]), refusals[large])
	}
	wantReason(t, refusals[large][0], optionsv1.Reason_SUM_OUT_OF_RANGE, "lines")
	if n := len(b.lines(t, `base_amount = "5"`)); n != 4 {
		t.Errorf("got %d small entries, want 4", n)
	}
}

// TestAmountFiltersUseDigitsOfCurrency filters lines by amounts in currencies with zero, two and
// three digits.
func TestAmountFiltersUseDigitsOfCurrency(t *testing.T) {
	t.Parallel()
	for currency, amounts := range map[string][2]string{"JPY": {"1200", "1201"}, "USD": {"1200.00", "1200.01"},
		"KWD": {"1200.000", "1200.001"}} {
		b := open(t, func(r *platformv1.SignUpRequest) { r.CurrencyCode = currency })
		for _, amount := range amounts {
			b.post(t, "6100", "1000", amount)
		}
		for filter, want := range map[string]int{
			`base_amount = "1200"`:                           1,
			`base_amount = "` + amounts[1] + `"`:             1,
			`base_amount > "1200"`:                           1,
			`base_amount >= "1200"`:                          2,
			`base_amount < "-1200"`:                          1,
			`base_amount > "1200" AND base_amount <= "1201"`: 1,
			`base_amount != "1200" AND base_amount > "0"`:    1,
		} {
			list, err := b.ListJournalLines(t.Context(), &pb.ListJournalLinesRequest{Filter: filter})
			if err != nil {
				t.Errorf("%s, %s: %v", currency, filter, err)
			} else if got := len(list.GetJournalLines()); got != want {
				t.Errorf("%s, %s: got %d lines, want %d", currency, filter, got, want)
			}
		}
		_, err := b.ListJournalLines(t.Context(), &pb.ListJournalLinesRequest{Filter: `base_amount = "1200.0001"`})
		wantReason(t, err, optionsv1.Reason_FILTER_INVALID, "filter")
	}
}
