//go:build oracle

// Package oracle_test compares the books with those of independent programs. It posts at
// random, exports the books as plain text, and checks that the statements of hledger and
// beancount are equal to ours to the cent. It runs with `make oracle`.
package oracle_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/money"
)

func TestMain(m *testing.M) { apptest.Main(m, app.Modules()...) }

// organizations is the number of organizations that are compared.
const organizations = 8

// company is an organization with its accounts by normalized name.
type company struct {
	organization *apptest.Organization
	ledger       pb.LedgerServiceClient
	reports      pb.ReportsServiceClient
	chart        []*pb.Account
	random       *rand.Rand
	// results are the keys of the income and expense accounts.
	results map[string]bool
}

func TestOracle(t *testing.T) {
	for _, program := range []string{"hledger", "bean-check", "bean-query"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("%s is missing: apt-get install hledger beancount", program)
		}
	}
	for n := range organizations {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			o := apptest.SignUp(t)
			c := company{
				o, pb.NewLedgerServiceClient(o), pb.NewReportsServiceClient(o), nil, rand.New(rand.NewPCG(1, uint64(n))),
				map[string]bool{},
			}
			c.post(t)
			c.compare(t, "2026-12-31")
			c.compare(t, fmt.Sprintf("2026-%02d-15", 1+c.random.IntN(12)))
			c.compareSales(t, "2026-12-31")
			c.compareSales(t, fmt.Sprintf("2026-%02d-15", 1+c.random.IntN(12)))
			c.compareIncome(t)
			c.continues(t)
		})
	}
}

