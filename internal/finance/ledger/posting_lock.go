package ledger

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/identity"
)

// heldLocks are the rows that postings of a transaction have locked. Later postings read them
// without locking, because locking again would violate the lock order.
type heldLocks struct {
	// spans are date ranges whose periods are all locked.
	spans []dateSpan
	// periods are the locked periods, by start date.
	periods map[calendar.Date]bool
	// records are the ids of the locked accounts and dimension values.
	records map[string]bool
}

type dateSpan struct{ first, last calendar.Date }

// holdsDays reports whether the periods of all days from first to last are locked.
func (l *heldLocks) holdsDays(first, last calendar.Date) bool {
	for _, s := range l.spans {
		if !first.Before(s.first) && !last.After(s.last) {
			return true
		}
	}
	return false
}

// holdsRecords reports whether all of the accounts and dimension values are locked.
func (l *heldLocks) holdsRecords(ids []string) bool {
	for _, id := range ids {
		if !l.records[id] {
			return false
		}
	}
	return true
}

func (l *heldLocks) addRecords(ids ...string) {
	if l.records == nil {
		l.records = map[string]bool{}
	}
	for _, id := range ids {
		l.records[id] = true
	}
}

func (l *heldLocks) addPeriods(first, last calendar.Date, periods []postingPeriod) {
	l.spans = append(l.spans, dateSpan{first, last})
	if l.periods == nil {
		l.periods = map[calendar.Date]bool{}
	}
	for _, p := range periods {
		l.periods[p.start] = true
	}
}

// holdsPeriods reports whether all of the periods are locked.
func (l *heldLocks) holdsPeriods(periods []postingPeriod) bool {
	for _, p := range periods {
		if !l.periods[p.start] {
			return false
		}
	}
	return true
}

// arePeriodsFixed reports whether no other transaction can change a period until this one ends.
// It is true if this transaction holds the organization lock, which closing and reopening
// periods need.
func arePeriodsFixed(tx *db.Tx) bool { return identity.HoldsOrganizationLock(tx) }

// LockForPosting locks all rows that posting the entries will lock, and creates missing fiscal
// years. A transaction that posts several entries one after another calls it before the first.
// Each entry must have its date, accounts, dimension values and tax codes set.
func LockForPosting(ctx context.Context, tx *db.Tx, entries ...*pb.JournalEntry) error {
	taxed, err := withTaxAccounts(ctx, tx, entries)
	if err != nil {
		return err
	}
	k, err := lockReferences(ctx, tx, taxed...)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := k.ensurePeriod(ctx, tx, e); err != nil {
			return err
		}
	}
	return nil
}

// LockForReversal locks entries that will be reversed in the same transaction, and the periods of
// their dates.
func LockForReversal(ctx context.Context, tx *db.Tx, entries []string) error {
	found, err := journalEntries.Table().LockMany(ctx, tx, entries)
	if err != nil {
		return err
	}
	dated := make([]*pb.JournalEntry, len(found))
	for i, e := range found {
		dated[i] = withoutAccounts(e)
	}
	_, err = lockReferences(ctx, tx, dated...)
	return err
}
