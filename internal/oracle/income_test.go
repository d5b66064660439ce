//go:build oracle

package oracle_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
)

// compareIncome compares income statements account by account, from several days to a later one.
// Most start within a year, and some end in the next one.
func (c *company) compareIncome(t *testing.T) {
	file, beans := c.export(t, pb.ExportBooksRequest_HLEDGER, ""), c.export(t, pb.ExportBooksRequest_BEANCOUNT, "")
	first, err := calendar.ParseDate("2025-01-01")
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		from := c.random.IntN(700)
		start, end := first.AddDays(from).String(), first.AddDays(from+c.random.IntN(730-from)).String()
		ours := c.income(t, start, end)
		same(t, "hledger's income from "+start+" to "+end, ours, hledgerIncome(t, file, start, dayAfter(end)))
		same(t, "beancount's income from "+start+" to "+end, ours, beancountIncome(t, beans, start, dayAfter(end)))
	}
}

// continues checks exports from several days, which start with opening balances: before, within and
// after the closed year. Each has the balances of the whole export at its end, and the income
// statement of GetProfitAndLoss, account by account.
func (c *company) continues(t *testing.T) {
	whole := c.together(hledgerBalances(t, c.export(t, pb.ExportBooksRequest_HLEDGER, ""), "2028-01-01"))
	edges := []string{"2024-06-01", "2025-01-01", "2025-12-31", "2026-01-01", "2026-03-01", "2026-12-31"}
	for _, start := range []string{
		"", edges[c.random.IntN(len(edges))], fmt.Sprintf("2025-%02d-%02d", 1+c.random.IntN(12), 1+c.random.IntN(28)),
		fmt.Sprintf("2026-%02d-%02d", 1+c.random.IntN(12), 1+c.random.IntN(28)),
	} {
		file := c.export(t, pb.ExportBooksRequest_HLEDGER, start)
		beans := c.export(t, pb.ExportBooksRequest_BEANCOUNT, start)
		same(t, "hledger from "+start, whole, c.together(hledgerBalances(t, file, "2028-01-01")))
		same(t, "beancount from "+start, whole, c.together(beancountBalances(t, beans, "2028-01-01")))
		first, end, after := max(start, "2024-01-01"), "2025-12-31", "2026-01-01"
		if first > end {
			end, after = "2026-12-31", "2027-01-01"
		}
		ours := c.income(t, first, end)
		same(t, "hledger's income from "+first+" to "+end, ours, hledgerIncome(t, file, first, after))
		same(t, "beancount's income from "+first+" to "+end, ours, beancountIncome(t, beans, first, after))
	}
}

// earnings is the key of all income, expenses and closed earnings together.
const earnings = "earnings"

// together returns balances in which income, expenses and closed earnings are one, because files
// and books close them on different accounts.
func (c *company) together(balances map[string]decimal.Decimal) map[string]decimal.Decimal {
	out := map[string]decimal.Decimal{}
	for name, sum := range balances {
		if c.results[name] || strings.EqualFold(name, "ClosedEarnings") {
			name = earnings
		}
		if out[name] = out[name].Add(sum); out[name].IsZero() {
			delete(out, name)
		}
	}
	return out
}

// creditSections are the sections of a profit and loss in which credits are positive.
var creditSections = []string{"sales", "otherIncome", "exchangeGains"}

// income returns the amounts of our profit and loss by account, debits positive.
func (c *company) income(t *testing.T, start, end string) map[string]decimal.Decimal {
	t.Helper()
	profit, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{StartDate: start, EndDate: end})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]decimal.Decimal{}
	var add func(rows []*pb.ReportRow, credit bool)
	add = func(rows []*pb.ReportRow, credit bool) {
		for _, r := range rows {
			switch {
			case len(r.GetRows()) > 0:
				add(r.GetRows(), credit || slices.Contains(creditSections, r.GetKey()))
			case r.GetAccountId() != "":
				sum := dec(t, r.GetAmounts()[0].GetAmount())
				if credit {
					sum = sum.Neg()
				}
				name := key(r.GetAccountCode(), r.GetLabel())
				if out[name] = out[name].Add(sum); out[name].IsZero() {
					delete(out, name)
				}
			}
		}
	}
	add(profit.GetRows(), false)
	return out
}