// post posts two years of entries in three currencies, with drafts, reversals, a year-end
// closing and a revaluation.
func (c *company) post(t *testing.T) {
	list, err := c.ledger.ListAccounts(t.Context(), &pb.ListAccountsRequest{PageSize: 500})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list.GetAccounts() {
		if a.GetType() == pb.Account_INCOME || a.GetType() == pb.Account_EXPENSE {
			c.results[key(a.GetCode(), a.GetDisplayName())] = true
		}
		if !a.GetControl() && a.GetCode() != taxAccount {
			c.chart = append(c.chart, a)
		}
	}
	for _, a := range []*pb.Account{
		{
			DisplayName: "Euro: cash; (odd) \"name\"", Type: pb.Account_ASSET, Subtype: pb.Account_BANK,
			CurrencyCode: "EUR",
		},
		{DisplayName: "Konto für Größe", Type: pb.Account_EXPENSE},
		{DisplayName: "Konto für Größe", Type: pb.Account_EXPENSE},
	} {
		made, err := c.ledger.CreateAccount(t.Context(), &pb.CreateAccountRequest{Account: a})
		if err != nil {
			t.Fatal(err)
		}
		c.chart = append(c.chart, made)
		if made.GetType() == pb.Account_EXPENSE {
			c.results[key("", made.GetDisplayName())] = true
		}
	}
	for range 150 {
		c.entry(t)
	}
	c.sell(t)
	c.closeYear(t)
	for currency, rate := range map[string]string{"EUR": "1.17", "JPY": "0.0071"} {
		if _, err := c.ledger.CreateExchangeRate(t.Context(), &pb.CreateExchangeRateRequest{
			ExchangeRate: &pb.ExchangeRate{
				Date: "2026-06-30", FromCurrencyCode: currency, ToCurrencyCode: "USD", Rate: rate,
			}}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.ledger.CreateCurrencyRevaluation(t.Context(), &pb.CreateCurrencyRevaluationRequest{
		CurrencyRevaluation: &pb.CurrencyRevaluation{Date: "2026-06-30"},
	}); err != nil {
		t.Fatal(err)
	}
}

func (c *company) entry(t *testing.T) {
	pick := func() *pb.Account { return c.chart[c.random.IntN(len(c.chart))] }
	currency := []string{"USD", "USD", "EUR", "JPY"}[c.random.IntN(4)]
	e := &pb.JournalEntry{
		Date:         fmt.Sprintf("20%d-%02d-%02d", 25+c.random.IntN(2), 1+c.random.IntN(12), 1+c.random.IntN(28)),
		CurrencyCode: currency,
		Description:  []string{"Rent", "A \"quoted\"; text", "Line\tbreak: x", ""}[c.random.IntN(4)],
		Reference:    []string{"", "No. (7)"}[c.random.IntN(2)],
	}
	switch currency {
	case "EUR":
		e.ExchangeRate = fmt.Sprintf("1.%04d", c.random.IntN(2000))
	case "JPY":
		e.ExchangeRate = fmt.Sprintf("0.00%02d", 60+c.random.IntN(20))
	}
	var sum int64
	for n := 1 + c.random.IntN(4); n > 0; n-- {
		minor := int64(1+c.random.IntN(500_000)) * int64(1-2*c.random.IntN(2))
		sum += minor
		e.Lines = append(e.Lines, &pb.JournalLine{
			AccountId: pick().GetId(), Memo: []string{"", "memo; x"}[c.random.IntN(2)],
			Amount: &typepb.Money{Amount: money.Format(minor, currency)},
		})
	}
	if sum == 0 {
		return
	}
	e.Lines = append(e.Lines, &pb.JournalLine{
		AccountId: pick().GetId(), Amount: &typepb.Money{Amount: money.Format(-sum, currency)},
	})
	// An account in euros accepts only euros.
	for _, l := range e.Lines {
		for _, a := range c.chart {
			if a.GetId() == l.GetAccountId() && a.GetCurrencyCode() != "USD" && a.GetCurrencyCode() != currency {
				return
			}
		}
	}
	made, err := c.ledger.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{
		JournalEntry: e, Draft: c.random.IntN(10) == 0,
	})
	if err != nil {
		t.Fatal(err)
	}
	if made.GetState() == pb.JournalEntry_POSTED && c.random.IntN(10) == 0 {
		if _, err := c.ledger.ReverseJournalEntry(t.Context(),
			&pb.ReverseJournalEntryRequest{JournalEntryId: made.GetId()}); err != nil {
			t.Fatal(err)
		}
	}
}

func (c *company) closeYear(t *testing.T) {
	periods, err := c.ledger.ListAccountingPeriods(t.Context(), &pb.ListAccountingPeriodsRequest{
		PageSize: 500, OrderBy: "start_date", Filter: `end_date < "2026-01-01"`,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range periods.GetAccountingPeriods() {
		if _, err := c.ledger.CloseAccountingPeriod(t.Context(), &pb.CloseAccountingPeriodRequest{
			AccountingPeriodId: p.GetId(), Reason: "For the test",
		}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.ledger.CloseFiscalYear(t.Context(), &pb.CloseFiscalYearRequest{
		FiscalYearId: periods.GetAccountingPeriods()[0].GetFiscalYearId(),
	}); err != nil {
		t.Fatal(err)
	}
}

// export exports the books from a day and runs the strict checks of the program.
func (c *company) export(t *testing.T, format pb.ExportBooksRequest_Format, start string) string {
	t.Helper()
	body, err := c.ledger.ExportBooks(t.Context(), &pb.ExportBooksRequest{Format: format, StartDate: start})
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "books."+strings.ToLower(format.String()))
	if err := os.WriteFile(name, body.GetData(), 0o600); err != nil {
		t.Fatal(err)
	}
	if format == pb.ExportBooksRequest_HLEDGER {
		run(t, "hledger", "-f", name, "check", "--strict")
	} else {
		run(t, "bean-check", name)
	}
	return name
}

func run(t *testing.T, program string, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "LANG=C.UTF-8", "PYTHONWARNINGS=ignore")
	var out, failure bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &failure
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s%.2000s", program, strings.Join(args, " "), err, failure.String(), out.String())
	}
	return out.String()
}

// compare compares the statements at the end of a day and for its year to date.
func (c *company) compare(t *testing.T, end string) {
	start := end[:4] + "-01-01"
	trial, err := c.reports.GetTrialBalance(t.Context(), &pb.GetTrialBalanceRequest{AsOf: end})
	if err != nil {
		t.Fatal(err)
	}
	ours := map[string]decimal.Decimal{}
	for _, r := range trial.GetRows() {
		sum := dec(t, r.GetAmounts()[0].GetAmount()).Sub(dec(t, r.GetAmounts()[1].GetAmount()))
		name := key(r.GetAccountCode(), r.GetLabel())
		if c.results[name] {
			name = earnings
		}
		if !sum.IsZero() {
			ours[name] = ours[name].Add(sum)
		}
	}
	file := c.export(t, pb.ExportBooksRequest_HLEDGER, "")
	after := dayAfter(end)
	same(t, "hledger, accounts on "+end, ours, c.together(hledgerBalances(t, file, after)))
	beans := c.export(t, pb.ExportBooksRequest_BEANCOUNT, "")
	same(t, "beancount, accounts on "+end, ours, c.together(beancountBalances(t, beans, after)))

	profit, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{StartDate: start, EndDate: end})
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := c.reports.GetBalanceSheet(t.Context(), &pb.GetBalanceSheetRequest{AsOf: end})
	if err != nil {
		t.Fatal(err)
	}
	flow, err := c.reports.GetCashFlowStatement(t.Context(),
		&pb.GetCashFlowStatementRequest{StartDate: start, EndDate: end})
	if err != nil {
		t.Fatal(err)
	}
	for name, figure := range map[string][2]decimal.Decimal{
		"income statement": {
			dec(t, profit.GetNetIncome().GetAmount()),
			total(t,
				run(t, "hledger", "-f", file, "incomestatement", "-B", "-b", start, "-e", after, "-O", "csv")),
		},
		"balance sheet": {dec(t, sheet.GetTotalAssets().GetAmount()).Sub(dec(t,
			sheet.GetTotalLiabilities().GetAmount())),
			total(t, run(t, "hledger", "-f", file, "balancesheet", "-B", "-e", after, "-O", "csv"))},
		"cash flow": {
			dec(t, flow.GetNetChange().GetAmount()),
			total(t, run(t, "hledger", "-f", file, "cashflow", "-B", "-b", start, "-e", after, "-O", "csv")),
		},
	} {
		if !figure[0].Equal(figure[1]) {
			t.Errorf("%s of %s to %s: got %s, hledger has %s", name, start, end, figure[0], figure[1])
		}
	}
}
