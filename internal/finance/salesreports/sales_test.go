package salesreports_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// season is a shop with sales of two months: items, a project, a foreign invoice, a credit note, a
// discount, a voided invoice, and a sale that was not invoiced.
type season struct {
	*shop
	harbor, pier         string
	advice, poster       string
	dimension, dock      string
	first, foreign, term *pb.Invoice
}

func openSeason(t testing.TB) *season {
	t.Helper()
	s := &season{shop: openShop(t)}
	s.harbor, s.pier = s.newCustomer(t, "Harbor Cafe"), s.newCustomer(t, "Pier Books")
	s.advice, s.poster = s.newItem(t, "Advice"), s.newItem(t, "Poster")
	s.dimension = must(s.ledger.CreateDimension(t.Context(), &pb.CreateDimensionRequest{
		Dimension: &pb.Dimension{DisplayName: "Place"}}))(t).GetId()
	s.dock = must(s.ledger.CreateDimensionValue(t.Context(), &pb.CreateDimensionValueRequest{
		DimensionValue: &pb.DimensionValue{DimensionId: s.dimension, DisplayName: "Dock"}}))(t).GetId()
	line := func(item, quantity, price string, values ...string) *pb.DocumentLine {
		return &pb.DocumentLine{ItemId: item, Quantity: quantity, UnitPrice: price, TaxCodeId: s.vat,
			DimensionValueIds: values}
	}
	// 300.00 of advice, 30.00 of posters at the dock.
	s.first = s.issue(t, &pb.Invoice{CustomerId: s.harbor, IssueDate: "2027-01-10", DueDate: "2027-02-09"},
		line(s.advice, "3", "100"), line(s.poster, "2", "15", s.dock))
	// 33.33 and 66.67 EUR at 1.1337, rounded to 113.37 USD in one line of the entry.
	s.foreign = s.issue(t, &pb.Invoice{CustomerId: s.pier, IssueDate: "2027-02-03", CurrencyCode: "EUR",
		ExchangeRate: "1.1337"}, line(s.advice, "1", "33.33"), line(s.poster, "1", "66.67"))
	must(s.CreateCreditNote(t.Context(), &pb.CreateCreditNoteRequest{CreditNote: &pb.CreditNote{
		InvoiceId: s.first.GetId(), IssueDate: "2027-02-05",
		Lines: []*pb.CreditNote_Line{{InvoiceLineId: s.first.GetLines()[0].GetId(), Quantity: "1"}}}}))(t)
	term := must(s.catalog.CreatePaymentTerm(t.Context(), &pb.CreatePaymentTermRequest{PaymentTerm: &pb.PaymentTerm{
		DisplayName: "Early bird", Due: &pb.PaymentTerm_DueRule{Kind: pb.PaymentTerm_DueRule_DAYS_AFTER_DOCUMENT, Days: 30},
		Discount: &pb.PaymentTerm_Discount{Percent: "2", Days: 10,
			TaxTreatment: pb.PaymentTerm_Discount_NET_AND_TAX}}}))(t).GetId()
	s.term = s.issue(t, &pb.Invoice{CustomerId: s.pier, IssueDate: "2027-02-10", PaymentTermId: term},
		line(s.poster, "4", "50", s.dock))
	s.pay(t, "2027-02-15", "233.24", s.term, true)
	void := s.issue(t, &pb.Invoice{CustomerId: s.harbor, IssueDate: "2027-02-11"}, line(s.advice, "1", "999"))
	must(s.VoidInvoice(t.Context(), &pb.VoidInvoiceRequest{InvoiceId: void.GetId()}))(t)
	s.post(t, "2027-02-20", "1000", "4000", "50")
	return s
}

// describe returns the rows of a report as texts: label, net sales, and quantities.
func describe(r *pb.SalesReport) (rows []string) {
	for _, row := range r.GetRows() {
		text := row.GetLabel()
		for _, m := range row.GetAmounts() {
			text += " " + m.GetAmount()
		}
		rows = append(rows, strings.Join(append([]string{text}, row.GetQuantities()...), " "))
	}
	return rows
}

