package ledger

import (
	"context"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
)

// maxDescription is the maximum length of an entry's description, in characters.
const maxDescription = 500

// Reverse posts the opposite of a posted entry for the record that posted it, in the same
// transaction. The default is the entry's date, or the first day of the next open period if that
// one is closed. The default description is "Reversal of" and the entry's description.
func Reverse(ctx context.Context, tx *db.Tx, entryID, date, description string) (*pb.JournalEntry, error) {
	return reverse(ctx, tx, entryID, date, description)
}

// reverse posts the opposite of an entry that the rules accept, and links the two. It does not
// check the accounts, so that a mistake can be corrected after its account was archived.
func reverse(
	ctx context.Context, tx *db.Tx, entryID, date, description string, rules ...resource.Rule[*pb.JournalEntry],
) (*pb.JournalEntry, error) {
	var reversal *pb.JournalEntry
	undo := func(ctx context.Context, tx *db.Tx, _, e *pb.JournalEntry) error {
		if err := checkReversible(e); err != nil {
			return err
		}
		if date != "" && date < e.Date {
			return fault.Invalid(fault.At("date", "must not be before the date of the entry, %s", e.Date))
		}
		reversal = newReversal(e, date, description)
		if err := dateReversal(ctx, tx, reversal, date != ""); err != nil {
			return err
		}
		made := []resource.Rule[*pb.JournalEntry]{setPostedRule, noteForeignPostingRule}
		// The first reversal always fits, since an int64 can hold twice maxTurnover. Reversing
		// reversals over and over could exceed it.
		if e.ReversesId != "" {
			made = append(made, turnoverRule)
		}
		if err := journalEntries.Insert(ctx, tx, reversal, made...); err != nil {
			return err
		}
		noteReversedTaxes(tx, e, reversal)
		e.ReversedById = reversal.Id
		return nil
	}
	_, err := journalEntries.Modify(ctx, tx, entryID, "reversed", append(rules, undo)...)
	return reversal, err
}

// dateReversal checks the period of the reversal. If it is closed, it refuses a date that the
// caller chose, and moves a default date to the first day of the next open period.
func dateReversal(ctx context.Context, tx *db.Tx, e *pb.JournalEntry, chosen bool) error {
	k, err := lockReferences(ctx, tx, withoutAccounts(e))
	if err != nil {
		return err
	}
	if err := k.ensurePeriod(ctx, tx, e); err != nil {
		return err
	}
	closed := k.checkPeriod(tx.Call(), e)
	if closed == nil || chosen {
		return closed
	}
	e.Date, err = nextOpenDate(ctx, tx, e.Date)
	return err
}

// withoutAccounts returns an entry with the date and the currencies of another one, for locking
// what its reversal needs.
func withoutAccounts(e *pb.JournalEntry) *pb.JournalEntry {
	out := &pb.JournalEntry{Date: e.Date}
	for _, l := range e.Lines {
		out.Lines = append(out.Lines, &pb.JournalLine{Amount: l.Amount, BaseAmount: l.BaseAmount})
	}
	return out
}

// setPostedRule is setPosted as a rule.
func setPostedRule(_ context.Context, tx *db.Tx, _, e *pb.JournalEntry) error {
	setPosted(tx.Call(), e)
	return nil
}

// newReversal returns the entry that reverses e.
func newReversal(e *pb.JournalEntry, date, description string) *pb.JournalEntry {
	out := &pb.JournalEntry{
		Date: date, Description: description, Reference: e.Reference, CurrencyCode: e.CurrencyCode,
		ExchangeRate: e.ExchangeRate,
		Source:       e.Source, SourceId: e.SourceId, ReversesId: e.Id, RecodesId: e.RecodesId,
	}
	if out.Date == "" {
		out.Date = e.Date
	}
	if out.Description == "" {
		out.Description = reversalDescription(e)
	}
	for _, l := range e.Lines {
		line := proto.CloneOf(l)
		line.Amount, line.BaseAmount = money.Negated(line.Amount), money.Negated(line.BaseAmount)
		out.Lines = append(out.Lines, line)
	}
	return out
}

// reversalDescription returns the default description of a reversal.
func reversalDescription(e *pb.JournalEntry) string {
	what := e.Description
	if what == "" {
		what = e.Id
	}
	return truncateDescription("Reversal of " + what)
}

// truncateDescription returns the first maxDescription characters of a description.
func truncateDescription(s string) string {
	runes := []rune(s)
	return string(runes[:min(len(runes), maxDescription)])
}

// checkReversible refuses drafts and entries that are already reversed.
func checkReversible(e *pb.JournalEntry) error {
	switch {
	case !isPosted(e):
		return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION,
			"The entry is %s; only POSTED entries can be reversed.", e.State).WithSubject(e.Id)
	case e.ReversedById != "":
		return fault.Refuse(optionsv1.Reason_JOURNAL_ENTRY_REVERSED, "The entry is already reversed by %s.",
			e.ReversedById).WithSubject(e.Id)
	}
	return nil
}

// checkSource refuses an entry that another record posted. Reversing it here would make the books
// contradict that record.
func checkSource(e *pb.JournalEntry) error {
	if isEnteredByHand(e.Source) || e.Source == pb.JournalEntry_OPENING_BALANCE_IMPORT {
		return nil
	}
	return fault.Refuse(optionsv1.Reason_JOURNAL_ENTRY_HAS_SOURCE, "The entry belongs to %s; undo it there.",
		e.SourceId).WithSubject(e.Id)
}

// checkReverseGuards is the rule that applies the guards of the verb reverse.
func (s *Service) checkReverseGuards(ctx context.Context, tx *db.Tx, _, e *pb.JournalEntry) error {
	return s.entries.CheckGuards(ctx, tx, "reverse", e)
}

// guardReversible refuses to let callers reverse drafts, reversed entries, and entries of other
// records.
func guardReversible(_ *db.Tx, e *pb.JournalEntry) error {
	if err := checkReversible(e); err != nil {
		return err
	}
	return checkSource(e)
}
