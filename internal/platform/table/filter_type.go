package table

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"google.golang.org/protobuf/reflect/protoreflect"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// filterType says how a filter compares a column.
type filterType struct {
	// ordered allows <, <=, > and >=. allowsHas allows `:`, which finds a part of a string or an
	// element of a list.
	ordered, allowsHas bool
	// equalOnly refuses any comparison other than =.
	equalOnly bool
	// arg parses a literal. Its error says what the literal must be.
	arg func(literal string, s Scope) (any, error)
	// element is the SQL type of the elements of a list, "" for a column that is not a list.
	element string
	// present is the condition that the column has a value, with %s for the column. If it is empty,
	// a value is anything but null.
	present string
	// compare returns the SQL of a comparison of several columns, such as an amount with its own
	// currency.
	compare func(w *where, op string, value any) string
	// links is the table that links the records to a value, for a field that `:` looks up there.
	links *links
	// equal is the condition for `=`, if it is not the plain comparison.
	equal string
	// predicate is true for a column that is a condition rather than a value.
	predicate bool
	// text is true for text, whose values may have wildcards.
	text bool
}

// allows reports whether values of the type can be compared by an operator.
func (f *filterType) allows(op string) bool {
	switch {
	case f.equalOnly:
		return op == "="
	case op == ":":
		return f.allowsHas
	}
	return f.element == "" && (f.ordered || !strings.ContainsAny(op, "<>"))
}

// textFilter compares text that is stored composed (Unicode NFC).
func textFilter() *filterType {
	raw := rawTextFilter()
	arg := func(s string, scope Scope) (any, error) {
		return raw.arg(norm.NFC.String(s), scope)
	}
	return &filterType{ordered: true, allowsHas: true, present: raw.present, arg: arg, text: true}
}

// rawTextFilter compares text that is stored exactly as received.
func rawTextFilter() *filterType {
	arg := func(s string, _ Scope) (any, error) {
		if strings.ContainsRune(s, 0) || !utf8.ValidString(s) {
			return nil, fmt.Errorf("must be text without the character U+0000")
		}
		return s, nil
	}
	return &filterType{ordered: true, allowsHas: true, present: "%s <> ''", arg: arg, text: true}
}

func integerFilter(bits int) *filterType {
	return &filterType{ordered: true, present: "%s <> 0", arg: func(s string, _ Scope) (any, error) {
		n, err := strconv.ParseInt(s, 10, bits)
		return n, withMessage(err, fmt.Sprintf("must be a whole number of at most %d bits", bits))
	}}
}

func boolFilter() *filterType {
	return &filterType{present: "(%s)", arg: func(s string, _ Scope) (any, error) {
		switch s {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
		return nil, fmt.Errorf("must be true or false")
	}}
}

func enumFilter(d protoreflect.EnumDescriptor) *filterType {
	return &filterType{present: "%s <> ''", arg: func(s string, _ Scope) (any, error) {
		value := d.Values().ByName(protoreflect.Name(s))
		if value == nil {
			return nil, fmt.Errorf("must be one of %s", enumValueNames(d))
		}
		if value.Number() == 0 {
			return "", nil
		}
		return s, nil
	}}
}

// enumValueNames lists the names of an enum except that of the zero value.
func enumValueNames(d protoreflect.EnumDescriptor) string {
	names := make([]string, 0, d.Values().Len())
	for i := 1; i < d.Values().Len(); i++ {
		names = append(names, string(d.Values().Get(i).Name()))
	}
	return strings.Join(names, ", ")
}

func refFilter(prefix string) *filterType {
	return &filterType{arg: func(s string, _ Scope) (any, error) {
		if s == "" {
			return nil, nil
		}
		return id.Parse(prefix, s)
	}}
}

func dateFilter() *filterType {
	return &filterType{ordered: true, arg: func(s string, _ Scope) (any, error) {
		d, err := calendar.ParseDate(s)
		if err != nil {
			return nil, fmt.Errorf("must be a date such as \"2026-11-21\"")
		}
		return sqlDate(d), nil
	}}
}

func timestampFilter() *filterType {
	return &filterType{ordered: true, arg: func(s string, _ Scope) (any, error) {
		t, err := time.Parse(time.RFC3339Nano, s)
		return t, withMessage(err, "must be an instant such as \"2026-11-21T09:30:00Z\"")
	}}
}

// scopeAmountFilter compares amounts in the scope's currency.
func scopeAmountFilter() *filterType {
	return &filterType{ordered: true, arg: func(s string, scope Scope) (any, error) {
		return money.Parse(s, scope.Currency)
	}}
}

// withMessage replaces the message of an error. It returns nil for nil.
func withMessage(err error, words string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s", words)
}

// Predicate is a field that is a condition over columns rather than a column. It can only be
// filtered, by `= true` and `= false`. In the condition, :today is the organization's current date,
// :now the current time, :person the caller's person, and t the table.
func Predicate[R any](name, condition string) Column[R] {
	f := boolFilter()
	f.predicate = true
	return Column[R]{field: name, filter: f, filterAs: condition, filterSQL: condition}.withoutColumns()
}

// wildcard is a value of `=` or `!=` with an asterisk at its beginning or end, which stands for any
// text (AIP-160).
type wildcard struct {
	text       string
	start, end bool
}

// parseWildcard returns the wildcard that a literal means, and false for plain text. An asterisk
// that is meant as such is written `\*`.
func parseWildcard(literal string) (w wildcard, ok bool, err error) {
	const escaped = "\x00" // no text contains it
	if strings.Contains(literal, escaped) {
		return wildcard{text: literal}, false, nil
	}
	text := strings.ReplaceAll(literal, `\*`, escaped)
	w.text, w.start = strings.CutPrefix(text, "*")
	w.text, w.end = strings.CutSuffix(w.text, "*")
	if strings.Contains(w.text, "*") {
		return w, false, fmt.Errorf(`may have * only at the beginning or the end; write \* for an asterisk`)
	}
	w.text = strings.ReplaceAll(w.text, escaped, "*")
	return w, w.start || w.end, nil
}

// condition returns the SQL that a column has a value of the wildcard. value is the SQL of its
// text.
func (w wildcard) condition(column, value string) string {
	switch {
	case w.start && w.end:
		return fmt.Sprintf("strpos(%s, %s) > 0", column, value)
	case w.start:
		return fmt.Sprintf("right(%s, char_length(%[2]s)) = %[2]s", column, value)
	}
	return fmt.Sprintf("starts_with(%s, %s)", column, value)
}
