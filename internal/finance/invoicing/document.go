package invoicing

import (
	"context"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/tax"
	"backoffice/internal/finance/tax/calculation"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

type timestamp = timestamppb.Timestamp

// Digits after the point of rates, quantities and prices, and percentages.
const (
	rateDigits    = 12
	priceDigits   = 6
	percentDigits = 4
)

// document is what sales documents have in common.
type document struct {
	currency        string
	mode            pb.TaxCalculation_Mode
	rounding        pb.TaxCalculation_Rounding
	date            calendar.Date
	lines           []*pb.DocumentLine
	discountPercent string
	discountAmount  *typepb.Money
	// customer decides on the tax codes of lines that have none. nil if they are not taxed.
	customer *pb.Customer
	// preview is true if nothing may be written.
	preview bool
	// codes are the tax codes of the lines on the date.
	codes map[string]tax.Resolved
}

// fillLines fills in what the lines of a document take from their items, and checks what they refer
// to.
func (d *document) fillLines(ctx context.Context, tx *db.Tx) error {
	ids := make([]string, len(d.lines))
	for i, l := range d.lines {
		ids[i] = l.ItemId
	}
	items, err := catalog.ResolveItems(ctx, tx, ids, func(i int) string { return fmt.Sprintf("lines[%d].itemId", i) },
		func(i int) bool { return len(d.lines[i].SourceIds) > 0 })
	if err != nil {
		return err
	}
	var violations fault.List
	for i, l := range d.lines {
		if err := violations.Merge(fmt.Sprintf("lines[%d]", i), d.fillLine(l, items[l.ItemId])); err != nil {
			return err
		}
	}
	if err := violations.Err(); err != nil {
		return err
	}
	if err := d.setTaxCodes(ctx, tx, items); err != nil {
		return err
	}
	if err := d.fillAccounts(ctx, tx); err != nil {
		return err
	}
	return d.checkReferences(ctx, tx)
}

// fillAccounts sets the account of lines that have none to that with the role SALES. A preview
// cannot add the account, and leaves it empty until the first posting.
func (d *document) fillAccounts(ctx context.Context, tx *db.Tx) error {
	if !slices.ContainsFunc(d.lines, func(l *pb.DocumentLine) bool { return l.AccountId == "" }) {
		return nil
	}
	sales, err := d.salesAccount(ctx, tx)
	if err != nil {
		return err
	}
	for _, l := range d.lines {
		setIfEmpty(&l.AccountId, sales)
	}
	return nil
}

// salesAccount returns the account with the role SALES. In a preview it is empty if the
// organization has none yet.
func (d *document) salesAccount(ctx context.Context, tx *db.Tx) (string, error) {
	if !d.preview {
		return ledger.RoleAccount(ctx, tx, pb.AccountRole_SALES)
	}
	account, err := ledger.FindRoleAccount(ctx, tx, pb.AccountRole_SALES)
	return account.GetId(), err
}

// fillLine fills in what a line takes from its item.
func (d *document) fillLine(l *pb.DocumentLine, item *pb.Item) error {
	if item != nil {
		setIfEmpty(&l.Description, item.Description)
		setIfEmpty(&l.Description, item.DisplayName)
		setIfEmpty(&l.Unit, item.Unit)
		setIfEmpty(&l.AccountId, item.IncomeAccountId)
		if item.CurrencyCode == d.currency && item.PriceIncludesTax == (d.mode == pb.TaxCalculation_INCLUSIVE) {
			setIfEmpty(&l.UnitPrice, item.SalePrice)
		}
	}
	setIfEmpty(&l.Quantity, "1")
	switch {
	case l.Description == "":
		return fault.Invalid(fault.At("description", "is required without an item"))
	case l.UnitPrice == "":
		return fault.Invalid(fault.At("unitPrice",
			"is required, because the line has no item with a price in %s for this price mode", d.currency))
	case l.DiscountPercent != "" && l.DiscountAmount != nil:
		return fault.Invalid(fault.At("discountAmount", "cannot be combined with discountPercent"))
	case l.ServiceEndDate != "" && l.ServiceEndDate < l.ServiceStartDate:
		return fault.Invalid(fault.At("serviceEndDate", "must not be before serviceStartDate"))
	}
	return nil
}

func setIfEmpty(field *string, value string) {
	if *field == "" {
		*field = value
	}
}

// checkReferences checks the accounts of the lines, and reads their tax codes.
func (d *document) checkReferences(ctx context.Context, tx *db.Tx) (err error) {
	checked := map[string]bool{}
	codes := make([]string, len(d.lines))
	for i, l := range d.lines {
		codes[i] = l.TaxCodeId
		if checked[l.AccountId] || l.AccountId == "" {
			continue
		}
		checked[l.AccountId] = true
		if err := checkIncomeAccount(ctx, tx, fmt.Sprintf("lines[%d].accountId", i), l.AccountId); err != nil {
			return err
		}
	}
	d.codes, err = tax.ResolveCodes(ctx, tx, d.date, codes)
	return err
}

// calculate computes the amounts of the lines and of the document.
func (d *document) calculate() (calculation.Result, error) {
	in, err := d.input()
	if err != nil {
		return calculation.Result{}, err
	}
	result, err := calculation.Calculate(in)
	if err != nil {
		return result, tax.Violation(err, func(i int) string { return fmt.Sprintf("lines[%d]", i) }, "discountAmount")
	}
	for i, l := range d.lines {
		r := result.Lines[i]
		l.Amount, l.NetAmount = money.ToProto(r.Amount-r.Discount, d.currency), money.ToProto(r.Net, d.currency)
		l.TaxAmount, l.Taxes = money.ToProto(r.Tax, d.currency), d.describeTaxes(r.Taxes)
		l.LegalNote = d.codes[l.TaxCodeId].Code.GetLegalNote()
	}
	return result, nil
}

// input returns the document in the form that package calculation computes with.
func (d *document) input() (in calculation.Document, err error) {
	digits, _ := money.Digits(d.currency)
	in = calculation.Document{Digits: digits, Mode: tax.ModeOf(d.mode), Rounding: tax.RoundingOf(d.rounding)}
	if in.Discount, err = d.readDiscount(d.discountPercent, d.discountAmount); err != nil {
		return in, err
	}
	if len(d.lines) == 0 {
		in.Discount = calculation.Discount{} // a draft that has no lines yet
	}
	var violations fault.List
	for i, l := range d.lines {
		line, err := d.readLine(l)
		if err := violations.Merge(fmt.Sprintf("lines[%d]", i), err); err != nil {
			return in, err
		}
		in.Lines = append(in.Lines, line)
	}
	return in, violations.Err()
}

// readLine returns a line in the form that package calculation computes with.
func (d *document) readLine(l *pb.DocumentLine) (out calculation.Line, err error) {
	if out.Quantity, err = readDecimal("quantity", l.Quantity, priceDigits); err != nil {
		return out, err
	}
	if out.UnitPrice, err = readDecimal("unitPrice", l.UnitPrice, priceDigits); err != nil {
		return out, err
	}
	if out.Discount, err = d.readDiscount(l.DiscountPercent, l.DiscountAmount); err != nil {
		return out, err
	}
	if d.mode != pb.TaxCalculation_NO_TAX && l.TaxCodeId != "" {
		out.Components = d.codes[l.TaxCodeId].Components
	}
	return out, nil
}

// readDiscount returns the discount that a percentage or an amount gives.
func (d *document) readDiscount(percent string, amount *typepb.Money) (out calculation.Discount, err error) {
	switch {
	case percent != "" && amount != nil:
		return out, fault.Invalid(fault.At("discountAmount", "cannot be combined with discountPercent"))
	case percent != "":
		out.Percent, err = readDecimal("discountPercent", percent, percentDigits)
		return out, err
	case amount == nil:
		return out, nil
	}
	if amount.CurrencyCode == "" {
		amount.CurrencyCode = d.currency
	}
	if amount.CurrencyCode != d.currency {
		return out, fault.Invalid(fault.At("discountAmount.currencyCode", "must be %s", d.currency))
	}
	if out.Minor, err = money.Parse(amount.Amount, d.currency); err != nil {
		return out, fault.Invalid(fault.At("discountAmount.amount", "%s", err))
	}
	return out, nil
}

// readDecimal parses a decimal number with a limited number of digits after the point.
func readDecimal(field, text string, digits int32) (decimal.Decimal, error) {
	d, err := decimal.NewFromString(text)
	if err != nil || -d.Exponent() > digits || d.Exponent() > digits {
		return decimal.Zero, fault.Invalid(fault.At(field,
			"must be a decimal number such as 12.5, with at most %d digits after the point", digits))
	}
	return d, nil
}

// describeTaxes returns the taxes of a line or the document as the API shows them.
func (d *document) describeTaxes(taxes []calculation.Tax) []*pb.TaxCalculation_Tax {
	return tax.DescribeTaxes(taxes, d.currency, d.codes)
}
