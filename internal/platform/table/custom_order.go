package table

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"backoffice/internal/platform/customvalue"
	"backoffice/internal/platform/db"
)

// A list ordered by a custom field has two parts: the records with a value, sorted by their sort
// keys, and then those without, sorted by their identifiers. A page may contain the end of the
// first part and the beginning of the second. An index finds each part.

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
		if records, err = t.selectWithCustomValue(ctx, tx, q, field, desc, after); err != nil {
			return nil, nil, err
		}
		after = keyset{}
	}
	inFirstPart := len(records) == q.Limit
	if !inFirstPart {
		q.Limit -= len(records)
		without, err := t.selectWithoutCustomValue(ctx, tx, q, field, desc, after)
		if err != nil {
			return nil, nil, err
		}
		if records = append(records, without...); len(without) < q.Limit {
			return records, nil, nil
		}
	}
	last, err = t.customPosition(field, records[len(records)-1], inFirstPart)
	return records, last, err
}

// customPosition returns the position of a record. Its value is empty in the part without values.
func (t *Table[R]) customPosition(field *customvalue.Field, r R, hasValue bool) ([]byte, error) {
	key, err := t.keyOf(r)
	if err != nil {
		return nil, err
	}
	k := keyset{ID: key.String()}
	if hasValue {
		k.Value = field.SortKey(t.CustomValues(r)[field.Key])
	}
	return json.Marshal(k)
}

// The records with a value. The offset makes the planner read the index on the values, and look up
// the records one by one.
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

func (t *Table[R]) selectWithCustomValue(
	ctx context.Context, tx *db.Tx, q Query, field *customvalue.Field, desc bool, after keyset,
) ([]R, error) {
	w, err := t.where(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	operator, direction := ">", ""
	if desc {
		operator, direction = "<", " desc"
	}
	start := ""
	if after.Value != "" {
		start = fmt.Sprintf("and (v.value, v.subject_key) %s (%s, %s::text::uuid)\n",
			operator, w.param(after.Value), w.param(after.ID))
	}
	id, limit := w.param(field.ID), w.param(q.Limit)
	columns, _, _ := strings.Cut(t.selectSQL, "\n")
	return t.query(ctx, tx, columns+fmt.Sprintf(withCustomValueSQL, t.name, w.sql.String(), id, start, direction, limit),
		w.args...)
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
	return t.query(ctx, tx, t.selectSQL+w.sql.String()+by.clause()+"\nlimit "+limit, w.args...)
}
