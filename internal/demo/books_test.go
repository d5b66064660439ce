package demo_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
)

// demoBooks reads the books that a demo has left, with its owner's key.
type demoBooks struct {
	server, key string
	// first, second and currentMonth are the first days of the two years and of the current month.
	first, second, currentMonth calendar.Date
}

var keyInStory = regexp.MustCompile(`export KEY=(\S+)`)

func readBooks(t *testing.T, server, story string) demoBooks {
	t.Helper()
	b := demoBooks{server: server, key: keyInStory.FindStringSubmatch(story)[1]}
	clock := &platformv1.Clock{}
	b.get(t, "clock", nil, clock)
	today, err := calendar.ParseDate(clock.GetTodayDate())
	if err != nil {
		t.Fatal(err)
	}
	b.currentMonth = today.FirstOfMonth()
	b.first, b.second = b.currentMonth.AddMonths(-24), b.currentMonth.AddMonths(-12)
	return b
}

func (b demoBooks) get(t *testing.T, path string, query url.Values, into proto.Message) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.server+"/v1/"+path+"?"+query.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+b.key)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK || !json.Valid(raw) {
		t.Fatalf("%s: %d %s %v", path, response.StatusCode, raw, err)
	}
	if err := protojson.Unmarshal(raw, into); err != nil {
		t.Fatal(err)
	}
}

// checkYears compares income and profit of both years with figures worked out by hand.
//
// Income of the first year: projects 71,700, retainers 12 × 6,500, 4,000 US dollars at 1.35,
// interest 12 × 20 + 1.50 × (0 + … + 11), and the exchange gain of 5,472 − 5,400. Of the
// second: projects 84,000, retainers 12 × 6,800, interest 12 × 20 + 1.50 × (12 + … + 23).
//
// Expenses of the first year: subcontractors 71,700 / 5 + 480; materials 4 × 318.40 + 30; wages
// 12 × 5,800; rent 12 × 1,850; electricity 12 × 96 + 3 × 67.50; telephone 12 × 111.92; software
// 12 × 214.35; insurance 12 × 115; bank fees 12 × 12.95; depreciation 12 × 300; interest 12 ×
// 60 − 2.50 × 66; the train 184. Of the second: 84,000 / 5; 4 × 318.40; 12 × 6,120; 12 × 1,925;
// the same electricity and telephone; 12 × 229; 12 × 115; 12 × 12.95 + 15; 12 × 300 + 8 × 75;
// 12 × 60 − 2.50 × 210.
func (b demoBooks) checkYears(t *testing.T) {
	t.Helper()
	for _, y := range []struct {
		from                         calendar.Date
		income, cost, expenses, left string
	}{
		{b.first, "155511.00", "16123.60", "102944.14", "36443.26"},
		{b.second, "166155.00", "18073.60", "107930.94", "40150.46"},
	} {
		p := &financev1.ProfitAndLoss{}
		b.get(t, "reports/profitAndLoss", url.Values{
			"startDate": {y.from.String()}, "endDate": {y.from.AddMonths(11).LastOfMonth().String()},
		}, p)
		got := [4]string{
			p.GetTotalIncome().GetAmount(), p.GetTotalCostOfSales().GetAmount(), p.GetTotalExpenses().GetAmount(),
			p.GetNetIncome().GetAmount(),
		}
		if want := [4]string{y.income, y.cost, y.expenses, y.left}; got != want {
			t.Errorf("year from %s: got income, cost of sales, expenses and profit of %v, want %v", y.from, got, want)
		}
	}
	// Assets: chequing and savings as below, an invoice of 7,800 and its tax, equipment of
	// 14,400 + 3,600 less 4,800, 24 × 300 and 8 × 75. Liabilities: GST of the last quarter, 5 %
	// of 3 × 6,800 + 23,200, and 1,500 withheld from wages. The loan of 12,000 is repaid.
	s := &financev1.BalanceSheet{}
	b.get(t, "reports/balanceSheet", url.Values{"asOf": {b.currentMonth.AddDays(-1).String()}}, s)
	got := [3]string{
		s.GetTotalAssets().GetAmount(), s.GetTotalLiabilities().GetAmount(), s.GetTotalEquity().GetAmount(),
	}
	if want := [3]string{"68026.68", "3680.00", "64346.68"}; got != want {
		t.Errorf("got assets, liabilities and equity of %v, want %v", got, want)
	}
}

