package recurring

import (
	"context"
	"slices"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/platform/businessday"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/paper"
	"backoffice/internal/platform/recurrence"
)

// span is a day of an invoice with the first and the last day of its period.
type span struct{ day, start, end calendar.Date }

// seriesOf returns the days of a recurring invoice.
func seriesOf(ctx context.Context, tx *db.Tx, r *typepb.Recurrence) (*recurrence.Series, error) {
	setting, err := businessday.Setting(ctx, tx)
	if err != nil {
		return nil, err
	}
	return recurrence.New(r, setting)
}

// periods finds the periods of the days of a recurring invoice.
type periods struct {
	period  pb.RecurringInvoice_Period
	rule    *typepb.Recurrence
	endless *recurrence.Series
}

// periodsOf returns the periods of a recurring invoice. The last one ends as if the recurrence went
// on.
func periodsOf(ctx context.Context, tx *db.Tx, r *pb.RecurringInvoice) (p periods, err error) {
	p.period, p.rule = r.Period, endless(r.Recurrence)
	p.endless, err = seriesOf(ctx, tx, p.rule)
	return p, err
}

// endless returns a recurrence without its end.
func endless(r *typepb.Recurrence) *typepb.Recurrence {
	out := proto.CloneOf(r)
	out.UntilDate, out.Count = "", 0
	return out
}

// of returns the period of a day.
func (p periods) of(day calendar.Date) span {
	if p.period == pb.RecurringInvoice_ARREARS {
		before, found := p.endless.Previous(day)
		if !found {
			before = shifted(p.rule, day, -1)
		}
		return span{day, before, day.AddDays(-1)}
	}
	next, found := p.endless.Next(day)
	if !found {
		next = shifted(p.rule, day, 1)
	}
	return span{day, day, next.AddDays(-1)}
}

// shifted returns a day shifted by intervals of a rule.
func shifted(r *typepb.Recurrence, day calendar.Date, intervals int) calendar.Date {
	n := intervals * int(max(r.Interval, 1))
	switch r.Frequency {
	case typepb.Recurrence_DAILY:
		return day.AddDays(n)
	case typepb.Recurrence_WEEKLY:
		return day.AddDays(7 * n)
	case typepb.Recurrence_YEARLY:
		return day.AddMonths(12 * n)
	}
	return day.AddMonths(n)
}

// newInvoice returns the invoice of a day, with the texts in the language of the customer and the
// prices of the day.
func newInvoice(ctx context.Context, tx *db.Tx, r *pb.RecurringInvoice, s span) (*pb.Invoice, error) {
	c, err := customers.Lookup(ctx, tx, "customerId", r.CustomerId)
	if err != nil {
		return nil, err
	}
	organization := tx.Call().Organization
	l := paper.NewLanguage(c.LanguageCode, organization.RegionCode, organization.Zone)
	i := &pb.Invoice{CustomerId: r.CustomerId, IssueDate: s.day.String(), PaymentTermId: r.PaymentTermId,
		CurrencyCode: r.CurrencyCode, PriceMode: r.PriceMode, TaxRounding: r.TaxRounding,
		DiscountPercent: r.DiscountPercent, DiscountAmount: proto.CloneOf(r.DiscountAmount),
		Reference: fill(r.Reference, l, s), Introduction: fill(r.Introduction, l, s),
		ClosingText: fill(r.ClosingText, l, s), Note: r.Note, RecurringInvoiceId: r.Id}
	for _, t := range r.Lines {
		line := &pb.DocumentLine{ItemId: t.ItemId, Description: fill(t.Description, l, s), Quantity: t.Quantity,
			Unit: t.Unit, UnitPrice: priceOn(t, s.day), DiscountPercent: t.DiscountPercent, TaxCodeId: t.TaxCodeId,
			AccountId: t.AccountId, DimensionValueIds: slices.Clone(t.DimensionValueIds)}
		if t.ForPeriod {
			line.ServiceStartDate, line.ServiceEndDate = s.start.String(), s.end.String()
		}
		i.Lines = append(i.Lines, line)
	}
	return i, nil
}

// priceOn returns the price of a line on a day.
func priceOn(l *pb.RecurringInvoice_Line, day calendar.Date) string {
	price := l.UnitPrice
	for _, p := range l.Prices {
		if p.StartDate <= day.String() {
			price = p.UnitPrice
		}
	}
	return price
}
