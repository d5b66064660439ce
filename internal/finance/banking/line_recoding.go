package banking

import (
	"context"
	"fmt"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/table"
)

// maxRecodings is the maximum number of lines that one request recodes.
const maxRecodings = 500

// RecodeBankStatementLines moves splits of categorized lines to another account or to other
// dimension values.
func (s *Service) RecodeBankStatementLines(
	ctx context.Context, req *pb.RecodeBankStatementLinesRequest,
) (*pb.RecodeBankStatementLinesResponse, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.RecodeBankStatementLinesResponse, error) {
		change, err := newRecoding(ctx, tx, req)
		if err != nil {
			return nil, err
		}
		lines, truncated, err := change.findLines(ctx, tx, req.GetFilter())
		if err != nil {
			return nil, err
		}
		if err := lockLinesAsRead(ctx, tx, lines, nil); err != nil {
			return nil, err
		}
		recoded, err := change.post(ctx, tx, lines)
		if err != nil {
			return nil, err
		}
		out, err := storeRecoded(ctx, tx, recoded)
		out.Truncated = truncated
		return out, err
	})
}

// findLines finds the categorized lines that change or have a problem, by booked date. truncated
// reports whether there are more than one request recodes.
func (r *recoding) findLines(
	ctx context.Context, tx *db.Tx, filter string,
) (found []*pb.BankStatementLine, truncated bool, err error) {
	q := table.Query{
		Filter: filter, And: fmt.Sprintf("state = \"MATCHED\" AND splits.account_id:%q", r.from),
		OrderBy: "booked_date", Limit: maxRecodings,
	}
	for {
		var page []*pb.BankStatementLine
		if page, q.After, err = bankStatementLines.Table().Select(ctx, tx, q); err != nil {
			return nil, false, err
		}
		if err := r.read(ctx, tx, page); err != nil {
			return nil, false, err
		}
		for _, l := range page {
			if n := r.plan(l); n.entry == nil && n.problem == "" {
				continue
			}
			if len(found) == maxRecodings {
				return found, true, nil
			}
			found = append(found, l)
		}
		if q.After == nil {
			return found, false, nil
		}
	}
}

// storeRecoded stores the splits of the lines whose entries are posted.
func storeRecoded(
	ctx context.Context, tx *db.Tx, recoded []*recodedLine,
) (*pb.RecodeBankStatementLinesResponse, error) {
	var before, after []*pb.BankStatementLine
	out := &pb.RecodeBankStatementLinesResponse{}
	for _, n := range recoded {
		one := &pb.RecodeBankStatementLinesResponse_Recoding{FormerSplits: n.line.Splits, Problem: n.problem}
		out.Recodings = append(out.Recodings, one)
		if n.entry == nil {
			continue
		}
		out.RecodedCount++
		one.JournalEntryId, one.PostingDate = n.entry.Id, n.entry.Date
		before, after = append(before, n.line), append(after, n.recoded())
	}
	if err := bankStatementLines.StoreChanges(ctx, tx, "recoded", before, after); err != nil {
		return out, err
	}
	ids := make([]string, len(recoded))
	for i, n := range recoded {
		ids[i] = n.line.Id
	}
	now, err := bankStatementLines.FindMany(ctx, tx, ids)
	for i, l := range now {
		out.Recodings[i].BankStatementLine = l
	}
	return out, err
}
