package table

import "strings"

// Linked are rows that another table attaches to records, as files hang on the records of
// other kinds.
type Linked struct {
	// Table is the table of the links, with the columns org_id, kind and subject_key for the
	// record. Column names the row that is attached.
	Table, Column string
	// Records are those that count. Rows attached to others are left out.
	Records []LinkedRecords
}

// LinkedRecords are records of one kind.
type LinkedRecords struct {
	// Kind is the prefix of the records' identifiers.
	Kind    string
	Records Owned
	// Owners are the owners whose records count; nil: all records that exist.
	Owners *Owners
}

// persons is the query of the persons whose rows count, with the column person_id.
func (o *Owners) persons(w *where) string {
	person := w.param(o.Person)
	sql := "select " + person + "::uuid as person_id"
	if o.Team {
		sql += "\nunion\nselect m.person_id\nfrom platform.team_members m\nwhere m.org_id = $1\nand m.manager_id = " + person
	}
	return sql
}

// ofPerson is the test of an owner's expression beside persons.
func ofPerson(expression string) string { return expression + " = v.person_id" }

// narrowToLinked narrows a list to the rows of the owners and the linked ones. Without other
// conditions, in the order of identifiers, no more rows are read than the page has.
func (t *Table[R]) narrowToLinked(w *where, by order, q Query, limit string, conditions bool) {
	if conditions || by.column.name != "id" {
		w.and("t.id in (\n" + t.linkedIDs(w, q.Owners, q.Linked, "", "") + "\n)")
		return
	}
	first := t.linkedIDs(w, q.Owners, q.Linked, w.sql.String(), by.clause()+"\nlimit "+limit)
	w.sql.Reset()
	w.and("t.id in (\n" + first + "\n)")
}

// linkedIDs is the query of the identifiers of the rows that have one of some owners or are
// linked. Each part of it is narrowed by conditions on t.id, and ends with an order and a
// limit, both "" for all rows.
//
// The laterals keep the plan from depending on statistics, which know nothing of a new
// organization: with a limit or an offset in them they are looked up row by row in an index.
func (t *Table[R]) linkedIDs(w *where, owners *Owners, l *Linked, narrowed, end string) string {
	parts := []string{`select e.id
from (` + owners.persons(w) + `) v
cross join lateral (
  select t.id
  from ` + t.name + ` t
  where t.org_id = $1
  and ` + t.owner.condition("t", ofPerson) + "\n" + narrowed + end + `
  offset 0
) e`}
	for _, r := range l.Records {
		links := "(select l.org_id, l.kind, l.subject_key, l." + l.Column + " as id from " + l.Table + " l where l.org_id = $1)"
		kind := w.param(r.Kind)
		if r.Owners == nil {
			parts = append(parts, `select e.id
from (
  select distinct t.id
  from `+links+` t
  cross join lateral (select from `+r.Records.Name()+` r where r.org_id = $1 and r.id = t.subject_key limit 1) r
  where t.org_id = $1
  and t.kind = `+kind+"\n"+narrowed+end+`
) e`)
			continue
		}
		parts = append(parts, `select e.id
from (
  select distinct t.id
  from (`+r.Owners.persons(w)+`) v
  cross join lateral (
    select r.id
    from `+r.Records.Name()+` r
    where r.org_id = $1
    and `+r.Records.ownedBy().condition("r", ofPerson)+`
    offset 0
  ) r
  cross join lateral (
    select t.id
    from `+links+` t
    where t.org_id = $1
    and t.kind = `+kind+`
    and t.subject_key = r.id
    `+narrowed+`offset 0
  ) t
  `+end+`
) e`)
	}
	return "select t.id\nfrom (\n" + strings.Join(parts, "\nunion\n") + "\n) t\n" + end
}
