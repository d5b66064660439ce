package tax

import (
	"context"
	"errors"
	"fmt"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/tax/calculation"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// CalculateTax calculates the amounts and taxes of lines without storing anything.
func (s *Service) CalculateTax(ctx context.Context, req *pb.CalculateTaxRequest) (*pb.TaxCalculation, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.TaxCalculation, error) {
		p, err := readPreview(tx.Call(), req)
		if err != nil {
			return nil, err
		}
		codes, err := resolveCodes(ctx, tx, p.use, p.on, p.codeIDs, nil)
		if err != nil {
			return nil, err
		}
		for i, key := range p.codeIDs {
			p.document.Lines[i].Components = codes[key].Components
		}
		result, err := calculation.Calculate(p.document)
		if err != nil {
			return nil, Violation(err, func(i int) string { return fmt.Sprintf("lines[%d]", i) }, "lines")
		}
		return describePreview(p, result, codes), nil
	})
}

// Violation returns an error of package calculation as a violation of a request: at line(i) if it
// concerns a line, else at whole.
func Violation(err error, line func(i int) string, whole string) error {
	var at *calculation.Error
	if !errors.As(err, &at) {
		return err
	}
	path := whole
	if at.Line != calculation.Whole {
		path = line(at.Line)
	}
	return fault.Invalid(fault.At(path, "cannot be calculated: %v", at.Err))
}

// preview is a request to calculate taxes, as it was read.
type preview struct {
	document calculation.Document
	on       calendar.Date
	currency string
	use      pb.TaxCode_Use
	codeIDs  []string // by line
}

// ModeOf returns the mode of the API as package calculation names it. The default is Exclusive.
func ModeOf(m pb.TaxCalculation_Mode) calculation.Mode {
	switch m {
	case pb.TaxCalculation_INCLUSIVE:
		return calculation.Inclusive
	case pb.TaxCalculation_NO_TAX:
		return calculation.NoTax
	}
	return calculation.Exclusive
}

// RoundingOf returns the rounding of the API as package calculation names it. The default is
// PerLine.
func RoundingOf(r pb.TaxCalculation_Rounding) calculation.Rounding {
	if r == pb.TaxCalculation_PER_DOCUMENT_RATE {
		return calculation.PerDocumentRate
	}
	return calculation.PerLine
}

// readPreview reads a request. It reports all invalid fields at once.
func readPreview(c *call.Call, req *pb.CalculateTaxRequest) (*preview, error) {
	p := &preview{on: c.Today(), currency: c.Organization.CurrencyCode, use: pb.TaxCode_SALES}
	var violations fault.List
	if req.GetDate() != "" {
		on, err := calendar.ParseBusinessDate(req.GetDate())
		if err != nil {
			violations.Append(fault.At("date", "must be a date such as 2026-01-01"))
		}
		p.on = on
	}
	if req.GetCurrencyCode() != "" {
		p.currency = req.GetCurrencyCode()
	}
	digits, known := money.Digits(p.currency)
	if !known {
		return nil, fault.Invalid(fault.At("currencyCode", "must be an ISO 4217 code"))
	}
	switch req.GetUse() {
	case pb.TaxCode_BOTH:
		violations.Append(fault.At("use", "must be SALES or PURCHASES"))
	case pb.TaxCode_PURCHASES:
		p.use = pb.TaxCode_PURCHASES
	}
	p.document = calculation.Document{Digits: digits, Mode: ModeOf(req.GetMode()), Rounding: RoundingOf(req.GetRounding())}
	var err error
	p.document.Discount, err = readDiscount(req.GetDiscountPercent(), req.GetDiscountAmount(), p.currency)
	violations.MergeViolations("", err)
	for i, l := range req.GetLines() {
		line, err := readLine(l, p.currency)
		violations.MergeViolations(fmt.Sprintf("lines[%d]", i), err)
		p.document.Lines = append(p.document.Lines, line)
		codeID := l.GetTaxCodeId()
		if p.document.Mode == calculation.NoTax {
			codeID = ""
		}
		p.codeIDs = append(p.codeIDs, codeID)
	}
	return p, violations.Err()
}

func readLine(l *pb.CalculateTaxRequest_Line, currency string) (line calculation.Line, err error) {
	var violations fault.List
	line.Quantity = decimal.NewFromInt(1)
	if l.GetQuantity() != "" {
		line.Quantity, err = readNumber("quantity", l.GetQuantity())
		violations.MergeViolations("", err)
	}
	line.UnitPrice, err = readNumber("unitPrice", l.GetUnitPrice())
	violations.MergeViolations("", err)
	line.Discount, err = readDiscount(l.GetDiscountPercent(), l.GetDiscountAmount(), currency)
	violations.MergeViolations("", err)
	return line, violations.Err()
}

// numberDigits bounds the digits of quantities and prices before and after the point.
const numberDigits = 12

// readNumber parses a quantity or a price.
func readNumber(field, text string) (decimal.Decimal, error) {
	number, err := decimal.NewFromString(text)
	if err != nil || number.Exponent() > numberDigits || number.Exponent() < -numberDigits {
		return number, fault.Invalid(fault.At(field, "must be a decimal number such as \"379.00\", with up to %d digits "+
			"after the point", numberDigits))
	}
	return number, nil
}

func readDiscount(percent string, amount *typepb.Money, currency string) (d calculation.Discount, err error) {
	switch {
	case percent != "" && amount != nil:
		return d, fault.Invalid(fault.At("discountPercent", "must be empty if discountAmount is set"))
	case percent != "":
		if err := normalizePercent("discountPercent", &percent); err != nil {
			return d, err
		}
		d.Percent = decimal.RequireFromString(percent)
	case amount != nil:
		if amount.GetCurrencyCode() != "" && amount.GetCurrencyCode() != currency {
			return d, fault.Invalid(
				fault.At("discountAmount.currencyCode", "must be %s, the currency of the document", currency))
		}
		if d.Minor, err = money.Parse(amount.GetAmount(), currency); err != nil {
			return d, fault.Invalid(fault.At("discountAmount.amount", "%v", err))
		}
	}
	return d, nil
}
