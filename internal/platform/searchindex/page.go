package searchindex

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/searchindex/words"
)

// Source is a kind whose records are searched.
type Source struct {
	// Kind is the prefix of the records' identifiers.
	Kind string
	// Owners limits the search to the records of these owners; nil means all records.
	Owners []uuid.UUID
	// Shared adds the records that are shared with the caller to those of Owners. nil adds none.
	Shared Sharing
}

// Sharing is the SQL that finds the records of a kind that are shared with a person.
type Sharing interface {
	// SharedCondition returns the condition that the record with a key is shared with a person.
	SharedCondition(key, person string) string
	// SharedIDs returns the query of the identifiers of the records that are shared with a person,
	// the newest first, up to a limit. next is a further condition on %s, the identifier, or "".
	SharedIDs(person, next, limit string) string
}

// Position is the place of a record in the results: first the records whose title has all terms,
// then the others, each newest first.
type Position struct {
	Rest bool      `json:"t"`
	Key  uuid.UUID `json:"k"`
	Kind string    `json:"p"`
}

// compare orders positions.
func (p Position) compare(o Position) int {
	if p.Rest != o.Rest {
		if p.Rest {
			return 1
		}
		return -1
	}
	return cmp.Or(bytes.Compare(o.Key[:], p.Key[:]), cmp.Compare(p.Kind, o.Kind))
}

// budgets are the numbers of records of a kind that are examined for a page, step by step, if every
// term is frequent.
var budgets = []int{500, 4000, 16000}

// Find returns up to limit records of the sources that have all terms, after a position, which is
// nil for the first. end is the position from which to continue, nil if there are no more. If all
// terms are frequent but hardly occur together, Find returns fewer records after examining a fixed
// number, and end is not nil. The owners are those at the time the records were indexed, so the
// caller must check what it shows.
func Find(
	ctx context.Context, tx *db.Tx, sources []Source, terms []words.Term, after *Position, limit int,
) (found []Position, end *Position, err error) {
	f, err := newFinder(ctx, tx, sources, terms)
	if err != nil {
		return nil, nil, err
	}
	for _, rest := range []bool{false, true} {
		if after != nil && after.Rest && !rest {
			continue
		}
		start := after
		if start != nil && start.Rest != rest {
			start = nil
		}
		for i, budget := range budgets {
			list, cut, err := f.find(ctx, tx, rest, start, limit-len(found), budget)
			if err != nil {
				return nil, nil, err
			}
			found = append(found, list...)
			if len(found) == limit {
				return found, &found[limit-1], nil
			}
			if cut == nil {
				break
			}
			if start = cut; i == len(budgets)-1 {
				return found, cut, nil
			}
		}
	}
	return found, nil, nil
}

// finder finds records. frequencies are those of the terms, and then those of the terms in titles,
// by kind.
type finder struct {
	sources     []Source
	terms       []words.Term
	titleTerms  []words.Term
	frequencies map[string][]int64
}

func newFinder(ctx context.Context, tx *db.Tx, sources []Source, terms []words.Term) (f finder, err error) {
	f = finder{sources: sources, terms: terms, titleTerms: marked(terms)}
	var kinds []string
	for _, s := range sources {
		kinds = append(kinds, s.Kind)
	}
	f.frequencies, err = countTerms(ctx, tx, kinds, slices.Concat(terms, f.titleTerms), maxGathered+1)
	return f, err
}

// find returns the next records of all sources. rest says which part of the results to search. cut
// is the position up to which the result is complete, nil if it is complete to the end.
func (f finder) find(
	ctx context.Context, tx *db.Tx, rest bool, after *Position, limit, budget int,
) (found []Position, cut *Position, err error) {
	for _, s := range f.sources {
		list, end, err := f.findIn(ctx, tx, s, rest, after, budget)
		if err != nil {
			return nil, nil, err
		}
		found = append(found, list...)
		if end != nil && (cut == nil || end.compare(*cut) < 0) {
			cut = end
		}
	}
	slices.SortFunc(found, Position.compare)
	if cut != nil {
		found = slices.DeleteFunc(found, func(p Position) bool { return p.compare(*cut) > 0 })
	}
	return found[:min(len(found), limit)], cut, nil
}

// candidate is a record that has one of the terms, or belongs to one of the owners.
type candidate struct {
	Key     uuid.UUID
	Matches bool
}

// findIn returns the next records of a source. end is the last record that was examined, nil if
// there are no more.
func (f finder) findIn(
	ctx context.Context, tx *db.Tx, s Source, rest bool, after *Position, budget int,
) (found []Position, end *Position, err error) {
	if _, n := rarest(f.countsOf(s, rest)); n == 0 || s.Owners != nil && len(s.Owners) == 0 {
		return nil, nil, nil
	}
	sql, args, bounded := f.statement(tx.Call(), s, rest, after, budget)
	list, err := db.Collect[candidate](ctx, tx, sql, args...)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range list {
		p := Position{rest, c.Key, s.Kind}
		if c.Matches && (after == nil || p.compare(*after) > 0) {
			found = append(found, p)
		}
	}
	if bounded && len(list) == budget {
		end = &Position{rest, list[budget-1].Key, s.Kind}
	}
	return found, end, nil
}

