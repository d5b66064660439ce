package ledger_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/money"
)

// euroMove is an amount that comes into or leaves an account in euros at the rate of the day.
type euroMove struct{ date, amount, rate string }

// moveEuros posts a move of the account "bank" against 4000, the income, and returns the entry.
func (b books) moveEuros(t *testing.T, m euroMove, changes ...func(*pb.JournalEntry)) *pb.JournalEntry {
	t.Helper()
	e := b.entryOn(m.date, "bank", "4000", m.amount)
	e.Lines[1].Amount.Amount = negated(m.amount)
	e.CurrencyCode, e.ExchangeRate = "EUR", m.rate
	for _, change := range changes {
		change(e)
	}
	posted, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e})
	if err != nil {
		t.Fatal(err)
	}
	return posted
}

func negated(amount string) string {
	if amount[0] == '-' {
		return amount[1:]
	}
	return "-" + amount
}

func minorOf(t *testing.T, m *typepb.Money) int64 {
	t.Helper()
	minor, err := money.Parse(m.GetAmount(), m.GetCurrencyCode())
	if err != nil {
		t.Fatal(err)
	}
	return minor
}

// realized returns the realized exchange differences of each day, and the carrying value that is
// left of the account "bank".
func (b books) realized(t *testing.T) string {
	t.Helper()
	byDay := map[string]int64{}
	var base int64
	for _, l := range b.lines(t, `account_id = "`+b.codes["bank"]+`"`) {
		minor := minorOf(t, l.GetBaseAmount())
		base += minor
		if minorOf(t, l.GetAmount()) == 0 {
			byDay[l.GetDate()] += minor
		}
	}
	var out []string
	for day, minor := range byDay {
		if minor != 0 {
			out = append(out, fmt.Sprintf("%s %d", day, minor))
		}
	}
	slices.Sort(out)
	return fmt.Sprintf("%v, left %d", out, base)
}

// exchangeDifferences returns the entries of exchange differences.
func (b books) exchangeDifferences(t *testing.T) []*pb.JournalEntry {
	t.Helper()
	found, err := b.ListJournalEntries(t.Context(), &pb.ListJournalEntriesRequest{
		Filter: `source = "EXCHANGE_DIFFERENCE"`,
	})
	if err != nil {
		t.Fatal(err)
	}
	return found.GetJournalEntries()
}

// checkIntegrity checks that the books pass all integrity checks.
func (b books) checkIntegrity(t *testing.T) {
	t.Helper()
	found, err := b.CheckIntegrity(t.Context(), &pb.CheckIntegrityRequest{})
	if err != nil || !found.GetPassed() {
		t.Errorf("got %v, %v", found, err)
	}
}

// TestRealizedDifferencesDoNotDependOnPostingOrder posts the moves of a month in several orders
// (IAS 21.28, ASC 830-20-35-1). On the 5th, 500 come in before 300 leave. On the 12th, more leaves
// than there is.
func TestRealizedDifferencesDoNotDependOnPostingOrder(t *testing.T) {
	t.Parallel()
	moves := []euroMove{
		{"2026-02-02", "1000", "1.10"}, {"2026-02-05", "500", "1.20"}, {"2026-02-05", "-300", "1.20"},
		{"2026-02-10", "-400", "1.15"}, {"2026-02-12", "-1000", "1.00"}, {"2026-02-20", "200", "1.30"},
	}
	const want = "[2026-02-05 2000 2026-02-10 667 2026-02-12 -10667 2026-02-20 -6000], left 0"
	for name, order := range map[string][]int{
		"oldest first": {0, 1, 2, 3, 4, 5}, "newest first": {5, 4, 3, 2, 1, 0}, "mixed": {3, 5, 1, 4, 0, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t)
			b.foreignAccount(t, "bank", "EUR", pb.Account_BANK, pb.Account_ASSET)
			for _, i := range order {
				b.moveEuros(t, moves[i])
			}
			if got := b.realized(t); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			b.checkIntegrity(t)
		})
	}
}

