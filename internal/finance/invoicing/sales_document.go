package invoicing

import (
	"context"
	"fmt"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// SalesDocument is a document with lines like those of an invoice that is not an invoice, such as a
// quote. Its lines take the same defaults, and its amounts come from the same calculation.
type SalesDocument struct {
	CurrencyCode    string
	PriceMode       *pb.TaxCalculation_Mode
	TaxRounding     *pb.TaxCalculation_Rounding
	Date            calendar.Date
	Lines           []*pb.DocumentLine
	DiscountPercent string
	DiscountAmount  *typepb.Money
	// Customer decides on the tax codes of lines that have none. nil if they are not taxed.
	Customer *pb.Customer
	// Preview is true if nothing may be written.
	Preview bool
}

// Totals are the amounts of a sales document.
type Totals struct {
	NetAmount, TaxAmount, TotalAmount, WithheldAmount *typepb.Money
	Taxes                                             []*pb.TaxCalculation_Tax
}

// Calculate fills in what the lines take from their items, checks what they refer to, and computes
// all amounts. The price mode and the rounding get their defaults.
func (s SalesDocument) Calculate(ctx context.Context, tx *db.Tx) (Totals, error) {
	if _, known := money.Digits(s.CurrencyCode); !known {
		return Totals{}, fault.Invalid(fault.At("currencyCode", "is not a known currency"))
	}
	setModes(s.PriceMode, s.TaxRounding)
	d := &document{currency: s.CurrencyCode, mode: *s.PriceMode, rounding: *s.TaxRounding, date: s.Date, lines: s.Lines,
		discountPercent: s.DiscountPercent, discountAmount: s.DiscountAmount, customer: s.Customer, preview: s.Preview}
	t, err := d.complete(ctx, tx)
	if err != nil {
		return t, err
	}
	return t, checkDimensions(ctx, tx, s.Lines)
}

// complete fills in the lines of a document and computes its amounts.
func (d *document) complete(ctx context.Context, tx *db.Tx) (Totals, error) {
	if err := d.fillLines(ctx, tx); err != nil {
		return Totals{}, err
	}
	result, err := d.calculate()
	if err != nil {
		return Totals{}, err
	}
	return Totals{NetAmount: money.ToProto(result.Net, d.currency), TaxAmount: money.ToProto(result.Tax, d.currency),
		TotalAmount: money.ToProto(result.Gross, d.currency), WithheldAmount: money.ToProto(result.Withheld, d.currency),
		Taxes: d.describeTaxes(result.Taxes)}, nil
}

// setModes sets the default price mode and rounding.
func setModes(mode *pb.TaxCalculation_Mode, rounding *pb.TaxCalculation_Rounding) {
	if *mode == pb.TaxCalculation_MODE_UNSPECIFIED {
		*mode = pb.TaxCalculation_EXCLUSIVE
	}
	if *rounding == pb.TaxCalculation_ROUNDING_UNSPECIFIED {
		*rounding = pb.TaxCalculation_PER_LINE
	}
}

// checkDimensions checks the dimension values of lines. A line that bills records carries their
// values, which may be archived.
func checkDimensions(ctx context.Context, tx *db.Tx, lines []*pb.DocumentLine) error {
	var violations fault.List
	checked := map[string]bool{}
	for n, l := range lines {
		bills := len(l.SourceIds) > 0
		key := fmt.Sprint(bills, l.DimensionValueIds)
		if checked[key] || len(l.DimensionValueIds) == 0 {
			continue
		}
		checked[key] = true
		check := ledger.CheckDimensionValues
		if bills {
			check = ledger.CheckCarriedValues
		}
		err := check(ctx, tx, l.DimensionValueIds)
		if err := violations.Merge(fmt.Sprintf("lines[%d]", n), err); err != nil {
			return err
		}
	}
	return violations.Err()
}

// refuseArchivedValues refuses archived dimension values of the lines of a draft that is about to
// be issued, except on lines that bill records. It locks nothing: the posting does.
func refuseArchivedValues(ctx context.Context, tx *db.Tx, lines []*pb.DocumentLine) error {
	var ids []string
	for _, l := range lines {
		if len(l.SourceIds) == 0 {
			ids = append(ids, l.DimensionValueIds...)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	found, err := ledger.FindDimensionValues(ctx, tx, slices.Compact(ids))
	if err != nil {
		return err
	}
	var violations fault.List
	for n, l := range lines {
		for i, v := range l.DimensionValueIds {
			if len(l.SourceIds) == 0 && found[v].GetArchiveTime() != nil {
				violations.MergeViolations("", fault.InvalidFor(optionsv1.Reason_REFERENCE_ARCHIVED,
					fault.At(fmt.Sprintf("lines[%d].dimensionValueIds[%d]", n, i), "names an archived dimension value")))
			}
		}
	}
	return violations.Err()
}
