package ledger

import (
	"context"
	"fmt"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
)

// LineTaxes computes the taxes of lines with a tax code, and keeps them in the tax register.
type LineTaxes interface {
	// Add adds lines for the taxes to each entry, after its others, and returns what it added. With
	// INCLUSIVE it also takes the taxes out of the amounts. It leaves amounts that cannot be read as
	// they are.
	Add(ctx context.Context, tx *db.Tx, entries []*pb.JournalEntry) ([]AddedTaxes, error)
	// Accounts returns the accounts to which taxes of codes are posted. It ignores codes that do not
	// exist.
	Accounts(ctx context.Context, tx *db.Tx, codes []string) ([]string, error)
	// Record adds the taxes of posted entries, to which it added lines, to the register.
	Record(ctx context.Context, tx *db.Tx, entries []*pb.JournalEntry) error
	// Reverse undoes in the register what an entry posted, on the day of its reversal.
	Reverse(ctx context.Context, tx *db.Tx, e, reversal *pb.JournalEntry) error
}

// AddedTaxes are the lines that were added to an entry for its taxes.
type AddedTaxes struct {
	// Refusal is why the taxes cannot be computed, with violations at the fields of the entry.
	Refusal error
	// First is the index of the first added line. For[i] is the index of the taxed line to which the
	// added line First+i belongs.
	First int
	For   []int
}

// mapFields moves violations of added lines to the tax codes for which they were added.
func (a AddedTaxes) mapFields(err error) error {
	if len(a.For) == 0 {
		return err
	}
	return fault.MapFields(err, func(f fault.Field) fault.Field {
		var line int
		if n, _ := fmt.Sscanf(f.Path, "lines[%d].", &line); n == 1 && line >= a.First && line < a.First+len(a.For) {
			return fault.At(fmt.Sprintf("lines[%d].taxCodeId", a.For[line-a.First]), "adds a line that cannot be posted: %s",
				f.Message)
		}
		return f
	})
}

// addedTaxes are the entries to which a transaction added lines for taxes.
type addedTaxes map[*pb.JournalEntry]AddedTaxes

// hasTaxCode reports whether a line of an entry has a tax code.
func hasTaxCode(e *pb.JournalEntry) bool {
	return slices.ContainsFunc(e.Lines, func(l *pb.JournalLine) bool { return l.GetTaxCodeId() != "" })
}

// removeTaxLines removes the lines that were added for taxes when a caller sends them back.
func removeTaxLines(e *pb.JournalEntry) {
	e.Lines = slices.DeleteFunc(e.Lines, func(l *pb.JournalLine) bool { return l.GetTaxComponentId() != "" })
}

// addTaxes adds lines for the taxes of entries, once for each entry. It costs no statement if none
// has a tax code. taxesOf returns which entries were refused.
func addTaxes(ctx context.Context, tx *db.Tx, entries ...*pb.JournalEntry) error {
	added := db.TxLocal[addedTaxes](tx)
	var taxed []*pb.JournalEntry
	for _, e := range entries {
		if _, done := (*added)[e]; done {
			continue
		}
		removeTaxLines(e)
		if hasTaxCode(e) {
			taxed = append(taxed, e)
		}
	}
	if len(taxed) == 0 {
		return nil
	}
	taxes := db.Extension[LineTaxes](tx)
	if taxes == nil {
		return fmt.Errorf("ledger: no package computes the taxes of lines")
	}
	results, err := taxes.Add(ctx, tx, taxed)
	if err != nil {
		return err
	}
	if *added == nil {
		*added = addedTaxes{}
	}
	for i, e := range taxed {
		(*added)[e] = results[i]
	}
	return nil
}

// withTaxAccounts returns entries and, if they have tax codes, another one with the accounts to
// which the taxes are posted.
func withTaxAccounts(ctx context.Context, tx *db.Tx, entries []*pb.JournalEntry) ([]*pb.JournalEntry, error) {
	var codes []string
	for _, e := range entries {
		for _, l := range e.Lines {
			if l.GetTaxCodeId() != "" {
				codes = append(codes, l.TaxCodeId)
			}
		}
	}
	taxes := db.Extension[LineTaxes](tx)
	if len(codes) == 0 || taxes == nil {
		return entries, nil
	}
	accounts, err := taxes.Accounts(ctx, tx, codes)
	more := &pb.JournalEntry{Date: entries[0].Date, CurrencyCode: entries[0].CurrencyCode}
	for _, a := range accounts {
		more.Lines = append(more.Lines, &pb.JournalLine{AccountId: a})
	}
	return append(slices.Clone(entries), more), err
}

