package table

import "strings"

// Linked selects rows that another table attaches to records, as files are attached to records of
// other kinds.
type Linked struct {
	// Table is the table of the links. It has the columns org_id, kind and subject_key, which name
	// the record. Column names the attached row.
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

// ownedByPerson returns the condition that an owner expression is a person of personsSQL.
func ownedByPerson(expression string) string { return expression + " = v.person_id" }

// narrowToOwnedOrLinked limits a list to the rows of the owners and the linked rows. Without other
// conditions, and sorted by identifier, it reads no more rows than the page has.
func (t *Table[R]) narrowToOwnedOrLinked(w *where, by order, q Query, limit string, conditions bool) {
	if conditions || by.column.name != "id" {
		w.and("t.id in (\n" + t.ownedOrLinkedIDs(w, q.Owners, q.Linked, "", "") + "\n)")
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
	parts := []string{`select e.id
from (` + owners.personsSQL(w) + `) v
cross join lateral (
  select t.id
  from ` + t.name + ` t
  where t.org_id = $1
  and ` + t.owner.condition("t", ownedByPerson) + "\n" + narrowed + end + `
  offset 0
) e`}
	for _, r := range l.Records {
		if r.Owners == nil {
			parts = append(parts, l.idsOfAll(w, r, narrowed, end))
		} else {
			parts = append(parts, l.idsOfOwned(w, r, narrowed, end))
		}
	}
	return "select t.id\nfrom (\n" + strings.Join(parts, "\nunion\n") + "\n) t\n" + end
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

// idsOfOwned returns the query of the identifiers of the rows attached to records of owners.
func (l *Linked) idsOfOwned(w *where, r LinkedRecords, narrowed, end string) string {
	kind := w.param(r.Kind)
	return `select e.id
from (
  select distinct t.id
  from (` + r.Owners.personsSQL(w) + `) v
  cross join lateral (
    select r.id
    from ` + r.Records.Name() + ` r
    where r.org_id = $1
    and ` + r.Records.ownedBy().condition("r", ownedByPerson) + `
    offset 0
  ) r
  cross join lateral (
    select t.id
    from ` + l.links() + ` t
    where t.org_id = $1
    and t.kind = ` + kind + `
    and t.subject_key = r.id
    ` + narrowed + `offset 0
  ) t
  ` + end + `
) e`
}
