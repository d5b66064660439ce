package banking

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
)

// recoding is a change of the splits on one account.
type recoding struct {
	from, to string
	// values replace the values of their dimensions. The values of the cleared dimensions are
	// removed.
	values, cleared []string
	// date is for entries in closed periods, which end before the day open.
	date, open string
	// The following are read with the lines. dimensions are the dimensions of values, by value.
	// accounts are the bank accounts. entries are the entries of the lines, by id, and earlier
	// those that recoded them, by the id of the recoded entry.
	dimensions map[string]string
	accounts   map[string]*pb.BankAccount
	entries    map[string]*pb.JournalEntry
	earlier    map[string][]string
}

// newRecoding returns the change that a request asks for.
func newRecoding(
	ctx context.Context, tx *db.Tx, req *pb.RecodeBankStatementLinesRequest,
) (r *recoding, err error) {
	r = &recoding{
		from: req.GetAccountId(), to: cmp.Or(req.GetNewAccountId(), req.GetAccountId()),
		cleared: req.GetClearedDimensionIds(), dimensions: map[string]string{}, accounts: map[string]*pb.BankAccount{},
		entries: map[string]*pb.JournalEntry{}, earlier: map[string][]string{},
	}
	if r.date, err = postingDate(tx.Call(), req.GetPostingDate(), ""); err != nil {
		return nil, err
	}
	for _, v := range req.GetDimensionValueIds() {
		r.values = append(r.values, ledger.DimensionValueID(v))
	}
	if err := r.checkReferences(ctx, tx); err != nil {
		return nil, err
	}
	if err := r.checkDimensions(ctx, tx); err != nil {
		return nil, err
	}
	r.open, err = ledger.FirstOpenDate(ctx, tx)
	return r, err
}

// checkReferences refuses a change of nothing, and an account, values or dimensions that do not
// exist. The new account and the values must not be archived.
func (r *recoding) checkReferences(ctx context.Context, tx *db.Tx) error {
	var violations fault.List
	check := func(prefix, field, key string, acceptArchived bool) error {
		err := resource.CheckReference(ctx, tx, prefix, field, key)
		if acceptArchived && err != nil && fault.From(err).Reason == optionsv1.Reason_REFERENCE_ARCHIVED {
			return nil
		}
		return violations.Merge("", err)
	}
	if r.to == r.from && len(r.values)+len(r.cleared) == 0 {
		violations.Append(fault.At("newAccountId", "must be another account unless dimension values change"))
	}
	if err := check("acc", "accountId", r.from, true); err != nil {
		return err
	}
	if r.to != r.from {
		if err := check("acc", "newAccountId", r.to, false); err != nil {
			return err
		}
	}
	for i, v := range r.values {
		if err := check("dmv", fmt.Sprintf("dimensionValueIds[%d]", i), v, false); err != nil {
			return err
		}
	}
	for i, d := range r.cleared {
		if err := check("dim", fmt.Sprintf("clearedDimensionIds[%d]", i), d, true); err != nil {
			return err
		}
	}
	return violations.Err()
}

// checkDimensions reads the dimensions of the new values and refuses two values of one.
func (r *recoding) checkDimensions(ctx context.Context, tx *db.Tx) error {
	if err := r.readDimensions(ctx, tx, r.values); err != nil {
		return err
	}
	taken := map[string]bool{}
	for i, v := range r.values {
		if taken[r.dimensions[v]] {
			return fault.InvalidFor(optionsv1.Reason_DIMENSION_REPEATED,
				fault.At(fmt.Sprintf("dimensionValueIds[%d]", i), "is of the same dimension as another value"))
		}
		taken[r.dimensions[v]] = true
	}
	return nil
}

// readDimensions reads the dimensions of values.
func (r *recoding) readDimensions(ctx context.Context, tx *db.Tx, values []string) error {
	found, err := ledger.FindDimensionValues(ctx, tx, values)
	for key, v := range found {
		r.dimensions[key] = v.DimensionId
	}
	return err
}

