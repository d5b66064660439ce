package banking

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/banking/personal"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/money"
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
		if minorOf(l) >= 0 {
			continue
		}
		if s := personal.Suspect(spendingOf(l), payees[l.Payee]); s.Points >= personal.MinSuspicion {
			found = append(found, &pb.SuspectPersonalSpendingResponse_Suspicion{
				BankStatementLine: l, Score: min(s.Points, 100), Reasons: s.Reasons,
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

// roundTo is the number of units of a currency of which a round amount is a multiple.
const roundTo = 10

// spendingOf returns what the suspicion of a line of money out depends on.
func spendingOf(l *pb.BankStatementLine) personal.Line {
	day, err := calendar.ParseDate(l.BookedDate)
	return personal.Line{
		Text: l.CounterpartyName + " " + l.Description, Cash: l.TransactionType == "ATM", Round: isRound(l),
		Weekend: err == nil && (day.Weekday() == time.Saturday || day.Weekday() == time.Sunday),
	}
}

// isRound reports whether a line's amount is a multiple of roundTo units of its currency.
func isRound(l *pb.BankStatementLine) bool {
	digits, _ := money.Digits(l.Amount.CurrencyCode)
	unit := int64(roundTo)
	for range digits {
		unit *= 10
	}
	return minorOf(l)%unit == 0
}

// countPayeeDecisions counts the earlier personal and business decisions for each payee of the
// lines. Transfers do not count. A kind of payment, such as `check`, is not a payee.
func countPayeeDecisions(
	ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine,
) (map[string]personal.Earlier, error) {
	rows, err := tx.Query(ctx, `
select payee, count(*) filter (where personal)::integer, count(*) filter (where not personal)::integer
from finance.bank_statement_lines
where org_id = $1
and payee = any($2)
and state = 'MATCHED'
and bank_transfer_id is null
group by payee`, tx.Call().Organization.ID, namedPayeesOf(lines))
	if err != nil {
		return nil, err
	}
	payees := map[string]personal.Earlier{}
	var key string
	var p personal.Earlier
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
