package recurring

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/jobs"
)

// turnInvoices is how many invoices are issued before other organizations have a turn.
const turnInvoices = 50

// pendingDay is a day whose draft is to be issued, or whose invoice is to be sent.
type pendingDay struct {
	RecurringInvoiceID uuid.UUID
	Date               calendar.Date
	InvoiceID          uuid.UUID
}

// issueAndSend issues the drafts that wait for it, and then sends the invoices that wait for it,
// each by date. A draft that is refused stays a draft, and the recurring invoice shows the reason.
// It also shows why an invoice was not sent. A fault of one does not keep the others from being
// issued and sent.
func (s *Service) issueAndSend(ctx context.Context) error {
	again := false
	var faults []error
	for _, w := range []struct {
		find string
		work func(ctx context.Context, day pendingDay) error
	}{{selectPending, s.issueDay}, {selectToSend, s.sendDay}} {
		days, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) ([]pendingDay, error) {
			return db.Collect[pendingDay](ctx, tx, w.find, tx.Call().Organization.ID, turnInvoices)
		})
		if err != nil {
			return err
		}
		for _, day := range days {
			faults = append(faults, w.work(ctx, day))
		}
		again = again || len(days) == turnInvoices
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	if again {
		return jobs.ErrAgain
	}
	return nil
}

const selectPending = `
select recurring_invoice_id, date, invoice_id
from finance.recurring_invoice_days
where org_id = $1
and pending
order by date, invoice_id
limit $2`

const selectToSend = `
select recurring_invoice_id, date, invoice_id
from finance.recurring_invoice_days
where org_id = $1
and to_send
order by date, invoice_id
limit $2`

// issueDay issues the draft of a day, or notes why it is refused.
func (s *Service) issueDay(ctx context.Context, day pendingDay) error {
	key := id.Format(recurringInvoices.Prefix(), day.RecurringInvoiceID)
	err := s.write(ctx, func(ctx context.Context, tx *db.Tx) error { return s.issue(ctx, tx, key, day) })
	var refusal *fault.Error
	if err == nil || !errors.As(err, &refusal) {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, pending, err := endPending(ctx, tx, key, day)
		if err != nil || !pending {
			return err
		}
		return note(ctx, tx, key, day.Date, nil, refusal)
	})
}

// sendDay sends the invoice of a day, or notes why it is refused. The mails are stored in the unit
// of work that notes that it was sent, so that they are stored once.
func (s *Service) sendDay(ctx context.Context, day pendingDay) error {
	done := func(ctx context.Context, tx *db.Tx) error { return setToSend(ctx, tx, day, false) }
	err := s.hooks.Send(ctx, id.Format("inv", day.InvoiceID), done)
	var refusal *fault.Error
	if err == nil || !errors.As(err, &refusal) {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx *db.Tx) error {
		key := id.Format(recurringInvoices.Prefix(), day.RecurringInvoiceID)
		if err := note(ctx, tx, key, day.Date, nil, refusal); err != nil {
			return err
		}
		return setToSend(ctx, tx, day, false)
	})
}

// issue issues the draft of a day, unless a person has issued or deleted it. The invoice waits to
// be sent if the mode says so.
func (s *Service) issue(ctx context.Context, tx *db.Tx, key string, day pendingDay) error {
	r, pending, err := endPending(ctx, tx, key, day)
	if err != nil || !pending {
		return err
	}
	issued, err := invoicing.IssueDraft(ctx, tx, id.Format("inv", day.InvoiceID))
	if err != nil {
		return err
	}
	if issued == nil || r.Mode != pb.RecurringInvoice_ISSUE_AND_SEND {
		return nil
	}
	return setToSend(ctx, tx, day, true)
}

// endPending locks a recurring invoice, and stores that the draft of a day is not to be issued any
// more. It reports whether it was to be, since the chore may run twice at the same time.
func endPending(
	ctx context.Context, tx *db.Tx, key string, day pendingDay,
) (r *pb.RecurringInvoice, pending bool, err error) {
	if r, err = recurringInvoices.Table().Lock(ctx, tx, key); err != nil {
		return nil, false, err
	}
	done, err := tx.Exec(ctx, `
update finance.recurring_invoice_days
set pending = false
where org_id = $1
and recurring_invoice_id = $2
and date = $3
and pending`, tx.Call().Organization.ID, day.RecurringInvoiceID, day.Date.String())
	return r, done.RowsAffected() > 0, err
}

// setToSend stores whether the invoice of a day is to be sent.
func setToSend(ctx context.Context, tx *db.Tx, day pendingDay, send bool) error {
	_, err := tx.Exec(ctx, `
update finance.recurring_invoice_days
set to_send = $4
where org_id = $1
and recurring_invoice_id = $2
and date = $3`, tx.Call().Organization.ID, day.RecurringInvoiceID, day.Date.String(), send)
	return err
}

// write runs a unit of work.
func (s *Service) write(ctx context.Context, work func(ctx context.Context, tx *db.Tx) error) error {
	_, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		return &emptypb.Empty{}, work(ctx, tx)
	})
	return err
}
