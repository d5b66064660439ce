package table

import (
	"fmt"
	"strconv"
	"strings"
)

// Linked selects rows that are attached to records of other kinds, by another table, as files are,
// or by themselves, as comments are.
type Linked struct {
	// Table is the table of the links. It has the columns org_id, kind and subject_key, which name
	// the record. Column names the attached row. If rows are attached by themselves, Table is the
	// table of the rows, and Column is id.
	Table, Column string
	// Records are the records whose attached rows are selected. Rows attached to other records are
	// not.
	Records []LinkedRecords
}

// LinkedRecords are records of one kind.
type LinkedRecords struct {
	// Kind is the prefix of the records' identifiers.
	Kind    string
	Records Owned
	// Owners limits the records to those of these owners; nil selects all records that exist.
	Owners *Owners
}

// personsSQL returns the query of the persons, with the column person_id.
func (o *Owners) personsSQL(w *where) string {
	person := w.param(o.Person)
	sql := "select " + person + "::uuid as person_id"
	if o.Team {
		sql += "\nunion\nselect m.person_id\nfrom platform.team_members m\nwhere m.org_id = $1\nand m.manager_id = " + person
	}
	return sql
}

// includesSQL returns the condition that an expression is one of the persons. It is an index
// lookup.
func (o *Owners) includesSQL(w *where, expression string) string {
	person := w.param(o.Person)
	if !o.Team {
		return expression + " = " + person
	}
	return "(" + expression + " = " + person + `
    or exists (
      select
      from platform.team_members m
      where m.org_id = $1
      and m.manager_id = ` + person + `
      and m.person_id = ` + expression + `
    ))`
}

// ownedByPerson returns the condition that an owner expression is a person of personsSQL.
func ownedByPerson(expression string) string { return expression + " = v.person_id" }

// attachesItself reports whether the rows of a table name the records that they are attached to.
func (l *Linked) attachesItself(name string) bool { return l.Table == name }

// includesSQL returns the condition that the row t of a table that attaches itself is attached to
// one of the records. It looks up the record of each row.
func (l *Linked) includesSQL(w *where) string {
	alternatives := []string{"false"}
	for _, r := range l.Records {
		owned := ""
		if r.Owners != nil {
			owned = "\n  and " + reachCondition(r.Records, w, r.Owners, "r")
		}
		alternatives = append(alternatives, "t.kind = "+w.param(r.Kind)+` and exists (
  select
  from `+r.Records.Name()+` r
  where r.org_id = $1
  and r.id = t.subject_key`+owned+`
)`)
	}
	return "(" + strings.Join(alternatives, "\nor ") + ")"
}

// linkedCondition returns the condition that a row belongs to the owners or is linked.
func (t *Table[R]) linkedCondition(w *where, q Query) string {
	if q.Linked.attachesItself(t.name) {
		return q.Linked.includesSQL(w)
	}
	return "t.id in (\n" + t.ownedOrLinkedIDs(w, q.Owners, q.Linked, "", "") + "\n)"
}

// narrowToOwnedOrLinked limits a list to the rows of the owners and the linked rows. Without other
// conditions, and sorted by identifier, it finds the page without reading all of these rows. For
// records of owners it reads up to maxOwnedRecords records and their links, or the links of all
// records of the kind up to the end of the page.
func (t *Table[R]) narrowToOwnedOrLinked(w *where, by order, q Query, limit string, conditions bool) {
	if conditions || by.column.name != "id" {
		w.and(t.linkedCondition(w, q))
		return
	}
	first := t.ownedOrLinkedIDs(w, q.Owners, q.Linked, w.sql.String(), by.clause()+"\nlimit "+limit)
	w.sql.Reset()
	w.and("t.id in (\n" + first + "\n)")
}

