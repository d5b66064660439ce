package banking

import (
	"cmp"
	"context"
	"errors"
	"fmt"
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
	// values replace the values of their dimensions. The values of the cleared dimensions are removed.
	values, cleared []string
	// dimensions are the dimensions of all values that are read, by value.
	dimensions map[string]string
	// date is for entries in closed periods, which end before the day open.
	date, open string
	// entries are the entries of the lines, by id, and earlier those that recoded them, by the id of the
	// recoded entry.
	entries map[string]*pb.JournalEntry
	earlier map[string][]string
}

// newRecoding checks a request and reads what recoding the lines needs.
func newRecoding(
	ctx context.Context, tx *db.Tx, req *pb.RecodeBankStatementLinesRequest, lines []*pb.BankStatementLine,
) (r *recoding, err error) {
	r = &recoding{from: req.GetAccountId(), to: cmp.Or(req.GetNewAccountId(), req.GetAccountId())}
	r.cleared = req.GetClearedDimensionIds()
	if r.date, err = postingDate(tx.Call(), req.GetPostingDate(), ""); err != nil {
		return nil, err
	}
	for _, v := range req.GetDimensionValueIds() {
		r.values = append(r.values, ledger.DimensionValueID(v))
	}
	if err := r.checkReferences(ctx, tx); err != nil {
		return nil, err
	}
	keys := entriesOf(lines)
	if r.earlier, err = ledger.RecodingsOf(ctx, tx, keys); err != nil {
		return nil, err
	}
	if r.entries, err = ledger.FindEntries(ctx, tx, keys); err != nil {
		return nil, err
	}
	if r.open, err = ledger.FirstOpenDate(ctx, tx); err != nil {
		return nil, err
	}
	return r, r.readDimensions(ctx, tx, lines)
}

// checkReferences refuses a change of nothing, and an account, values or dimensions that do not exist.
// The new account and the values must not be archived.
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
	if err := check("acc", "newAccountId", r.to, r.to == r.from); err != nil {
		return err
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

// readDimensions reads the dimensions of the values that the lines have or get. It refuses two new
// values of one dimension.
func (r *recoding) readDimensions(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine) error {
	all := slices.Clone(r.values)
	for _, l := range lines {
		for _, s := range r.currentSplits(l) {
			all = append(all, s.DimensionValueIds...)
		}
	}
	found, err := ledger.FindDimensionValues(ctx, tx, all)
	if err != nil {
		return err
	}
	r.dimensions = map[string]string{}
	for key, v := range found {
		r.dimensions[key] = v.DimensionId
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

// currentSplits returns the splits of a line with the dimension values of its entry, which posting may
// have completed. Splits that were recoded before have them already.
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

// post plans the change of each line and posts the entries. It leaves out lines that have the new account
// and dimension values already.
func (r *recoding) post(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine) ([]*recodedLine, error) {
	var recoded []*recodedLine
	var entries []*pb.JournalEntry
	for _, l := range lines {
		n := r.plan(l)
		if n.entry != nil {
			entries = append(entries, n.entry)
		}
		if n.entry != nil || n.problem != "" {
			recoded = append(recoded, n)
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

// plan returns the change of a line, without an entry if nothing changes or if there is a problem. The
// owner's split of a personal line stays.
func (r *recoding) plan(l *pb.BankStatementLine) *recodedLine {
	n := &recodedLine{line: l, splits: r.currentSplits(l)}
	posted := r.entries[l.JournalEntryId]
	entry := &pb.JournalEntry{
		Date: posted.GetDate(), Source: posted.GetSource(), SourceId: l.Id, RecodesId: posted.GetId(),
		Reference: posted.GetReference(), CurrencyCode: posted.GetCurrencyCode(),
		Description: truncate("Recoding of "+cmp.Or(posted.GetDescription(), l.Id), maxDescription),
	}
	for i, s := range n.splits {
		if s.AccountId != r.from || l.Personal && i == len(n.splits)-1 {
			continue
		}
		was := proto.CloneOf(s)
		s.AccountId, s.DimensionValueIds = r.to, r.replaceValues(s.DimensionValueIds)
		if !proto.Equal(was, s) {
			n.moved = append(n.moved, i)
			entry.Lines = append(entry.Lines, moveAmount(posted.Lines[i], was, s)...)
		}
	}
	switch {
	case len(n.moved) == 0 && l.Personal:
		n.problem = "It is the owner's part of a personal line; undo the line to categorize it."
	case len(n.moved) == 0:
	case entry.Date >= r.open || r.date == "":
		n.entry = entry
	case r.date < entry.Date:
		n.problem = "The posting date is before the date of its entry, " + entry.Date + "."
	default:
		entry.Date = r.date
		n.entry = entry
	}
	return n
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

// moveAmount returns the lines that move the amount of a posted line, at its base amount, from a split to
// another.
func moveAmount(posted *pb.JournalLine, from, to *pb.BankStatementLine_Split) []*pb.JournalLine {
	out, in := proto.CloneOf(posted), proto.CloneOf(posted)
	out.AccountId, out.DimensionValueIds = from.AccountId, from.DimensionValueIds
	in.AccountId, in.DimensionValueIds = to.AccountId, to.DimensionValueIds
	out.Amount, out.BaseAmount = money.Negated(out.Amount), money.Negated(out.BaseAmount)
	return []*pb.JournalLine{out, in}
}

// refuse keeps the line as it is, because posting refused its entry. It returns an error that is no
// refusal.
func (n *recodedLine) refuse(err error) error {
	err = remapFields(err, func(f fault.Field) fault.Field {
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

// store stores the splits of a line whose entry is posted, with the dimension values that posting added.
func (n *recodedLine) store(
	ctx context.Context, tx *db.Tx,
) (*pb.RecodeBankStatementLinesResponse_Recoding, error) {
	out := &pb.RecodeBankStatementLinesResponse_Recoding{FormerSplits: n.line.Splits, Problem: n.problem}
	var err error
	if n.entry == nil {
		out.BankStatementLine, err = bankStatementLines.Find(ctx, tx, n.line.Id)
		return out, err
	}
	for k, i := range n.moved {
		n.splits[i].DimensionValueIds = n.entry.Lines[2*k+1].DimensionValueIds
	}
	out.JournalEntryId, out.PostingDate = n.entry.Id, n.entry.Date
	out.BankStatementLine, err = bankStatementLines.Modify(ctx, tx, n.line.Id, "recoded",
		func(_ context.Context, _ *db.Tx, _, l *pb.BankStatementLine) error {
			l.Splits = n.splits
			return nil
		})
	return out, err
}
