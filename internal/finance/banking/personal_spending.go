package banking

import (
	"cmp"
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
)

// maxSuspicions is the number of lines that SuspectPersonalSpending returns at most.
const maxSuspicions = 500

// SuspectPersonalSpending returns UNMATCHED lines that look like personal spending.
func (s *Service) SuspectPersonalSpending(
	ctx context.Context, req *pb.SuspectPersonalSpendingRequest,
) (*pb.SuspectPersonalSpendingResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.SuspectPersonalSpendingResponse, error) {
		if req.GetBankAccountId() != "" {
			if _, err := bankAccounts.Find(ctx, tx, req.GetBankAccountId()); err != nil {
				return nil, err
			}
		}
		lines, err := loadUnmatchedLines(ctx, tx, withDates("", req.GetStartDate(), req.GetEndDate()), req.GetBankAccountId())
		if err != nil {
			return nil, err
		}
		found, err := findSuspicions(ctx, tx, lines)
		if err != nil {
			return nil, err
		}
		return &pb.SuspectPersonalSpendingResponse{
			Suspicions: found[:min(
				len(found), maxSuspicions,
			)], Count: int32(len(found)), Truncated: len(lines) == maxUnmatched || len(found) > maxSuspicions,
		}, nil
	})
}

// findSuspicions returns the lines that look personal, by descending score.
func findSuspicions(
	ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine,
) (found []*pb.SuspectPersonalSpendingResponse_Suspicion, err error) {
	payees, err := countPayeeDecisions(ctx, tx, lines)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		if s := scorePersonal(l, payees[l.Payee]); s.points >= minSuspicionScore {
			found = append(found, &pb.SuspectPersonalSpendingResponse_Suspicion{
				BankStatementLine: l, Score: s.score(), Reasons: s.reasons,
			})
		}
	}
	slices.SortFunc(found, func(a, b *pb.SuspectPersonalSpendingResponse_Suspicion) int {
		return cmp.Or(
			cmp.Compare(b.Score, a.Score), cmp.Compare(b.BankStatementLine.BookedDate, a.BankStatementLine.BookedDate),
			cmp.Compare(a.BankStatementLine.Id, b.BankStatementLine.Id),
		)
	})
	return found, nil
}

// countPayeeDecisions counts the earlier personal and business decisions for each payee of the
// lines. Transfers do not count.
func countPayeeDecisions(
	ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine,
) (map[string]payeeDecisions, error) {
	rows, err := tx.Query(ctx, `
select payee, count(*) filter (where personal)::integer, count(*) filter (where not personal)::integer
from finance.bank_statement_lines
where org_id = $1
and payee = any($2)
and state = 'MATCHED'
and bank_transfer_id is null
group by payee`, tx.Call().Organization.ID, payeesOf(lines))
	if err != nil {
		return nil, err
	}
	payees := map[string]payeeDecisions{}
	var key string
	var p payeeDecisions
	_, err = pgx.ForEachRow(rows, []any{&key, &p.Personal, &p.Business}, func() error {
		payees[key] = p
		return nil
	})
	return payees, err
}

// countSuspicions returns the number of UNMATCHED lines that look personal, by bank account id.
func countSuspicions(ctx context.Context, tx *db.Tx) (map[string]int32, error) {
	lines, err := loadUnmatchedLines(ctx, tx, "", "")
	if err != nil || len(lines) == 0 {
		return nil, err
	}
	found, err := findSuspicions(ctx, tx, lines)
	counts := map[string]int32{}
	for _, s := range found {
		counts[s.BankStatementLine.BankAccountId]++
	}
	return counts, err
}
