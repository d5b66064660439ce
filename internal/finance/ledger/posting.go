package ledger

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// Post stores a posted entry for a record of another capability, inside its unit of
// work. The entry names its source; it is checked like a caller's, but may post to
// the control accounts that the capability keeps.
func Post(ctx context.Context, tx *db.Tx, e *pb.JournalEntry) error {
	return journalEntries.Insert(ctx, tx, e, post)
}

// ResolvePostedEntry reads the entry that a field of another capability's record names, and
// refuses one that does not exist or is a draft.
func ResolvePostedEntry(ctx context.Context, tx *db.Tx, field, key string) (*pb.JournalEntry, error) {
	e, err := journalEntries.Resolve(ctx, tx, field, key)
	if err != nil {
		return nil, err
	}
	if !isPosted(e) {
		return nil, fault.Invalid(fault.At(field, "names a draft"))
	}
	return e, nil
}

// post is the rule by which an entry is posted.
func post(ctx context.Context, tx *db.Tx, was, e *pb.JournalEntry) error {
	rule, err := posting(ctx, tx, e)
	if err != nil {
		return err
	}
	return rule(ctx, tx, was, e)
}

// posting reads all records that the entries name and returns the rule by which each of
// them is posted. The rule creates the fiscal year of an entry's date if there is none.
func posting(ctx context.Context, tx *db.Tx, entries ...*pb.JournalEntry) (resource.Rule[*pb.JournalEntry], error) {
	k, err := lookUp(ctx, tx, entries...)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx *db.Tx, _, e *pb.JournalEntry) error {
		if err := k.cover(ctx, tx, e); err != nil {
			return err
		}
		if err := book(tx.Call(), k, e); err != nil {
			return err
		}
		noteException(tx, e)
		return k.checkTurnover(ctx, tx, e)
	}, nil
}

// draft is the rule by which an entry is kept without being posted.
func draft(ctx context.Context, tx *db.Tx, was, e *pb.JournalEntry) error {
	rule, err := drafting(ctx, tx, e)
	if err != nil {
		return err
	}
	return rule(ctx, tx, was, e)
}

// drafting is posting for entries that are kept without being posted.
func drafting(ctx context.Context, tx *db.Tx, entries ...*pb.JournalEntry) (resource.Rule[*pb.JournalEntry], error) {
	k, err := lookUp(ctx, tx, entries...)
	return func(_ context.Context, tx *db.Tx, _, e *pb.JournalEntry) error { return keep(tx.Call(), k, e) }, err
}

// stillDraft refuses to change a posted entry.
func stillDraft(_ context.Context, _ *db.Tx, _, e *pb.JournalEntry) error {
	if isPosted(e) {
		return fault.Refuse(optionsv1.Reason_JOURNAL_ENTRY_POSTED, "The entry is posted, and so immutable; reverse it instead.").WithSubject(e.Id)
	}
	return nil
}

// book makes an entry a posted one, or says all that keeps it from being posted.
func book(c *call.Call, k *known, e *pb.JournalEntry) error {
	if e.Source == pb.JournalEntry_SOURCE_UNSPECIFIED {
		e.Source = pb.JournalEntry_MANUAL
	}
	base := c.Organization.CurrencyCode
	violations, figures := read(e, k, base)
	violations.MergeViolations("", complete(e, k))
	violations.MergeViolations("", k.takes(c, e))
	if figures != nil {
		violations.MergeViolations("", settle(e, figures, base))
	}
	if err := violations.Err(); err != nil {
		return err
	}
	stamp(c, e)
	return nil
}

// keep makes an entry a draft, which may be incomplete, or says all that is wrong
// with what is there.
func keep(c *call.Call, k *known, e *pb.JournalEntry) error {
	if e.Source == pb.JournalEntry_SOURCE_UNSPECIFIED {
		e.Source = pb.JournalEntry_MANUAL
	}
	e.State = pb.JournalEntry_DRAFT
	for _, l := range e.Lines {
		l.Id, l.JournalEntryId, l.Date, l.Closing = "", "", "", false
	}
	violations, _ := read(e, k, c.Organization.CurrencyCode)
	return violations.Err()
}

// stamp gives a posted entry and its lines what posting makes.
func stamp(c *call.Call, e *pb.JournalEntry) {
	e.State = pb.JournalEntry_POSTED
	e.PostTime = timestamppb.New(c.Now())
	for _, l := range e.Lines {
		l.Id, l.JournalEntryId, l.Date = id.Format("jln", id.New()), e.Id, e.Date
		l.Closing = e.Source == pb.JournalEntry_YEAR_END
	}
}
