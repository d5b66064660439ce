package banking

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// BatchCategorizeBankStatementLines categorizes several lines together.
func (s *Service) BatchCategorizeBankStatementLines(
	ctx context.Context, req *pb.BatchCategorizeBankStatementLinesRequest,
) (*pb.BatchCategorizeBankStatementLinesResponse, error) {
	type response = pb.BatchCategorizeBankStatementLinesResponse
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*response, error) {
		lines, err := lockItems(ctx, tx, req.GetItems())
		if err != nil {
			return nil, err
		}
		decided := map[string]categorization{}
		for _, item := range req.GetItems() {
			decided[item.BankStatementLineId] = categorization{
				lineEntry: lineEntry{splits: item.Splits, description: item.Description, date: item.PostingDate},
				vendor:    item.VendorId,
			}
		}
		done, err := stepItems(ctx, tx, "categorize", lines, categorizeLines(decided))
		return &response{BankStatementLines: done}, err
	})
}

// BatchExcludeBankStatementLines excludes several lines together.
func (s *Service) BatchExcludeBankStatementLines(
	ctx context.Context, req *pb.BatchExcludeBankStatementLinesRequest,
) (*pb.BatchExcludeBankStatementLinesResponse, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.BatchExcludeBankStatementLinesResponse, error) {
		lines, err := lockItems(ctx, tx, req.GetItems())
		if err != nil {
			return nil, err
		}
		reasons := map[string]string{}
		for _, item := range req.GetItems() {
			reasons[item.BankStatementLineId] = item.Reason
		}
		exclude := func(_ context.Context, _ *db.Tx, lines []*pb.BankStatementLine) ([]error, error) {
			for _, l := range lines {
				l.ExcludeReason = reasons[l.Id]
			}
			return make([]error, len(lines)), nil
		}
		done, err := stepItems(ctx, tx, "exclude", lines, exclude)
		return &pb.BatchExcludeBankStatementLinesResponse{BankStatementLines: done}, err
	})
}

// lineItem is an item of a batch, about one line.
type lineItem interface {
	GetBankStatementLineId() string
	GetEtag() string
}

// itemPath returns the path of the i-th item in a batch.
func itemPath(i int) string { return fmt.Sprintf("items[%d]", i) }

// findItems returns the line of each item of a batch. It refuses lines that do not exist, are
// named twice, or have changed since the caller read them.
func findItems[I lineItem](ctx context.Context, tx *db.Tx, items []I) ([]*pb.BankStatementLine, error) {
	const field = "bankStatementLineId"
	var ids []string
	for _, item := range items {
		if _, err := id.Parse("bsl", item.GetBankStatementLineId()); err == nil {
			ids = append(ids, item.GetBankStatementLineId())
		}
	}
	found, err := bankStatementLines.Table().GetExisting(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	var violations fault.List
	var stale []string
	lines := make([]*pb.BankStatementLine, len(items))
	seen := map[string]bool{}
	for i, item := range items {
		key := item.GetBankStatementLineId()
		lines[i] = found[key]
		switch {
		case lines[i] == nil:
			violations.MergeViolations(itemPath(i), fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND,
				fault.At(field, "names a record that does not exist")))
		case seen[key]:
			violations.Append(fault.At(itemPath(i)+"."+field, "names a line twice"))
		case item.GetEtag() != "" && item.GetEtag() != lines[i].Etag:
			stale = append(stale, itemPath(i))
		}
		seen[key] = true
	}
	if err := violations.Err(); err != nil {
		return nil, err
	}
	if len(stale) > 0 {
		return nil, fault.New(codes.Aborted, optionsv1.Reason_ETAG_MISMATCH,
			"The lines of %s were changed since they were read; read them again.", strings.Join(stale, ", "))
	}
	return lines, nil
}

// lockItems is findItems that also locks the bank accounts of the lines and the lines.
func lockItems[I lineItem](ctx context.Context, tx *db.Tx, items []I) ([]*pb.BankStatementLine, error) {
	lines, err := findItems(ctx, tx, items)
	if err != nil {
		return nil, err
	}
	return lines, lockLinesAsRead(ctx, tx, lines, nil)
}