// read reads what the change of lines needs.
func (r *recoding) read(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine) error {
	keys := entriesOf(lines)
	earlier, err := ledger.RecodingsOf(ctx, tx, keys)
	if err != nil {
		return err
	}
	entries, err := ledger.FindEntries(ctx, tx, keys)
	if err != nil {
		return err
	}
	accounts, err := loadBankAccounts(ctx, tx, lines, nil)
	if err != nil {
		return err
	}
	maps.Copy(r.earlier, earlier)
	maps.Copy(r.entries, entries)
	maps.Copy(r.accounts, accounts)
	var values []string
	for _, l := range lines {
		for _, s := range r.currentSplits(l) {
			values = append(values, s.DimensionValueIds...)
		}
	}
	return r.readDimensions(ctx, tx, values)
}

// currentSplits returns the splits of a line with the dimension values of its entry, which posting
// may have completed. Splits that were recoded before have them already.
func (r *recoding) currentSplits(l *pb.BankStatementLine) []*pb.BankStatementLine_Split {
	splits := make([]*pb.BankStatementLine_Split, len(l.Splits))
	for i, s := range l.Splits {
		splits[i] = proto.CloneOf(s)
		if len(r.earlier[l.JournalEntryId]) == 0 {
			splits[i].DimensionValueIds = r.entries[l.JournalEntryId].GetLines()[i].DimensionValueIds
		}
	}
	return splits
}

// recodedLine is a line with the splits that it gets and the entry that moves the amounts.
type recodedLine struct {
	line    *pb.BankStatementLine
	splits  []*pb.BankStatementLine_Split
	entry   *pb.JournalEntry
	problem string
	// moved are the indexes of the splits that change. Each has two lines in the entry.
	moved []int
}

// post posts the entries of lines that change.
func (r *recoding) post(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine) ([]*recodedLine, error) {
	recoded := make([]*recodedLine, len(lines))
	var entries []*pb.JournalEntry
	for i, l := range lines {
		recoded[i] = r.plan(l)
		if recoded[i].entry != nil {
			entries = append(entries, recoded[i].entry)
		}
	}
	refused, err := postEntries(ctx, tx, entries)
	if err != nil {
		return nil, err
	}
	for _, n := range recoded {
		if err := refused[n.entry]; n.entry != nil && err != nil {
			if err := n.refuse(err); err != nil {
				return nil, err
			}
		}
	}
	return recoded, nil
}

// plan returns the change of a line, without an entry if nothing changes or if there is a problem.
// The owner's split of a personal line stays.
func (r *recoding) plan(l *pb.BankStatementLine) *recodedLine {
	n := &recodedLine{line: l, splits: r.currentSplits(l)}
	posted := r.entries[l.JournalEntryId]
	entry := &pb.JournalEntry{
		Date: posted.GetDate(), Source: posted.GetSource(), SourceId: l.Id, RecodesId: posted.GetId(),
		Reference: posted.GetReference(), CurrencyCode: posted.GetCurrencyCode(),
		Description: truncate("Recoding of "+cmp.Or(posted.GetDescription(), l.Id), maxDescription),
	}
	owners := false
	var moved, kept []*pb.JournalLine
	for i, s := range n.splits {
		switch {
		case s.AccountId != r.from:
			continue
		case l.Personal && i == len(n.splits)-1:
			owners = true
			continue
		}
		was := proto.CloneOf(s)
		s.AccountId, s.DimensionValueIds = r.to, r.replaceValues(s.DimensionValueIds)
		if !proto.Equal(was, s) {
			n.moved = append(n.moved, i)
			entry.Lines = append(entry.Lines, moveAmount(posted.Lines[i], was, s)...)
			for _, tax := range taxKeptWith(posted, i) {
				if !slices.Contains(moved, tax) {
					moved, kept = append(moved, tax), append(kept, moveAmount(tax, was, s)...)
				}
			}
		}
	}
	if len(n.moved) == 0 && !owners {
		return n
	}
	entry.Lines = append(entry.Lines, kept...)
	n.entry, n.problem = r.dateEntry(entry, len(n.moved) == 0)
	if len(n.moved) > 0 && r.to == r.accounts[l.BankAccountId].GetLedgerAccountId() {
		n.problem = "The new account is the ledger account of the line's own bank account."
	}
	if n.problem != "" {
		n.entry = nil
	}
	return n
}