// taxesOf returns what addTaxes added to an entry.
func taxesOf(tx *db.Tx, e *pb.JournalEntry) AddedTaxes { return (*db.TxLocal[addedTaxes](tx))[e] }

// checkPriceMode refuses a mode other than EXCLUSIVE and INCLUSIVE.
func checkPriceMode(e *pb.JournalEntry) error {
	if e.PriceMode == pb.TaxCalculation_NO_TAX {
		return fault.Invalid(fault.At("priceMode", "must be EXCLUSIVE or INCLUSIVE"))
	}
	return nil
}

// checkTaxCodes refuses tax codes of a draft that do not exist or are archived, except those that
// it had before.
func checkTaxCodes(ctx context.Context, tx *db.Tx, was, e *pb.JournalEntry) error {
	if !hasTaxCode(e) {
		return nil
	}
	var codes []string
	var at []int
	for i, l := range e.Lines {
		had := func(other *pb.JournalLine) bool { return other.GetTaxCodeId() == l.TaxCodeId }
		if l.TaxCodeId != "" && !slices.ContainsFunc(was.Lines, had) {
			codes, at = append(codes, l.TaxCodeId), append(at, i)
		}
	}
	refusals, err := resource.CheckEachReference(ctx, tx, "txk", "taxCodeId", codes)
	if err != nil {
		return err
	}
	var violations fault.List
	for i, refusal := range refusals {
		violations.MergeViolations(fmt.Sprintf("lines[%d]", at[i]), refusal)
	}
	return violations.Err()
}

// taxPosting is an entry whose taxes are added to the register, or whose taxes its reversal undoes.
type taxPosting struct {
	entry, reversal *pb.JournalEntry
	call            *call.Call
}

// taxPostings are those that a transaction noted, in sequence.
type taxPostings struct{ all []taxPosting }

// noteTaxes notes an entry with taxes. They are added to the register before the transaction is
// committed, because the register refers to the stored entry.
func noteTaxes(tx *db.Tx, e *pb.JournalEntry) {
	if hasTaxCode(e) && e.RecodesId == "" {
		noteTaxPosting(tx, taxPosting{e, nil, tx.Call()})
	}
}

// noteReversedTaxes notes the reversal of an entry with taxes.
func noteReversedTaxes(tx *db.Tx, e, reversal *pb.JournalEntry) {
	if hasTaxCode(e) {
		noteTaxPosting(tx, taxPosting{e, reversal, tx.Call()})
	}
}

func noteTaxPosting(tx *db.Tx, p taxPosting) {
	noted := db.TxLocal[taxPostings](tx)
	if noted.all == nil {
		tx.BeforeCommit(recordTaxes)
	}
	noted.all = append(noted.all, p)
}

// recordTaxes adds the noted taxes to the register. It records entries that follow one another
// together. It leaves out entries that were refused after they were noted.
func recordTaxes(ctx context.Context, tx *db.Tx) error {
	noted := db.TxLocal[taxPostings](tx)
	due := noted.all
	noted.all = nil
	defer tx.ActAs(tx.Call())
	taxes := db.Extension[LineTaxes](tx)
	for len(due) > 0 {
		first := due[0]
		tx.ActAs(first.call)
		if first.reversal != nil {
			if err := taxes.Reverse(ctx, tx, first.entry, first.reversal); err != nil {
				return err
			}
			due = due[1:]
			continue
		}
		var posted []*pb.JournalEntry
		for len(due) > 0 && due[0].reversal == nil && due[0].call == first.call {
			if due[0].entry.CreateTime != nil {
				posted = append(posted, due[0].entry)
			}
			due = due[1:]
		}
		if err := taxes.Record(ctx, tx, posted); err != nil {
			return err
		}
	}
	return nil
}