// TestSalesAreGrouped reports the sales of two months by everything they can be grouped by. All
// totals are the sales of the profit and loss.
func TestSalesAreGrouped(t *testing.T) {
	t.Parallel()
	s := openSeason(t)
	total := s.salesOfLedger(t, "2027-01-01", "2027-02-28")
	for name, c := range map[string]struct {
		req  *pb.GetSalesReportRequest
		want []string
	}{
		"customers": {&pb.GetSalesReportRequest{}, []string{
			"Pier Books 309.37", "Harbor Cafe 230.00", "No customer 50.00"}},
		"items": {&pb.GetSalesReportRequest{GroupBy: pb.SalesReport_ITEM}, []string{
			"Poster 301.58 7", "Advice 237.79 3", "No item 50.00 0"}},
		"accounts": {&pb.GetSalesReportRequest{GroupBy: pb.SalesReport_ACCOUNT}, []string{
			"4000 Service Revenue 593.37", "4700 Discounts Given -4.00"}},
		"values": {&pb.GetSalesReportRequest{GroupBy: pb.SalesReport_DIMENSION, DimensionId: s.dimension}, []string{
			"No dimension 363.37", "Dock 226.00"}},
		"months": {&pb.GetSalesReportRequest{GroupBy: pb.SalesReport_MONTH}, []string{
			"January 2027 330.00", "February 2027 259.37"}},
		"months side by side": {&pb.GetSalesReportRequest{Compare: pb.Compare_MONTHS}, []string{
			"Pier Books 0.00 309.37 309.37", "Harbor Cafe 330.00 -100.00 230.00", "No customer 0.00 50.00 50.00"}},
		"months of items": {&pb.GetSalesReportRequest{Compare: pb.Compare_MONTHS, GroupBy: pb.SalesReport_ITEM}, []string{
			"Poster 30.00 271.58 301.58 2 5 7", "Advice 300.00 -62.21 237.79 3 0 3", "No item 0.00 50.00 50.00 0 0 0"}},
		"a project": {&pb.GetSalesReportRequest{GroupBy: pb.SalesReport_ITEM, DimensionValueIds: []string{s.dock}}, []string{
			"Poster 226.00 6"}},
		"a customer": {&pb.GetSalesReportRequest{GroupBy: pb.SalesReport_ITEM, CustomerId: s.harbor}, []string{
			"Advice 200.00 2", "Poster 30.00 2"}},
	} {
		c.req.StartDate, c.req.EndDate = "2027-01-01", "2027-02-28"
		r := must(s.GetSalesReport(t.Context(), c.req))(t)
		if got := describe(r); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
		if c.req.CustomerId == "" && c.req.DimensionValueIds == nil && r.GetTotal().GetAmount() != total {
			t.Errorf("%s: got the total %s, the ledger has %s", name, r.GetTotal().GetAmount(), total)
		}
	}
	r := must(s.GetSalesReport(t.Context(), &pb.GetSalesReportRequest{StartDate: "2027-02-01", EndDate: "2027-02-28",
		Compare: pb.Compare_PREVIOUS_PERIOD}))(t)
	if got := fmt.Sprint(r.GetInvoiced().GetAmount(), r.GetCredited().GetAmount(), r.GetDiscounts().GetAmount(),
		r.GetOther().GetAmount(), r.GetTotals()); !strings.HasPrefix(got, "313.37-100.00-4.0050.00") ||
		r.GetColumns()[0].GetStartDate() != "2027-01-01" {
		t.Errorf("got %s, %v", got, r.GetColumns())
	}
}

// TestSalesAreExplained lists the lines behind each row. They add up to it.
func TestSalesAreExplained(t *testing.T) {
	t.Parallel()
	s := openSeason(t)
	for _, basis := range []pb.AccountingBasis{pb.AccountingBasis_ACCRUAL, pb.AccountingBasis_CASH} {
		for _, group := range []pb.SalesReport_GroupBy{pb.SalesReport_CUSTOMER, pb.SalesReport_ITEM, pb.SalesReport_ACCOUNT} {
			r := must(s.GetSalesReport(t.Context(), &pb.GetSalesReportRequest{StartDate: "2027-01-01", EndDate: "2027-02-28",
				GroupBy: group, Basis: basis}))(t)
			for _, row := range r.GetRows() {
				if row.GetKey() == "" {
					continue
				}
				req := &pb.ExplainSalesReportRequest{StartDate: "2027-01-01", EndDate: "2027-02-28", PageSize: 1, Basis: basis}
				switch group {
				case pb.SalesReport_CUSTOMER:
					req.CustomerId = row.GetKey()
				case pb.SalesReport_ITEM:
					req.ItemId = row.GetKey()
				default:
					req.AccountId = row.GetKey()
				}
				if got, want := s.explained(t, req), minor(t, row.GetAmounts()[0]); got != want {
					t.Errorf("%s %s: the lines add up to %d, want %d", basis, row.GetLabel(), got, want)
				}
			}
		}
	}
}

