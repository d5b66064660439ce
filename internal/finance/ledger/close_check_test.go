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

// speaks are the kinds of what speaks against closing a period.
func (b books) speaks(t *testing.T, period string) string {
	t.Helper()
	answer, err := b.GetCloseBlockers(t.Context(), &pb.GetCloseBlockersRequest{AccountingPeriodId: period})
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, blocker := range answer.GetBlockers() {
		kinds = append(kinds, blocker.GetKind().String())
		if blocker.GetCount() == 0 || blocker.GetCollection() == "" || blocker.GetMessage() == "" || int(blocker.GetCount()) != len(blocker.GetRecordIds()) {
			t.Errorf("a program cannot find what %v is about", blocker)
		}
	}
	return strings.Join(kinds, " ")
}

// system is a call of the server's own in the organization.
func (b books) system(t *testing.T) context.Context {
	t.Helper()
	system, err := b.App.Identity.SystemCall(t.Context(), b.key(t, "org", b.Organization.Organization.GetId()))
	if err != nil {
		t.Fatal(err)
	}
	system.Method = t.Name()
	return call.With(t.Context(), system)
}

// TestForeignBalancesSpeakAgainstClose takes a balance in euros from no rate, over one at
// which it is not valued yet, to its revaluation.
func TestForeignBalancesSpeakAgainstClose(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.foreignAccount(t, "bank", "EUR", pb.Account_BANK, pb.Account_ASSET)
	e := b.on("2026-01-10", "bank", "4000", "1000")
	e.CurrencyCode, e.ExchangeRate = "EUR", "1.10"
	if _, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e}); err != nil {
		t.Fatal(err)
	}
	january := b.periods(t)["2026-01-01"].GetId()
	shut := func(reason string) error {
		_, err := b.CloseAccountingPeriod(t.Context(), &pb.CloseAccountingPeriodRequest{AccountingPeriodId: january, Reason: reason, ValidateOnly: true})
		return err
	}
	if got := b.speaks(t, january); got != "EXCHANGE_RATE_MISSING" {
		t.Errorf("got %s", got)
	}
	refused(t, shut(""), optionsv1.Reason_PERIOD_CLOSE_BLOCKED)
	if err := shut("The euro is of no account"); err != nil {
		t.Errorf("a reason does not outweigh it: %v", err)
	}
	b.rate(t, "2026-01-31", "EUR", "USD", "1.20")
	if got := b.speaks(t, january); got != "BALANCE_NOT_REVALUED" {
		t.Errorf("got %s", got)
	}
	refused(t, shut(""), optionsv1.Reason_PERIOD_CLOSE_BLOCKED)
	if _, err := b.CreateCurrencyRevaluation(t.Context(), &pb.CreateCurrencyRevaluationRequest{CurrencyRevaluation: &pb.CurrencyRevaluation{Date: "2026-01-31"}}); err != nil {
		t.Fatal(err)
	}
	if got := b.speaks(t, january); got != "" {
		t.Errorf("got %s", got)
	}
	if err := shut(""); err != nil {
		t.Error(err)
	}
}

// TestSubLedgers holds control accounts to what a sub-ledger says of them, at a close and
// in the check of the books.
func TestSubLedgers(t *testing.T) {
	t.Parallel()
	b := open(t)
	receivable := b.codes["1200"]
	if err := b.work(t, func(ctx context.Context, tx *db.Tx) error {
		e := b.on("2026-01-10", "1200", "4000", "100")
		e.Source, e.SourceId = pb.JournalEntry_INVOICE, "inv_1"
		return ledger.Post(ctx, tx, e)
	}); err != nil {
		t.Fatal(err)
	}
	january := b.periods(t)["2026-01-01"].GetId()
	d, _ := apptest.Databases(t)
	for _, c := range []struct {
		said    map[string]int64
		differs []string
	}{
		{map[string]int64{receivable: 10000}, nil},
		{map[string]int64{receivable: 9999}, []string{receivable}},
		{nil, []string{receivable}},
		{map[string]int64{receivable: 10000, b.codes["2000"]: 1}, []string{b.codes["2000"]}},
	} {
		books := ledger.New(d, ledger.Hooks{SubLedgers: []ledger.SubLedger{ledger.NewControlSubLedger(pb.Account_ACCOUNTS_RECEIVABLE, "invoices",
			func(context.Context, *db.Tx, calendar.Date) (map[string]int64, error) { return c.said, nil })}})
		answer, err := books.GetCloseBlockers(b.system(t), &pb.GetCloseBlockersRequest{AccountingPeriodId: january})
		if err != nil || len(answer.GetBlockers()) != min(len(c.differs), 1) {
			t.Fatalf("%v: got %v, %v", c.said, answer, err)
		}
		whole, err := books.CheckIntegrity(b.system(t), &pb.CheckIntegrityRequest{})
		if err != nil || whole.GetPassed() != (c.differs == nil) {
			t.Errorf("%v: got %v, %v", c.said, whole, err)
		}
		if c.differs == nil {
			continue
		}
		blocker := answer.GetBlockers()[0]
		if blocker.GetKind() != pb.CloseBlocker_CONTROL_ACCOUNT_DIFFERS || !slices.Equal(blocker.GetRecordIds(), c.differs) {
			t.Errorf("%v: got %v", c.said, blocker)
		}
		_, err = books.CloseAccountingPeriod(b.system(t), &pb.CloseAccountingPeriodRequest{AccountingPeriodId: january, Reason: "It will do"})
		if err == nil {
			t.Errorf("%v: a reason outweighs an error", c.said)
		}
	}
}
