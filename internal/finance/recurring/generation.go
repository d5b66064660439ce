package recurring

import (
	"cmp"
	"context"
	"errors"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

const (
	// maxGenerated is the number of drafts of one call.
	maxGenerated = 100
	// defaultPreviewed is how many invoices a preview returns by default.
	defaultPreviewed = 12
)

// GenerateRecurringInvoices creates drafts for the days that have no invoice.
func (s *Service) GenerateRecurringInvoices(
	ctx context.Context, req *pb.GenerateRecurringInvoicesRequest,
) (*pb.GenerateRecurringInvoicesResponse, error) {
	return db.Write(ctx, s.db,
		func(ctx context.Context, tx *db.Tx) (*pb.GenerateRecurringInvoicesResponse, error) {
			if !tx.Call().Allows(writeInvoices) {
				return nil, fault.PermissionMissing(writeInvoices)
			}
			r, err := recurringInvoices.LockByCaller(ctx, tx, req.GetRecurringInvoiceId())
			if err != nil {
				return nil, err
			}
			if err := recurringInvoices.CheckEtag(ctx, tx, r, r); err != nil {
				return nil, err
			}
			from, through, err := readRange(tx, r, req)
			if err != nil {
				return nil, err
			}
			missing, err := missingDays(ctx, tx, r, from, through)
			if err != nil {
				return nil, err
			}
			out := &pb.GenerateRecurringInvoicesResponse{RemainingCount: int32(max(len(missing)-maxGenerated, 0))}
			for _, day := range missing[:min(len(missing), maxGenerated)] {
				i, err := createDraft(ctx, tx, r, day, false)
				if err == nil {
					err = note(ctx, tx, r.Id, day, i, nil)
				}
				if err != nil {
					return nil, refusedDay(err, day)
				}
				out.Invoices = append(out.Invoices, i)
			}
			return out, nil
		})
}

// refusedDay says of a refusal which day it is about.
func refusedDay(err error, day calendar.Date) error {
	return fault.MapFields(err, func(f fault.Field) fault.Field {
		return fault.At("throughDate", "includes %s, whose invoice is refused: %s %s", day, f.Path, f.Message)
	})
}

// readRange returns the first and the last day for which invoices are generated. Days before the
// recurrence last changed were those of another one.
func readRange(
	tx *db.Tx, r *pb.RecurringInvoice, req *pb.GenerateRecurringInvoicesRequest,
) (from, through calendar.Date, err error) {
	today := tx.Call().Today()
	through = today
	if given := req.GetThroughDate(); given != "" {
		if through, err = calendar.ParseBusinessDate(given); err != nil {
			return from, through, fault.Invalid(fault.At("throughDate", "%s", err))
		}
	}
	if given := cmp.Or(req.GetFromDate(), r.RecurrenceChangeDate); given != "" {
		if from, err = calendar.ParseBusinessDate(given); err != nil {
			return from, through, fault.Invalid(fault.At("fromDate", "%s", err))
		}
	}
	switch {
	case through.After(today):
		err = fault.Invalid(fault.At("throughDate", "must not be after today, %s", today))
	case req.GetFromDate() != "" && from.After(through):
		err = fault.Invalid(fault.At("fromDate", "must not be after %s, the last day", through))
	}
	return from, through, err
}

// missingDays returns the days of a recurring invoice in a range that have no invoice.
func missingDays(
	ctx context.Context, tx *db.Tx, r *pb.RecurringInvoice, from, through calendar.Date,
) (missing []calendar.Date, err error) {
	series, err := seriesOf(ctx, tx, r.Recurrence)
	if err != nil {
		return nil, err
	}
	key, err := id.Parse(recurringInvoices.Prefix(), r.Id)
	if err != nil {
		return nil, err
	}
	stored, err := db.CollectColumn[calendar.Date](ctx, tx, `
select date
from finance.recurring_invoice_days
where org_id = $1
and recurring_invoice_id = $2`, tx.Call().Organization.ID, key)
	if err != nil {
		return nil, err
	}
	days := slices.Collect(series.Between(series.First(), through))
	if next, found := series.Next(through); found { // to which an invoice may be closer
		days = append(days, next)
	}
	invoiced := invoicedDays(days, stored, r.Recurrence)
	for _, day := range days {
		if !invoiced[day] && !day.Before(from) && !day.After(through) {
			missing = append(missing, day)
		}
	}
	return missing, nil
}

// invoicedDays returns which of the days, which ascend, have an invoice. If the recurrence or the
// holidays changed, an invoice with another date is for the closest day, unless that is more than
// half an interval away.
func invoicedDays(days, stored []calendar.Date, rule *typepb.Recurrence) map[calendar.Date]bool {
	invoiced := map[calendar.Date]bool{}
	for _, date := range stored {
		at, _ := slices.BinarySearchFunc(days, date, calendar.Date.Compare)
		var closest calendar.Date
		for _, day := range days[max(at-1, 0):min(at+1, len(days))] {
			if closest.IsZero() || distance(day, date) < distance(closest, date) {
				closest = day
			}
		}
		if !closest.IsZero() && 2*distance(closest, date) <= closest.DaysUntil(shifted(rule, closest, 1)) {
			invoiced[closest] = true
		}
	}
	return invoiced
}

// distance returns the number of days between two dates.
func distance(a, b calendar.Date) int { return max(a.DaysUntil(b), b.DaysUntil(a)) }

// PreviewRecurringInvoice returns the next invoices.
func (s *Service) PreviewRecurringInvoice(
	ctx context.Context, req *pb.PreviewRecurringInvoiceRequest,
) (*pb.PreviewRecurringInvoiceResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.PreviewRecurringInvoiceResponse, error) {
		r, err := recurringInvoices.GetByCaller(ctx, tx, req.GetRecurringInvoiceId())
		if err != nil {
			return nil, err
		}
		size := int(req.GetPageSize())
		if size == 0 {
			size = defaultPreviewed
		}
		if err := setNextDates(ctx, tx, []*pb.RecurringInvoice{r}); err != nil {
			return nil, err
		}
		out := &pb.PreviewRecurringInvoiceResponse{}
		if r.State == pb.RecurringInvoice_PAUSED || r.ArchiveTime != nil {
			return out, nil
		}
		out.Invoices, err = upcomingInvoices(ctx, tx, r, size)
		return out, err
	})
}

