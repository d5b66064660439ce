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

// postingPeriod holds the fields of a period that posting checks.
type postingPeriod struct {
	start, end calendar.Date
	state      string
}

// is reports whether the period is in a state.
func (p postingPeriod) is(s pb.AccountingPeriod_State) bool { return p.state == s.String() }

// dateRange returns the first and the last date of the entries and of their automatic reversals. It
// ignores malformed dates, and returns zero dates if no date is valid.
func dateRange(entries []*pb.JournalEntry) (first, last calendar.Date) {
	for _, e := range entries {
		for _, date := range []string{e.GetDate(), e.GetReverseDate()} {
			d, err := calendar.ParseBusinessDate(date)
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
	}
	return first, last
}

func (k *references) scanPeriods(rows pgx.Rows) error {
	var use postingPeriod
	_, err := pgx.ForEachRow(rows, []any{&use.start, &use.end, &use.state}, func() error {
		k.periods = append(k.periods, use)
		return nil
	})
	return err
}

// periodOf returns the period that contains a date, and false if no period does.
func (k *references) periodOf(d calendar.Date) (postingPeriod, bool) {
	for _, p := range k.periods {
		if !d.Before(p.start) && !d.After(p.end) {
			return p, true
		}
	}
	return postingPeriod{}, false
}

// ensurePeriod creates the period of the entry's date if it is missing, and the periods between it
// and the others.
func (k *references) ensurePeriod(ctx context.Context, tx *db.Tx, e *pb.JournalEntry) error {
	d, err := calendar.ParseBusinessDate(e.GetDate())
	if err != nil {
		return nil // refused with the entry's other fields
	}
	if _, covered := k.periodOf(d); covered {
		return nil
	}
	made, err := createPeriodsFor(ctx, tx, d)
	k.periods = append(k.periods, made...)
	return err
}

// lockExceptionPermission is the permission to post into a closed period, with a reason.
const lockExceptionPermission = "finance.lockExceptions.write"

// checkPeriod refuses an entry whose period does not accept it. A closed period accepts year-end
// entries, and entries with a reason for an exception if the caller has the permission. In an open
// period it clears the reason, which is not needed there.
func (k *references) checkPeriod(c *call.Call, e *pb.JournalEntry) error {
	d, err := calendar.ParseBusinessDate(e.Date)
	if err != nil {
		return fault.Invalid(fault.At("date", "%s", err))
	}
	p, _ := k.periodOf(d)
	switch {
	case p.is(pb.AccountingPeriod_OPEN):
		e.LockExceptionReason = ""
	case p.is(pb.AccountingPeriod_LOCKED):
		return p.refuse("date")
	case e.Source == pb.JournalEntry_YEAR_END:
	case e.LockExceptionReason == "":
		return p.refuse("date")
	case !c.Allows(lockExceptionPermission):
		return fault.InvalidFor(optionsv1.Reason_PERIOD_CLOSED,
			fault.At("lockExceptionReason", "needs the permission %s to post into the closed period from %s to %s",
				lockExceptionPermission, p.start, p.end))
	}
	return nil
}

// refuse returns the refusal of a date in the period, which is closed.
func (p postingPeriod) refuse(field string) error {
	if p.is(pb.AccountingPeriod_LOCKED) {
		return fault.InvalidFor(optionsv1.Reason_PERIOD_LOCKED,
			fault.At(field, "lies in a closed fiscal year; reopen the year first"))
	}
	return fault.InvalidFor(optionsv1.Reason_PERIOD_CLOSED,
		fault.At(field, "lies in the period from %s to %s, which is closed", p.start, p.end))
}

// recordLockException records the event that an entry was posted into a closed period.
func recordLockException(tx *db.Tx, e *pb.JournalEntry) {
	if e.LockExceptionReason != "" {
		tx.Record(db.Event{Type: "finance.journalEntry.postedIntoClosedPeriod", SubjectID: e.Id})
	}
}
