//go:build oracle

package oracle_test

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// The codes of the accounts of receivables and of taxes, to which only sales are posted.
const receivableAccount, taxAccount = "1200", "2200"

// seller sells at random: taxed invoices in several currencies, payments of parts of them, credit
// notes, discounts and write-offs.
type seller struct {
	*company
	invoicing   pb.InvoicingServiceClient
	receivables pb.ReceivablesServiceClient
	customers   []string
	codes       []string
	bank        string
	invoices    []*pb.Invoice
}

// sell sells in both years. Steps that the server refuses change nothing.
func (c *company) sell(t *testing.T) {
	s := &seller{company: c, invoicing: pb.NewInvoicingServiceClient(c.organization),
		receivables: pb.NewReceivablesServiceClient(c.organization)}
	s.prepare(t)
	for range 60 {
		[]func(*testing.T){s.invoice, s.invoice, s.pay, s.credit, s.writeOff}[c.random.IntN(5)](t)
	}
	payments, err := s.receivables.ListPayments(t.Context(), &pb.ListPaymentsRequest{PageSize: 1})
	if err != nil {
		t.Fatal(err)
	}
	notes, err := s.invoicing.ListCreditNotes(t.Context(), &pb.ListCreditNotesRequest{PageSize: 1})
	if err != nil || len(payments.GetPayments()) == 0 || len(notes.GetCreditNotes()) == 0 {
		t.Fatalf("got %v and %v, %v, want payments and credit notes", payments, notes, err)
	}
	list, err := c.ledger.ListAccounts(t.Context(), &pb.ListAccountsRequest{PageSize: 500})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list.GetAccounts() { // sales add accounts
		if a.GetType() == pb.Account_INCOME || a.GetType() == pb.Account_EXPENSE {
			c.results[key(a.GetCode(), a.GetDisplayName())] = true
		}
	}
}

// prepare creates customers and the taxes of two agencies.
func (s *seller) prepare(t *testing.T) {
	client := pb.NewCustomersServiceClient(s.organization)
	for _, name := range []string{"Harbor Cafe", "Müller & Söhne; GmbH", "=cmd()"} {
		made, err := client.CreateCustomer(t.Context(),
			&pb.CreateCustomerRequest{Customer: &pb.Customer{DisplayName: name}})
		if err != nil {
			t.Fatal(err)
		}
		s.customers = append(s.customers, made.GetId())
	}
	taxes := pb.NewTaxServiceClient(s.organization)
	for _, percents := range [][]string{{"8.25"}, {"5", "9.975"}} {
		rate := &pb.TaxRate{DisplayName: fmt.Sprint(percents)}
		for n, percent := range percents {
			agency, err := taxes.CreateTaxAgency(t.Context(), &pb.CreateTaxAgencyRequest{
				TaxAgency: &pb.TaxAgency{DisplayName: "Agency of " + percent}})
			if err != nil {
				t.Fatal(err)
			}
			rate.Components = append(rate.Components, &pb.TaxRate_Component{DisplayName: percent,
				TaxAgencyId: agency.GetId(), Compound: n > 0, Spans: []*pb.TaxRate_Span{{Percent: percent}}})
		}
		made, err := taxes.CreateTaxRate(t.Context(), &pb.CreateTaxRateRequest{TaxRate: rate})
		if err != nil {
			t.Fatal(err)
		}
		code, err := taxes.CreateTaxCode(t.Context(), &pb.CreateTaxCodeRequest{TaxCode: &pb.TaxCode{
			Code: fmt.Sprintf("T%d", len(s.codes)), DisplayName: rate.GetDisplayName(), SalesTaxRateId: made.GetId()}})
		if err != nil {
			t.Fatal(err)
		}
		s.codes = append(s.codes, code.GetId())
	}
	for _, a := range s.chart {
		if a.GetCode() == "1000" {
			s.bank = a.GetId()
		}
	}
}

func (s *seller) day() string {
	return fmt.Sprintf("20%d-%02d-%02d", 25+s.random.IntN(2), 1+s.random.IntN(12), 1+s.random.IntN(28))
}

// rate returns an exchange rate of a currency, or none.
func (s *seller) rate(currency string) string {
	if currency == "USD" {
		return ""
	}
	return fmt.Sprintf("1.%04d", s.random.IntN(2000))
}

