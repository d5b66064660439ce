package table

import (
	"fmt"
	"strconv"
	"strings"

	"go.einride.tech/aip/filtering"
	expr "google.golang.org/genproto/googleapis/api/expr/v1alpha1"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
)

// Limits on a filter: its length in bytes, its nesting depth, and its number of conditions.
const (
	maxFilterLength = 4096
	maxFilterDepth  = 8
	maxFilterTerms  = 80
)

// where collects the conditions of a query and their parameters.
type where struct {
	sql   strings.Builder
	args  []any
	scope Scope
	terms int
	// custom are the custom fields of the records, if the filter names one.
	custom CustomFields
	// count returns the number that a statement counts. It is nil where filters only are compiled.
	count func(sql string, args []any) (int, error)
	// reachedMark is the mark of the parameter with the keys of all rows that the caller reaches,
	// "" if they were not looked up.
	reachedMark string
}

// param adds a parameter and returns its mark.
func (w *where) param(v any) string {
	w.args = append(w.args, v)
	return "$" + strconv.Itoa(len(w.args))
}

// and adds a condition.
func (w *where) and(condition string) {
	w.sql.WriteString("and " + condition + "\n")
}

// badFilter returns the error for an invalid filter.
func badFilter(format string, args ...any) error {
	return fault.InvalidFor(optionsv1.Reason_FILTER_INVALID, fault.At("filter", format, args...))
}

// filter compiles an AIP-160 filter to a condition.
func (t *Table[R]) filter(w *where, text string) error {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	if len(text) > maxFilterLength {
		return badFilter("is longer than %d characters", maxFilterLength)
	}
	// The parser tries alternatives at each parenthesis, so the nesting is limited first.
	if parenthesisDepth(text) > maxFilterDepth {
		return badFilter("nests deeper than %d parentheses", maxFilterDepth)
	}
	var parser filtering.Parser
	parser.Init(text)
	parsed, err := parser.Parse()
	if err != nil {
		return badFilter("cannot be read; write conditions such as state = OPEN AND due_date < \"2026-11-21\", " +
			"with text and dates in double quotes")
	}
	condition, err := t.condition(w, parsed.GetExpr())
	if err != nil {
		return err
	}
	w.and("(" + condition + ")")
	return nil
}

// parenthesisDepth returns how deep parentheses nest, up to the first token that cannot be read.
func parenthesisDepth(text string) int {
	var lexer filtering.Lexer
	lexer.Init(text)
	deepest, now := 0, 0
	for {
		token, err := lexer.Lex()
		if err != nil {
			return deepest
		}
		switch token.Type {
		case filtering.TokenTypeLeftParen:
			now++
			deepest = max(deepest, now)
		case filtering.TokenTypeRightParen:
			now--
		}
	}
}

// condition compiles an expression of a filter.
func (t *Table[R]) condition(w *where, e *expr.Expr) (string, error) {
	// A caller may also write AND(…) as a function, with any number of arguments.
	args := e.GetCallExpr().GetArgs()
	switch f := e.GetCallExpr().GetFunction(); {
	case (f == filtering.FunctionAnd || f == filtering.FunctionFuzzyAnd) && len(args) == 2:
		return t.joinConditions(w, args, " and ")
	case f == filtering.FunctionOr && len(args) == 2:
		return t.joinConditions(w, args, " or ")
	case f == filtering.FunctionNot && len(args) == 1:
		inner, err := t.condition(w, args[0])
		// In SQL a condition on a null is unknown. In a filter it is false, so NOT makes it true.
		return "((" + inner + ") is not true)", err
	case isComparison(f) && len(args) == 2:
		return t.comparison(w, f, args)
	}
	return "", badFilter("must be made of conditions such as display_name = \"Acme\"")
}

// isComparison reports whether a function of the parser is a comparison.
func isComparison(operator string) bool {
	switch operator {
	case "=", "!=", "<", "<=", ">", ">=", ":":
		return true
	}
	return false
}