// lockLinesAsRead locks bank accounts and then lines, with the bank accounts of the lines, and
// reads the lines again. The transaction runs again if a line changed before it was locked.
func lockLinesAsRead(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine, accounts []string) error {
	keys, read := make([]string, len(lines)), map[string]*pb.BankStatementLine{}
	for i, l := range lines {
		accounts = append(accounts, l.BankAccountId)
		keys[i], read[l.Id] = l.Id, l
	}
	locked, err := lockAccountsAndLines(ctx, tx, accounts, keys)
	if err != nil {
		return err
	}
	for _, l := range locked {
		if l.Etag != read[l.Id].Etag {
			return db.RowsChanged("a statement line changed before it was locked")
		}
		// The payee may be new, which does not change the etag.
		proto.Reset(read[l.Id])
		proto.Merge(read[l.Id], l)
	}
	return nil
}

// stepItems executes a verb on the locked lines of a batch. It fails with the problems of all items
// if one of them is refused.
func stepItems(
	ctx context.Context, tx *db.Tx, verb string, lines []*pb.BankStatementLine,
	rule resource.ManyRule[*pb.BankStatementLine],
) ([]*pb.BankStatementLine, error) {
	done, refusals, err := bankStatementLines.StepMany(ctx, tx, verb, lines, rule)
	if err != nil {
		return nil, err
	}
	var violations fault.List
	for i, refusal := range refusals {
		if err := violations.Merge(itemPath(i), refusedItem("bankStatementLineId", refusal)); err != nil {
			return nil, err
		}
	}
	return done, violations.Err()
}

// refusedItem returns a refusal as a violation of an item's field, with the reason kept. It returns
// violations, and errors that are no refusals, unchanged.
func refusedItem(field string, err error) error {
	var refusal *fault.Error
	if !errors.As(err, &refusal) || refusal.Cause != nil || len(refusal.Fields) > 0 {
		return err
	}
	return fault.InvalidFor(refusal.Reason, fault.At(field, "is refused: %s", strings.TrimSuffix(refusal.Message, ".")))
}

// categorization is how a line is categorized.
type categorization struct {
	lineEntry
	vendor string
}

// categorizeLines returns the rule that categorizes lines and posts their entries together.
func categorizeLines(decided map[string]categorization) resource.ManyRule[*pb.BankStatementLine] {
	return func(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine) ([]error, error) {
		vendors, err := checkVendors(ctx, tx, decided)
		if err != nil {
			return nil, err
		}
		return postLineEntries(ctx, tx, lines, func(l *pb.BankStatementLine) (lineEntry, error) {
			d := decided[l.Id]
			l.VendorId = d.vendor
			return d.lineEntry, vendors[d.vendor]
		})
	}
}

// checkVendors returns the error of each vendor that cannot be set on a line. It reads them with
// one statement.
func checkVendors(ctx context.Context, tx *db.Tx, decided map[string]categorization) (map[string]error, error) {
	var vendors []string
	for _, d := range decided {
		vendors = append(vendors, d.vendor)
	}
	slices.Sort(vendors)
	vendors = slices.Compact(vendors)
	refusals, err := resource.CheckEachReference(ctx, tx, "ven", "vendorId", vendors)
	if err != nil {
		return nil, err
	}
	byVendor := map[string]error{}
	for i, vendor := range vendors {
		byVendor[vendor] = refusals[i]
	}
	return byVendor, nil
}

// postLineEntries posts the entries of lines together, and stores their ids in the lines. decide
// returns what the entry of a line is made of.
func postLineEntries(
	ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine,
	decide func(*pb.BankStatementLine) (lineEntry, error),
) (refusals []error, err error) {
	accounts, err := loadBankAccounts(ctx, tx, lines, nil)
	if err != nil {
		return nil, err
	}
	refusals = make([]error, len(lines))
	entries, at := []*pb.JournalEntry{}, []int{}
	for i, l := range lines {
		decided, err := decide(l)
		if err == nil {
			decided.date, err = postingDate(tx.Call(), decided.date, l.BookedDate)
		}
		var entry *pb.JournalEntry
		if err == nil {
			entry, err = newLineEntry(l, accounts[l.BankAccountId], decided)
		}
		if refusals[i] = err; err == nil {
			entries, at = append(entries, entry), append(at, i)
		}
	}
	refused, err := postEntries(ctx, tx, entries)
	if err != nil {
		return nil, err
	}
	for j, e := range entries {
		l := lines[at[j]]
		if err := refused[e]; err != nil {
			refusals[at[j]] = remapSplits(err, len(l.Splits))
		} else {
			l.JournalEntryId = e.Id
		}
	}
	return refusals, nil
}