// countsOf returns how often each term occurs in a source, in titles unless rest is true.
func (f finder) countsOf(s Source, rest bool) []int64 {
	if rest {
		return f.frequencies[s.Kind][:len(f.terms)]
	}
	return f.frequencies[s.Kind][len(f.terms):]
}

// statement returns the statement that examines the next records of a source. bounded is true if
// it examines only as many as the budget.
func (f finder) statement(
	c *call.Call, s Source, rest bool, after *Position, budget int,
) (sql string, args []any, bounded bool) {
	terms := f.titleTerms
	if rest {
		terms = f.terms
	}
	st := &statement{args: []any{c.Organization.ID}}
	candidates, bounded := s.candidates(st, c.PersonID, terms, f.countsOf(s, rest), after, budget)
	matches := hasTerms(st.param, s.Kind, "c.key", terms)
	if rest {
		matches += "\nand not " + hasTerms(st.param, s.Kind, "c.key", f.titleTerms)
	}
	if s.Owners != nil {
		belongs := belongsTo(st.param, s, "c.key")
		if s.Shared != nil {
			belongs = "(" + belongs + " or " + s.Shared.SharedCondition("c.key", st.param(c.PersonID)) + ")"
		}
		matches += "\nand " + belongs
	}
	return "select c.key, " + matches + " as matches\nfrom (\n" + candidates + "\n) c", st.args, bounded
}

// belongsTo returns the SQL expression that the record with a key belongs to one of the owners.
func belongsTo(param params, s Source, key string) string {
	return `coalesce((
  select r.owner_id = any(` + param(s.Owners) + `)
  from platform.search_records r
  where r.org_id = $1
  and r.kind = ` + param(s.Kind) + `
  and r.record_key = ` + key + `
), false)`
}

// statement is an SQL statement under construction. Its first argument is the organization.
type statement struct{ args []any }

// param adds an argument and returns its mark.
func (s *statement) param(v any) string {
	s.args = append(s.args, v)
	return fmt.Sprintf("$%d", len(s.args))
}

// candidates returns the query of the records to examine. bounded is true if it returns only the
// next ones, newest first, up to the budget.
func (s Source) candidates(
	st *statement, person uuid.UUID, terms []words.Term, counts []int64, after *Position, budget int,
) (sql string, bounded bool) {
	at, n := rarest(counts)
	next := ""
	if after != nil {
		next = "\nand s.record_key <= " + st.param(after.Key)
	}
	kind := st.param(s.Kind)
	if n <= maxGathered {
		low, high := terms[at].Range()
		return "select distinct s.record_key as key\nfrom platform.search_words s\nwhere s.org_id = $1\nand s.kind = " + kind +
			"\nand s.word >= " + st.param(low) + "::text collate \"C\"\nand s.word <= " + st.param(high) +
			"::text collate \"C\"" + next, false
	}
	limit := "\nlimit " + st.param(budget)
	end := next + "\norder by s.record_key desc" + limit
	exact := slices.IndexFunc(terms, func(t words.Term) bool { return !t.Prefix })
	for i, t := range terms {
		if !t.Prefix && counts[i] < counts[exact] {
			exact = i
		}
	}
	switch {
	case s.Owners != nil:
		sql = ownedCandidates(st, s, kind, next, limit)
		if s.Shared != nil {
			of := ""
			if after != nil {
				of = "%s <= " + st.param(after.Key)
			}
			sql = "select distinct s.key\nfrom (\n(" + sql + ")\nunion all\nselect x.id\nfrom (\n" +
				s.Shared.SharedIDs(st.param(person), of, st.param(budget)) + "\n) x\n) s\norder by s.key desc" + limit
		}
		return sql, true
	case exact < 0:
		return "select s.record_key as key\nfrom platform.search_records s\nwhere s.org_id = $1\nand s.kind = " + kind + end, true
	}
	return "select s.record_key as key\nfrom platform.search_words s\nwhere s.org_id = $1\nand s.kind = " + kind +
		"\nand s.word = " + st.param(terms[exact].Word) + "::text collate \"C\"" + end, true
}

// ownedCandidates returns the query of the next records of the owners. The range and the order name
// the owner, so that only the index of the owners serves them.
func ownedCandidates(st *statement, s Source, kind, next, limit string) string {
	return "select s.key\nfrom unnest(" + st.param(s.Owners) + "::uuid[]) v (owner_id)\ncross join lateral (\n" +
		"select s.record_key as key\nfrom platform.search_records s\nwhere s.org_id = $1\nand s.kind = " + kind +
		"\nand s.owner_id >= v.owner_id\nand s.owner_id <= v.owner_id" + next +
		"\norder by s.owner_id desc, s.record_key desc" + limit + "\n) s\norder by s.key desc" + limit
}