// TestReversedSettlementRealizesNothing reverses a payment on its day, on a later day, and a
// receipt whose money is spent.
func TestReversedSettlementRealizesNothing(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.foreignAccount(t, "bank", "EUR", pb.Account_BANK, pb.Account_ASSET)
	received := b.moveEuros(t, euroMove{"2026-02-02", "1000", "1.10"})
	paid := b.moveEuros(t, euroMove{"2026-02-10", "-400", "1.20"})
	check := func(want string) {
		t.Helper()
		if got := b.realized(t); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	check("[2026-02-10 4000], left 66000")
	if _, err := b.reverse(t, paid, "2026-02-10"); err != nil {
		t.Fatal(err)
	}
	check("[], left 110000")
	paid = b.moveEuros(t, euroMove{"2026-02-11", "-400", "1.20"})
	if _, err := b.reverse(t, paid, "2026-02-15"); err != nil {
		t.Fatal(err)
	}
	check("[2026-02-11 4000 2026-02-15 -4000], left 110000")
	undone, err := b.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: paid.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	again := &pb.JournalEntry{Id: undone.GetReversedById()}
	if again, err = b.reverse(t, again, "2026-02-16"); err != nil {
		t.Fatal(err)
	}
	check("[2026-02-11 4000 2026-02-15 -4000 2026-02-16 4000], left 66000")
	if _, err := b.reverse(t, again, "2026-02-16"); err != nil {
		t.Fatal(err)
	}
	check("[2026-02-11 4000 2026-02-15 -4000], left 110000")
	b.moveEuros(t, euroMove{"2026-02-20", "500", "1.00"})
	b.moveEuros(t, euroMove{"2026-02-21", "-500", "1.00"})
	if _, err := b.reverse(t, received, "2026-02-25"); err != nil {
		t.Fatal(err)
	}
	// 1,000 are left at 1.0667, and leave at 1.10: 33.33 are realized. On the 21st it was -33.33.
	check("[2026-02-11 4000 2026-02-15 -4000 2026-02-21 -3333 2026-02-25 3333], left 0")
	b.checkIntegrity(t)
}

// TestConcurrentSettlementsLeaveNothing spends an account in euros in concurrent requests.
func TestConcurrentSettlementsLeaveNothing(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.foreignAccount(t, "bank", "EUR", pb.Account_BANK, pb.Account_ASSET)
	b.moveEuros(t, euroMove{"2026-02-02", "800", "1.10"})
	var spent sync.WaitGroup
	for i := range 8 {
		spent.Go(func() { b.moveEuros(t, euroMove{fmt.Sprintf("2026-02-%d", 10+i), "-100", "1.2" + fmt.Sprint(i)}) })
	}
	spent.Wait()
	got := b.realized(t)
	const want = "[2026-02-10 1000 2026-02-11 1100 2026-02-12 1200 2026-02-13 1300 2026-02-14 1400 2026-02-15 1500 " +
		"2026-02-16 1600 2026-02-17 1700], left 0"
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	b.checkIntegrity(t)
}

// TestExchangeDifferenceFollowsExceptionIntoClosedPeriod posts a payment into a closed month by
// exception. Its exchange difference is posted there too, with the same reason.
func TestExchangeDifferenceFollowsExceptionIntoClosedPeriod(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.foreignAccount(t, "bank", "EUR", pb.Account_BANK, pb.Account_ASSET)
	b.moveEuros(t, euroMove{"2026-01-12", "1000", "1.10"})
	b.createRate(t, "2026-01-31", "EUR", "USD", "1.10")
	b.closeThrough(t, "2026-01-01", "2026-01-01")
	b.moveEuros(t, euroMove{"2026-01-20", "-400", "1.20"}, func(e *pb.JournalEntry) {
		e.LockExceptionReason = "Late invoice"
	})
	found := b.exchangeDifferences(t)
	if len(found) != 1 {
		t.Fatalf("got %v, want one entry", found)
	}
	if e := found[0]; e.GetDate() != "2026-01-20" || e.GetLockExceptionReason() != "Late invoice" {
		t.Errorf("got %v", e)
	}
	_, err := b.reverse(t, found[0], "")
	wantReason(t, err, optionsv1.Reason_JOURNAL_ENTRY_HAS_SOURCE)
}

// TestOnlyMonetaryItemsRealizeDifferences moves euros over accounts that are settled in goods, in
// dollars or not at all (IAS 21.16, IFRIC 22.8).
func TestOnlyMonetaryItemsRealizeDifferences(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.foreignAccount(t, "deposit", "EUR", pb.Account_CUSTOMER_DEPOSIT, pb.Account_LIABILITY)
	for _, account := range []string{"1300", "1500", "2200", "deposit"} {
		for _, m := range []euroMove{{"2026-02-02", "100", "1.10"}, {"2026-02-05", "-100", "1.20"}} {
			b.moveEuros(t, m, func(e *pb.JournalEntry) { e.Lines[0].AccountId = b.codes[account] })
		}
	}
	if found := b.exchangeDifferences(t); len(found) != 0 {
		t.Errorf("got %v, want none", found)
	}
	b.createRate(t, "2026-02-28", "EUR", "USD", "1.30")
	gains, err := b.unrealizedGains(t)
	if err != nil || len(gains.GetValuations()) != 0 {
		t.Errorf("got %v, %v", gains, err)
	}
	b.checkIntegrity(t)
}

// TestRevaluationRealizesSettledBalance revalues an empty balance that still has a value, as
// postings of earlier versions could leave it. The value is realized, and that is not reversed.
func TestRevaluationRealizesSettledBalance(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.foreignAccount(t, "bank", "EUR", pb.Account_CUSTOMER_DEPOSIT, pb.Account_LIABILITY)
	b.moveEuros(t, euroMove{"2026-02-02", "-100", "1.10"})
	b.moveEuros(t, euroMove{"2026-02-05", "100", "1.20"})
	if err := b.inTransaction(t, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
update finance.accounts
set subtype = 'OTHER_LIABILITY'
where org_id = $1
and id = $2`, tx.Call().Organization.ID, b.parseKey(t, "acc", b.codes["bank"]))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	r, err := b.CreateCurrencyRevaluation(t.Context(), &pb.CreateCurrencyRevaluationRequest{
		CurrencyRevaluation: &pb.CurrencyRevaluation{Date: "2026-02-28"},
	})
	if err != nil || len(r.GetValuations()) != 0 || r.GetJournalEntryId() != "" {
		t.Fatalf("got %v, %v", r, err)
	}
	if got := b.realized(t); got != "[2026-02-28 -1000], left 0" {
		t.Errorf("got %s", got)
	}
	b.checkIntegrity(t)
}
