package invoicing

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// calculateDraft is the rule that sets the defaults and amounts of a draft.
func calculateDraft(ctx context.Context, tx *db.Tx, old, i *pb.Invoice) error {
	KeepCalculated(old.GetLines(), i.Lines)
	if i.State != pb.Invoice_DRAFT {
		return nil
	}
	c, err := customers.Resolve(ctx, tx, "customerId", i.CustomerId)
	if err != nil {
		return err
	}
	if _, err := calculateInvoice(ctx, tx, i, c, false); err != nil {
		return err
	}
	if err := receivables.ResolveApplied(ctx, tx, i.CustomerId, i.Deposits); err != nil {
		return err
	}
	return checkDimensions(ctx, tx, i.Lines)
}

// calculateInvoice sets the defaults and the amounts of an invoice to a customer, as of its issue
// date, or of today. A preview writes nothing.
func calculateInvoice(
	ctx context.Context, tx *db.Tx, i *pb.Invoice, c *pb.Customer, preview bool,
) (*document, error) {
	setDefaults(tx, i, c)
	date, err := issueDate(tx, i)
	if err != nil {
		return nil, err
	}
	d := &document{currency: i.CurrencyCode, mode: i.PriceMode, rounding: i.TaxRounding, date: date, lines: i.Lines,
		discountPercent: i.DiscountPercent, discountAmount: i.DiscountAmount, customer: c, preview: preview}
	t, err := d.complete(ctx, tx)
	if err != nil {
		return nil, err
	}
	i.NetAmount, i.TaxAmount, i.TotalAmount, i.WithheldAmount = t.NetAmount, t.TaxAmount, t.TotalAmount, t.WithheldAmount
	i.Taxes = t.Taxes
	return d, nil
}

// setDefaults sets the fields of an invoice that the caller left to the customer and the
// organization.
func setDefaults(tx *db.Tx, i *pb.Invoice, c *pb.Customer) {
	setIfEmpty(&i.CurrencyCode, c.CurrencyCode)
	setIfEmpty(&i.CurrencyCode, tx.Call().Organization.CurrencyCode)
	setIfEmpty(&i.PaymentTermId, c.PaymentTermId)
	setModes(&i.PriceMode, &i.TaxRounding)
}

// issueDate returns the issue date of an invoice, or today if it has none.
func issueDate(tx *db.Tx, i *pb.Invoice) (calendar.Date, error) {
	if _, known := money.Digits(i.CurrencyCode); !known {
		return calendar.Date{}, fault.Invalid(fault.At("currencyCode", "is not a known currency"))
	}
	if i.IssueDate == "" {
		return tx.Call().Today(), nil
	}
	date, err := calendar.ParseBusinessDate(i.IssueDate)
	if err != nil {
		return date, fault.Invalid(fault.At("issueDate", "%s", err))
	}
	if i.DueDate != "" && i.DueDate < i.IssueDate {
		return date, fault.Invalid(fault.At("dueDate", "must not be before issueDate"))
	}
	return date, nil
}

// checkIncomeAccount refuses a control account, and an account that holds money.
func checkIncomeAccount(ctx context.Context, tx *db.Tx, field, accountID string) error {
	account, err := ledger.ResolveNonControlAccount(ctx, tx, field, accountID)
	switch {
	case err != nil:
		return err
	case account.Subtype == pb.Account_BANK || account.Subtype == pb.Account_CASH ||
		account.Subtype == pb.Account_CUSTOMER_DEPOSIT:
		return fault.Invalid(fault.At(field, "has subtype %s; a sale needs an account for income", account.Subtype))
	}
	return nil
}

// setDueDate sets the due date of an issued invoice by its payment term, unless the caller did. It
// also returns the last day, the days of grace and the amount of an early-payment discount.
func setDueDate(ctx context.Context, tx *db.Tx, i *pb.Invoice, issued calendar.Date) (*pb.Receivable, error) {
	terms := &pb.Receivable{}
	if i.PaymentTermId == "" {
		setIfEmpty(&i.DueDate, issued.String())
		return terms, nil
	}
	stored, err := catalog.ResolveTerm(ctx, tx, "paymentTermId", i.PaymentTermId)
	if err != nil {
		return nil, err
	}
	term := catalog.DueTerm(stored)
	setIfEmpty(&i.DueDate, term.LastDate(issued).String())
	if !term.Discount.Percent.IsPositive() {
		return terms, nil
	}
	terms.DiscountGraceDays = stored.GetDiscount().GetGraceDays()
	return terms, setDiscountTerms(terms, i, term, issued)
}
