package table

import "fmt"

// links is a table that links records to values, such as platform.label_assignments. It serves
// lists that an array column cannot, because arrays are not indexed under row-level security.
type links struct {
	table string
	// value is the column of the value, row that of the key of the record.
	value, row string
	// kind is the prefix of the records, if the table links records of several kinds.
	kind string
}

// FilterThrough lets `:` find the rows that another table links to a value. The table has the
// columns org_id, value, which holds the value, and row, which holds the key of the linked row.
func (c Column[R]) FilterThrough(table, value, row string) Column[R] {
	c = c.Filter()
	f := *c.filter
	f.links = &links{table: table, value: value, row: row}
	c.filter = &f
	return c
}

// labels returns the field by which every list can be filtered: the labels of the records. They are
// stored in platform.label_assignments, which is indexed by label and by record.
func (t *Table[R]) labels() Column[R] {
	return Column[R]{
		filter: &filterType{
			allowsHas: true, element: "uuid", present: "%s", arg: refFilter("lab").arg,
			links: &links{table: "platform.label_assignments", value: "label_id", row: "subject_key", kind: t.prefix},
		},
		filterSQL: "exists (select from platform.label_assignments l where l.org_id = $1 and l.kind = '" + t.prefix +
			"' and l.subject_key = t.id)",
	}
}

// LinkedText is a text field that is stored in another table, so that it can only be filtered by,
// with `=`. The table has the columns org_id, value, which holds the text, and row, which holds the
// key of the record. It needs an index by value and one by row.
func LinkedText[R any](name, table, value, row string) Column[R] {
	return Column[R]{
		field: name,
		filter: &filterType{
			equalOnly: true, present: "%s", arg: textFilter().arg, links: &links{table: table, value: value, row: row},
		},
		filterSQL: fmt.Sprintf("exists (select from %s l where l.org_id = $1 and l.%s = t.id)", table, row),
	}.withoutColumns()
}

// LinkedRefs are references that are stored in another table, so that they can only be filtered by,
// with `:`. The table has the columns org_id, value, which holds the key of the referenced record,
// and row, which holds the key of the record. It needs an index by value and one by row.
func LinkedRefs[R any](name, prefix, table, value, row string) Column[R] {
	return Column[R]{
		field: name,
		filter: &filterType{
			allowsHas: true, element: "uuid", present: "%s", arg: refFilter(prefix).arg,
			links: &links{table: table, value: value, row: row},
		},
		filterSQL: fmt.Sprintf("exists (select from %s l where l.org_id = $1 and l.%s = t.id)", table, row),
	}.withoutColumns()
}

// exist returns the condition that the record is linked to a value. The planner can start with the
// links of the value or look up each record. If the value has many links, an offset makes it look
// up each record, which is then faster; see isBroad.
func (l *links) exist(w *where, value any) (string, error) {
	isBroad, err := l.isBroad(w, value)
	if err != nil {
		return "", err
	}
	condition := l.ofValue(w, value) + fmt.Sprintf("\n  and l.%s = t.id", l.row)
	if isBroad {
		condition += "\n  offset 0"
	}
	return "exists (\n  select\n  " + condition + "\n)", nil
}

// ofValue returns the part of a query that selects the links of a value.
func (l *links) ofValue(w *where, value any) string {
	sql := fmt.Sprintf("from %s l\n  where l.org_id = $1\n  and l.%s = %s", l.table, l.value, w.param(value))
	if l.kind != "" {
		sql += "\n  and l.kind = " + w.param(l.kind)
	}
	return sql
}

// isBroad reports whether a value has many links.
func (l *links) isBroad(w *where, value any) (bool, error) {
	if w.count == nil {
		return false, nil
	}
	counted := &where{args: w.args[:1:1]}
	sql := fmt.Sprintf("select count(*)\nfrom (\n  select\n  %s\n  limit %d\n) m", l.ofValue(counted, value), broadMatches)
	n, err := w.count(sql, counted.args)
	return n == broadMatches, err
}