// ownedOrLinkedIDs returns the query of the identifiers of the rows that belong to the owners or
// are linked. Each part of the query is limited by narrowed, conditions on t.id, and ends with end,
// an order and a limit. Both are "" for all rows.
//
// The limit or offset in a lateral makes the planner look rows up one by one in an index. Otherwise
// the plan would depend on statistics, which know no rows of a new organization.
func (t *Table[R]) ownedOrLinkedIDs(w *where, owners *Owners, l *Linked, narrowed, end string) string {
	// Never true; it names $1, which every statement is given, also if there are no other parts.
	parts := []string{"select null::uuid as id where $1::uuid is null"}
	if owners != nil {
		parts = append(parts, t.ownedIDs(w, owners, narrowed, end))
	}
	for _, r := range l.Records {
		if r.Owners == nil {
			parts = append(parts, l.idsOfAll(w, r, narrowed, end))
		} else {
			parts = append(parts, l.idsOfOwned(w, r, narrowed, end))
		}
	}
	return "select t.id\nfrom (\n" + strings.Join(parts, "\nunion\n") + "\n) t\n" + end
}

// ownedIDs returns the query of the identifiers of the rows that belong to the owners.
func (t *Table[R]) ownedIDs(w *where, owners *Owners, narrowed, end string) string {
	return `select e.id
from (` + owners.personsSQL(w) + `) v
cross join lateral (
  select t.id
  from ` + t.name + ` t
  where t.org_id = $1
  and ` + t.owner.condition("t", ownedByPerson) + "\n" + narrowed + end + `
  offset 0
) e`
}

// links returns the query of the links, whose id is the attached row.
func (l *Linked) links() string {
	return "(select l.org_id, l.kind, l.subject_key, l." + l.Column + " as id from " + l.Table + " l where l.org_id = $1)"
}

// idsOfAll returns the query of the identifiers of the rows attached to any existing record.
func (l *Linked) idsOfAll(w *where, r LinkedRecords, narrowed, end string) string {
	return `select e.id
from (
  select distinct t.id
  from ` + l.links() + ` t
  cross join lateral (select from ` + r.Records.Name() + ` r where r.org_id = $1 and r.id = t.subject_key limit 1) r
  where t.org_id = $1
  and t.kind = ` + w.param(r.Kind) + "\n" + narrowed + end + `
) e`
}

// maxOwnedRecords is the largest number of records of owners whose links are looked up one by one.
// Owners of more records probably own many of the linked records too. A page is then found faster
// by reading the links of all records in order.
const maxOwnedRecords = 1000

// The query of the identifiers of the rows attached to records of owners. It has two parts, of
// which only one is executed.
const idsOfOwnedSQL = `select e.id
from (
  with owned as materialized (
    select r.id
    from (%s) v
    cross join lateral (
      select r.id
      from %s r
      where r.org_id = $1
      and %s
      limit %d
    ) r
    %[10]slimit %[4]d
  ),
  many as materialized (select count(*) = %[4]d as owned from owned)
  select t.id
  from (
    select distinct t.id
    from owned r
    cross join lateral (
      select t.id
      from %[5]s t
      where t.org_id = $1
      and t.kind = %[6]s
      and t.subject_key = r.id
      %[7]soffset 0
    ) t
    where not (select m.owned from many m)
    %[8]s
  ) t
  union all
  select t.id
  from (
    select distinct t.id
    from %[5]s t
    cross join lateral (
      select %[9]s as reached
      from %[2]s r
      where r.org_id = $1
      and r.id = t.subject_key
      limit 1
    ) r
    where t.org_id = $1
    and t.kind = %[6]s
    and r.reached
    and (select m.owned from many m)
    %[7]s%[8]s
  ) t
) e`

// idsOfOwned returns the query of the identifiers of the rows attached to records of owners, and to
// records that are shared with the person.
func (l *Linked) idsOfOwned(w *where, r LinkedRecords, narrowed, end string) string {
	shared := ""
	if s := r.Records.sharedWith(); s.exists() {
		shared = "union all\n" + s.ids(w.param(r.Owners.Person), "", strconv.Itoa(maxOwnedRecords+1)) + "\n"
	}
	return fmt.Sprintf(idsOfOwnedSQL,
		r.Owners.personsSQL(w), r.Records.Name(), r.Records.ownedBy().condition("r", ownedByPerson), maxOwnedRecords+1,
		l.links(), w.param(r.Kind), narrowed, end,
		reachCondition(r.Records, w, r.Owners, "r"), shared)
}