func (s *seller) invoice(t *testing.T) {
	currency := []string{"USD", "EUR"}[s.random.IntN(2)]
	i := &pb.Invoice{CustomerId: s.customers[s.random.IntN(3)], IssueDate: s.day(), CurrencyCode: currency,
		ExchangeRate: s.rate(currency), TaxRounding: pb.TaxCalculation_Rounding(1 + s.random.IntN(2))}
	for range 1 + s.random.IntN(3) {
		i.Lines = append(i.Lines, &pb.DocumentLine{Description: "Work", TaxCodeId: s.codes[s.random.IntN(2)],
			UnitPrice: fmt.Sprintf("%d.%02d", s.random.IntN(900), 1+s.random.IntN(99))})
	}
	draft, err := s.invoicing.CreateInvoice(t.Context(), &pb.CreateInvoiceRequest{Invoice: i})
	if err != nil {
		t.Fatal(err)
	}
	issued, err := s.invoicing.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: draft.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	s.invoices = append(s.invoices, issued)
}

// pick returns one of the invoices, or nil.
func (s *seller) pick() *pb.Invoice {
	if len(s.invoices) == 0 {
		return nil
	}
	return s.invoices[s.random.IntN(len(s.invoices))]
}

// pay pays a part of an invoice, all of it, or too much, later than it was issued.
func (s *seller) pay(t *testing.T) {
	i := s.pick()
	if i == nil {
		return
	}
	amount := dec(t, i.GetTotalAmount().GetAmount()).Mul(decimal.New(int64(s.random.IntN(120)), -2)).Round(2)
	if !amount.IsPositive() {
		return
	}
	_, _ = s.receivables.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{
		CustomerId: i.GetCustomerId(), Date: max(i.GetIssueDate(), s.day()), AccountId: s.bank,
		Amount:       &typepb.Money{Amount: amount.StringFixed(2), CurrencyCode: i.GetCurrencyCode()},
		ExchangeRate: s.rate(i.GetCurrencyCode()),
		Allocations:  []*pb.Payment_NewAllocation{{ReceivableId: i.GetId(), ClearDifference: s.random.IntN(4) == 0}},
	}})
}

// credit credits a part of the first line of an invoice.
func (s *seller) credit(t *testing.T) {
	if i := s.pick(); i != nil {
		_, _ = s.invoicing.CreateCreditNote(t.Context(), &pb.CreateCreditNoteRequest{CreditNote: &pb.CreditNote{
			InvoiceId: i.GetId(), IssueDate: max(i.GetIssueDate(), s.day()), Lines: []*pb.CreditNote_Line{
				{InvoiceLineId: i.GetLines()[0].GetId(), Quantity: "0.3"}}}})
	}
}

func (s *seller) writeOff(t *testing.T) {
	if i := s.pick(); i != nil && s.random.IntN(3) == 0 {
		_, _ = s.invoicing.WriteOffInvoice(t.Context(), &pb.WriteOffInvoiceRequest{InvoiceId: i.GetId(),
			Date: max(i.GetIssueDate(), s.day())})
	}
}

// compareSales compares what customers owe with the account of receivables in the other programs'
// books, and the tax register with the accounts of the agencies.
func (c *company) compareSales(t *testing.T, end string) {
	sales, taxes := pb.NewSalesReportsServiceClient(c.organization), pb.NewTaxReturnsServiceClient(c.organization)
	aged, err := sales.GetAgedReceivables(t.Context(), &pb.GetAgedReceivablesRequest{AsOf: end})
	if err != nil {
		t.Fatal(err)
	}
	register, err := taxes.GetTaxSummary(t.Context(), &pb.GetTaxSummaryRequest{StartDate: "2025-01-01", EndDate: end})
	if err != nil {
		t.Fatal(err)
	}
	owed := decimal.Zero
	for _, a := range register.GetAgencies() {
		owed = owed.Add(dec(t, a.GetNetTax().GetAmount()))
	}
	for program, balances := range map[string]map[string]decimal.Decimal{
		"hledger":   hledgerBalances(t, c.export(t, pb.ExportBooksRequest_HLEDGER, ""), dayAfter(end)),
		"beancount": beancountBalances(t, c.export(t, pb.ExportBooksRequest_BEANCOUNT, ""), dayAfter(end)),
	} {
		if got := balances[receivableAccount]; !got.Equal(dec(t, aged.GetTotal().GetAmount())) {
			t.Errorf("on %s customers owe %s, and %s has %s", end, aged.GetTotal().GetAmount(), program, got)
		}
		if got := balances[taxAccount].Neg(); !got.Equal(owed) {
			t.Errorf("on %s the taxes are %s, and %s has %s", end, owed, program, got)
		}
	}
}
