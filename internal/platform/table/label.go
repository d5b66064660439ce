package table

import "fmt"

// labels returns the field by which every list can be filtered: the labels of the records. They are
// stored in platform.label_assignments, which is indexed by label and by record.
func (t *Table[R]) labels() Column[R] {
	return Column[R]{
		filter: &filterType{
			allowsHas: true, element: "uuid", present: "%s", arg: refFilter("lab").arg,
			compare: func(w *where, _ string, value any) string {
				return fmt.Sprintf("t.id in (select l.subject_key from platform.label_assignments l"+
					" where l.org_id = $1 and l.label_id = %s and l.kind = %s)", w.param(value), w.param(t.prefix))
			},
		},
		filterSQL: "exists (select from platform.label_assignments l where l.org_id = $1 and l.kind = '" + t.prefix +
			"' and l.subject_key = t.id)",
	}
}
