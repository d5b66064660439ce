package salesreports_test

import (
	"fmt"
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// TestAgingComparesDays compares month ends, and lists the documents of the last day. On each day
// the totals are the balances of the accounts.
func TestAgingComparesDays(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	harbor, pier := s.newCustomer(t, "Harbor Cafe"), s.newCustomer(t, "Pier Books")
	a := s.issue(t, &pb.Invoice{CustomerId: harbor, IssueDate: "2027-01-05", DueDate: "2027-01-31"}, s.line("100"))
	b := s.issue(t, &pb.Invoice{CustomerId: pier, IssueDate: "2027-02-10", DueDate: "2027-02-20", CurrencyCode: "EUR",
		ExchangeRate: "1.10"}, s.line("200"))
	s.pay(t, "2027-02-15", "19", a, false)
	s.pay(t, "2027-03-02", "250", b, false)
	r := must(s.GetAgedReceivables(t.Context(), &pb.GetAgedReceivablesRequest{AsOf: "2027-03-31",
		Compare: pb.Compare_PREVIOUS_PERIOD, CompareCount: 2, IncludeDocuments: true}))(t)
	var got []string
	for _, row := range r.GetRows() {
		text := row.GetCustomerName()
		for _, c := range row.GetComparisons() {
			text += " " + c.GetTotal().GetAmount()
		}
		got = append(got, fmt.Sprint(text, " ", row.GetTotal().GetAmount(), " ", row.GetCredit().GetAmount()))
	}
	if want := []string{"Harbor Cafe 119.00 100.00 100.00 0.00", "Pier Books 0.00 261.80 0.00 13.20"}; !slices.
		Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for n, column := range r.GetColumns() {
		total, credit := r.GetTotal(), r.GetCredit()
		if n < len(r.GetComparisons()) {
			total, credit = r.GetComparisons()[n].GetTotal(), r.GetComparisons()[n].GetCredit()
		}
		if owed, left := s.balance(t, "1200", column.GetAsOf()), s.balance(t, "2400", column.GetAsOf()); owed != minor(t,
			total) || left != -minor(t, credit) {
			t.Errorf("%s: got %v and %v, the accounts have %d and %d", column.GetAsOf(), total, credit, owed, left)
		}
	}
	d, c := r.GetRows()[0].GetDocuments(), r.GetRows()[1].GetCredits()
	if len(d) != 1 || d[0].GetDocumentId() != a.GetId() || d[0].GetDaysOverdue() != 59 || d[0].GetBucketIndex() != 2 ||
		d[0].GetOpenBaseAmount().GetAmount() != "100.00" || len(c) != 1 || c[0].GetOpenAmount().GetCurrencyCode() != "EUR" {
		t.Errorf("got %v and %v", d, c)
	}
	lines := must(s.ledger.ListJournalLines(t.Context(), &pb.ListJournalLinesRequest{
		Filter: r.GetControlAccounts()[0].GetDrillFilter(), PageSize: 500}))(t).GetJournalLines()
	var sum int64
	for _, l := range lines {
		sum += minor(t, l.GetBaseAmount())
	}
	if sum != minor(t, r.GetTotal()) || len(r.GetSeries()) != 5 || len(r.GetSeries()[0].GetAmounts()) != 3 {
		t.Errorf("the lines add up to %d, and the report is %v", sum, r)
	}
}

// balance returns the balance of an account at the end of a day, in minor units.
func (s *shop) balance(t testing.TB, code, day string) int64 {
	t.Helper()
	r := must(s.GetAccountBalances(t.Context(), &pb.GetAccountBalancesRequest{AsOf: day}))(t)
	for _, b := range r.GetBalances() {
		if b.GetCode() == code {
			return minor(t, b.GetBalance())
		}
	}
	t.Fatalf("there is no account %s", code)
	return 0
}