// upcomingInvoices returns the next invoices of a recurring invoice.
func upcomingInvoices(
	ctx context.Context, tx *db.Tx, r *pb.RecurringInvoice, size int,
) (list []*pb.UpcomingInvoice, err error) {
	first, err := calendar.ParseDate(r.NextDate)
	if err != nil {
		return nil, nil // there is none
	}
	series, err := seriesOf(ctx, tx, r.Recurrence)
	if err != nil {
		return nil, err
	}
	p, err := periodsOf(ctx, tx, r)
	if err != nil {
		return nil, err
	}
	for day := range series.All(first) {
		upcoming, err := previewDay(ctx, tx, r, p.of(day))
		if err != nil {
			return nil, err
		}
		if list = append(list, upcoming); len(list) == size {
			break
		}
	}
	return list, nil
}

// previewDay returns the invoice of a day, or why it would be refused.
func previewDay(ctx context.Context, tx *db.Tx, r *pb.RecurringInvoice, s span) (*pb.UpcomingInvoice, error) {
	out := &pb.UpcomingInvoice{Date: s.day.String(), PeriodStartDate: s.start.String(), PeriodEndDate: s.end.String()}
	i, err := newInvoice(ctx, tx, r, s)
	if err == nil {
		err = fault.CheckLimits(i)
	}
	if err == nil {
		err = invoicing.Preview(ctx, tx, i)
	}
	var refusal *fault.Error
	switch {
	case errors.As(err, &refusal):
		out.Reason, out.Message = refusal.Reason.String(), messageOf(refusal)
	case err != nil:
		return nil, err
	default:
		out.Invoice = i
	}
	return out, nil
}