// joinConditions compiles two expressions and joins them by an SQL operator.
func (t *Table[R]) joinConditions(w *where, args []*expr.Expr, operator string) (string, error) {
	left, err := t.condition(w, args[0])
	if err != nil {
		return "", err
	}
	right, err := t.condition(w, args[1])
	return "(" + left + operator + right + ")", err
}

// comparison compiles the comparison of a field with a value.
func (t *Table[R]) comparison(w *where, op string, args []*expr.Expr) (string, error) {
	if w.terms++; w.terms > maxFilterTerms {
		return "", badFilter("has more than %d conditions", maxFilterTerms)
	}
	name := fieldName(args[0])
	literal, ok := literalOf(args[1])
	if name == "" || !ok {
		return "", badFilter("must compare a field with a value, such as display_name = \"Acme\"")
	}
	if strings.HasPrefix(name, customPrefix) && t.HasCustomFields() {
		return t.compareCustom(w, op, name, literal)
	}
	c, known := t.filterable(name)
	if !known {
		return "", badFilter("names %q, which is not filterable; filterable fields are %s",
			name, strings.Join(t.Filterable(), ", "))
	}
	f := c.filter
	if c.sealed && !w.scope.mayReveal {
		return "", fault.PermissionMissing(t.revealPermission)
	}
	if op == ":" && literal == anyValue {
		return c.hasValueSQL(w), nil
	}
	if !f.allows(op) {
		return "", badFilter("%s cannot be compared by %s", name, op)
	}
	if f.text && (op == "=" || op == "!=") {
		return c.compareText(w, op, name, literal)
	}
	value, err := f.arg(literal, w.scope)
	if err != nil {
		return "", badFilter("%s %s", name, err)
	}
	if f.links != nil {
		return f.links.exist(w, value)
	}
	return compare(w, c.expression(w), f, op, value), nil
}

// compareText returns the SQL that compares text with a literal, which may have wildcards.
func (c Column[R]) compareText(w *where, op, name, literal string) (string, error) {
	pattern, wild, err := parseWildcard(literal)
	if err != nil {
		return "", badFilter("%s %s", name, err)
	}
	value, err := c.filter.arg(pattern.text, w.scope)
	if err != nil {
		return "", badFilter("%s %s", name, err)
	}
	if !wild {
		return compare(w, c.expression(w), c.filter, op, value), nil
	}
	condition := pattern.condition(c.expression(w), w.param(value)+"::text")
	if op == "!=" {
		return "not " + condition, nil
	}
	return condition, nil
}

// anyValue is the literal with which `:` tests whether a field has a value (AIP-160).
const anyValue = "*"

// fieldName returns the name of a field, or of a field in an amount, such as
// `amount.currency_code`.
func fieldName(e *expr.Expr) string {
	if outer := e.GetSelectExpr(); outer.GetOperand().GetIdentExpr().GetName() != "" {
		return outer.GetOperand().GetIdentExpr().GetName() + "." + outer.GetField()
	}
	return e.GetIdentExpr().GetName()
}

// expression returns the SQL that a filter of the column compares.
func (c Column[R]) expression(w *where) string {
	sql := c.filterSQL
	if strings.Contains(sql, ":today") {
		sql = strings.ReplaceAll(sql, ":today", w.param(sqlDate(w.scope.Today))+"::date")
	}
	if strings.Contains(sql, ":now") {
		sql = strings.ReplaceAll(sql, ":now", w.param(w.scope.Now)+"::timestamptz")
	}
	if strings.Contains(sql, ":person") {
		sql = strings.ReplaceAll(sql, ":person", w.param(w.scope.Person)+"::uuid")
	}
	return sql
}

// hasValueSQL returns the condition that the field has a value other than its type's zero value.
func (c Column[R]) hasValueSQL(w *where) string {
	if c.filter.present == "" {
		return c.expression(w) + " is not null"
	}
	return fmt.Sprintf(c.filter.present, c.expression(w))
}

