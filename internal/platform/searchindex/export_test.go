package searchindex

import (
	"context"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/searchindex/words"
)

// The statements, for tests of their plans.
const (
	CountSQL  = countSQL
	GatherSQL = gatherSQL
)

// Statement returns the statement that finds a page of records.
func Statement(ctx context.Context, tx *db.Tx, s Source, terms []words.Term) (string, []any, error) {
	f, err := newFinder(ctx, tx, []Source{s}, terms)
	if err != nil {
		return "", nil, err
	}
	sql, args, _ := f.statement(tx.Call(), s, true, nil, budgets[0])
	return sql, args, nil
}

// Intersection returns the statement that finds the records with all of several frequent terms.
func Intersection(tx *db.Tx, kind string, terms []words.Term) (string, []any) {
	s := &statement{args: []any{tx.Call().Organization.ID}}
	sql := intersectionSQL(s, kind, terms, maxTogether+1)
	return sql, s.args
}
