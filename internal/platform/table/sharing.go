package table

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// sharing is the SQL that finds the persons with whom a table's rows are shared. These persons
// reach the rows in addition to the owners.
type sharing struct {
	// name and kind are the table and the prefix of its rows.
	name, kind string
	// listed is true if rows list persons, by Sharers.
	listed bool
	// column names a row of parent. Whoever the parent row is shared with reaches the row, and with
	// responsible also the owner and the deputy of the parent row.
	column      string
	parent      Owned
	responsible bool
	// absentee is the column of the person whose row is shared, while that person is away, with the
	// deputy of the absence; "" if there is none.
	absentee string
	// deputy is the column of a row's deputy, "" if there is none. The deputy of a row reaches the
	// rows that are shared through it.
	deputy string
}

// SharedWithSharers lets the persons whom a field bound by Sharers lists reach the rows.
func (t *Table[R]) SharedWithSharers() { t.sharing.listed = true }

// SharedThrough lets the owner, the deputy and the sharers of a parent row reach the rows that name
// the parent in a column. The table needs the index (org_id, column, id).
func (t *Table[R]) SharedThrough(column string, parent Owned) {
	t.sharing.column, t.sharing.parent, t.sharing.responsible = column, parent, true
}

// DeputyIn sets the column of a row's deputy.
func (t *Table[R]) DeputyIn(column string) { t.sharing.deputy = column }

// IsShared reports whether rows can be shared with persons.
func (t *Table[R]) IsShared() bool { return t.sharing.exists() }

func (t *Table[R]) sharedWith() sharing {
	s := t.sharing
	s.name, s.kind = t.name, t.prefix
	return s
}

// exists reports whether rows are shared with anyone.
func (s sharing) exists() bool { return s.listed || s.parent != nil || s.absentee != "" }

// condition returns the condition that the row of an alias is shared with a person. It is an index
// lookup.
func (s sharing) condition(alias, person string) string {
	var alternatives []string
	if s.listed {
		alternatives = append(alternatives, fmt.Sprintf(`exists (
    select
    from platform.record_shares s
    where s.org_id = $1
    and s.kind = '%[2]s'
    and s.record_key = %[1]s.id
    and s.person_id = %[3]s
  )`, alias, s.kind, person))
	}
	if s.parent != nil {
		alternatives = append(alternatives, fmt.Sprintf(`exists (
    select
    from %[1]s %[2]sp
    where %[2]sp.org_id = $1
    and %[2]sp.id = %[2]s.%[3]s
    and %[4]s
  )`, s.parent.Name(), alias, s.column, s.parentCondition(alias+"p", person)))
	}
	if s.absentee != "" {
		alternatives = append(alternatives, fmt.Sprintf(`exists (
    select
    from platform.absences b
    where b.org_id = $1
    and b.deputy_id = %[2]s
    and b.person_id = %[1]s.%[3]s
    and %[4]s
  )`, alias, person, s.absentee, isCurrentAbsence))
	}
	return "(" + strings.Join(alternatives, "\n  or ") + ")"
}

// parentCondition returns the condition that the parent row of an alias makes a person reach its
// rows.
func (s sharing) parentCondition(alias, person string) string {
	var alternatives []string
	if s.responsible {
		alternatives = append(alternatives, s.parent.ownedBy().expression(alias)+" = "+person)
		if deputy := s.parent.sharedWith().deputy; deputy != "" {
			alternatives = append(alternatives, alias+"."+deputy+" = "+person)
		}
	}
	if s.parent.sharedWith().exists() {
		alternatives = append(alternatives, s.parent.sharedWith().condition(alias, person))
	}
	return "(" + strings.Join(alternatives, "\n    or ") + ")"
}

// ids returns the query of the identifiers of the rows that are shared with a person, which may
// contain one more than once. It reads up to limit rows for each way in which they are shared, the
// newest first. next is a further condition on %s, the identifier, or "".
func (s sharing) ids(person, next, limit string) string {
	var parts []string
	if s.listed {
		parts = append(parts, fmt.Sprintf(`(
select s.record_key as id
from platform.record_shares s
where s.org_id = $1
and s.person_id = %s
and s.kind = '%s'
%sorder by s.record_key desc
limit %s
)`, person, s.kind, withColumn(next, "s.record_key"), limit))
	}
	if s.parent != nil {
		parts = append(parts, idsByColumn(s.name, s.column, s.parentIDs(person), next, limit))
	}
	if s.absentee != "" {
		absent := "select b.person_id as id\nfrom platform.absences b\nwhere b.org_id = $1\nand b.deputy_id = " + person +
			"\nand " + isCurrentAbsence
		parts = append(parts, idsByColumn(s.name, s.absentee, absent, next, limit))
	}
	return strings.Join(parts, "\nunion all\n")
}

// parentIDs returns the query of the identifiers of the parent rows that make a person reach their
// rows.
func (s sharing) parentIDs(person string) string {
	var parts []string
	parent := s.parent.sharedWith()
	if s.responsible {
		parts = append(parts, s.parent.ownedBy().ids("select "+person+"::uuid as person_id", "all"))
		if parent.deputy != "" {
			parts = append(parts, idsByColumn(s.parent.Name(), parent.deputy, "select "+person+"::uuid as id", "", "all"))
		}
	}
	if parent.exists() {
		parts = append(parts, parent.ids(person, "", "all"))
	}
	return strings.Join(parts, "\nunion\n")
}

