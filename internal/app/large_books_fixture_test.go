package app_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/money"
)

// Sizes of large books: journal entries, days from 2024-01-01 on, and bank statement lines.
const (
	largeEntries = 5000
	largeDays    = 1020
	bankedLines  = 600
)

// largeBooks are an organization with books of three years: two currencies, the whole chart,
// projects, bank statements, reversals, a revaluation and a closed year.
type largeBooks struct {
	*apptest.Organization
	ledger  financev1.LedgerServiceClient
	banking financev1.BankingServiceClient
	// accounts are the accounts other than cash. The last cash account is in euros.
	accounts, cash []string
	project        string
	values         []string
	bank           *financev1.BankAccount
	reconciliation string
	lines          []*financev1.BankStatementLine
	entries        []*financev1.JournalEntry
}

// createLargeBooks signs up an organization and creates its books.
func createLargeBooks(t *testing.T, a *module.App) *largeBooks {
	t.Helper()
	o := apptest.SignUpTo(t, a)
	b := &largeBooks{Organization: o, ledger: financev1.NewLedgerServiceClient(o),
		banking: financev1.NewBankingServiceClient(o)}
	b.createChart(t)
	b.importRates(t)
	for first := 0; first < largeEntries; first += 1000 {
		req := &financev1.BatchCreateJournalEntriesRequest{}
		for n := first; n < first+1000; n++ {
			req.Requests = append(req.Requests, &financev1.CreateJournalEntryRequest{JournalEntry: b.entry(n)})
		}
		b.entries = append(b.entries, must(b.ledger.BatchCreateJournalEntries(t.Context(), req))(t).GetJournalEntries()...)
	}
	b.importStatements(t)
	b.createReconciliation(t)
	b.reverseAndRevalue(t)
	b.closeFirstYear(t)
	o.RunJobs(t)
	return b
}

// createChart adds a euro account and projects, and reads the accounts.
func (b *largeBooks) createChart(t *testing.T) {
	must(b.ledger.CreateAccount(t.Context(), &financev1.CreateAccountRequest{Account: &financev1.Account{
		DisplayName: "Euro account", Code: "1060", Type: financev1.Account_ASSET, Subtype: financev1.Account_BANK,
		CurrencyCode: "EUR",
	}}))(t)
	chart := must(b.ledger.ListAccounts(t.Context(),
		&financev1.ListAccountsRequest{PageSize: 500, OrderBy: "code"}))(t).GetAccounts()
	for _, a := range chart {
		switch {
		case a.GetCashFlowSection() == financev1.Account_CASH_AND_EQUIVALENTS:
			b.cash = append(b.cash, a.GetId())
		case !a.GetControl():
			b.accounts = append(b.accounts, a.GetId())
		}
	}
	if len(chart) < 40 || len(b.cash) < 4 {
		t.Fatalf("got %d accounts and %d cash accounts, want at least 40 and 4", len(chart), len(b.cash))
	}
	b.project = must(b.ledger.CreateDimension(t.Context(),
		&financev1.CreateDimensionRequest{Dimension: &financev1.Dimension{DisplayName: "Client"}}))(t).GetId()
	for n := range 6 {
		v := &financev1.DimensionValue{DimensionId: b.project, DisplayName: fmt.Sprintf("Project %d", n)}
		b.values = append(b.values, must(b.ledger.CreateDimensionValue(t.Context(),
			&financev1.CreateDimensionValueRequest{DimensionValue: v}))(t).GetId())
	}
}

// importRates imports a euro rate of each week.
func (b *largeBooks) importRates(t *testing.T) {
	var file bytes.Buffer
	file.WriteString(`<Envelope xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><Cube>`)
	for day := 0; day <= largeDays+14; day += 7 {
		fmt.Fprintf(&file, "<Cube time='%s'><Cube currency='USD' rate='1.0%d'/></Cube>", largeDay(day), 100+day%300)
	}
	file.WriteString("</Cube></Envelope>")
	must(b.ledger.ImportEcbRates(t.Context(), &financev1.ImportEcbRatesRequest{Content: file.Bytes()}))(t)
}

