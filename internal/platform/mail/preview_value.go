package mail

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"google.golang.org/protobuf/types/known/structpb"

	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/mail/template"
	"backoffice/internal/platform/money"
)

// Limits of the values of a preview.
const (
	maxPreviewRecords = 1000
	maxPreviewText    = 10000
)

// previewValues returns the values for a preview: those given, and examples for the others. It
// reports the path of each value that is no variable or has the wrong type.
func previewValues(variables []template.Variable, given *structpb.Struct) (template.Values, error) {
	var violations fault.List
	values := readValues(variables, given.GetFields(), "variables", &violations)
	return values, violations.Err()
}

// readValues reads the values of variables from an object at a path of the request.
func readValues(
	variables []template.Variable, given map[string]*structpb.Value, path string, violations *fault.List,
) template.Values {
	values := template.Sample(variables)
	for _, name := range slices.Sorted(maps.Keys(given)) {
		at := path + "." + name
		i := slices.IndexFunc(variables, func(v template.Variable) bool { return v.Name == name })
		if i < 0 {
			violations.Append(fault.At(at, "is not a variable here; there are %s", namesOf(variables)))
			continue
		}
		if value, ok := readValue(variables[i], given[name], at, violations); ok {
			values[name] = value
		}
	}
	return values
}

func namesOf(variables []template.Variable) string {
	names := make([]string, len(variables))
	for i, v := range variables {
		names[i] = v.Name
	}
	return strings.Join(names, ", ")
}

// readValue reads the value of a variable. ok is false if it was refused.
func readValue(v template.Variable, given *structpb.Value, at string, violations *fault.List) (value any, ok bool) {
	if v.Type == template.List {
		return readRecords(v, given, at, violations)
	}
	value, want := readScalar(v.Type, given)
	if want != "" {
		violations.Append(fault.At(at, "must be %s", want))
	}
	return value, want == ""
}

// readRecords reads the value of a list.
func readRecords(v template.Variable, given *structpb.Value, at string, violations *fault.List) (any, bool) {
	list, isList := given.GetKind().(*structpb.Value_ListValue)
	if !isList || len(list.ListValue.GetValues()) > maxPreviewRecords {
		violations.Append(fault.At(at, "must be a list of at most %d objects", maxPreviewRecords))
		return nil, false
	}
	records := []template.Values{}
	for i, item := range list.ListValue.GetValues() {
		itemAt := fmt.Sprintf("%s[%d]", at, i)
		if _, isObject := item.GetKind().(*structpb.Value_StructValue); !isObject {
			violations.Append(fault.At(itemAt, "must be an object"))
			continue
		}
		records = append(records, readValues(v.Fields, item.GetStructValue().GetFields(), itemAt, violations))
	}
	return records, true
}

// readScalar reads a single value. want says what it must be if it is something else.
func readScalar(kind template.Type, given *structpb.Value) (value any, want string) {
	if kind == template.Money {
		return readMoney(given.GetStructValue())
	}
	text, isText := given.GetKind().(*structpb.Value_StringValue)
	if !isText || len(given.GetStringValue()) > maxPreviewText {
		return nil, fmt.Sprintf("a text of at most %d bytes", maxPreviewText)
	}
	s := text.StringValue
	switch kind {
	case template.Date:
		if date, err := calendar.ParseDate(s); err == nil {
			return date, ""
		}
		return nil, "a date, such as 2026-10-31"
	case template.Time:
		if at, err := time.Parse(time.RFC3339, s); err == nil {
			return at, ""
		}
		return nil, "a time, such as 2026-10-31T09:30:00Z"
	case template.Number:
		if number, err := decimal.NewFromString(s); err == nil && len(s) <= 40 && !strings.ContainsAny(s, "eE") {
			return number, ""
		}
		return nil, "a decimal text, such as 12.5"
	case template.URL:
		if template.IsLink(s) {
			return s, ""
		}
		return nil, "a URL with https, http or mailto"
	}
	return s, ""
}

// readMoney reads an amount of money.
func readMoney(given *structpb.Struct) (value any, want string) {
	amount, currency := given.GetFields()["amount"].GetStringValue(), given.GetFields()["currencyCode"].GetStringValue()
	if _, err := money.Parse(amount, currency); err != nil || len(given.GetFields()) != 2 {
		return nil, `an amount, such as {"amount": "12.50", "currencyCode": "USD"}`
	}
	return &typev1.Money{Amount: amount, CurrencyCode: currency}, ""
}
