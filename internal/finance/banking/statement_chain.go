package banking

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/finance/banking/statement/chain"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
)

// selectSpans returns the stored statements that add up and whose periods touch a period.
const selectSpans = `
select id, statement_import_id, ordinal, number, start_date, end_date, opening_balance_minor, closing_balance_minor,
  line_count
from finance.bank_statements
where org_id = $1
and bank_account_id = $2
and end_date >= $3::text::date
and start_date <= $4::text::date
and opening_balance_minor::numeric + line_total_minor = closing_balance_minor
and line_count > 0
order by end_date, id
limit 20000`

// statementPlace is the place of a stored statement: its import, and its number there.
type statementPlace struct {
	importKey uuid.UUID
	ordinal   int32
}

// findSpans returns the spans of stored statements from one day to another.
func findSpans(
	ctx context.Context, tx *db.Tx, accountKey uuid.UUID, from, to calendar.Date,
) ([]chain.Span, error) {
	rows, err := tx.QueryReplanned(ctx, selectSpans, tx.Call().Organization.ID, accountKey, from.String(), to.String())
	if err != nil {
		return nil, err
	}
	spans, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s chain.Span, err error) {
		err = row.Scan(
			&s.ID, &s.File, &s.Ordinal, &s.Number, &s.Start, &s.End, &s.Opening, &s.Closing, &s.Lines,
		)
		return s, err
	})
	if err != nil || len(spans) == 0 {
		return nil, err
	}
	return spans, loadDayAmounts(ctx, tx, spans)
}

// selectDayAmounts returns the amounts of the readable rows of imports on some days.
const selectDayAmounts = `
select statement_import_id, statement_number, booked_date, amount_minor
from finance.statement_rows
where org_id = $1
and statement_import_id = any($2)
and booked_date = any($3::date[])
and outcome in ('NEW', 'DUPLICATE')
order by statement_import_id, position`

// loadDayAmounts sets the amounts of the first and the last day of stored statements. It reads them
// from the rows of their imports, because the lines of a row that was imported before belong to
// another statement.
func loadDayAmounts(ctx context.Context, tx *db.Tx, spans []chain.Span) error {
	at := map[statementPlace]int{}
	imports, days := map[uuid.UUID]bool{}, map[calendar.Date]bool{}
	for n, s := range spans {
		at[statementPlace{s.File, int32(s.Ordinal)}] = n
		imports[s.File], days[s.Start], days[s.End] = true, true, true
	}
	rows, err := tx.QueryReplanned(
		ctx, selectDayAmounts, tx.Call().Organization.ID, mapKeys(imports), midnights(days),
	)
	if err != nil {
		return err
	}
	var place statementPlace
	var day calendar.Date
	var amount int64
	_, err = pgx.ForEachRow(rows, []any{&place.importKey, &place.ordinal, &day, &amount}, func() error {
		n, known := at[place]
		if !known {
			return nil
		}
		if day == spans[n].Start {
			spans[n].FirstDay = append(spans[n].FirstDay, amount)
		}
		if day == spans[n].End {
			spans[n].LastDay = append(spans[n].LastDay, amount)
		}
		return nil
	})
	return err
}