// dateEntry moves an entry of a closed period to the posting date, or returns why it cannot be
// posted. owners is true if only the owner's split is on the account.
func (r *recoding) dateEntry(entry *pb.JournalEntry, owners bool) (*pb.JournalEntry, string) {
	switch {
	case owners:
		return nil, "It is the owner's part of a personal line; undo the line to categorize it."
	case entry.Date >= r.open || r.date == "":
		return entry, ""
	case r.date < entry.Date:
		return nil, "The posting date is before the date of its entry, " + entry.Date + "."
	}
	entry.Date = r.date
	return entry, ""
}

// replaceValues returns dimension values after the change.
func (r *recoding) replaceValues(values []string) []string {
	var replaced []string
	for _, v := range r.values {
		replaced = append(replaced, r.dimensions[v])
	}
	out := slices.DeleteFunc(slices.Clone(values), func(v string) bool {
		return slices.Contains(replaced, r.dimensions[v]) || slices.Contains(r.cleared, r.dimensions[v])
	})
	out = append(out, r.values...)
	slices.Sort(out)
	return out
}

// taxKeptWith returns the lines that posting added on the account of the i-th line for tax that is
// not recovered. They move with the line.
func taxKeptWith(e *pb.JournalEntry, i int) (kept []*pb.JournalLine) {
	line := e.Lines[i]
	for _, l := range e.Lines {
		if l.TaxComponentId != "" && l.TaxCodeId == line.TaxCodeId && l.AccountId == line.AccountId &&
			slices.Equal(l.DimensionValueIds, line.DimensionValueIds) {
			kept = append(kept, l)
		}
	}
	return kept
}

// moveAmount returns the lines that move the amount of a posted line, at its base amount, from a
// split to another. They have no tax code, because the tax stays as it is.
func moveAmount(posted *pb.JournalLine, from, to *pb.BankStatementLine_Split) []*pb.JournalLine {
	out, in := proto.CloneOf(posted), proto.CloneOf(posted)
	for _, l := range []*pb.JournalLine{out, in} {
		l.TaxCodeId, l.TaxComponentId = "", ""
	}
	out.AccountId, out.DimensionValueIds = from.AccountId, from.DimensionValueIds
	in.AccountId, in.DimensionValueIds = to.AccountId, to.DimensionValueIds
	out.Amount, out.BaseAmount = money.Negated(out.Amount), money.Negated(out.BaseAmount)
	return []*pb.JournalLine{out, in}
}

// refuse replaces the entry of a line by the reason why posting refused it. It returns err if that
// is not a refusal.
func (n *recodedLine) refuse(err error) error {
	err = fault.MapFields(err, func(f fault.Field) fault.Field {
		var line int
		if f.Path == "date" {
			return remapDate(f)
		}
		if _, err := fmt.Sscanf(f.Path, "lines[%d].", &line); err != nil {
			return f
		}
		_, path, _ := strings.Cut(f.Path, "].")
		if path == "accountId" && line%2 == 1 {
			path = "newAccountId"
		}
		return fault.Field{Path: path, Message: f.Message}
	})
	var refusal *fault.Error
	if !errors.As(err, &refusal) || refusal.Cause != nil {
		return err
	}
	n.entry, n.problem = nil, refusal.Message
	return nil
}

// recoded returns the line after its entry is posted, with the dimension values that posting added.
func (n *recodedLine) recoded() *pb.BankStatementLine {
	for k, i := range n.moved {
		n.splits[i].DimensionValueIds = n.entry.Lines[2*k+1].DimensionValueIds
	}
	l := proto.CloneOf(n.line)
	l.Splits = n.splits
	return l
}