// largeDay returns the date n days after 2024-01-01.
func largeDay(n int) string {
	return time.Date(2024, 1, 1+n, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// entry returns the nth entry. One third moves cash, some of it in euros, one fifth has three
// lines, and one third has a project.
func (b *largeBooks) entry(n int) *financev1.JournalEntry {
	e := &financev1.JournalEntry{Date: largeDay(n * largeDays / largeEntries), Description: fmt.Sprintf("Entry %d", n),
		Reference: fmt.Sprint(n)}
	debit, credit := b.accounts[n*7%len(b.accounts)], b.accounts[(n*11+3)%len(b.accounts)]
	if n%3 == 0 {
		debit = b.cash[n/3%len(b.cash)]
	}
	if debit == b.cash[len(b.cash)-1] {
		e.CurrencyCode, e.ExchangeRate = "EUR", fmt.Sprintf("1.0%d", 1+n%9)
	}
	minor := int64(1000 + n*7919%100_000)
	parts := []int64{minor, -minor}
	if n%5 == 0 {
		parts = []int64{minor, 100 - minor, -100}
	}
	for i, account := range []string{debit, credit, b.accounts[n%len(b.accounts)]}[:len(parts)] {
		l := &financev1.JournalLine{AccountId: account, Amount: &typev1.Money{Amount: money.Format(parts[i], "USD")}}
		if n%3 == 1 {
			l.DimensionValueIds = []string{b.values[n%len(b.values)]}
		}
		e.Lines = append(e.Lines, l)
	}
	return e
}

// importStatements imports statements of the first cash account and matches some of the lines. The
// statements contain lines of existing entries and lines that a rule books.
func (b *largeBooks) importStatements(t *testing.T) {
	b.bank = must(b.banking.CreateBankAccount(t.Context(), &financev1.CreateBankAccountRequest{
		BankAccount: &financev1.BankAccount{DisplayName: "Main", LedgerAccountId: b.cash[0]},
	}))(t)
	must(b.banking.CreateBankRule(t.Context(), &financev1.CreateBankRuleRequest{
		BankRule: &financev1.BankRule{DisplayName: "Coffee", Texts: []string{"coffee"},
			AccountId: b.accounts[len(b.accounts)-1]},
	}))(t)
	content := bytes.NewBufferString("Date,Text,Amount\n")
	booked := []*financev1.JournalEntry{}
	for _, e := range b.entries {
		if l := e.GetLines()[0]; l.GetAccountId() == b.cash[0] && len(booked) < bankedLines/2 {
			booked = append(booked, e)
			fmt.Fprintf(content, "%s,%s,%s\n%[1]s,Coffee %[4]s,-3.50\n", e.GetDate(), e.GetDescription(),
				l.GetAmount().GetAmount(), e.GetReference())
		}
	}
	b.importStatement(t, content.Bytes())
	b.importStatement(t, []byte("!Type:Bank\nD1/13'26\nT-3.50\nPCoffee again\n^\n"))
	b.lines = must(b.banking.ListBankStatementLines(t.Context(), &financev1.ListBankStatementLinesRequest{
		PageSize: 500, OrderBy: "booked_date", Filter: "state = UNMATCHED",
	}))(t).GetBankStatementLines()
	for i, l := range b.lines[:30] {
		must(b.banking.MatchBankStatementLine(t.Context(),
			&financev1.MatchBankStatementLineRequest{BankStatementLineId: l.GetId(), JournalEntryId: booked[i].GetId()}))(t)
	}
}

// createReconciliation starts a reconciliation of the bank account.
func (b *largeBooks) createReconciliation(t *testing.T) {
	b.reconciliation = must(b.banking.CreateReconciliation(t.Context(),
		&financev1.CreateReconciliationRequest{Reconciliation: &financev1.Reconciliation{
			BankAccountId: b.bank.GetId(), StatementDate: "2026-09-30", StatementBalance: &typev1.Money{Amount: "1000.00"},
		}}))(t).GetId()
}

func (b *largeBooks) importStatement(t *testing.T, content []byte) {
	must(b.banking.CreateStatementImport(t.Context(), &financev1.CreateStatementImportRequest{
		BankAccountId: b.bank.GetId(), StatementImport: &financev1.StatementImport{Content: content},
	}))(t)
}

// reverseAndRevalue reverses some entries, saves a draft and revalues the euro balances.
func (b *largeBooks) reverseAndRevalue(t *testing.T) {
	for n := 4000; n < 4020; n++ {
		must(b.ledger.ReverseJournalEntry(t.Context(),
			&financev1.ReverseJournalEntryRequest{JournalEntryId: b.entries[n].GetId()}))(t)
	}
	must(b.ledger.CreateJournalEntry(t.Context(),
		&financev1.CreateJournalEntryRequest{JournalEntry: b.entry(largeEntries - 1), Draft: true}))(t)
	must(b.ledger.CreateCurrencyRevaluation(t.Context(), &financev1.CreateCurrencyRevaluationRequest{
		CurrencyRevaluation: &financev1.CurrencyRevaluation{Date: "2025-12-31"},
	}))(t)
}

func (b *largeBooks) closeFirstYear(t *testing.T) {
	periods := must(b.ledger.ListAccountingPeriods(t.Context(), &financev1.ListAccountingPeriodsRequest{
		PageSize: 500, OrderBy: "start_date", Filter: `end_date < "2025-01-01"`,
	}))(t).GetAccountingPeriods()
	for _, p := range periods {
		must(b.ledger.CloseAccountingPeriod(t.Context(),
			&financev1.CloseAccountingPeriodRequest{AccountingPeriodId: p.GetId(), Reason: "For the test"}))(t)
	}
	must(b.ledger.CloseFiscalYear(t.Context(),
		&financev1.CloseFiscalYearRequest{FiscalYearId: periods[0].GetFiscalYearId()}))(t)
}

// must returns the value of a call and fails the test on its error: must(call())(t).
func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