// idsByColumn returns the query of the identifiers of the rows whose column has one of the values
// of a query with the column id: up to limit rows of each value, the newest first. The range and
// the order name the column, so that only the index (org_id, column, id) serves them.
func idsByColumn(name, column, values, next, limit string) string {
	return fmt.Sprintf(`(
select e.id
from (%[1]s) v
cross join lateral (
  select t.id
  from %[2]s t
  where t.org_id = $1
  and t.%[3]s >= v.id
  and t.%[3]s <= v.id
  %[4]sorder by t.%[3]s desc, t.id desc
  limit %[5]s
) e
)`, values, name, column, withColumn(next, "t.id"), limit)
}

// withColumn returns a condition on a column, as a separate line, or "" if there is none.
func withColumn(condition, column string) string {
	if condition == "" {
		return ""
	}
	return "and " + strings.ReplaceAll(condition, "%s", column) + "\n"
}

// SharedAmong returns those of the rows that are shared with a person. With responsible, it also
// returns those that the person owns or is the deputy of.
func (t *Table[R]) SharedAmong(
	ctx context.Context, tx *db.Tx, ids []string, person uuid.UUID, responsible bool,
) (map[string]bool, error) {
	keys, err := t.parseKeys(ids)
	if err != nil {
		return nil, err
	}
	through := sharing{parent: t, responsible: responsible}
	sql := "select t.id\nfrom " + t.name + " t\nwhere t.org_id = $1\nand t.id = any($2)\nand " +
		through.parentCondition("t", "$3")
	found, err := db.CollectColumn[uuid.UUID](ctx, tx, sql, tx.Call().Organization.ID, keys, person)
	shared := make(map[string]bool, len(found))
	for _, key := range found {
		shared[id.Format(t.prefix, key)] = true
	}
	return shared, err
}

// SharedCondition implements searchindex.Sharing.
func (t *Table[R]) SharedCondition(key, person string) string {
	return "exists (\n  select\n  from " + t.name + " t\n  where t.org_id = $1\n  and t.id = " + key + "\n  and " +
		t.sharedWith().condition("t", person) + "\n)"
}

// SharedIDs implements searchindex.Sharing.
func (t *Table[R]) SharedIDs(person, next, limit string) string {
	return t.sharedWith().ids(person, next, limit)
}

// SharedKeys returns the keys of up to limit rows that are shared with a person, the newest first.
func (t *Table[R]) SharedKeys(ctx context.Context, tx *db.Tx, person uuid.UUID, limit int) ([]uuid.UUID, error) {
	if !t.sharing.exists() {
		return nil, nil
	}
	sql := "select distinct t.id\nfrom (\n" + t.sharedWith().ids("$2", "", "$3") + "\n) t\norder by t.id desc\nlimit $3"
	return db.CollectColumn[uuid.UUID](ctx, tx, sql, tx.Call().Organization.ID, person, limit)
}

// maxReachedRows is the largest number of rows that a list looks up one by one if the caller
// reaches no others. If there are more, rows are tested as the list is sorted, and a page is found
// early.
const maxReachedRows = 2000

// narrowToReach is narrowToOwners for a list. If the caller reaches few rows of a shared table,
// they are looked up first, because no index has them sorted as the list is.
func (t *Table[R]) narrowToReach(ctx context.Context, tx *db.Tx, w *where, q Query) error {
	owners := q.Owners
	switch {
	case q.isLinked():
		return nil
	case owners == nil || !t.sharing.exists():
		t.narrowToOwners(w, owners)
		return nil
	}
	first := &where{args: []any{w.args[0]}}
	limit := first.param(maxReachedRows + 1)
	sql := "select t.id\nfrom (\n" + t.owner.ids(owners.personsSQL(first), limit) + "\nunion all\n" +
		t.sharedWith().ids(first.param(owners.Person), "", limit) + "\n) t\nlimit " + limit
	keys, err := db.CollectColumn[uuid.UUID](ctx, tx, sql, first.args...)
	if err != nil {
		return err
	}
	if len(keys) > maxReachedRows {
		t.narrowToOwners(w, owners)
		return nil
	}
	slices.SortFunc(keys, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	w.reachedMark = w.param(slices.Compact(keys))
	return nil
}

// source returns the rows from which a list selects: the table, or the rows that the caller
// reaches. The limit makes the planner look them up one by one. Otherwise it may read the whole
// table, sorted as the list is.
func (t *Table[R]) source(w *where) string {
	if w.reachedMark == "" {
		return t.name
	}
	return fmt.Sprintf(`(
  select t.*
  from unnest(%s::uuid[]) v (id)
  cross join lateral (
    select *
    from %s t
    where t.org_id = $1
    and t.id = v.id
    limit 1
  ) t
)`, w.reachedMark, t.name)
}

// selectFrom returns the statement that selects the table's columns of the rows that meet the
// conditions, up to its order.
func (t *Table[R]) selectFrom(w *where) string {
	if w.reachedMark == "" {
		return t.selectSQL + w.sql.String()
	}
	columns, _, _ := strings.Cut(t.selectSQL, "\n")
	return columns + "\nfrom " + t.source(w) + " t\nwhere t.org_id = $1\n" + w.sql.String()
}
