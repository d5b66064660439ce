// Package template renders the texts of mails from templates that organizations may edit. A
// template uses Go's template syntax, restricted to the declared variables, if, range, with and a
// few functions. A check when it is saved refuses everything else, so that a saved template always
// ends, and reports the line of each problem. Amounts, numbers and dates are written as the mail's
// language writes them. Which templates exist and who may change them is left to package mail.
package template

import (
	"fmt"
	"net/url"
	"time"

	"github.com/shopspring/decimal"

	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/paper"
)

// Type is the type of a variable.
type Type string

// The types of variables, and the Go types of their values.
const (
	Text   Type = "TEXT"   // string
	Money  Type = "MONEY"  // *typev1.Money
	Date   Type = "DATE"   // calendar.Date
	Time   Type = "TIME"   // time.Time
	URL    Type = "URL"    // string, with the scheme https, http or mailto
	Number Type = "NUMBER" // decimal.Decimal
	List   Type = "LIST"   // []Values
)

// Variable is a value that a template may use.
type Variable struct {
	// Name is in lower_snake_case.
	Name string
	Type Type
	// Description says what the value is, for people who edit the template.
	Description string
	// Secret is true for a value that only the recipient may know, such as a code. Only the text of a
	// mail about security may contain it.
	Secret bool
	// Fields are the values of each record of a List. They cannot be lists.
	Fields []Variable
}

// Values are the values of variables by name. Every declared variable has one.
type Values map[string]any

// maxRecords is the largest number of records in a list.
const maxRecords = 1000

// format returns the values as a template prints them. It fails if a value is missing, has another
// type than declared, or is not declared.
func format(variables []Variable, values Values, l paper.Language) (map[string]any, error) {
	if len(values) > len(variables) {
		return nil, fmt.Errorf("%d values for %d variables", len(values), len(variables))
	}
	out := make(map[string]any, len(variables))
	for _, v := range variables {
		formatted, err := v.format(values[v.Name], l)
		if err != nil {
			return nil, fmt.Errorf("the variable %s %w", v.Name, err)
		}
		out[v.Name] = formatted
	}
	return out, nil
}

// format returns a value of the variable as a template prints it.
func (v Variable) format(value any, l paper.Language) (any, error) {
	switch value := value.(type) {
	case string:
		if v.Type == Text || v.Type == URL && IsLink(value) {
			return value, nil
		}
	case *typev1.Money:
		if v.Type == Money && value != nil {
			return l.Money(value), nil
		}
	case calendar.Date:
		if v.Type == Date {
			return l.Date(value), nil
		}
	case time.Time:
		if v.Type == Time {
			return l.Time(value), nil
		}
	case decimal.Decimal:
		if v.Type == Number {
			return l.Number(value), nil
		}
	case []Values:
		if v.Type == List {
			return v.formatRecords(value, l)
		}
	}
	return nil, fmt.Errorf("must be a %s, got %v", v.Type, value)
}

func (v Variable) formatRecords(records []Values, l paper.Language) (any, error) {
	if len(records) > maxRecords {
		return nil, fmt.Errorf("has more than %d records", maxRecords)
	}
	out := make([]map[string]any, len(records))
	for i, record := range records {
		formatted, err := format(v.Fields, record, l)
		if err != nil {
			return nil, fmt.Errorf("at %d: %w", i, err)
		}
		out[i] = formatted
	}
	return out, nil
}

// IsLink reports whether text is a URL that a mail may link to, or empty.
func IsLink(text string) bool {
	u, err := url.Parse(text)
	return text == "" || err == nil && (u.Scheme == "https" || u.Scheme == "http" || u.Scheme == "mailto")
}

// Sample returns example values of variables, for a preview.
func Sample(variables []Variable) Values {
	out := Values{}
	for _, v := range variables {
		out[v.Name] = v.sample()
	}
	return out
}

func (v Variable) sample() any {
	switch v.Type {
	case Money:
		return &typev1.Money{Amount: "1234.50", CurrencyCode: "USD"}
	case Date:
		return calendar.DateOf(time.Date(2026, time.October, 31, 0, 0, 0, 0, time.UTC), time.UTC)
	case Time:
		return time.Date(2026, time.October, 31, 9, 30, 0, 0, time.UTC)
	case URL:
		return "https://example.com/"
	case Number:
		return decimal.NewFromInt(12)
	case List:
		return []Values{Sample(v.Fields), Sample(v.Fields)}
	}
	return "Example"
}
