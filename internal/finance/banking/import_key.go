package banking

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/finance/banking/statement/chain"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
)

// collectLines collects the lines of the chosen statements with their deduplication keys.
// Statements of one account may overlap, so equal lines of two statements are one line, unless the
// balances prove that one statement follows the other. Equal lines within a statement are separate
// lines.
func (f *importPlan) collectLines(ctx context.Context, tx *db.Tx, accountKey uuid.UUID) error {
	spans, err := f.findChainSpans(ctx, tx, accountKey)
	if err != nil {
		return err
	}
	f.proven = map[int]bool{}
	for _, s := range spans {
		if s.ID == uuid.Nil {
			f.proven[s.Ordinal] = true
		}
	}
	groups := chain.GroupStatements(len(f.statements), spans)
	recorded, err := findRecorded(ctx, tx, spans, groups)
	if err != nil {
		return err
	}
	disproved := 0
	for _, group := range groups {
		keys, wrong := group.Keys(f.statements, recorded)
		disproved += wrong
		for _, n := range group.Statements {
			f.lines = append(f.lines, f.statements[n].Lines...)
			f.keys = append(f.keys, keys[n]...)
			f.statementIndex = append(f.statementIndex, slices.Repeat([]int{n}, len(keys[n]))...)
		}
	}
	if disproved > 0 {
		f.warn("Lines that earlier imports took for lines of other statements, which the balances now disprove: %d. "+
			"Import the files of this day again.", disproved)
	}
	return nil
}

// findChainSpans returns the spans of the file's statements, and of the stored ones that may be in
// a chain with them.
func (f *importPlan) findChainSpans(ctx context.Context, tx *db.Tx, accountKey uuid.UUID) ([]chain.Span, error) {
	var spans []chain.Span
	var from, to calendar.Date
	for n, s := range f.statements {
		span, ok := chain.NewSpan(s, n)
		if !ok {
			continue
		}
		spans = append(spans, span)
		if from.IsZero() || span.Start.Before(from) {
			from = span.Start
		}
		if span.End.After(to) {
			to = span.End
		}
	}
	if len(spans) == 0 {
		return nil, nil
	}
	stored, err := findSpans(ctx, tx, accountKey, from, to)
	return append(stored, spans...), err
}

// selectRecorded returns the readable rows of imports.
const selectRecorded = `
select statement_import_id, statement_number, booked_date, amount_minor, description, counterparty_name, bank_reference,
  check_number, deduplication_key
from finance.statement_rows
where org_id = $1
and statement_import_id = any($2)
and outcome in ('NEW', 'DUPLICATE')
order by statement_import_id, position`

// findRecorded returns the lines and keys of the stored statements in groups, by statement.
func findRecorded(
	ctx context.Context, tx *db.Tx, spans []chain.Span, groups []chain.Group,
) (map[uuid.UUID]chain.Recorded, error) {
	needed := map[uuid.UUID]bool{}
	for _, group := range groups {
		for _, mate := range group.Mates {
			needed[mate] = true
		}
		for _, again := range group.Again {
			for _, id := range again {
				needed[id] = true
			}
		}
	}
	places, imports := map[statementPlace]uuid.UUID{}, map[uuid.UUID]bool{}
	for _, s := range spans {
		if needed[s.ID] {
			places[statementPlace{s.File, int32(s.Ordinal)}], imports[s.File] = s.ID, true
		}
	}
	if len(places) == 0 {
		return nil, nil
	}
	rows, err := tx.QueryReplanned(ctx, selectRecorded, tx.Call().Organization.ID, mapKeys(imports))
	if err != nil {
		return nil, err
	}
	recorded := map[uuid.UUID]chain.Recorded{}
	var place statementPlace
	var l statement.Line
	var key string
	_, err = pgx.ForEachRow(rows, []any{
		&place.importKey, &place.ordinal, &l.Date, &l.Amount, &l.Description, &l.CounterpartyName, &l.BankReference,
		&l.CheckNumber, &key,
	}, func() error {
		if id, isNeeded := places[place]; isNeeded {
			r := recorded[id]
			recorded[id] = chain.Recorded{Lines: append(r.Lines, l), Keys: append(r.Keys, key)}
		}
		return nil
	})
	return recorded, err
}
