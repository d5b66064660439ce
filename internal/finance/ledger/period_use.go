package ledger

import (
	"context"

	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// periodUse is what posting needs to know of a period.
type periodUse struct {
	start, end calendar.Date
	state      string
}

func (p periodUse) is(s pb.AccountingPeriod_State) bool { return p.state == s.String() }

// span is the first and the last date of the entries; no dates without any.
func span(entries []*pb.JournalEntry) (first, last calendar.Date) {
	for _, e := range entries {
		d, err := calendar.ParseBusinessDate(e.GetDate())
		if err != nil {
			continue
		}
		if first.IsZero() || d.Before(first) {
			first = d
		}
		if last.IsZero() || d.After(last) {
			last = d
		}
	}
	return first, last
}

func (k *known) takePeriods(rows pgx.Rows) error {
	var use periodUse
	_, err := pgx.ForEachRow(rows, []any{&use.start, &use.end, &use.state}, func() error {
		k.periods = append(k.periods, use)
		return nil
	})
	return err
}

// periodOf is the period that a date lies in, if there is one.
func (k *known) periodOf(d calendar.Date) (periodUse, bool) {
	for _, p := range k.periods {
		if !d.Before(p.start) && !d.After(p.end) {
			return p, true
		}
	}
	return periodUse{}, false
}

// cover makes the fiscal year that the entry's date lies in, if it is not here yet.
func (k *known) cover(ctx context.Context, tx *db.Tx, e *pb.JournalEntry) error {
	d, err := calendar.ParseBusinessDate(e.GetDate())
	if err != nil {
		return nil // refused with the entry's other fields
	}
	if _, covered := k.periodOf(d); covered {
		return nil
	}
	made, err := coverDate(ctx, tx, d)
	k.periods = append(k.periods, made...)
	return err
}

// lockException is the permission to post into a closed period, with a reason.
const lockException = "finance.lockExceptions.write"

// takes refuses an entry whose period is closed to it. An exception is needed in no
// other period, and not kept there.
func (k *known) takes(c *call.Call, e *pb.JournalEntry) error {
	d, err := calendar.ParseBusinessDate(e.Date)
	if err != nil {
		return fault.Invalid(fault.At("date", "%s", err))
	}
	p, _ := k.periodOf(d)
	switch {
	case p.is(pb.AccountingPeriod_OPEN):
		e.LockExceptionReason = ""
	case p.is(pb.AccountingPeriod_LOCKED):
		return fault.InvalidFor(optionsv1.Reason_PERIOD_LOCKED, fault.At("date", "lies in a closed fiscal year; reopen the year first"))
	case e.Source == pb.JournalEntry_YEAR_END:
	case e.LockExceptionReason == "":
		return fault.InvalidFor(optionsv1.Reason_PERIOD_CLOSED, fault.At("date", "lies in the period from %s to %s, which is closed", p.start, p.end))
	case !c.Allows(lockException):
		return fault.InvalidFor(optionsv1.Reason_PERIOD_CLOSED,
			fault.At("lockExceptionReason", "is of no use to this caller, who may not post into the closed period from %s to %s", p.start, p.end))
	}
	return nil
}

// noteException records that an entry was posted into a closed period.
func noteException(tx *db.Tx, e *pb.JournalEntry) {
	if e.LockExceptionReason != "" {
		tx.Record(db.Event{Type: "finance.journalEntry.postedIntoClosedPeriod", SubjectID: e.Id})
	}
}
