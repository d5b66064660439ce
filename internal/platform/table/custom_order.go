package table

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/customvalue"
	"backoffice/internal/platform/db"
)

// A list ordered by a custom field has two parts: the records with a value, sorted by their sort
// keys or as the choices are, and then those without, sorted by their identifiers. A page may
// contain the end of the first part and the beginning of the second. An index finds each part.

// customOrder returns the custom field by which a query is ordered, or nil if it is ordered by
// another field.
func (t *Table[R]) customOrder(ctx context.Context, tx *db.Tx, q Query) (f *customvalue.Field, desc bool, err error) {
	name, _, _ := strings.Cut(strings.TrimSpace(q.OrderBy), " ")
	if !strings.HasPrefix(name, customPrefix) || !t.HasCustomFields() {
		return nil, false, nil
	}
	fields, err := t.CustomFields(ctx, tx)
	if err != nil {
		return nil, false, err
	}
	f, known := fields[strings.TrimPrefix(name, customPrefix)]
	switch {
	case !known:
		return nil, false, badOrder("names %q, which is not a custom field of %s; %s", name, t.collection(), fields.names())
	case !isSortable(f):
		return nil, false, badOrder("names %q, whose values have no order", name)
	}
	desc, err = isDescending(q.OrderBy)
	return f, desc, err
}

// selectByCustomField is Select for a query that is ordered by a custom field.
func (t *Table[R]) selectByCustomField(
	ctx context.Context, tx *db.Tx, q Query, field *customvalue.Field, desc bool,
) (records []R, last []byte, err error) {
	var after keyset
	if q.After != nil {
		if err := json.Unmarshal(q.After, &after); err != nil {
			return nil, nil, err
		}
	}
	if q.After == nil || after.Value != "" {
		page := customPage{field: field, desc: desc, after: after, limit: q.Limit}
		if records, err = t.selectWithCustomValue(ctx, tx, q, page); err != nil {
			return nil, nil, err
		}
		after = keyset{}
	}
	if len(records) < q.Limit {
		q.Limit -= len(records)
		without, err := t.selectWithoutCustomValue(ctx, tx, q, field, desc, after)
		if err != nil {
			return nil, nil, err
		}
		if records = append(records, without...); len(without) < q.Limit {
			return records, nil, nil
		}
	}
	last, err = t.customPosition(field, records[len(records)-1])
	return records, last, err
}

// customPosition returns the position of a record. Its value is empty in the part without values.
func (t *Table[R]) customPosition(field *customvalue.Field, r R) ([]byte, error) {
	key, err := t.keyOf(r)
	if err != nil {
		return nil, err
	}
	k := keyset{ID: key.String()}
	if value := t.CustomValues(r)[field.Key]; value != nil {
		k.Value = field.SortKey(value)
	}
	return json.Marshal(k)
}

// The records with a value, if the query selects many. The offset makes the planner read the index
// on the values, and look up the records one by one.
const withCustomValueSQL = `
from platform.custom_values v
cross join lateral (
  select *
  from %s t
  where t.org_id = $1
  and t.id = v.subject_key
  %soffset 0
) t
where v.org_id = $1
and v.custom_field_id = %s
%sorder by v.value%[5]s, v.subject_key%[5]s
limit %[6]s`

// The records with a value of a CHOICE, whose order is that of the choices. The first records of
// each choice are read, at most as many as the page has.
const withChoiceSQL = `
from unnest(%[3]s::text[]) with ordinality c (value, place)
cross join lateral (
  select t.*
  from platform.custom_values v
  cross join lateral (
    select *
    from %[1]s t
    where t.org_id = $1
    and t.id = v.subject_key
    %[2]soffset 0
  ) t
  where v.org_id = $1
  and v.custom_field_id = %[4]s
  and v.value = c.value
  %[5]sorder by v.subject_key%[6]s
  limit %[7]s
) t
order by c.place, t.id%[6]s
limit %[7]s`

// The records with a value, if the query selects few. They are read by the indexes that serve the
// query, and then sorted.
const narrowWithCustomValueSQL = `
from (
  select *
  from %[1]s t
  where t.org_id = $1
  %[2]soffset 0
) t
cross join lateral (
  select %[3]s as value
  from platform.custom_values v
  where v.org_id = $1
  and v.subject_key = t.id
  and v.custom_field_id = %[4]s
  offset 0
) v
%[5]sorder by v.value%[6]s, t.id%[6]s
limit %[7]s`

// narrowMatches is the number of records up to which a query is narrow. So many are read and sorted
// faster than a page is found by walking the index on the values.
const narrowMatches = 1000

