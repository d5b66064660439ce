package ledger

import (
	"context"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// Post posts an entry for a record of another capability, in the same transaction. The entry must
// set source and source_id. It is checked like an entry of a caller, but can also post to control
// accounts.
func Post(ctx context.Context, tx *db.Tx, e *pb.JournalEntry) error {
	return journalEntries.Insert(ctx, tx, e, postEntry)
}

// SaveDraft saves an entry as a draft for a record of another capability, in the same transaction.
// The entry must set source and source_id.
func SaveDraft(ctx context.Context, tx *db.Tx, e *pb.JournalEntry) error {
	return journalEntries.Insert(ctx, tx, e, saveDraft)
}

// CheckTemplate checks the lines of an entry that will be created later, as a posted entry or as a
// draft. It does not check the period.
func CheckTemplate(ctx context.Context, tx *db.Tx, e *pb.JournalEntry, posted bool) error {
	if posted {
		if err := addTaxes(ctx, tx, e); err != nil {
			return err
		}
	}
	k, err := lockReferences(ctx, tx, e)
	if err != nil {
		return err
	}
	setDefaultValues(e, k)
	violations, figures := readEntry(e, k, tx.Call().Organization.CurrencyCode)
	if !posted {
		if err := violations.Merge("", checkTaxCodes(ctx, tx, &pb.JournalEntry{}, e)); err != nil {
			return err
		}
		return violations.Err()
	}
	if err := taxesOf(tx, e).Refusal; err != nil {
		return err
	}
	violations.MergeViolations("", checkPostable(e, k))
	if figures != nil {
		violations.MergeViolations("", setBaseAmounts(e, figures, k))
	}
	return taxesOf(tx, e).mapFields(violations.Err())
}

// PostEach posts many entries like Post, with few statements. It leaves out entries that cannot be
// posted: refusals[i] is the error of entries[i], or nil if it is posted.
func PostEach(ctx context.Context, tx *db.Tx, entries []*pb.JournalEntry) (refusals []error, err error) {
	rule, err := postingRule(ctx, tx, entries...)
	if err != nil {
		return nil, err
	}
	return journalEntries.InsertEach(ctx, tx, entries, func(int) {}, rule)
}

// ResolvePostedEntry reads the entry that a field of another capability's record references. It
// refuses an entry that does not exist or is a draft.
func ResolvePostedEntry(ctx context.Context, tx *db.Tx, field, key string) (*pb.JournalEntry, error) {
	e, err := journalEntries.Resolve(ctx, tx, field, key)
	if err != nil {
		return nil, err
	}
	if !isPosted(e) {
		return nil, fault.Invalid(fault.At(field, "must reference a posted entry, not a draft"))
	}
	return e, nil
}

// postEntry is the rule that posts an entry.
func postEntry(ctx context.Context, tx *db.Tx, was, e *pb.JournalEntry) error {
	rule, err := postingRule(ctx, tx, e)
	if err != nil {
		return err
	}
	return rule(ctx, tx, was, e)
}

// postingRule locks the records that the entries reference, and returns the rule that posts each of
// the entries. The rule creates missing fiscal years.
func postingRule(ctx context.Context, tx *db.Tx, entries ...*pb.JournalEntry) (resource.Rule[*pb.JournalEntry], error) {
	if err := addTaxes(ctx, tx, entries...); err != nil {
		return nil, err
	}
	k, err := lockReferences(ctx, tx, entries...)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx *db.Tx, _, e *pb.JournalEntry) error {
		taxes := taxesOf(tx, e)
		if taxes.Refusal != nil {
			return taxes.Refusal
		}
		if err := k.ensurePeriod(ctx, tx, e); err != nil {
			return err
		}
		if err := k.ensureReversalPeriod(ctx, tx, e); err != nil {
			return err
		}
		if err := preparePosted(tx.Call(), k, e); err != nil {
			return taxes.mapFields(err)
		}
		if err := setRoundingAccount(ctx, tx, e); err != nil {
			return err
		}
		if err := k.checkTurnover(ctx, tx, e); err != nil {
			return err
		}
		recordLockException(tx, e)
		noteForeignPosting(tx, e)
		noteTaxes(tx, e)
		noteAutomaticReversal(tx, e)
		return nil
	}, nil
}

// saveDraft is the rule that saves an entry as a draft.
func saveDraft(ctx context.Context, tx *db.Tx, was, e *pb.JournalEntry) error {
	rule, err := draftRule(ctx, tx, e)
	if err != nil {
		return err
	}
	return rule(ctx, tx, was, e)
}

