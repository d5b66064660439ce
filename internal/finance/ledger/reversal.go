package ledger

import (
	"context"
	"strings"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
)

// maxDescription is the longest description of an entry, in characters.
const maxDescription = 500

// Reverse posts the opposite of a posted entry for the record that made it, inside
// its unit of work. A date of "" is the entry's own, or the first on which its period
// and those after it take postings, and a description of "" says
// what it reverses.
func Reverse(ctx context.Context, tx *db.Tx, entryID, date, description string) (*pb.JournalEntry, error) {
	return reverse(ctx, tx, entryID, date, description)
}

// reverse stores the opposite of an entry that the rules accept and ties the two
// together. It looks at no account: a mistake can be put right after its account was
// archived.
func reverse(ctx context.Context, tx *db.Tx, entryID, date, description string, rules ...resource.Rule[*pb.JournalEntry]) (*pb.JournalEntry, error) {
	var reversal *pb.JournalEntry
	undo := func(ctx context.Context, tx *db.Tx, _, e *pb.JournalEntry) error {
		if err := reversible(e); err != nil {
			return err
		}
		if date != "" && date < e.Date {
			return fault.Invalid(fault.At("date", "must not be before the entry's, %s", e.Date))
		}
		reversal = opposite(e, date, description)
		if err := dateReversal(ctx, tx, reversal, date != ""); err != nil {
			return err
		}
		made := []resource.Rule[*pb.JournalEntry]{stamped}
		// An entry's own reversal fits, since an int64 holds twice maxTurnover. Those of
		// reversals could go on forever.
		if e.ReversesId != "" {
			made = append(made, bounded)
		}
		if err := journalEntries.Insert(ctx, tx, reversal, made...); err != nil {
			return err
		}
		e.ReversedById = reversal.Id
		return nil
	}
	_, err := journalEntries.Modify(ctx, tx, entryID, "reversed", append(rules, undo)...)
	return reversal, err
}

// dateReversal refuses a date in a closed period if the caller chose it, or else moves
// it to the first day of the next open one.
func dateReversal(ctx context.Context, tx *db.Tx, e *pb.JournalEntry, chosen bool) error {
	k, err := lookUp(ctx, tx, &pb.JournalEntry{Date: e.Date})
	if err != nil {
		return err
	}
	if err := k.cover(ctx, tx, e); err != nil {
		return err
	}
	closed := k.takes(tx.Call(), e)
	if closed == nil || chosen {
		return closed
	}
	e.Date, err = nextOpenDate(ctx, tx, e.Date)
	return err
}

func stamped(_ context.Context, tx *db.Tx, _, e *pb.JournalEntry) error {
	stamp(tx.Call(), e)
	return nil
}

// opposite is the entry that undoes another.
func opposite(e *pb.JournalEntry, date, description string) *pb.JournalEntry {
	out := &pb.JournalEntry{
		Date: date, Description: description, Reference: e.Reference, CurrencyCode: e.CurrencyCode, ExchangeRate: e.ExchangeRate,
		Source: e.Source, SourceId: e.SourceId, ReversesId: e.Id,
	}
	if out.Date == "" {
		out.Date = e.Date
	}
	if out.Description == "" {
		out.Description = reversalOf(e)
	}
	for _, l := range e.Lines {
		line := proto.CloneOf(l)
		negate(line.Amount)
		negate(line.BaseAmount)
		out.Lines = append(out.Lines, line)
	}
	return out
}

func reversalOf(e *pb.JournalEntry) string {
	what := e.Description
	if what == "" {
		what = e.Id
	}
	text := []rune("Reversal of " + what)
	return string(text[:min(len(text), maxDescription)])
}

func negate(m *typepb.Money) {
	if positive, negative := strings.CutPrefix(m.Amount, "-"); negative {
		m.Amount = positive
	} else if strings.Trim(m.Amount, "0.") != "" {
		m.Amount = "-" + m.Amount
	}
}

// reversible refuses an entry that is not on the books, or not any more.
func reversible(e *pb.JournalEntry) error {
	switch {
	case !isPosted(e):
		return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "It is %s; reverse needs POSTED.", e.State).WithSubject(e.Id)
	case e.ReversedById != "":
		return fault.Refuse(optionsv1.Reason_JOURNAL_ENTRY_REVERSED, "It is reversed already, by %s.", e.ReversedById).WithSubject(e.Id)
	}
	return nil
}

// ownSource refuses an entry that another record made: undone here, the two would
// contradict each other.
func ownSource(e *pb.JournalEntry) error {
	if e.Source == pb.JournalEntry_MANUAL || e.Source == pb.JournalEntry_OPENING_BALANCE_IMPORT {
		return nil
	}
	return fault.Refuse(optionsv1.Reason_JOURNAL_ENTRY_HAS_SOURCE, "It belongs to %s; undo it there.", e.SourceId).WithSubject(e.Id)
}

// allowedReversal is the rule by which a caller may reverse an entry: its guards accept it.
func (s *Service) allowedReversal(ctx context.Context, tx *db.Tx, _, e *pb.JournalEntry) error {
	return s.entries.CheckGuards(ctx, tx, "reverse", e)
}

// reversibleByCaller is the guard of reversals by callers.
func reversibleByCaller(_ *db.Tx, e *pb.JournalEntry) error {
	if err := reversible(e); err != nil {
		return err
	}
	return ownSource(e)
}