// compare returns the SQL of a comparison.
func compare(w *where, column string, f *filterType, op string, value any) string {
	switch {
	case f.compare != nil:
		return f.compare(w, op, value)
	case f.predicate:
		if (value == true) == (op == "=") {
			return "(" + column + ")"
		}
		return "not (" + column + ")"
	case f.element != "":
		return fmt.Sprintf("%s::%s = any(%s)", w.param(value), f.element, column)
	case f.equal != "" && op == "=" && value != nil:
		return "(" + strings.ReplaceAll(f.equal, ":value", w.param(value)) + ")"
	case value == nil:
		return compareAbsent(column, op)
	case op == ":":
		return fmt.Sprintf("strpos(lower(%s), lower(%s)) > 0", column, w.param(value))
	case op == "!=":
		return fmt.Sprintf("%s is distinct from %s", column, w.param(value))
	}
	return fmt.Sprintf("%s %s %s", column, op, w.param(value))
}

// compareAbsent returns the SQL of a comparison with an absent value, which no value is less or
// greater than.
func compareAbsent(column, op string) string {
	switch op {
	case "=":
		return column + " is null"
	case "!=", ":":
		return column + " is not null"
	}
	return "false"
}

// exactDigits is how many digits of a number survive the parser, which converts it to a float.
// Longer numbers must be quoted.
const exactDigits = 15

// literalOf returns the text of a constant or of a bare word, such as the value of an enum.
func literalOf(e *expr.Expr) (string, bool) {
	if name := e.GetIdentExpr().GetName(); name != "" {
		return name, true
	}
	switch v := e.GetConstExpr().GetConstantKind().(type) {
	case *expr.Constant_StringValue:
		return v.StringValue, true
	case *expr.Constant_Int64Value:
		return strconv.FormatInt(v.Int64Value, 10), true
	case *expr.Constant_DoubleValue:
		text := strconv.FormatFloat(v.DoubleValue, 'f', -1, 64)
		return text, len(text) <= exactDigits
	case *expr.Constant_BoolValue:
		return strconv.FormatBool(v.BoolValue), true
	}
	return "", false
}

// filterable returns the column of a field that a filter may use.
func (t *Table[R]) filterable(name string) (Column[R], bool) {
	if c, known := t.fields[name]; known && c.filterSQL != "" {
		return c, true
	}
	field, part, _ := strings.Cut(name, ".")
	isCurrency := part == "currency_code" || part == "currencyCode"
	if c, known := t.fields[field]; known && c.filterSQL != "" && c.currency != nil && isCurrency {
		return *c.currency, true
	}
	return t.standardFilter(name)
}

// standardFilter returns the column of a standard field that a filter may use.
func (t *Table[R]) standardFilter(name string) (Column[R], bool) {
	switch {
	case name == "label_ids" || name == "labelIds":
		return t.labels(), true
	case name == "id":
		return Column[R]{filter: refFilter(t.prefix), filterSQL: "t.id"}, true
	case t.standard.createTime != nil && (name == "create_time" || name == "createTime"):
		return Column[R]{filter: timestampFilter(), filterSQL: "t.create_time"}, true
	case t.standard.updateTime != nil && (name == "update_time" || name == "updateTime"):
		return Column[R]{filter: timestampFilter(), filterSQL: "t.update_time"}, true
	case t.standard.annotations.externalID != nil && (name == "external_id" || name == "externalId"):
		return Column[R]{filter: externalIDFilter(), filterSQL: "t.external_id"}, true
	}
	return Column[R]{}, false
}

// Filterable returns the names of the fields that a filter may use.
func (t *Table[R]) Filterable() []string {
	names := []string{"id"}
	for _, c := range t.columns {
		if c.filterSQL != "" {
			names = append(names, c.field)
		}
		if c.filterSQL != "" && c.currency != nil {
			names = append(names, c.currency.field)
		}
	}
	if t.standard.annotations.externalID != nil {
		names = append(names, "external_id")
	}
	if t.standard.createTime != nil {
		names = append(names, "create_time")
	}
	if t.standard.updateTime != nil {
		names = append(names, "update_time")
	}
	return names
}
