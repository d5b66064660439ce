package ledger_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
)

// blockerKinds returns the kinds of a period's close blockers, separated by spaces.
func (b books) blockerKinds(t *testing.T, period string) string {
	t.Helper()
	resp, err := b.GetCloseBlockers(t.Context(), &pb.GetCloseBlockersRequest{AccountingPeriodId: period})
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, blocker := range resp.GetBlockers() {
		kinds = append(kinds, blocker.GetKind().String())
		if blocker.GetCount() == 0 || blocker.GetCollection() == "" || blocker.GetMessage() == "" ||
			int(blocker.GetCount()) != len(blocker.GetRecordIds()) {
			t.Errorf("got %v, want a count, a collection, a message and the identifiers of its records", blocker)
		}
	}
	return strings.Join(kinds, " ")
}

// system returns a context in which the server itself calls in the organization.
func (b books) system(t *testing.T) context.Context {
	t.Helper()
	c, err := b.App.Identity.SystemCall(t.Context(), b.parseKey(t, "org", b.Organization.Organization.GetId()))
	if err != nil {
		t.Fatal(err)
	}
	c.Method = t.Name()
	return call.With(t.Context(), c)
}

// TestForeignBalancesBlockClose checks the blockers of a balance in euros without an exchange rate,
// with a rate before its revaluation, and after its revaluation.
func TestForeignBalancesBlockClose(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.foreignAccount(t, "bank", "EUR", pb.Account_BANK, pb.Account_ASSET)
	e := b.entryOn("2026-01-10", "bank", "4000", "1000")
	e.CurrencyCode, e.ExchangeRate = "EUR", "1.10"
	if _, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e}); err != nil {
		t.Fatal(err)
	}
	january := b.periods(t)["2026-01-01"].GetId()
	validateClose := func(reason string) error {
		_, err := b.CloseAccountingPeriod(t.Context(), &pb.CloseAccountingPeriodRequest{
			AccountingPeriodId: january, Reason: reason, ValidateOnly: true,
		})
		return err
	}
	if got := b.blockerKinds(t, january); got != "EXCHANGE_RATE_MISSING" {
		t.Errorf("got %s", got)
	}
	wantReason(t, validateClose(""), optionsv1.Reason_PERIOD_CLOSE_BLOCKED)
	if err := validateClose("The euro balance is immaterial"); err != nil {
		t.Errorf("with a reason, got %v, want no error", err)
	}
	b.createRate(t, "2026-01-31", "EUR", "USD", "1.20")
	if got := b.blockerKinds(t, january); got != "BALANCE_NOT_REVALUED" {
		t.Errorf("got %s", got)
	}
	wantReason(t, validateClose(""), optionsv1.Reason_PERIOD_CLOSE_BLOCKED)
	if _, err := b.CreateCurrencyRevaluation(t.Context(), &pb.CreateCurrencyRevaluationRequest{
		CurrencyRevaluation: &pb.CurrencyRevaluation{Date: "2026-01-31"},
	}); err != nil {
		t.Fatal(err)
	}
	if got := b.blockerKinds(t, january); got != "" {
		t.Errorf("got %s", got)
	}
	if err := validateClose(""); err != nil {
		t.Error(err)
	}
}

// newLedgerWithInvoices returns a ledger with a sub-ledger that reports the balances of
// receivables.
func newLedgerWithInvoices(t *testing.T, receivables map[string]int64) *ledger.Service {
	t.Helper()
	d, _ := apptest.Databases(t)
	balances := func(context.Context, *db.Tx, calendar.Date) (map[string]int64, error) { return receivables, nil }
	invoices := ledger.NewControlSubLedger(pb.Account_ACCOUNTS_RECEIVABLE, "invoices", balances)
	return ledger.New(d, ledger.Hooks{SubLedgers: []ledger.SubLedger{invoices}})
}

// TestControlAccountsMatchSubLedgers checks that closing a period and the integrity check both fail
// while a sub-ledger's balances differ from those posted to its control accounts.
func TestControlAccountsMatchSubLedgers(t *testing.T) {
	t.Parallel()
	b := open(t)
	receivable := b.codes["1200"]
	if err := b.inTransaction(t, func(ctx context.Context, tx *db.Tx) error {
		e := b.entryOn("2026-01-10", "1200", "4000", "100")
		e.Source, e.SourceId = pb.JournalEntry_INVOICE, "inv_1"
		return ledger.Post(ctx, tx, e)
	}); err != nil {
		t.Fatal(err)
	}
	january := b.periods(t)["2026-01-01"].GetId()
	for _, c := range []struct {
		balances map[string]int64
		differs  []string
	}{
		{map[string]int64{receivable: 10000}, nil},
		{map[string]int64{receivable: 9999}, []string{receivable}},
		{nil, []string{receivable}},
		{map[string]int64{receivable: 10000, b.codes["2000"]: 1}, []string{b.codes["2000"]}},
	} {
		books := newLedgerWithInvoices(t, c.balances)
		resp, err := books.GetCloseBlockers(b.system(t), &pb.GetCloseBlockersRequest{AccountingPeriodId: january})
		if err != nil || len(resp.GetBlockers()) != min(len(c.differs), 1) {
			t.Fatalf("%v: got %v, %v", c.balances, resp, err)
		}
		integrity, err := books.CheckIntegrity(b.system(t), &pb.CheckIntegrityRequest{})
		if err != nil || integrity.GetPassed() != (c.differs == nil) {
			t.Errorf("%v: got %v, %v", c.balances, integrity, err)
		}
		if c.differs == nil {
			continue
		}
		blocker := resp.GetBlockers()[0]
		if blocker.GetKind() != pb.CloseBlocker_CONTROL_ACCOUNT_DIFFERS || !slices.Equal(blocker.GetRecordIds(), c.differs) {
			t.Errorf("%v: got %v", c.balances, blocker)
		}
		_, err = books.CloseAccountingPeriod(b.system(t), &pb.CloseAccountingPeriodRequest{
			AccountingPeriodId: january, Reason: "Close enough",
		})
		if err == nil {
			t.Errorf("%v: closed a period that has an error, because a reason was given", c.balances)
		}
	}
}
