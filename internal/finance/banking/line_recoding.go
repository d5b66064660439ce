package banking

import (
	"context"
	"fmt"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

// maxRecodings is the maximum number of lines that one request recodes.
const maxRecodings = 500

// RecodeBankStatementLines moves splits of categorized lines to another account or to other dimension
// values.
func (s *Service) RecodeBankStatementLines(
	ctx context.Context, req *pb.RecodeBankStatementLinesRequest,
) (*pb.RecodeBankStatementLinesResponse, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.RecodeBankStatementLinesResponse, error) {
		lines, truncated, err := lockLinesToRecode(ctx, tx, req)
		if err != nil {
			return nil, err
		}
		change, err := newRecoding(ctx, tx, req, lines)
		if err != nil {
			return nil, err
		}
		recoded, err := change.post(ctx, tx, lines)
		if err != nil {
			return nil, err
		}
		out := &pb.RecodeBankStatementLinesResponse{Truncated: truncated}
		for _, r := range recoded {
			stored, err := r.store(ctx, tx)
			if err != nil {
				return nil, err
			}
			if stored.Problem == "" {
				out.RecodedCount++
			}
			out.Recodings = append(out.Recodings, stored)
		}
		return out, nil
	})
}

// lockLinesToRecode finds the categorized lines of a request, locks them with their bank accounts, and
// returns them by booked date. truncated reports whether there are more.
func lockLinesToRecode(
	ctx context.Context, tx *db.Tx, req *pb.RecodeBankStatementLinesRequest,
) (lines []*pb.BankStatementLine, truncated bool, err error) {
	err = resource.CheckReference(ctx, tx, "acc", "accountId", req.GetAccountId())
	if err != nil && fault.From(err).Reason != optionsv1.Reason_REFERENCE_ARCHIVED {
		return nil, false, err
	}
	found, _, err := bankStatementLines.Table().Select(ctx, tx, table.Query{
		Filter:  req.GetFilter(),
		And:     fmt.Sprintf("state = \"MATCHED\" AND splits.account_id:%q", req.GetAccountId()),
		OrderBy: "booked_date", Limit: maxRecodings + 1,
	})
	if err != nil {
		return nil, false, err
	}
	truncated = len(found) > maxRecodings
	found = found[:min(len(found), maxRecodings)]
	return found, truncated, lockLinesAsRead(ctx, tx, found, nil)
}
