// Package customvalue checks the values of custom fields and encodes them as sort keys: texts that
// compare like the values, whatever their type. It is pure code. Package customfields owns the
// definitions, package table stores the values with their record, and package resource checks them.
package customvalue

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"
	"google.golang.org/protobuf/types/known/structpb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// Refusals of a value for which no field with a type decides. Their messages follow the name of the
// field.
var (
	ErrUnknown  = errors.New("is not a custom field of the resource")
	ErrArchived = errors.New("is an archived custom field, which accepts no new value")
)

var errUnstorable = errors.New("must be UTF-8 without the character U+0000")

// MaxTextLength is the maximum length of a text in characters.
const MaxTextLength = 500

// Field is the definition of a custom field, as far as its values need it.
type Field struct {
	ID                 uuid.UUID
	Version            int64
	Key                string
	Type               pb.CustomField_Type
	Required, Archived bool
	// Choices are the choices of a CHOICE.
	Choices []*pb.CustomField_Choice
	// CurrencyCode is the only currency of a MONEY, "" if any is accepted.
	CurrencyCode string
	// Prefix begins the identifiers that a PERSON or RECORD accepts.
	Prefix string
}

// IsReference reports whether the values of the field are identifiers of records.
func (f *Field) IsReference() bool {
	return f.Type == pb.CustomField_PERSON || f.Type == pb.CustomField_RECORD
}

// IsEmpty reports whether a value means that the record has none.
func IsEmpty(v *structpb.Value) bool {
	switch kind := v.GetKind().(type) {
	case *structpb.Value_StringValue:
		return kind.StringValue == ""
	case *structpb.Value_NullValue, nil:
		return true
	}
	return false
}

// Normalize returns a value in the spelling in which it is stored, such as `12.50` with all digits
// of the currency. currency is that of amounts without a currency. The message of its error follows
// the name of the field.
func (f *Field) Normalize(v *structpb.Value, currency string) (*structpb.Value, error) {
	switch f.Type {
	case pb.CustomField_NUMBER:
		n, err := parseNumber(v)
		return structpb.NewStringValue(n.String()), err
	case pb.CustomField_MONEY:
		return f.normalizeMoney(v, currency)
	}
	text, isText := v.GetKind().(*structpb.Value_StringValue)
	if !isText {
		return nil, fmt.Errorf("must be %s", f.expected())
	}
	normal, err := f.normalizeText(text.StringValue)
	return structpb.NewStringValue(normal), err
}

// normalizeText is Normalize for the types whose values are texts.
func (f *Field) normalizeText(text string) (string, error) {
	switch f.Type {
	case pb.CustomField_TEXT:
		if text = strings.TrimSpace(norm.NFC.String(text)); isUnstorable(text) {
			return "", errUnstorable
		}
		if utf8.RuneCountInString(text) > MaxTextLength {
			return "", fmt.Errorf("must have at most %d characters", MaxTextLength)
		}
	case pb.CustomField_DATE:
		if _, err := calendar.ParseBusinessDate(text); err != nil {
			return "", err
		}
	case pb.CustomField_CHOICE:
		return text, f.checkChoice(text)
	case pb.CustomField_PERSON, pb.CustomField_RECORD:
		if _, err := id.Parse(f.Prefix, text); err != nil {
			return "", err
		}
	}
	return text, nil
}

// isUnstorable reports whether PostgreSQL refuses to store text.
func isUnstorable(text string) bool { return strings.ContainsRune(text, 0) || !utf8.ValidString(text) }

// checkChoice refuses a value that is not a choice, or that was archived.
func (f *Field) checkChoice(value string) error {
	var values []string
	for _, c := range f.Choices {
		switch {
		case c.GetValue() == value && c.GetArchived():
			return fmt.Errorf("is the archived choice %q", value)
		case c.GetValue() == value:
			return nil
		case !c.GetArchived():
			values = append(values, c.GetValue())
		}
	}
	return fmt.Errorf("must be one of %s", strings.Join(values, ", "))
}

// expected says in words what JSON values of the field look like.
func (f *Field) expected() string {
	switch f.Type {
	case pb.CustomField_DATE:
		return "a date such as \"2026-11-21\""
	case pb.CustomField_CHOICE:
		return "the value of a choice"
	case pb.CustomField_PERSON, pb.CustomField_RECORD:
		return fmt.Sprintf("an identifier that begins with \"%s_\"", f.Prefix)
	}
	return "text"
}

// SortKey returns the sort key of a normalized value. It is never empty. Amounts sort by currency
// and then by number. The sort key of a choice is its text; ChoiceValues returns the order of
// choices.
func (f *Field) SortKey(v *structpb.Value) string {
	switch f.Type {
	case pb.CustomField_NUMBER:
		return numberKey(v.GetStringValue())
	case pb.CustomField_MONEY:
		amount := v.GetStructValue().GetFields()
		return amount["currencyCode"].GetStringValue() + numberKey(amount["amount"].GetStringValue())
	}
	return v.GetStringValue()
}

// FilterKey returns the sort key of a literal in a filter; AmountKey returns that of an amount. The
// message of its error follows the name of the field.
func (f *Field) FilterKey(literal string) (string, error) {
	switch f.Type {
	case pb.CustomField_NUMBER:
		n, err := parseDecimal(literal)
		return decimalKey(n), err
	case pb.CustomField_TEXT, pb.CustomField_CHOICE:
		if isUnstorable(literal) {
			return "", errUnstorable
		}
		return norm.NFC.String(literal), nil
	}
	return f.normalizeText(literal)
}

// AmountKey returns the currency and the sort key of the number of a literal for a MONEY in a
// filter, such as `100` or `100 EUR`. The currency is that of the field if the literal has none, ""
// if any currency is meant.
func (f *Field) AmountKey(literal string) (currency, key string, err error) {
	number, currency, _ := strings.Cut(literal, " ")
	if _, known := money.Digits(currency); !known && currency != "" {
		return "", "", errors.New("must be an amount such as \"100\" or \"100 EUR\"")
	}
	if currency == "" {
		currency = f.CurrencyCode
	}
	n, err := parseDecimal(number)
	return currency, decimalKey(n), err
}

// ChoiceValues returns the values of the choices in their order.
func (f *Field) ChoiceValues() []string {
	values := make([]string, len(f.Choices))
	for i, c := range f.Choices {
		values[i] = c.GetValue()
	}
	return values
}

// ChoicesFrom returns the values of the choices that a comparison with a choice selects, such as
// those after it for `>`. The message of its error follows the name of the field.
func (f *Field) ChoicesFrom(op, choice string) ([]string, error) {
	values := f.ChoiceValues()
	at := slices.Index(values, choice)
	if at < 0 {
		return nil, fmt.Errorf("must be one of %s", strings.Join(values, ", "))
	}
	switch op {
	case "<":
		return values[:at], nil
	case "<=":
		return values[:at+1], nil
	case ">":
		return values[at+1:], nil
	case ">=":
		return values[at:], nil
	}
	return values[at : at+1], nil
}
