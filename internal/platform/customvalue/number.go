package customvalue

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
	"google.golang.org/protobuf/types/known/structpb"

	"backoffice/internal/platform/money"
)

// Limits on numbers: digits before and after the point. A JSON number is read as a float, so that
// only exactDigits of its digits are certain; longer numbers are sent as text.
const (
	wholeDigits    = 15
	fractionDigits = 10
	exactDigits    = 15
)

var errNumber = fmt.Errorf("must be a number or a decimal text such as \"1.25\", with at most %d digits before and %d "+
	"after the point", wholeDigits, fractionDigits)

// parseNumber reads a number from a decimal text or a JSON number.
func parseNumber(v *structpb.Value) (decimal.Decimal, error) {
	switch kind := v.GetKind().(type) {
	case *structpb.Value_StringValue:
		return parseDecimal(kind.StringValue)
	case *structpb.Value_NumberValue:
		text := strconv.FormatFloat(kind.NumberValue, 'f', -1, 64)
		if len(strings.Trim(text, "-0.")) > exactDigits+1 {
			return decimal.Zero, errors.New("has too many digits for a JSON number; send it as text")
		}
		return parseDecimal(text)
	}
	return decimal.Zero, errNumber
}

// parseDecimal parses a decimal text within the limits.
func parseDecimal(text string) (decimal.Decimal, error) {
	const longest = wholeDigits + fractionDigits + len("-.")
	if len(text) > longest {
		return decimal.Zero, errNumber
	}
	d, err := decimal.NewFromString(text)
	if err != nil || d.Exponent() < -fractionDigits || d.Exponent() > wholeDigits ||
		d.Abs().GreaterThanOrEqual(decimal.New(1, wholeDigits)) {
		return decimal.Zero, errNumber
	}
	return d, nil
}

// normalizeMoney reads an object with `amount` and `currencyCode`.
func (f *Field) normalizeMoney(v *structpb.Value, currency string) (*structpb.Value, error) {
	fields := v.GetStructValue().GetFields()
	amount, isText := fields["amount"].GetKind().(*structpb.Value_StringValue)
	for name := range fields {
		isText = isText && (name == "amount" || name == "currencyCode")
	}
	if !isText {
		return nil, errors.New("must be an amount such as {\"amount\": \"12.50\", \"currencyCode\": \"USD\"}")
	}
	if f.CurrencyCode != "" {
		currency = f.CurrencyCode
	}
	if code := fields["currencyCode"].GetStringValue(); code != "" {
		if f.CurrencyCode != "" && code != f.CurrencyCode {
			return nil, fmt.Errorf("must be in %s", f.CurrencyCode)
		}
		currency = code
	}
	minor, err := money.Parse(amount.StringValue, currency)
	if err != nil {
		return nil, err
	}
	normal := money.ToProto(minor, currency)
	return structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{
		"amount":       structpb.NewStringValue(normal.GetAmount()),
		"currencyCode": structpb.NewStringValue(normal.GetCurrencyCode()),
	}}), nil
}

// numberKey returns the sort key of a stored number. Text that is not a number sorts as text.
func numberKey(text string) string {
	d, err := decimal.NewFromString(text)
	if err != nil {
		return text
	}
	return decimalKey(d)
}

// The first characters of the sort keys of numbers, by sign. keyEnd follows the digits of a
// negative number: of two with the same first digits, the one with more digits is smaller.
const (
	negativeKey = "4"
	zeroKey     = "5"
	positiveKey = "6"
	keyEnd      = "~"
	// exponentOffset makes the exponent of every number positive and two digits long.
	exponentOffset = 50
)

// decimalKey returns text that sorts, byte by byte, like the number. It has the sign, the number of
// digits before the point, and the digits without zeros at their ends. In a negative number each
// digit is replaced by its difference to 9.
func decimalKey(d decimal.Decimal) string {
	if d.IsZero() {
		return zeroKey
	}
	digits := d.Abs().Coefficient().String()
	exponent := len(digits) + int(d.Exponent()) + exponentOffset
	key := fmt.Sprintf("%02d%s", exponent, strings.TrimRight(digits, "0"))
	if d.IsPositive() {
		return positiveKey + key
	}
	return negativeKey + strings.Map(func(digit rune) rune { return '0' + '9' - digit }, key) + keyEnd
}
