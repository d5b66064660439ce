package recurring

import (
	"cmp"
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/recurrence"
)

// setDefaults sets the default values of a recurring invoice. The currency stays that of the
// customer when it was created, because prices are in it.
func setDefaults(ctx context.Context, tx *db.Tx, _, r *pb.RecurringInvoice) error {
	if r.State == pb.RecurringInvoice_STATE_UNSPECIFIED {
		r.State = pb.RecurringInvoice_ACTIVE
	}
	if r.Mode == pb.RecurringInvoice_MODE_UNSPECIFIED {
		r.Mode = pb.RecurringInvoice_DRAFT
	}
	if r.Period == pb.RecurringInvoice_PERIOD_UNSPECIFIED {
		r.Period = pb.RecurringInvoice_ADVANCE
	}
	if r.PriceMode == pb.TaxCalculation_MODE_UNSPECIFIED {
		r.PriceMode = pb.TaxCalculation_EXCLUSIVE
	}
	if r.TaxRounding == pb.TaxCalculation_ROUNDING_UNSPECIFIED {
		r.TaxRounding = pb.TaxCalculation_PER_LINE
	}
	if r.CurrencyCode == "" {
		c, err := customers.Lookup(ctx, tx, "customerId", r.CustomerId)
		if err != nil {
			return err
		}
		r.CurrencyCode = c.CurrencyCode
	}
	if r.DiscountAmount != nil {
		r.DiscountAmount.CurrencyCode = cmp.Or(r.DiscountAmount.CurrencyCode, r.CurrencyCode)
	}
	recurrence.SetDefaults(r.Recurrence)
	var violations fault.List
	for field, value := range map[string]string{"timeOfDay": r.Recurrence.TimeOfDay, "timeZone": r.Recurrence.TimeZone} {
		if value != "" {
			violations.Append(fault.At("recurrence."+field, "must be empty"))
		}
	}
	return violations.Err()
}

// lockCustomer is the rule that a new customer is not archived, and cannot be merged before the
// recurring invoice is stored, so that it moves with the customer.
func lockCustomer(ctx context.Context, tx *db.Tx, was, r *pb.RecurringInvoice) error {
	if r.CustomerId == was.CustomerId {
		return nil
	}
	_, err := customers.Resolve(ctx, tx, "customerId", r.CustomerId)
	return err
}

// Permissions for what the server does with the invoices.
const (
	writeInvoices = "finance.invoices.write"
	sendInvoices  = "finance.invoices.send"
)

// checkPermissions is the rule that the caller may do what the mode does with the invoices.
func checkPermissions(_ context.Context, tx *db.Tx, _, r *pb.RecurringInvoice) error {
	switch {
	case r.Mode == pb.RecurringInvoice_DRAFT:
		return nil
	case !tx.Call().Allows(writeInvoices):
		return fault.PermissionMissing(writeInvoices)
	case r.Mode == pb.RecurringInvoice_ISSUE_AND_SEND && !tx.Call().Allows(sendInvoices):
		return fault.PermissionMissing(sendInvoices)
	}
	return nil
}

// checkRecurrence is the rule that a recurrence has days, also while no invoices are created. It
// notes when the recurrence of a stored recurring invoice changes, other than in its end.
func checkRecurrence(ctx context.Context, tx *db.Tx, was, r *pb.RecurringInvoice) error {
	if proto.Equal(was.Recurrence, r.Recurrence) {
		return nil
	}
	_, err := seriesOf(ctx, tx, r.Recurrence)
	var violations fault.List
	if err := violations.Merge("recurrence", err); err != nil {
		return err
	}
	if was.Recurrence != nil && !proto.Equal(endless(was.Recurrence), endless(r.Recurrence)) {
		r.RecurrenceChangeDate = tx.Call().Today().String()
	}
	return violations.Err()
}

// checkTemplate is the rule that the texts and prices of a template are valid, and that it makes an
// invoice today.
func checkTemplate(ctx context.Context, tx *db.Tx, was, r *pb.RecurringInvoice) error {
	if proto.Equal(stableTemplate(was), stableTemplate(r)) {
		return nil
	}
	var violations fault.List
	if len(r.Lines) == 0 {
		violations.Append(fault.At("lines", "must have at least one line"))
	}
	for field, text := range map[string]string{
		"reference": r.Reference, "introduction": r.Introduction, "closingText": r.ClosingText,
	} {
		violations.Append(checkVariables(field, text)...)
	}
	for n, l := range r.Lines {
		at := fmt.Sprintf("lines[%d]", n)
		violations.Append(checkVariables(at+".description", l.Description)...)
		violations.Append(checkPrices(at, l)...)
	}
	if err := violations.Err(); err != nil {
		return err
	}
	if err := checkDimensions(ctx, tx, r.Lines); err != nil {
		return err
	}
	today := tx.Call().Today()
	i, err := newInvoice(ctx, tx, r, span{day: today, start: today, end: today})
	if err != nil {
		return err
	}
	if err := checkTexts(ctx, tx, r, today); err != nil {
		return err
	}
	return invoicing.Preview(ctx, tx, i)
}

// checkTexts refuses texts that are too long for an invoice once their variables are filled in, in
// any month.
func checkTexts(ctx context.Context, tx *db.Tx, r *pb.RecurringInvoice, today calendar.Date) error {
	for n := range 12 {
		day := today.AddMonths(n)
		i, err := newInvoice(ctx, tx, r, span{day: day, start: day, end: day})
		if err != nil {
			return err
		}
		if err := fault.CheckLimits(i); err != nil {
			return err
		}
	}
	return nil
}

// stableTemplate returns a template without what the server counts.
func stableTemplate(r *pb.RecurringInvoice) *pb.RecurringInvoice {
	return &pb.RecurringInvoice{CustomerId: r.CustomerId, PaymentTermId: r.PaymentTermId, CurrencyCode: r.CurrencyCode,
		PriceMode: r.PriceMode, TaxRounding: r.TaxRounding, Lines: r.Lines, DiscountPercent: r.DiscountPercent,
		DiscountAmount: r.DiscountAmount, Reference: r.Reference,
		Introduction: r.Introduction, ClosingText: r.ClosingText, Note: r.Note}
}

// checkPrices checks the dated prices of a line.
func checkPrices(at string, l *pb.RecurringInvoice_Line) (fields []fault.Field) {
	for n, p := range l.Prices {
		at := fmt.Sprintf("%s.prices[%d]", at, n)
		if _, err := calendar.ParseBusinessDate(p.StartDate); err != nil {
			fields = append(fields, fault.At(at+".startDate", "%s", err))
		}
		if n > 0 && p.StartDate <= l.Prices[n-1].StartDate {
			fields = append(fields, fault.At(at+".startDate", "must be after that of the price before"))
		}
		if !isPrice(p.UnitPrice) {
			fields = append(fields, fault.At(at+".unitPrice",
				"must be a decimal number such as 12.5, at most %s, with at most %d digits after the point", maxPrice,
				priceDigits))
		}
	}
	return fields
}

// checkDimensions checks the dimension values of lines.
func checkDimensions(ctx context.Context, tx *db.Tx, lines []*pb.RecurringInvoice_Line) error {
	var violations fault.List
	for n, l := range lines {
		if len(l.DimensionValueIds) == 0 {
			continue
		}
		err := ledger.CheckDimensionValues(ctx, tx, l.DimensionValueIds)
		if err := violations.Merge(fmt.Sprintf("lines[%d]", n), err); err != nil {
			return err
		}
	}
	return violations.Err()
}