// explained adds up the lines behind a figure, a line per page.
func (s *season) explained(t *testing.T, req *pb.ExplainSalesReportRequest) (total int64) {
	t.Helper()
	for {
		page := must(s.ExplainSalesReport(t.Context(), req))(t)
		for _, l := range page.GetLines() {
			total += minor(t, l.GetAmount())
		}
		if req.PageToken = page.GetNextPageToken(); req.PageToken == "" {
			return total
		}
	}
}

// TestSalesOnCashBasis counts sales as they are paid. A third of the first invoice is paid, the
// rest is credited in part, and the foreign invoice is open.
func TestSalesOnCashBasis(t *testing.T) {
	t.Parallel()
	s := openSeason(t)
	s.pay(t, "2027-02-28", "130.90", s.first, false) // a third of 392.70, of which 119.00 is credited
	report := func(start, end string, group pb.SalesReport_GroupBy) []string {
		return describe(must(s.GetSalesReport(t.Context(), &pb.GetSalesReportRequest{StartDate: start, EndDate: end,
			GroupBy: group, Basis: pb.AccountingBasis_CASH}))(t))
	}
	if got := report("2027-01-01", "2027-01-31", pb.SalesReport_CUSTOMER); len(got) != 0 {
		t.Errorf("January: got %q", got)
	}
	want := []string{"Pier Books 196.00", "Harbor Cafe 110.00", "No customer 50.00"}
	if got := report("2027-02-01", "2027-02-28", pb.SalesReport_CUSTOMER); !slices.Equal(got, want) {
		t.Errorf("February: got %q, want %q", got, want)
	}
	if got := report("2027-01-01", "2027-03-31", pb.SalesReport_MONTH); !slices.Equal(got,
		[]string{"February 2027 356.00"}) {
		t.Errorf("months: got %q", got)
	}
	s.pay(t, "2027-03-01", "142.80", s.first, false)
	s.pay(t, "2027-03-02", "119", s.foreign, false)
	for _, group := range []pb.SalesReport_GroupBy{pb.SalesReport_CUSTOMER, pb.SalesReport_ITEM, pb.SalesReport_ACCOUNT} {
		accrual := must(s.GetSalesReport(t.Context(), &pb.GetSalesReportRequest{StartDate: "2027-01-01",
			EndDate: "2027-03-31", GroupBy: group}))(t)
		var want []string
		for _, row := range accrual.GetRows() {
			want = append(want, row.GetLabel()+" "+row.GetAmounts()[0].GetAmount())
		}
		if got := report("2027-01-01", "2027-03-31", group); !slices.Equal(got, want) {
			t.Errorf("all paid: got %q, want %q", got, want)
		}
	}
}

// TestSalesRequestIsChecked refuses contradictory requests.
func TestSalesRequestIsChecked(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	for field, req := range map[string]*pb.GetSalesReportRequest{
		"startDate":            {StartDate: "2027-03-01", EndDate: "2027-02-28"},
		"endDate":              {EndDate: "2027-02-30"},
		"dimensionId":          {GroupBy: pb.SalesReport_DIMENSION},
		"compare":              {GroupBy: pb.SalesReport_MONTH, Compare: pb.Compare_MONTHS},
		"compareCount":         {CompareCount: 2},
		"customerId":           {CustomerId: "itm_1"},
		"dimensionValueIds[0]": {DimensionValueIds: []string{"x"}},
	} {
		_, err := s.GetSalesReport(t.Context(), req)
		if apptest.Reason(err) != optionsv1.Reason_FIELDS_INVALID || !slices.Contains(apptest.Fields(err), field) {
			t.Errorf("%s: got %v %v", field, err, apptest.Fields(err))
		}
	}
}

// TestSalesAreKnownAt repeats a report as it was before a credit note was recorded.
func TestSalesAreKnownAt(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.issue(t, &pb.Invoice{CustomerId: s.newCustomer(t, "Harbor Cafe"), IssueDate: "2027-01-05"}, s.line("100"))
	s.advance(t, "2027-03-20")
	must(s.CreateCreditNote(t.Context(), &pb.CreateCreditNoteRequest{CreditNote: &pb.CreditNote{InvoiceId: i.GetId(),
		IssueDate: "2027-01-06"}}))(t)
	for want, req := range map[string]*pb.GetSalesReportRequest{
		"100.00": {KnownAt: i.GetUpdateTime()}, "0.00": {},
	} {
		req.StartDate, req.EndDate = "2027-01-01", "2027-01-31"
		if got := must(s.GetSalesReport(t.Context(), req))(t).GetTotal(); got.GetAmount() != want {
			t.Errorf("got %v, want %s", got, want)
		}
	}
}
