package banking

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/banking/payee"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// selectTwins reads the lines that lines may repeat or that may repeat them, unless a person
// excluded them or confirmed that the two are distinct.
const selectTwins = `
select t.line, t.twin
from (
  select second_line_id as line, first_line_id as twin
  from finance.suspected_statement_lines
  where org_id = $1
  and second_line_id = any($2)
  union
  select first_line_id, second_line_id
  from finance.suspected_statement_lines
  where org_id = $1
  and first_line_id = any($2)
) t
join finance.bank_statement_lines l on l.org_id = $1 and l.id = t.twin
where l.state <> 'EXCLUDED'
and not exists (
  select
  from finance.distinct_statement_lines d
  where d.org_id = $1
  and d.first_line_id = least(t.line, t.twin)
  and d.second_line_id = greatest(t.line, t.twin)
)
order by t.line, t.twin`

// loadTwins returns for each of the lines the ids of those that may be the same payment.
func loadTwins(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine) (map[string][]string, error) {
	keys, err := id.ParseEach("bsl", lines, (*pb.BankStatementLine).GetId)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, selectTwins, tx.Call().Organization.ID, keys)
	if err != nil {
		return nil, err
	}
	twins := map[string][]string{}
	var line, twin uuid.UUID
	_, err = pgx.ForEachRow(rows, []any{&line, &twin}, func() error {
		key := id.Format("bsl", line)
		twins[key] = append(twins[key], id.Format("bsl", twin))
		return nil
	})
	return twins, err
}

// doubt limits the scores of suggestions for a line that may repeat another, so that none is
// accepted without a look at both: the payment would be booked twice.
func doubt(all []*suggestion) {
	for _, s := range all {
		s.Score = min(s.Score, payee.Sure)
		s.Reasons = append(s.Reasons, "It may repeat another line.")
	}
}
