package recurring

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/shopspring/decimal"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/schedule"
)

const (
	// scheduleKind is the kind of the schedules that create the invoices.
	scheduleKind = "finance.recurringInvoice"
	// maxSkips is the number of skipped days that a recurring invoice shows.
	maxSkips = 100
	// priceDigits is the maximum number of digits after the point of a price.
	priceDigits = 6
)

// maxPrice is a trillion. Larger prices are typing errors, and do not fit into an amount.
var maxPrice = decimal.New(1, 12)

// isPrice reports whether text is a price.
func isPrice(text string) bool {
	d, err := decimal.NewFromString(text)
	return err == nil && -d.Exponent() <= priceDigits && d.Exponent() <= priceDigits &&
		d.Abs().LessThanOrEqual(maxPrice)
}

// setSchedule sets the schedule of a recurring invoice. It starts today, or on the day after the
// last invoice if that is later.
func setSchedule(ctx context.Context, tx *db.Tx, was, r *pb.RecurringInvoice) error {
	if r.ArchiveTime != nil || r.State == pb.RecurringInvoice_PAUSED {
		return nil
	}
	p := schedule.Plan{Kind: scheduleKind, SubjectID: r.Id, DisplayName: r.DisplayName, Recurrence: r.Recurrence,
		CatchUp: platformv1.Schedule_RUN_ALL}
	if !proto.Equal(was.Recurrence, r.Recurrence) || was.ArchiveTime != nil || was.State != r.State {
		first := tx.Call().Today()
		if last, err := calendar.ParseDate(r.LastDate); err == nil && !last.Before(first) {
			first = last.AddDays(1)
		}
		p.After = first.Midnight(tx.Call().Organization.Zone).Add(-time.Microsecond)
	}
	_, err := schedule.Set(ctx, tx, p)
	var violations fault.List
	if err := violations.Merge("recurrence", err); err != nil {
		return err
	}
	return violations.Err()
}

// removeSchedule is the rule that stops a recurring invoice.
func removeSchedule(ctx context.Context, tx *db.Tx, _, r *pb.RecurringInvoice) error {
	return schedule.Remove(ctx, tx, r.Id)
}

// setNextDates fills in the days of the next invoices.
func setNextDates(ctx context.Context, tx *db.Tx, list []*pb.RecurringInvoice) error {
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = r.Id
	}
	dates, err := schedule.NextDates(ctx, tx, ids)
	for _, r := range list {
		r.NextDate = dates[r.Id]
	}
	return err
}

// fire creates the draft of a day, which a chore issues if the mode says so. If the draft is
// refused, for example because an item is archived, the day is skipped, and the recurring invoice
// shows the reason. A day that has an invoice gets no other one.
func (s *Service) fire(ctx context.Context, tx *db.Tx, f schedule.Firing) error {
	// The record is locked before those of invoicing.
	r, err := recurringInvoices.Table().Lock(ctx, tx, f.SubjectID)
	if err != nil {
		return err
	}
	created, err := hasInvoice(ctx, tx, r.Id, f.Day)
	if err != nil || created {
		return err
	}
	i, err := createDraft(ctx, tx, r, f.Day, r.Mode != pb.RecurringInvoice_DRAFT)
	var refusal *fault.Error
	if err != nil && !errors.As(err, &refusal) {
		return err
	}
	return note(ctx, tx, r.Id, f.Day, i, refusal)
}

// createDraft creates the draft of a day. If it is pending, the chore issues it. It returns nil and
// an error if the draft is refused.
func createDraft(
	ctx context.Context, tx *db.Tx, r *pb.RecurringInvoice, day calendar.Date, pending bool,
) (*pb.Invoice, error) {
	p, err := periodsOf(ctx, tx, r)
	if err != nil {
		return nil, err
	}
	i, err := newInvoice(ctx, tx, r, p.of(day))
	if err != nil {
		return nil, err
	}
	if err := invoicing.CreateDraft(ctx, tx, i); err != nil {
		return nil, err
	}
	return i, noteDay(ctx, tx, r.Id, day, i.Id, pending)
}

// hasInvoice reports whether the invoice of a day was created.
func hasInvoice(ctx context.Context, tx *db.Tx, key string, day calendar.Date) (found bool, err error) {
	k, err := id.Parse(recurringInvoices.Prefix(), key)
	if err != nil {
		return false, err
	}
	err = tx.QueryRow(ctx, `
select exists (
  select
  from finance.recurring_invoice_days
  where org_id = $1
  and recurring_invoice_id = $2
  and date = $3
)`, tx.Call().Organization.ID, k, day.String()).Scan(&found)
	return found, err
}

// noteDay stores that the invoice of a day was created.
func noteDay(ctx context.Context, tx *db.Tx, key string, day calendar.Date, invoiceID string, pending bool) error {
	k, err := id.Parse(recurringInvoices.Prefix(), key)
	if err != nil {
		return err
	}
	invoice, err := id.Parse("inv", invoiceID)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
insert into finance.recurring_invoice_days (org_id, recurring_invoice_id, date, invoice_id, pending, to_send)
values ($1, $2, $3, $4, $5, false)`, tx.Call().Organization.ID, k, day.String(), invoice, pending)
	return err
}

// note counts the invoice of a day, which is nil if there is none, and stores why it was refused.
func note(
	ctx context.Context, tx *db.Tx, key string, day calendar.Date, created *pb.Invoice, refusal *fault.Error,
) error {
	event := "invoiced"
	if refusal != nil {
		event = "skipped"
	}
	_, err := recurringInvoices.Modify(ctx, tx, key, event,
		func(_ context.Context, _ *db.Tx, _, r *pb.RecurringInvoice) error {
			if created != nil {
				r.LastDate = max(r.LastDate, day.String())
				r.CreatedCount++
			}
			if refusal != nil {
				skip := &pb.RecurringInvoice_Skip{Date: day.String(), Reason: refusal.Reason.String(),
					Message: messageOf(refusal)}
				r.Skips = slices.Insert(r.Skips, 0, skip)
				r.Skips = r.Skips[:min(len(r.Skips), maxSkips)]
				r.SkippedCount++
			}
			return nil
		})
	return err
}

// messageOf returns the message of a refusal, with its first violation if it has any.
func messageOf(e *fault.Error) string {
	if len(e.Fields) > 0 {
		return e.Fields[0].Path + " " + e.Fields[0].Message
	}
	return e.Message
}