// draftRule locks the records that the entries reference, and returns the rule that saves each of
// the entries as a draft.
func draftRule(ctx context.Context, tx *db.Tx, entries ...*pb.JournalEntry) (resource.Rule[*pb.JournalEntry], error) {
	for _, e := range entries {
		removeTaxLines(e)
	}
	k, err := lockReferences(ctx, tx, entries...)
	return func(ctx context.Context, tx *db.Tx, was, e *pb.JournalEntry) error {
		var violations fault.List
		if err := violations.Merge("", checkTaxCodes(ctx, tx, was, e)); err != nil {
			return err
		}
		violations.MergeViolations("", prepareDraft(tx.Call(), k, e))
		return violations.Err()
	}, err
}

// saveUpdated is the rule that saves an updated draft. Notes of a posted entry need no check of its
// accounts and its period.
func saveUpdated(ctx context.Context, tx *db.Tx, was, e *pb.JournalEntry) error {
	if isPosted(e) {
		return nil
	}
	return saveDraft(ctx, tx, was, e)
}

// checkDraft refuses to change a posted entry.
func checkDraft(_ context.Context, _ *db.Tx, _, e *pb.JournalEntry) error {
	if isPosted(e) {
		return fault.Refuse(optionsv1.Reason_JOURNAL_ENTRY_POSTED,
			"The entry is posted and cannot change. Reverse it instead.").WithSubject(e.Id)
	}
	return nil
}

// checkOnlyNotesChange refuses to change anything but the notes and the annotations of a posted
// entry.
func checkOnlyNotesChange(ctx context.Context, tx *db.Tx, was, e *pb.JournalEntry) error {
	annotated := proto.CloneOf(was)
	annotated.Notes, annotated.Metadata, annotated.ExternalId = e.Notes, e.Metadata, e.ExternalId
	annotated.CustomFields = e.CustomFields
	if proto.Equal(annotated, e) {
		return nil
	}
	return checkDraft(ctx, tx, was, e)
}

// preparePosted checks an entry and turns it into a posted one, or returns all violations.
func preparePosted(c *call.Call, k *references, e *pb.JournalEntry) error {
	if e.Source == pb.JournalEntry_SOURCE_UNSPECIFIED {
		e.Source = pb.JournalEntry_MANUAL
	}
	setDefaultValues(e, k)
	base := c.Organization.CurrencyCode
	violations, figures := readEntry(e, k, base)
	violations.MergeViolations("", checkPostable(e, k))
	violations.MergeViolations("", checkMoves(e))
	violations.MergeViolations("", k.checkPeriod(c, e))
	violations.MergeViolations("", k.checkReversal(e))
	violations.MergeViolations("", checkPriceMode(e))
	if figures != nil {
		violations.MergeViolations("", checkEntryRateApplies(e, base))
		violations.MergeViolations("", setBaseAmounts(e, figures, k))
	}
	if err := violations.Err(); err != nil {
		return err
	}
	setPosted(c, e)
	return nil
}

// prepareDraft turns an entry into a draft, or returns all violations. A draft can be incomplete,
// but the values it has must be valid.
func prepareDraft(c *call.Call, k *references, e *pb.JournalEntry) error {
	if e.Source == pb.JournalEntry_SOURCE_UNSPECIFIED {
		e.Source = pb.JournalEntry_MANUAL
	}
	e.State = pb.JournalEntry_DRAFT
	if e.PriceMode == pb.TaxCalculation_MODE_UNSPECIFIED {
		e.PriceMode = pb.TaxCalculation_EXCLUSIVE
	}
	for _, l := range e.Lines {
		l.Id, l.JournalEntryId, l.Date, l.Closing = "", "", "", false
	}
	violations, _ := readEntry(e, k, c.Organization.CurrencyCode)
	violations.MergeViolations("", checkReverseDate(e))
	violations.MergeViolations("", checkPriceMode(e))
	return violations.Err()
}

// setPosted sets the fields of an entry and its lines that posting computes.
func setPosted(c *call.Call, e *pb.JournalEntry) {
	e.State, e.PriceMode = pb.JournalEntry_POSTED, pb.TaxCalculation_EXCLUSIVE
	e.PostTime = timestamppb.New(c.Now())
	for _, l := range e.Lines {
		l.Id, l.JournalEntryId, l.Date = id.Format("jln", id.New()), e.Id, e.Date
		l.Closing = e.Source == pb.JournalEntry_YEAR_END
	}
}
