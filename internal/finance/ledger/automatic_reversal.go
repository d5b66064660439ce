package ledger

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// maxReversalDays is the maximum number of days between an entry and its automatic reversal. A
// later day usually has a wrong year.
const maxReversalDays = 366

// checkReverseDate checks the day on which an entry is reversed automatically.
func checkReverseDate(e *pb.JournalEntry) error {
	if e.ReverseDate == "" {
		return nil
	}
	day, err := calendar.ParseBusinessDate(e.ReverseDate)
	if err != nil {
		return fault.Invalid(fault.At("reverseDate", "%s", err))
	}
	date, err := calendar.ParseBusinessDate(e.Date)
	if err != nil {
		return nil // refused with the entry's other fields
	}
	if !day.After(date) || day.After(date.AddDays(maxReversalDays)) {
		return fault.Invalid(fault.At("reverseDate", "must be 1 to %d days after the date of the entry", maxReversalDays))
	}
	return nil
}

// checkReversal checks the day of an entry's automatic reversal, and refuses a day in a closed
// period. A reason for an exception applies to the entry only.
func (k *references) checkReversal(e *pb.JournalEntry) error {
	if err := checkReverseDate(e); err != nil || e.ReverseDate == "" {
		return err
	}
	day, err := calendar.ParseBusinessDate(e.ReverseDate)
	if err != nil {
		return err
	}
	if p, ok := k.periodOf(day); ok && !p.is(pb.AccountingPeriod_OPEN) {
		return p.refuse("reverseDate")
	}
	return nil
}

// ensureReversalPeriod creates the period of the entry's automatic reversal if it is missing. It
// creates nothing for a day that is refused, since others may share the transaction.
func (k *references) ensureReversalPeriod(ctx context.Context, tx *db.Tx, e *pb.JournalEntry) error {
	if e.ReverseDate == "" || checkReverseDate(e) != nil {
		return nil
	}
	return k.ensurePeriod(ctx, tx, &pb.JournalEntry{Date: e.ReverseDate})
}

// automaticReversal is an entry that is reversed in the transaction that posts it.
type automaticReversal struct {
	entry *pb.JournalEntry
	call  *call.Call
}

// automaticReversals are the entries that a transaction reverses automatically.
type automaticReversals struct {
	all []automaticReversal
}

// noteAutomaticReversal chooses the identifier of the entry's automatic reversal, so that the entry
// is stored only once. The reversal is posted before the transaction is committed.
func noteAutomaticReversal(tx *db.Tx, e *pb.JournalEntry) {
	if e.ReverseDate == "" {
		return
	}
	e.ReversedById = id.Format("jrn", id.New())
	noted := db.TxLocal[automaticReversals](tx)
	if noted.all == nil {
		tx.BeforeCommit(postAutomaticReversals)
	}
	noted.all = append(noted.all, automaticReversal{e, tx.Call()})
}

// postAutomaticReversals posts the reversals that the transaction noted and has not posted. Their
// periods were checked and locked with the entries. An int64 holds twice maxTurnover, so a first
// reversal always fits.
func postAutomaticReversals(ctx context.Context, tx *db.Tx) error {
	noted := db.TxLocal[automaticReversals](tx)
	due := noted.all
	noted.all = nil
	defer tx.ActAs(tx.Call())
	for i := 0; i < len(due); {
		by := due[i].call
		tx.ActAs(by)
		var reversals []*pb.JournalEntry
		for ; i < len(due) && due[i].call == by; i++ {
			e := due[i].entry
			reversal := newReversal(e, e.ReverseDate, "")
			reversal.Id = e.ReversedById
			noteReversedTaxes(tx, e, reversal)
			reversals = append(reversals, reversal)
			if err := journalEntries.Record(ctx, tx, db.Event{Type: "reversed"}, e, e); err != nil {
				return err
			}
		}
		at := func(int) string { return "" }
		if err := journalEntries.StoreMany(ctx, tx, reversals, at, setPostedRule, noteForeignPostingRule); err != nil {
			return err
		}
	}
	return nil
}
