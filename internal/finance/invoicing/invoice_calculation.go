package invoicing

import (
	"context"
	"fmt"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// calculateDraft is the rule that sets the defaults and amounts of a draft.
func calculateDraft(ctx context.Context, tx *db.Tx, _, i *pb.Invoice) error {
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
	var violations fault.List
	checked := map[string]bool{}
	for n, l := range i.Lines {
		values := fmt.Sprint(l.DimensionValueIds)
		if checked[values] || len(l.DimensionValueIds) == 0 {
			continue
		}
		checked[values] = true
		err := ledger.CheckDimensionValues(ctx, tx, l.DimensionValueIds)
		if err := violations.Merge(fmt.Sprintf("lines[%d]", n), err); err != nil {
			return err
		}
	}
	return violations.Err()
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
		discountPercent: i.DiscountPercent, discountAmount: i.DiscountAmount, taxCodeID: c.TaxCodeId, preview: preview}
	if err := d.fillLines(ctx, tx); err != nil {
		return nil, err
	}
	result, err := d.calculate()
	if err != nil {
		return nil, err
	}
	i.NetAmount, i.TaxAmount = money.ToProto(result.Net, i.CurrencyCode), money.ToProto(result.Tax, i.CurrencyCode)
	i.TotalAmount, i.Taxes = money.ToProto(result.Gross, i.CurrencyCode), d.describeTaxes(result.Taxes)
	i.WithheldAmount = money.ToProto(result.Withheld, i.CurrencyCode)
	return d, nil
}

// setDefaults sets the fields of an invoice that the caller left to the customer and the
// organization.
func setDefaults(tx *db.Tx, i *pb.Invoice, c *pb.Customer) {
	setIfEmpty(&i.CurrencyCode, c.CurrencyCode)
	setIfEmpty(&i.CurrencyCode, tx.Call().Organization.CurrencyCode)
	setIfEmpty(&i.PaymentTermId, c.PaymentTermId)
	if i.PriceMode == pb.TaxCalculation_MODE_UNSPECIFIED {
		i.PriceMode = pb.TaxCalculation_EXCLUSIVE
	}
	if i.TaxRounding == pb.TaxCalculation_ROUNDING_UNSPECIFIED {
		i.TaxRounding = pb.TaxCalculation_PER_LINE
	}
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
// also returns the last day and the amount of an early-payment discount.
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
	return terms, setDiscountTerms(terms, i, term, issued)
}
