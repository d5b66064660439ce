package banking

import (
	"context"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// newBankStatement returns a parsed statement as a record. A period that the file does not give is
// taken from its balances, or else its lines, or else today.
func newBankStatement(s statement.Statement, today calendar.Date) *pb.BankStatement {
	total := new(big.Int)
	for _, l := range s.Lines {
		total.Add(total, big.NewInt(l.Amount))
	}
	first, last := s.Period(today)
	out := &pb.BankStatement{
		Number: s.Number, CurrencyCode: s.CurrencyCode, StartDate: first.String(), EndDate: last.String(),
		LineCount: int32(len(s.Lines)),
	}
	if total.IsInt64() {
		out.LineTotal = money.ToProto(total.Int64(), s.CurrencyCode)
	}
	if b := s.OpeningBalance; b != nil {
		out.OpeningBalance = money.ToProto(b.Amount, s.CurrencyCode)
	}
	if b := s.LedgerBalance; b != nil {
		out.ClosingBalance = money.ToProto(b.Amount, s.CurrencyCode)
	}
	return out
}

// selectBefore returns the previous statement of each statement, by end date.
const selectBefore = `
select s.id, p.id, p.number, p.start_date::text, p.end_date::text, p.closing_balance_minor
from finance.bank_statements s
cross join lateral (
  select b.id, b.number, b.start_date, b.end_date, b.closing_balance_minor
  from finance.bank_statements b
  where b.org_id = $1
  and b.bank_account_id = s.bank_account_id
  and (b.end_date, b.id) < (s.end_date, s.id)
  order by b.end_date desc, b.id desc
  limit 1
) p
where s.org_id = $1
and s.id = any($2)`

// loadStatementWarnings computes the warnings of statements: those about the statement itself, and
// those about its previous statement.
func loadStatementWarnings(ctx context.Context, tx *db.Tx, statements []*pb.BankStatement) error {
	byKey := make(map[uuid.UUID]*pb.BankStatement, len(statements))
	keys := make([]uuid.UUID, len(statements))
	for i, s := range statements {
		key, err := id.Parse("bst", s.Id)
		if err != nil {
			return err
		}
		keys[i], byKey[key] = key, s
	}
	rows, err := tx.Query(ctx, selectBefore, tx.Call().Organization.ID, keys)
	if err != nil {
		return err
	}
	before := map[*pb.BankStatement]*pb.BankStatement{}
	var key, other uuid.UUID
	var closing *int64
	p := &pb.BankStatement{}
	if _, err = pgx.ForEachRow(rows, []any{&key, &other, &p.Number, &p.StartDate, &p.EndDate, &closing}, func() error {
		found := &pb.BankStatement{Id: id.Format("bst", other), Number: p.Number, StartDate: p.StartDate, EndDate: p.EndDate}
		if closing != nil {
			found.ClosingBalance = money.ToProto(*closing, byKey[key].CurrencyCode)
		}
		before[byKey[key]] = found
		return nil
	}); err != nil {
		return err
	}
	for _, s := range statements {
		if s.Warnings, err = checkStatement(s, before[s]); err != nil {
			return err
		}
	}
	return nil
}

// checkStatement returns the warnings of a statement. before is the previous statement of the
// account, or nil.
func checkStatement(s, before *pb.BankStatement) (warnings []*pb.BankStatement_Warning, err error) {
	closing, ok, err := computeClosingBalance(s)
	if err != nil {
		return nil, err
	}
	if ok && closing != s.ClosingBalance.Amount {
		warnings = append(warnings, &pb.BankStatement_Warning{
			Kind: pb.BankStatement_Warning_DOES_NOT_ADD_UP,
			Message: fmt.Sprintf("The opening balance plus the lines is %s, but the closing balance is %s.",
				closing, s.ClosingBalance.Amount),
		})
	}
	if before == nil {
		return warnings, nil
	}
	more, err := compareWithPrevious(s, before)
	return append(warnings, more...), err
}

// compareWithPrevious returns the warnings of a statement that does not follow the previous one:
// their periods overlap or leave a gap, a number is missing, or the balances differ.
func compareWithPrevious(s, before *pb.BankStatement) (warnings []*pb.BankStatement_Warning, err error) {
	warn := func(kind pb.BankStatement_Warning_Kind, format string, args ...any) {
		warnings = append(warnings, &pb.BankStatement_Warning{
			Kind: kind, Message: fmt.Sprintf(format, args...), BankStatementId: before.Id,
		})
	}
	start, err := calendar.ParseDate(s.StartDate)
	if err != nil {
		return nil, err
	}
	end, err := calendar.ParseDate(before.EndDate)
	if err != nil {
		return nil, err
	}
	hasBalances := s.OpeningBalance != nil && before.ClosingBalance != nil
	sameBalance := hasBalances && s.OpeningBalance.Amount == before.ClosingBalance.Amount
	switch {
	case start.Before(end):
		warn(pb.BankStatement_Warning_OVERLAP,
			"The statement begins on %s, but the previous one ends on %s.", start, end)
	case hasBalances && !sameBalance:
		warn(pb.BankStatement_Warning_OPENING_DIFFERS,
			"The opening balance is %s, but the previous closing balance is %s.",
			s.OpeningBalance.Amount, before.ClosingBalance.Amount)
	}
	if start.After(end.AddDays(1)) && !sameBalance { // no money moved in the gap if the balances are equal
		warn(pb.BankStatement_Warning_GAP,
			"The previous statement ends on %s, and this one begins on %s: a statement may be missing.", end, start)
	}
	if problem := describeNumberGap(s.Number, before.Number); problem != "" {
		warn(pb.BankStatement_Warning_NUMBER_MISSING, "%s", problem)
	}
	return warnings, nil
}

// computeClosingBalance returns the opening balance plus the lines of a statement. It returns false
// if a balance or the total is missing, or the sum is out of range.
func computeClosingBalance(s *pb.BankStatement) (balance string, ok bool, err error) {
	if s.OpeningBalance == nil || s.ClosingBalance == nil || s.LineTotal == nil {
		return "", false, nil
	}
	opening, err := minorOrNil(s.OpeningBalance)
	if err != nil {
		return "", false, err
	}
	total, err := minorOrNil(s.LineTotal)
	if err != nil {
		return "", false, err
	}
	sum := new(big.Int).Add(big.NewInt(*opening), big.NewInt(*total))
	if !sum.IsInt64() {
		return "", false, nil
	}
	return money.Format(sum.Int64(), s.CurrencyCode), true, nil
}

// minorOrNil returns an amount in minor units, or nil for nil.
func minorOrNil(m *typepb.Money) (*int64, error) {
	if m == nil {
		return nil, nil
	}
	minor, err := money.Parse(m.Amount, m.CurrencyCode)
	return &minor, err
}

// describeNumberGap describes a gap between a statement's number and the previous one, or returns
// "". A lower or equal number is not a gap: banks restart at 1 each year, and may split one
// statement into several with the same number.
func describeNumberGap(number, before string) string {
	if before == "" {
		return ""
	}
	if number == "" {
		return fmt.Sprintf("The statement has no number, but the previous one has number %s.", before)
	}
	n, hasNumber := ordinal(number)
	b, hadNumber := ordinal(before)
	if !hasNumber || !hadNumber || n <= b+1 {
		return ""
	}
	return fmt.Sprintf(
		"The statement has number %s, and the previous one %s: the numbers between are missing.", number, before,
	)
}

// ordinal returns the integer at the start of a statement's number, such as 12 for `12/1`.
func ordinal(number string) (n int, ok bool) {
	whole, _, _ := strings.Cut(number, "/")
	n, err := strconv.Atoi(strings.TrimSpace(whole))
	return n, err == nil
}
