package table

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"
	"golang.org/x/text/unicode/norm"
	"google.golang.org/protobuf/reflect/protoreflect"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// filterType is how a column's values are written in a filter.
type filterType struct {
	// ordered allows < and its kin, has allows `:`, which finds a part of a text.
	ordered, has bool
	// arg reads a literal, or says in words what it should be.
	arg func(literal string, s Scope) (any, error)
	// element is the type of the elements of a list, in which `:` finds one; "" for
	// what is no list.
	element string
	// present is the condition, on the column, that it has a value; "": that it is not null.
	present string
	// amount compares an amount that has its own currency.
	amount func(w *where, op string, value decimal.Decimal) string
	// equal is the condition that the column has a value, where it is not the plain comparison.
	equal string
	// predicate is true for a column that is a condition and not a value.
	predicate bool
}

// textFilter compares text that is stored composed, as Unicode's NFC.
func textFilter() *filterType {
	raw := rawTextFilter()
	return &filterType{ordered: true, has: true, present: raw.present, arg: func(s string, scope Scope) (any, error) {
		return raw.arg(norm.NFC.String(s), scope)
	}}
}

// rawTextFilter compares text that is stored as it came.
func rawTextFilter() *filterType {
	return &filterType{ordered: true, has: true, present: "%s <> ''", arg: func(s string, _ Scope) (any, error) {
		if strings.ContainsRune(s, 0) || !utf8.ValidString(s) {
			return nil, fmt.Errorf("must be text without the character U+0000")
		}
		return s, nil
	}}
}

func integerFilter(bits int) *filterType {
	return &filterType{ordered: true, present: "%s <> 0", arg: func(s string, _ Scope) (any, error) {
		n, err := strconv.ParseInt(s, 10, bits)
		return n, inWords(err, fmt.Sprintf("must be a whole number of at most %d bits", bits))
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
			return nil, fmt.Errorf("must be one of %s", enumNames(d))
		}
		if value.Number() == 0 {
			return "", nil
		}
		return s, nil
	}}
}

func enumNames(d protoreflect.EnumDescriptor) string {
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
		return t, inWords(err, "must be an instant such as \"2026-11-21T09:30:00Z\"")
	}}
}

// amountFilter compares amounts of the scope's currency.
func amountFilter() *filterType {
	return &filterType{ordered: true, arg: func(s string, scope Scope) (any, error) {
		return money.Parse(s, scope.Currency)
	}}
}

func inWords(err error, words string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s", words)
}

// Predicate is a field that is a condition over columns rather than a column, and
// so can only be filtered by `= true` and `= false`. In the condition, the
// parameter :today is the organization's date and t the table.
func Predicate[R any](name, condition string) Column[R] {
	f := boolFilter()
	f.predicate = true
	return Column[R]{field: name, filter: f, filterAs: condition, filterSQL: condition}.withoutColumns()
}
