package searchindex

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/searchindex/words"
)

// params adds a parameter to a statement and returns its mark, such as `$3`.
type params func(v any) string

// condition returns the SQL condition that the record of an alias has all terms.
func condition(param params, alias string, terms []words.Term) string {
	exact, sql := []string{}, ""
	for _, t := range terms {
		if !t.Prefix {
			exact = append(exact, t.Word)
			continue
		}
		low, high := t.Range()
		sql += `
  and exists (
    select
    from unnest(` + alias + `.words) w (word)
    where w.word >= ` + param(low) + `::text collate "C"
    and w.word <= ` + param(high) + `::text collate "C"
  )`
	}
	return alias + ".words @> " + param(exact) + "::text[]" + sql
}

// hasTerms returns the SQL expression that the record with a key has all terms. It looks the record
// up by its key. As a subquery in an expression, it is never joined.
func hasTerms(param params, kind, key string, terms []words.Term) string {
	return `coalesce((
  select ` + condition(param, "r", terms) + `
  from platform.search_records r
  where r.org_id = $1
  and r.kind = ` + param(kind) + `
  and r.record_key = ` + key + `
), false)`
}

// countSQL counts the rows of each term in each kind, up to a limit. It returns the numbers of a
// kind as one array, one for each term.
const countSQL = `
select k.kind, array(
  select (
    select count(*)
    from (
      select
      from platform.search_words w
      where w.org_id = $1
      and w.kind = k.kind
      and w.word >= t.low collate "C"
      and w.word <= t.high collate "C"
      limit $5
    ) m
  )
  from unnest($3::text[], $4::text[]) with ordinality as t (low, high, n)
  order by t.n
) as counts
from unnest($2::text[]) as k (kind)`

// countTerms returns how often each term occurs in each kind, up to a limit.
func countTerms(
	ctx context.Context, tx *db.Tx, kinds []string, terms []words.Term, limit int,
) (map[string][]int64, error) {
	var lows, highs []string
	for _, t := range terms {
		low, high := t.Range()
		lows, highs = append(lows, low), append(highs, high)
	}
	return db.CollectMap[string, []int64](ctx, tx, countSQL, tx.Call().Organization.ID, kinds, lows, highs, limit)
}

// rarest returns the place and the number of the rarest term.
func rarest(counts []int64) (at int, n int64) {
	for i, c := range counts {
		if i == 0 || c < n {
			at, n = i, c
		}
	}
	return at, n
}

// maxGathered is the largest number of records that are gathered before they are sorted. Of more, a
// page is found faster by reading records in order until enough of them match.
const maxGathered = 2000

const gatherSQL = `
select distinct w.record_key
from platform.search_words w
where w.org_id = $1
and w.kind = $2
and w.word >= $3::text collate "C"
and w.word <= $4::text collate "C"`

// gather returns the keys of all records with a term.
func gather(ctx context.Context, tx *db.Tx, kind string, t words.Term) ([]uuid.UUID, error) {
	low, high := t.Range()
	return db.CollectColumn[uuid.UUID](ctx, tx, gatherSQL, tx.Call().Organization.ID, kind, low, high)
}

const (
	// sampled is the number of records, the newest, in which frequent terms are looked for together.
	sampled = 500
	// minTogether is the number of them that must have all terms, so that reading in order finds a
	// page soon.
	minTogether = 10
	// maxTogether is the largest number of records with all terms that are gathered.
	maxTogether = 20_000
)

// areTogether reports whether frequent terms are often in one record, judged by the newest records.
func areTogether(ctx context.Context, tx *db.Tx, kind string, terms []words.Term) (bool, error) {
	s := &statement{args: []any{tx.Call().Organization.ID}}
	sql := `
select count(*)
from (
  select r.words
  from platform.search_records r
  where r.org_id = $1
  and r.kind = ` + s.param(kind) + `
  order by r.record_key desc
  limit ` + s.param(sampled) + `
) r
where ` + condition(s.param, "r", terms)
	var n int
	err := tx.QueryRow(ctx, sql, s.args...).Scan(&n)
	return n >= minTogether, err
}

// intersectionSQL returns the statement that finds the records with all terms, up to a limit. It
// reads the rows of each term once, from the index alone, whatever the planner expects of them.
func intersectionSQL(s *statement, kind string, terms []words.Term, limit int) string {
	mark := s.param(kind)
	parts := make([]string, len(terms))
	for i, t := range terms {
		low, high := t.Range()
		parts[i] = `
select w.record_key
from platform.search_words w
where w.org_id = $1
and w.kind = ` + mark + `
and w.word >= ` + s.param(low) + `::text collate "C"
and w.word <= ` + s.param(high) + `::text collate "C"`
	}
	return strings.Join(parts, "\nintersect") + "\nlimit " + s.param(limit)
}

// Narrow returns the SQL condition that the record of an alias, of a kind, has all terms. If one of
// the terms is rare, the condition begins with its records. If all are frequent but rarely
// together, it names the records that have all of them. Otherwise it looks up each record that
// meets the other conditions of the statement.
func Narrow(
	ctx context.Context, tx *db.Tx, param func(v any) string, kind, alias string, terms []words.Term,
) (string, error) {
	counts, err := countTerms(ctx, tx, []string{kind}, terms, maxGathered+1)
	if err != nil {
		return "", err
	}
	at, n := rarest(counts[kind])
	switch {
	case n == 0:
		return "false", nil
	case n > maxGathered:
		return narrowToFrequent(ctx, tx, param, kind, alias, terms)
	}
	keys, err := gather(ctx, tx, kind, terms[at])
	if err != nil {
		return "", err
	}
	return alias + ".id = any(" + param(keys) + "::uuid[])\nand " + hasTerms(param, kind, alias+".id", terms), nil
}

// narrowToFrequent is Narrow if all terms are frequent.
func narrowToFrequent(
	ctx context.Context, tx *db.Tx, param params, kind, alias string, terms []words.Term,
) (string, error) {
	if len(terms) == 1 {
		return hasTerms(param, kind, alias+".id", terms), nil
	}
	together, err := areTogether(ctx, tx, kind, terms)
	if err != nil || together {
		return hasTerms(param, kind, alias+".id", terms), err
	}
	s := &statement{args: []any{tx.Call().Organization.ID}}
	keys, err := db.CollectColumn[uuid.UUID](ctx, tx, intersectionSQL(s, kind, terms, maxTogether+1), s.args...)
	if err != nil || len(keys) > maxTogether {
		return hasTerms(param, kind, alias+".id", terms), err
	}
	return alias + ".id = any(" + param(keys) + "::uuid[])", nil
}
