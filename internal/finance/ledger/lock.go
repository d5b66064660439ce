package ledger

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/identity"
)

// locked is what the postings of a unit of work hold already, which later postings read
// without a lock. Locking it again would be out of order.
type locked struct {
	// spans are stretches of days of which all periods are held.
	spans []daySpan
	// periods are held, by their first day.
	periods map[calendar.Date]bool
	// records are accounts and dimension values by identifier.
	records map[string]bool
}

type daySpan struct{ first, last calendar.Date }

// holdsDays reports whether the periods of all days from one to another are held.
func (l *locked) holdsDays(first, last calendar.Date) bool {
	for _, s := range l.spans {
		if !first.Before(s.first) && !last.After(s.last) {
			return true
		}
	}
	return false
}

func (l *locked) holdsRecords(ids []string) bool {
	for _, id := range ids {
		if !l.records[id] {
			return false
		}
	}
	return true
}

func (l *locked) addRecords(ids ...string) {
	if l.records == nil {
		l.records = map[string]bool{}
	}
	for _, id := range ids {
		l.records[id] = true
	}
}

func (l *locked) addPeriods(first, last calendar.Date, periods []periodUse) {
	l.spans = append(l.spans, daySpan{first, last})
	if l.periods == nil {
		l.periods = map[calendar.Date]bool{}
	}
	for _, p := range periods {
		l.periods[p.start] = true
	}
}

// holdsPeriods reports whether all of the periods are held.
func (l *locked) holdsPeriods(periods []periodUse) bool {
	for _, p := range periods {
		if !l.periods[p.start] {
			return false
		}
	}
	return true
}

// periodsStay reports whether no period changes its state until the unit of work ends: whoever
// closes or reopens one is alone in the organization before.
func periodsStay(tx *db.Tx) bool { return identity.HoldsOrganizationLock(tx) }

// LockForPosting locks what posting all of the entries takes, and makes the fiscal years that
// they lie in. A unit of work that posts several entries one after another calls it before the
// first. Of each entry the date, the accounts and the dimension values must be set.
func LockForPosting(ctx context.Context, tx *db.Tx, entries ...*pb.JournalEntry) error {
	k, err := lookUp(ctx, tx, entries...)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := k.cover(ctx, tx, e); err != nil {
			return err
		}
	}
	return nil
}

// LockForReversal locks entries that are to be reversed in one unit of work, and the periods
// that they lie in.
func LockForReversal(ctx context.Context, tx *db.Tx, entries []string) error {
	found, err := journalEntries.Table().LockMany(ctx, tx, entries)
	if err != nil {
		return err
	}
	dated := make([]*pb.JournalEntry, len(found))
	for i, e := range found {
		dated[i] = &pb.JournalEntry{Date: e.Date}
	}
	_, err = lookUp(ctx, tx, dated...)
	return err
}
