package conformance_test

import (
	"context"
	"fmt"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// sales are the customer of a case, with what was sold and paid.
type sales struct {
	invoicing   pb.InvoicingServiceClient
	receivables pb.ReceivablesServiceClient
	catalog     pb.CatalogServiceClient
	taxes       pb.TaxServiceClient
	customers   pb.CustomersServiceClient
	// customer is created with the first document, and tax is the code of its lines.
	customer, tax string
	// invoices are those of the case by name, and payment is the last payment.
	invoices map[string]*pb.Invoice
	payment  string
}

// addTax adds the tax of the lines that follow. Its argument is the percentage.
func (b *books) addTax(ctx context.Context, args, _ []string) error {
	agency, err := b.sales.taxes.CreateTaxAgency(ctx,
		&pb.CreateTaxAgencyRequest{TaxAgency: &pb.TaxAgency{DisplayName: "Tax office"}})
	if err != nil {
		return err
	}
	rate, err := b.sales.taxes.CreateTaxRate(ctx, &pb.CreateTaxRateRequest{TaxRate: &pb.TaxRate{DisplayName: "Sales tax",
		Components: []*pb.TaxRate_Component{{DisplayName: "Sales tax", TaxAgencyId: agency.GetId(),
			Spans: []*pb.TaxRate_Span{{Percent: args[0]}}}}}})
	if err != nil {
		return err
	}
	code, err := b.sales.taxes.CreateTaxCode(ctx, &pb.CreateTaxCodeRequest{TaxCode: &pb.TaxCode{Code: "T",
		DisplayName: "Sales tax", SalesTaxRateId: rate.GetId()}})
	b.sales.tax = code.GetId()
	return err
}

// invoice issues an invoice of one line. Its arguments are the name, the net amount, the day, and
// the percentage and the days of a discount.
func (b *books) invoice(ctx context.Context, args, _ []string) error {
	if err := b.needCustomer(ctx); err != nil {
		return err
	}
	i := &pb.Invoice{CustomerId: b.sales.customer, IssueDate: args[2], Lines: []*pb.DocumentLine{
		{Description: "Work", UnitPrice: args[1], TaxCodeId: b.sales.tax}}}
	if args[3] != "" {
		var days int32
		if _, err := fmt.Sscan(args[4], &days); err != nil {
			return err
		}
		term, err := b.sales.catalog.CreatePaymentTerm(ctx, &pb.CreatePaymentTermRequest{PaymentTerm: &pb.PaymentTerm{
			DisplayName: "Discount", Due: &pb.PaymentTerm_DueRule{Kind: pb.PaymentTerm_DueRule_DAYS_AFTER_DOCUMENT, Days: 30},
			Discount: &pb.PaymentTerm_Discount{Percent: args[3], Days: days}}})
		if err != nil {
			return err
		}
		i.PaymentTermId = term.GetId()
	}
	draft, err := b.sales.invoicing.CreateInvoice(ctx, &pb.CreateInvoiceRequest{Invoice: i})
	if err != nil {
		return err
	}
	b.sales.invoices[args[0]], err = b.sales.invoicing.IssueInvoice(ctx,
		&pb.IssueInvoiceRequest{InvoiceId: draft.GetId()})
	return err
}

func (b *books) needCustomer(ctx context.Context) error {
	if b.sales.customer != "" {
		return nil
	}
	made, err := b.sales.customers.CreateCustomer(ctx,
		&pb.CreateCustomerRequest{Customer: &pb.Customer{DisplayName: "Customer"}})
	b.sales.customer = made.GetId()
	return err
}

// receive records a payment to the account 1000. Its arguments are the amount, the day, the
// invoice that it settles, if any, and whether a discount is taken.
func (b *books) receive(ctx context.Context, args, _ []string) error {
	if err := b.needCustomer(ctx); err != nil {
		return err
	}
	bank, err := b.account("1000", "")
	if err != nil {
		return err
	}
	p := &pb.Payment{CustomerId: b.sales.customer, Date: args[1], Amount: &typepb.Money{Amount: args[0]}, AccountId: bank}
	if args[2] != "" {
		p.Allocations = []*pb.Payment_NewAllocation{{ReceivableId: b.sales.invoices[args[2]].GetId(),
			TakeDiscount: args[3] != ""}}
	}
	made, err := b.sales.receivables.CreatePayment(ctx, &pb.CreatePaymentRequest{Payment: p})
	b.sales.payment = made.GetId()
	return err
}

// apply settles an invoice with the last payment.
func (b *books) apply(ctx context.Context, args, _ []string) error {
	_, err := b.sales.receivables.CreateAllocation(ctx, &pb.CreateAllocationRequest{Allocation: &pb.Allocation{
		CustomerCreditId: b.sales.payment, ReceivableId: b.sales.invoices[args[0]].GetId(), Date: args[1]}})
	return err
}

// credit credits a part of an invoice, without taxes. Its arguments are the amount, the invoice and
// the day.
func (b *books) credit(ctx context.Context, args, _ []string) error {
	i := b.sales.invoices[args[1]]
	_, err := b.sales.invoicing.CreateCreditNote(ctx, &pb.CreateCreditNoteRequest{CreditNote: &pb.CreditNote{
		InvoiceId: i.GetId(), IssueDate: args[2], Lines: []*pb.CreditNote_Line{
			{InvoiceLineId: i.GetLines()[0].GetId(), Amount: &typepb.Money{Amount: args[0]}}}}})
	return err
}

// writeOff writes off what is open of an invoice on a day.
func (b *books) writeOff(ctx context.Context, args, _ []string) error {
	_, err := b.sales.invoicing.WriteOffInvoice(ctx, &pb.WriteOffInvoiceRequest{
		InvoiceId: b.sales.invoices[args[0]].GetId(), Date: args[1]})
	if err != nil {
		return err
	}
	return b.readAccounts(ctx) // the first loss adds the account of bad debts
}