// checkBankAccounts compares the balances of the bank accounts in the books and on the bank
// statements with figures worked out by hand.
//
// Chequing: 18,400. Money in: 7,350 of the opening invoice, retainers 12 × 6,825 + 12 × 7,140,
// projects except the last, 147,900 × 1.05, less the fee of 15, and 5,472. Money out: rent
// 45,300, software 5,320.20, telephone 24 × 139.90, insurance 2,760, the loan 12,750,
// electricity 2,709, prints 2,547.20, fees 310.80, wages 108,000, deductions 13 × 1,420 + 11 ×
// 1,500, GST 1,015 + 13,585, draws 42,000, films 23 × 20.99, groceries 221.75, the check 480,
// the camera 3,600, illustration 31,140, savings 18,000. In the current month, 1,925 of rent;
// the check of 260 is held and not booked. Savings: 10,000 + 24 × 750, interest 339 + 555.
func (b demoBooks) checkBankAccounts(t *testing.T) {
	t.Helper()
	end := b.currentMonth.AddDays(-1).String()
	want := map[string][2]string{"1000": {"25542.68", "23617.68"}, "1010": {"28894.00", "28894.00"}}
	for i, day := range []string{end, b.currentMonth.String()} {
		balances := &financev1.AccountBalances{}
		b.get(t, "accounts:balances", url.Values{"asOf": {day}}, balances)
		for _, a := range balances.GetBalances() {
			if at, ok := want[a.GetCode()]; ok && a.GetBalance().GetAmount() != at[i] {
				t.Errorf("%s %s on %s: got %s, want %s", a.GetCode(), a.GetDisplayName(), day,
					a.GetBalance().GetAmount(), at[i])
			}
		}
	}
	last := &financev1.ListBankStatementsResponse{}
	b.get(t, "bankStatements", url.Values{"filter": {`end_date = "` + end + `"`}, "orderBy": {"create_time"}}, last)
	for i, closing := range []string{"25542.68", "28894.00"} {
		if s := last.GetBankStatements(); len(s) != 2 || s[i].GetClosingBalance().GetAmount() != closing ||
			len(s[i].GetWarnings()) > 0 {
			t.Errorf("got last statements %v, want one with %s", s, closing)
		}
	}
}

// checkOpenWork checks that only the held line is left open.
func (b demoBooks) checkOpenWork(t *testing.T) {
	t.Helper()
	open := &financev1.ListBankStatementLinesResponse{}
	b.get(t, "bankStatementLines", url.Values{
		"filter": {"state = UNMATCHED OR state = HELD OR state = PARTIALLY_MATCHED"},
	}, open)
	if l := open.GetBankStatementLines(); len(l) != 1 || l[0].GetState() != financev1.BankStatementLine_HELD ||
		l[0].GetAmount().GetAmount() != "-260.00" {
		t.Errorf("got undecided lines %v, want the held check", l)
	}
	done := &financev1.ListReconciliationsResponse{}
	b.get(t, "reconciliations", url.Values{"filter": {"state = COMPLETED"}, "pageSize": {"100"}}, done)
	if n := len(done.GetReconciliations()); n != 2*24 {
		t.Errorf("got %d completed reconciliations, want two a month", n)
	}
	for _, r := range done.GetReconciliations() {
		if r.GetStatementBalance().GetAmount() != r.GetBookBalance().GetAmount() {
			t.Errorf("got a difference between statement and books: %v", r)
		}
	}
	years := &financev1.ListFiscalYearsResponse{}
	b.get(t, "fiscalYears", url.Values{"filter": {"state = CLOSED"}, "orderBy": {"start_date"}}, years)
	if y := years.GetFiscalYears(); len(y) != 2 || y[1].GetStartDate() != b.first.String() ||
		y[1].GetNetIncome().GetAmount() != "36443.26" {
		t.Errorf("got closed years %v", y)
	}
	status := &financev1.BooksStatus{}
	b.get(t, "books:status", nil, status)
	if status.GetClosedDate() != b.currentMonth.AddDays(-1).String() || status.GetUncategorizedCount() != 1 {
		t.Errorf("got status %v", status)
	}
}