// isNarrow reports whether a query selects few records, given its conditions. The planner cannot
// tell, because it has no statistics of organizations.
func (t *Table[R]) isNarrow(q Query, w *where) (bool, error) {
	if q.Filter == "" && q.And == "" && len(q.Within) == 0 && q.Owners == nil && len(q.Words) == 0 &&
		q.UpdatedAfter.IsZero() && q.AsOf == "" {
		return false, nil
	}
	if w.reachedMark != "" {
		return true, nil
	}
	n, err := w.count(fmt.Sprintf("select count(*) from (\nselect from %s t\nwhere t.org_id = $1\n%slimit %d\n) m",
		t.name, w.sql.String(), narrowMatches), w.args)
	return n < narrowMatches, err
}

// customPage is a page of the records with a value of a custom field.
type customPage struct {
	field *customvalue.Field
	desc  bool
	after keyset
	limit int
}

// direction returns the operator by which records follow a position, and the direction of an order.
func (p customPage) direction() (operator, direction string) {
	if p.desc {
		return "<", " desc"
	}
	return ">", ""
}

func (t *Table[R]) selectWithCustomValue(ctx context.Context, tx *db.Tx, q Query, p customPage) ([]R, error) {
	w, err := t.where(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	narrow, err := t.isNarrow(q, w)
	if err != nil {
		return nil, err
	}
	columns, _, _ := strings.Cut(t.selectSQL, "\n")
	page := t.withCustomValue
	switch {
	case narrow:
		page = t.narrowWithCustomValue
	case p.field.Type == pb.CustomField_CHOICE:
		page = t.withChoice
	}
	return t.query(ctx, tx, columns+page(w, p), w.args...)
}

func (t *Table[R]) withCustomValue(w *where, p customPage) string {
	conditions, start := w.sql.String(), ""
	operator, direction := p.direction()
	if p.after.Value != "" {
		start = fmt.Sprintf("and (v.value, v.subject_key) %s (%s, %s::text::uuid)\n",
			operator, w.param(p.after.Value), w.param(p.after.ID))
	}
	return fmt.Sprintf(withCustomValueSQL, t.name, conditions, w.param(p.field.ID), start, direction, w.param(p.limit))
}

func (t *Table[R]) withChoice(w *where, p customPage) string {
	conditions, start, choices := w.sql.String(), "", p.field.ChoiceValues()
	operator, direction := p.direction()
	if p.desc {
		slices.Reverse(choices)
	}
	if p.after.Value != "" {
		choices = choices[max(0, slices.Index(choices, p.after.Value)):]
		first := "00000000-0000-0000-0000-000000000000"
		if p.desc {
			first = "ffffffff-ffff-ffff-ffff-ffffffffffff"
		}
		start = fmt.Sprintf("and v.subject_key %s case when c.place = 1 then %s::text::uuid else '%s' end\n  ",
			operator, w.param(p.after.ID), first)
	}
	return fmt.Sprintf(withChoiceSQL, t.name, conditions, w.param(choices), w.param(p.field.ID), start, direction,
		w.param(p.limit))
}

func (t *Table[R]) narrowWithCustomValue(w *where, p customPage) string {
	conditions, start := w.sql.String(), ""
	operator, direction := p.direction()
	value, after := "v.value", any(p.after.Value)
	typ := "text"
	if p.field.Type == pb.CustomField_CHOICE {
		choices := p.field.ChoiceValues()
		value, after, typ = "array_position("+w.param(choices)+"::text[], v.value)", slices.Index(choices, p.after.Value)+1,
			"integer"
	}
	if p.after.Value != "" {
		start = fmt.Sprintf("where (v.value, t.id) %s (%s::%s, %s::text::uuid)\n",
			operator, w.param(after), typ, w.param(p.after.ID))
	}
	return fmt.Sprintf(narrowWithCustomValueSQL, t.source(w), conditions, value, w.param(p.field.ID), start, direction,
		w.param(p.limit))
}

func (t *Table[R]) selectWithoutCustomValue(
	ctx context.Context, tx *db.Tx, q Query, field *customvalue.Field, desc bool, after keyset,
) ([]R, error) {
	w, err := t.where(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	by := order{column: sqlColumn{"id", "uuid"}, desc: desc}
	w.and("not " + w.customValueExists(field, ""))
	if after.ID != "" {
		position, err := json.Marshal(after)
		if err != nil {
			return nil, err
		}
		if err := startAfter(w, by, position); err != nil {
			return nil, err
		}
	}
	limit := w.param(q.Limit)
	return t.query(ctx, tx, t.selectFrom(w)+by.clause()+"\nlimit "+limit, w.args...)
}
