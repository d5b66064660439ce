package salesdocuments_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// trade records an invoice of December, one that is due later, a payment, a credit note and an
// invoice in dollars.
func (s *shop) trade(t testing.TB) {
	t.Helper()
	first := s.issue(t, &pb.Invoice{IssueDate: "2026-12-01", DueDate: "2026-12-10"}) // 119.00
	s.issue(t, &pb.Invoice{IssueDate: "2027-01-10", DueDate: "2027-02-10"})          // 119.00
	s.pay(t, "100.00", first.GetId())
	must(s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{CustomerId: s.customer.GetId(),
		Date: "2027-01-12", Amount: &typepb.Money{Amount: "30.00", CurrencyCode: "EUR"}}}))(t)
	must(s.CreateCreditNote(t.Context(), &pb.CreateCreditNoteRequest{CreditNote: &pb.CreditNote{
		InvoiceId: first.GetId(), IssueDate: "2027-01-14", Lines: []*pb.CreditNote_Line{
			{InvoiceLineId: first.GetLines()[0].GetId(), Amount: &typepb.Money{Amount: "10.00", CurrencyCode: "EUR"}}}}}))(t)
	s.issue(t, &pb.Invoice{IssueDate: "2027-01-11", DueDate: "2027-01-11", CurrencyCode: "USD", ExchangeRate: "0.9"})
}

// describe returns a statement as one line for each item, entry and balance.
func describe(s *pb.CustomerStatement) (lines []string) {
	for _, p := range s.GetParts() {
		for _, i := range p.GetItems() {
			lines = append(lines, fmt.Sprintf("%s %s %s %d", i.GetDate(), i.GetTotalAmount().GetAmount(),
				i.GetOpenAmount().GetAmount(), i.GetOverdueDays()))
		}
		if p.GetOpeningBalance() != nil {
			lines = append(lines, "from "+p.GetOpeningBalance().GetAmount())
		}
		for _, e := range p.GetEntries() {
			lines = append(lines, fmt.Sprintf("%s %s %s %s", e.GetDate(), e.GetKind(), e.GetAmount().GetAmount(),
				e.GetBalance().GetAmount()))
		}
		var aging []string
		for _, a := range p.GetAging() {
			aging = append(aging, a.GetAmount())
		}
		lines = append(lines, p.GetCurrencyCode()+" "+p.GetClosingBalance().GetAmount()+" of "+strings.Join(aging, " ")+
			" less "+p.GetCredit().GetAmount())
	}
	return lines
}

func (s *shop) statement(t testing.TB, req *pb.GetCustomerStatementRequest) *pb.CustomerStatement {
	t.Helper()
	req.CustomerId = s.customer.GetId()
	return must(s.GetCustomerStatement(t.Context(), req))(t)
}

// TestStatementListsOpenItems checks the open items of today and of an earlier day, and that they
// add up to the aging of receivables.
func TestStatementListsOpenItems(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.trade(t)
	got := describe(s.statement(t, &pb.GetCustomerStatementRequest{}))
	want := []string{"2026-12-01 119.00 7.10 36", "2027-01-10 119.00 119.00 0", "2027-01-12 -30.00 -30.00 0",
		"EUR 96.10 of 119.00 0.00 7.10 0.00 0.00 less 30.00",
		"2027-01-11 119.00 119.00 4", "USD 119.00 of 0.00 119.00 0.00 0.00 0.00 less 0.00"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	got = describe(s.statement(t, &pb.GetCustomerStatementRequest{AsOf: "2026-12-15"}))
	if want := []string{"2026-12-01 119.00 119.00 5", "EUR 119.00 of 0.00 119.00 0.00 0.00 0.00 less 0.00"}; !slices.Equal(
		got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	aged := must(pb.NewSalesReportsServiceClient(s).GetAgedReceivables(t.Context(),
		&pb.GetAgedReceivablesRequest{CustomerId: s.customer.GetId(), AsOf: "2026-12-15"}))(t)
	if aged.GetTotal().GetAmount() != "119.00" || aged.GetTotals()[1].GetAmount() != "119.00" {
		t.Errorf("got %v", aged)
	}
}

// TestStatementListsActivity checks the changes of a period between the balances before and after
// it.
func TestStatementListsActivity(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.trade(t)
	got := describe(s.statement(t, &pb.GetCustomerStatementRequest{Content: pb.CustomerStatement_ACTIVITY}))
	want := []string{"from 119.00", "2027-01-10 INVOICE 119.00 238.00", "2027-01-12 PAYMENT -30.00 208.00",
		"2027-01-14 CREDIT_NOTE -11.90 196.10", "2027-01-15 PAYMENT -100.00 96.10",
		"EUR 96.10 of 119.00 0.00 7.10 0.00 0.00 less 30.00",
		"from 0.00", "2027-01-11 INVOICE 119.00 119.00", "USD 119.00 of 0.00 119.00 0.00 0.00 0.00 less 0.00"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	got = describe(s.statement(t, &pb.GetCustomerStatementRequest{Content: pb.CustomerStatement_ACTIVITY,
		StartDate: "2026-12-01", AsOf: "2026-12-31"}))
	if want := []string{"from 0.00", "2026-12-01 INVOICE 119.00 119.00",
		"EUR 119.00 of 0.00 119.00 0.00 0.00 0.00 less 0.00"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestStatementPeriodIsChecked(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	for _, c := range []struct {
		req   *pb.GetCustomerStatementRequest
		field string
	}{
		{&pb.GetCustomerStatementRequest{StartDate: "2027-01-01"}, "startDate"},
		{&pb.GetCustomerStatementRequest{AsOf: "x"}, "asOf"},
		{&pb.GetCustomerStatementRequest{Content: pb.CustomerStatement_ACTIVITY, StartDate: "2027-02-01"}, "startDate"},
	} {
		c.req.CustomerId = s.customer.GetId()
		_, err := s.GetCustomerStatement(t.Context(), c.req)
		apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, c.field)
	}
}

// TestStatementIsPrintedAndMailed also prints a statement with nothing on it.
func TestStatementIsPrintedAndMailed(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.describeSeller(t)
	print := func(name string, content pb.CustomerStatement_Content) {
		raw := must(s.DownloadCustomerStatement(t.Context(), &pb.DownloadCustomerStatementRequest{
			CustomerId: s.customer.GetId(), Content: content}))(t).GetData()
		if !bytes.HasPrefix(raw, []byte("%PDF-")) {
			t.Errorf("got %.40q", raw)
		}
		save(t, name, raw)
	}
	print("statement-empty", pb.CustomerStatement_OPEN_ITEMS)
	s.trade(t)
	print("statement-open", pb.CustomerStatement_OPEN_ITEMS)
	print("statement-activity", pb.CustomerStatement_ACTIVITY)
	sent := must(s.SendCustomerStatement(t.Context(),
		&pb.SendCustomerStatementRequest{CustomerId: s.customer.GetId()}))(t)
	list := s.mailsAbout(t, s.customer.GetId())
	if len(list) != 2 || len(sent.GetSentEmailIds()) != 2 || !strings.HasPrefix(list[0].GetSubject(), "Kontoauszug von ") {
		t.Errorf("got %v", list)
	}
}
