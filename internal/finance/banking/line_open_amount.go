package banking

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// selectMatchedLines reads the amounts of lines that are matched, with the matches.
const selectMatchedLines = `
select l.bank_statement_line_id, m.id, l.amount_minor
from finance.bank_match_lines l
join finance.bank_matches m on m.org_id = $1 and m.id = l.bank_match_id
where l.org_id = $1
and l.bank_statement_line_id = any($2)
and m.state = 'MATCHED'
order by m.id`

// loadOpenAmounts sets the computed fields of lines: the matches that explain each line, and the
// amount that is still open.
func loadOpenAmounts(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine) error {
	taken, matches, err := matchedAmounts(ctx, tx, lines)
	if err != nil {
		return err
	}
	for _, l := range lines {
		l.BankMatchIds = matches[l.Id]
		l.OpenAmount = money.ToProto(openAmount(l, taken[l.Id]), l.Amount.CurrencyCode)
	}
	return nil
}

// openAmount returns the part of a line that nothing explains: zero if the line is matched or
// excluded, else its amount less the matched amount.
func openAmount(l *pb.BankStatementLine, taken int64) int64 {
	if l.State == pb.BankStatementLine_MATCHED || l.State == pb.BankStatementLine_EXCLUDED {
		return 0
	}
	return minorOf(l) - taken
}

// matchedAmounts returns the matched amount of each line, and the ids of its matches.
func matchedAmounts(
	ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine,
) (taken map[string]int64, matches map[string][]string, err error) {
	keys, err := id.ParseEach("bsl", lines, (*pb.BankStatementLine).GetId)
	if err != nil {
		return nil, nil, err
	}
	rows, err := tx.Query(ctx, selectMatchedLines, tx.Call().Organization.ID, keys)
	if err != nil {
		return nil, nil, err
	}
	taken, matches = map[string]int64{}, map[string][]string{}
	var line, match uuid.UUID
	var minor int64
	_, err = pgx.ForEachRow(rows, []any{&line, &match, &minor}, func() error {
		key := id.Format("bsl", line)
		taken[key] += minor
		matches[key] = append(matches[key], id.Format("bma", match))
		return nil
	})
	return taken, matches, err
}

// openLineAmount returns the part of a line that is not matched.
func openLineAmount(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine) (int64, error) {
	taken, _, err := matchedAmounts(ctx, tx, []*pb.BankStatementLine{l})
	return minorOf(l) - taken[l.Id], err
}

// otherMatch returns the first match that explains a part of a line, other than the given one, or
// nil.
func otherMatch(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine, matchID string) (*pb.BankMatch, error) {
	line, err := bankStatementLines.Table().Key(l.Id)
	if err != nil {
		return nil, err
	}
	excluded, err := bankMatches.Table().Key(matchID)
	if err != nil {
		return nil, err
	}
	var other uuid.UUID
	err = tx.QueryRow(ctx, `
select m.id
from finance.bank_match_lines l
join finance.bank_matches m on m.org_id = $1 and m.id = l.bank_match_id
where l.org_id = $1
and l.bank_statement_line_id = $2
and m.id <> $3
and m.state = 'MATCHED'
order by m.id
limit 1`, tx.Call().Organization.ID, line, excluded).Scan(&other)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return bankMatches.Table().Get(ctx, tx, id.Format("bma", other))
}
