package searchindex_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/searchindex"
	"backoffice/internal/platform/searchindex/words"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// TestStatementsUseTheIndex explains the statements of searches among 20,000 records, as the
// server's role under row-level security. Each condition on a word must be a condition of an index.
func TestStatementsUseTheIndex(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	key, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	fill(t, key)
	c, err := o.App.Identity.SystemCall(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	server, _ := apptest.Databases(t)
	ctx := call.With(t.Context(), c)
	_, err = db.Read(ctx, server, func(ctx context.Context, tx *db.Tx) (struct{}, error) {
		for name, c := range map[string]struct {
			sql  string
			args []any
		}{
			"counting": {searchindex.CountSQL,
				[]any{key, []string{"ven"}, []string{"all", "7"}, []string{"all", "7z"}, 2001}},
			"rare words":    {searchindex.GatherSQL, []any{key, "ven", "n7", "n7"}},
			"rare prefixes": {searchindex.GatherSQL, []any{key, "ven", "n77", "n77\U0010ffff"}},
		} {
			checkPlan(t, ctx, tx, name, c.sql, c.args)
		}
		for name, c := range map[string]struct {
			query  string
			owners []uuid.UUID
		}{
			"a rare word":       {query: `"n7"`},
			"a frequent word":   {query: `"all"`},
			"frequent words":    {query: `"all" even`},
			"a frequent prefix": {query: "n"},
			"owned records":     {query: "all", owners: []uuid.UUID{key}},
		} {
			terms, err := words.Parse(c.query)
			if err != nil {
				return struct{}{}, err
			}
			source := searchindex.Source{Kind: "ven", Owners: c.owners}
			sql, args, err := searchindex.Statement(ctx, tx, source, terms)
			if err != nil {
				return struct{}{}, err
			}
			checkPlan(t, ctx, tx, name, sql, args)
		}
		terms, err := words.Parse("even odd")
		if err != nil {
			return struct{}{}, err
		}
		sql, args := searchindex.Intersection(tx, "ven", terms)
		checkPlan(t, ctx, tx, "frequent words that are never together", sql, args)
		return struct{}{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// fill fills the index of an organization.
func fill(t *testing.T, organization uuid.UUID) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), `
with added as (
  insert into platform.search_records (org_id, kind, record_key, owner_id, words, index_time)
  select $1, 'ven', gen_random_uuid(), $1, array['all', case n % 2 when 0 then 'even' else 'odd' end, 'n' || n], now()
  from generate_series(1, 20000) as n
  returning record_key, words
)
insert into platform.search_words (org_id, kind, word, record_key)
select $1, 'ven', w.word, a.record_key
from added a
cross join unnest(a.words) w (word)`, organization); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "analyze platform.search_words, platform.search_records"); err != nil {
		t.Fatal(err)
	}
}

// checkPlan checks that a statement scans no table in whole and names each word in the condition of
// an index.
func checkPlan(t *testing.T, ctx context.Context, tx *db.Tx, name, sql string, args []any) {
	t.Helper()
	plan, err := db.CollectColumn[string](ctx, tx, "explain (costs off) "+sql, args...)
	if err != nil {
		t.Errorf("%s: %v\n%s", name, err, sql)
		return
	}
	for i, line := range plan {
		if strings.Contains(line, "Seq Scan") {
			t.Errorf("%s: the plan scans a table:\n%s", name, strings.Join(plan, "\n"))
		}
		if strings.Contains(line, "Filter:") && strings.Contains(line, "(word") &&
			!strings.Contains(plan[i-1], "Function Scan on unnest") {
			t.Errorf("%s: a word is a filter:\n%s", name, strings.Join(plan, "\n"))
		}
	}
	if !strings.Contains(fmt.Sprint(plan), "Index Cond: ((org_id = ") {
		t.Errorf("%s: no condition of an index:\n%s", name, strings.Join(plan, "\n"))
	}
}
