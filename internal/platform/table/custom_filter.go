package table

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/customvalue"
)

// customPrefix begins the names of custom fields in filters and orders, such as `custom.color`.
const customPrefix = "custom."

// names returns the keys of the fields, for messages.
func (f CustomFields) names() string {
	if len(f) == 0 {
		return "there are none"
	}
	return "there are " + customPrefix + strings.Join(slices.Sorted(maps.Keys(f)), ", "+customPrefix)
}

// compareCustom compiles the comparison of a custom field with a literal. The condition looks
// values up by the identifier of the record, so that the planner can start with either.
func (t *Table[R]) compareCustom(w *where, op, name, literal string) (string, error) {
	field, known := w.custom[strings.TrimPrefix(name, customPrefix)]
	if !known {
		return "", badFilter("names %q, which is not a custom field of %s; %s", name, t.collection(), w.custom.names())
	}
	isText := field.Type == pb.CustomField_TEXT
	if op == ":" && literal != anyValue && !isText || strings.ContainsAny(op, "<>") && !isSortable(field) {
		return "", badFilter("%s cannot be compared by %s", name, op)
	}
	isBroad, err := w.isBroad(field, op, literal)
	if err != nil {
		return "", err
	}
	var condition string
	switch {
	case op == ":" && literal == anyValue, literal == "" && (op == "=" || op == "!="):
		if op == "=" {
			return "not " + w.customValueExists(field, ""), nil
		}
		return w.customValueExists(field, startWithRecords(isBroad)), nil
	case op == ":":
		part, err := field.FilterKey(literal)
		if err != nil {
			return "", badFilter("%s %s", name, err)
		}
		condition = fmt.Sprintf("strpos(lower(v.value collate \"default\"), lower(%s)) > 0", w.param(part))
	default:
		var err error
		if condition, err = w.compareSortKey(field, op, literal); err != nil {
			return "", badFilter("%s %s", name, err)
		}
	}
	if op == "!=" {
		return "not " + w.customValueExists(field, "\n  and "+condition), nil
	}
	return w.customValueExists(field, "\n  and "+condition+startWithRecords(isBroad)), nil
}

// startWithRecords returns the end of a condition that keeps the planner from starting with the
// values if it is broad.
func startWithRecords(isBroad bool) string {
	if isBroad {
		return "\n  offset 0"
	}
	return ""
}

// broadMatches is the number of values from which a condition is broad.
const broadMatches = 1000

// isBroad reports whether many values meet a condition. A page is then found faster by reading the
// records in order and looking the value of each up, and an offset keeps the planner from starting
// with the values. The planner itself cannot tell, because it has no statistics of organizations.
func (w *where) isBroad(field *customvalue.Field, op, literal string) (bool, error) {
	counted, condition := &where{args: w.args[:1:1]}, "true"
	switch isAny := op == ":" && literal == anyValue || op == "!=" && literal == ""; {
	case isAny:
	case op == "!=", op == ":", literal == "":
		return false, nil
	default:
		var err error
		condition, err = counted.compareSortKey(field, op, literal)
		if err != nil || !strings.HasPrefix(condition, "v.value ") {
			return false, nil // the caller reports the error; an index does not count wildcards
		}
	}
	sql := fmt.Sprintf(`
select count(*)
from (
  select
  from platform.custom_values v
  where v.org_id = $1
  and v.custom_field_id = %s
  and %s
  limit %d
) m`, counted.param(field.ID), condition, broadMatches)
	n, err := w.count(sql, counted.args)
	return n == broadMatches, err
}

// isSortable reports whether the order of a field's values has a meaning.
func isSortable(f *customvalue.Field) bool { return !f.IsReference() }

// compareSortKey returns the SQL that compares a value with a literal. For `!=` it compares them by
// `=`, and the caller negates it. Text may have wildcards.
func (w *where) compareSortKey(field *customvalue.Field, op, literal string) (string, error) {
	if op == "!=" {
		op = "="
	}
	switch {
	case field.Type == pb.CustomField_MONEY:
		return w.compareAmount(field, op, literal)
	case field.Type == pb.CustomField_CHOICE && op != "=":
		choices, err := field.ChoicesFrom(op, literal)
		return fmt.Sprintf("v.value = any(%s)", w.param(choices)), err
	case field.Type == pb.CustomField_TEXT && op == "=":
		pattern, wild, err := parseWildcard(literal)
		switch {
		case err != nil:
			return "", err
		case wild:
			part, err := field.FilterKey(pattern.text)
			return pattern.condition("v.value", w.param(part)+"::text"), err
		}
		literal = pattern.text
	}
	key, err := field.FilterKey(literal)
	return fmt.Sprintf("v.value %s %s", op, w.param(key)), err
}

// compareAmount returns the SQL that compares an amount with a literal. A literal without a
// currency compares the numbers of amounts in all currencies, as for other amounts.
func (w *where) compareAmount(field *customvalue.Field, op, literal string) (string, error) {
	currency, key, err := field.AmountKey(literal)
	if currency == "" {
		return fmt.Sprintf("substr(v.value, 4) %s %s", op, w.param(key)), err
	}
	condition := fmt.Sprintf("v.value %s %s", op, w.param(currency+key))
	switch op[0] {
	case '<':
		condition += " and v.value >= " + w.param(currency)
	case '>':
		condition += " and v.value < " + w.param(currency+"~")
	}
	return condition, err
}

// customValueExists returns the condition that the record has a value of the field, and that the
// value meets the further conditions.
func (w *where) customValueExists(field *customvalue.Field, conditions string) string {
	return `exists (
  select
  from platform.custom_values v
  where v.org_id = $1
  and v.custom_field_id = ` + w.param(field.ID) + `
  and v.subject_key = t.id` + conditions + `
)`
}
