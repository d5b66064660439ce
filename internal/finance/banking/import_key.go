package banking

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
)

// collectLines collects the lines of the chosen statements with their deduplication keys. Statements of
// one account may overlap, so equal lines of two statements are one line, unless the balances prove that
// one statement follows the other. Equal lines within a statement are separate lines.
func (f *importPlan) collectLines(ctx context.Context, tx *db.Tx, accountKey uuid.UUID) error {
	spans, err := f.findChainSpans(ctx, tx, accountKey)
	if err != nil {
		return err
	}
	chains := chainSpans(spans)
	chainOf := map[int]int{}          // by statement of the file
	mates := map[int][]uuid.UUID{}    // stored statements of a chain that contains statements of the file
	groups := map[int][]int{}         // statements of the file by chain; a negative chain is of one statement
	var order []int                   // chains in file order
	again := map[statementSpan]bool{} // spans of the file
	f.proven = map[int]bool{}
	for i, s := range spans {
		if s.stored == uuid.Nil {
			chainOf[s.ordinal], f.proven[s.ordinal], again[s.identity()] = chains[i], true, true
		}
	}
	for n := range f.statements {
		chain, ok := chainOf[n]
		if !ok {
			chain = -1 - n
		}
		if groups[chain] = append(groups[chain], n); len(groups[chain]) == 1 {
			order = append(order, chain)
		}
	}
	for i, s := range spans {
		if s.stored != uuid.Nil && len(groups[chains[i]]) > 0 && !again[s.identity()] {
			mates[chains[i]] = append(mates[chains[i]], s.stored)
		}
	}
	return f.addGroups(ctx, tx, order, groups, mates)
}

// addGroups adds the lines of each chain. Their keys differ from those of the stored statements of the
// chain, since these have other lines.
func (f *importPlan) addGroups(
	ctx context.Context, tx *db.Tx, order []int, groups map[int][]int, mates map[int][]uuid.UUID,
) error {
	keysOf, err := findStatementKeys(ctx, tx, mates)
	if err != nil {
		return err
	}
	for _, chain := range order {
		var lines []statement.Line
		for _, n := range groups[chain] {
			lines = append(lines, f.statements[n].Lines...)
			for range f.statements[n].Lines {
				f.statementIndex = append(f.statementIndex, n)
			}
		}
		others := map[string]bool{}
		for _, mate := range mates[chain] {
			for _, key := range keysOf[mate] {
				others[key] = true
			}
		}
		f.lines = append(f.lines, lines...)
		f.keys = append(f.keys, statement.DedupKeysBeside(lines, others)...)
	}
	return nil
}

// findChainSpans returns the spans of the file's statements, and of the stored ones that may be in a
// chain with them.
func (f *importPlan) findChainSpans(ctx context.Context, tx *db.Tx, accountKey uuid.UUID) ([]statementSpan, error) {
	var spans []statementSpan
	var from, to calendar.Date
	for n, s := range f.statements {
		span, ok := newStatementSpan(s, n)
		if !ok {
			continue
		}
		spans = append(spans, span)
		if from.IsZero() || span.start.Before(from) {
			from = span.start
		}
		if to.IsZero() || span.end.After(to) {
			to = span.end
		}
	}
	if len(spans) == 0 {
		return nil, nil
	}
	stored, err := findSpans(ctx, tx, accountKey, from, to)
	return append(stored, spans...), err
}

// findStatementKeys returns the deduplication keys of the lines of stored statements.
func findStatementKeys(
	ctx context.Context, tx *db.Tx, mates map[int][]uuid.UUID,
) (map[uuid.UUID][]string, error) {
	var keys []uuid.UUID
	for _, list := range mates {
		keys = append(keys, list...)
	}
	if len(keys) == 0 {
		return nil, nil
	}
	rows, err := tx.QueryReplanned(ctx, `
select l.bank_statement_id, l.deduplication_key
from finance.bank_statement_lines l
where l.org_id = $1
and l.bank_statement_id = any($2)`, tx.Call().Organization.ID, keys)
	if err != nil {
		return nil, err
	}
	found := map[uuid.UUID][]string{}
	var statementKey uuid.UUID
	var key string
	_, err = pgx.ForEachRow(rows, []any{&statementKey, &key}, func() error {
		found[statementKey] = append(found[statementKey], key)
		return nil
	})
	return found, err
}
