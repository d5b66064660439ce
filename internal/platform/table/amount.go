package table

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"

	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/money"
)

// Money binds an amount with its own currency to two columns, {name}_currency and {name}_minor.
// Both are null if the amount is absent. An amount without a currency gets the scope's currency. A
// filter compares the number regardless of currency; the currency itself is filterable as
// {name}.currency_code.
func Money[R any](name string, field func(R) **typev1.Money) Column[R] {
	return Column[R]{
		field:    name,
		sql:      []sqlColumn{{name + "_currency", "text"}, {name + "_minor", "bigint"}},
		filter:   currencyAmountFilter(name),
		currency: &Column[R]{field: name + ".currency_code", filter: textFilter(), filterSQL: "t." + name + "_currency"},
		args: func(r R, s Scope, into []any) ([]any, error) {
			if *field(r) == nil {
				return append(into, nil, nil), nil
			}
			minor, currency, err := normalizeMoney(name, field(r), s)
			return append(into, currency, minor), err
		},
		dest: func(r R, _ Scope, into []any) []any {
			to := field(r)
			return append(into, currencyScan{to}, minorScan{to: to})
		},
	}
}

// Minor binds an amount in the scope's currency to one column, {name}_minor, which is null if the
// amount is absent. It refuses amounts in another currency.
func Minor[R any](name string, field func(R) **typev1.Money) Column[R] {
	return Column[R]{
		field:  name,
		sql:    []sqlColumn{{name + "_minor", "bigint"}},
		filter: scopeAmountFilter(),
		args: func(r R, s Scope, into []any) ([]any, error) {
			if *field(r) == nil {
				return append(into, nil), nil
			}
			minor, currency, err := normalizeMoney(name, field(r), s)
			if err == nil && currency != s.Currency {
				err = invalidValue(name+".currency_code", "must be %s", s.Currency)
			}
			return append(into, minor), err
		},
		dest: func(r R, s Scope, into []any) []any {
			return append(into, minorScan{to: field(r), currency: s.Currency})
		},
	}
}

// normalizeMoney parses an amount and rewrites it as it will be read back: with its currency and
// all digits.
func normalizeMoney(name string, field **typev1.Money, s Scope) (minor int64, currency string, err error) {
	m := *field
	currency = m.CurrencyCode
	if currency == "" {
		currency = s.Currency
	}
	minor, err = money.Parse(m.Amount, currency)
	if errors.Is(err, money.ErrCurrency) {
		return 0, "", invalidValue(name+".currency_code", "%s", err)
	}
	if err != nil {
		return 0, "", invalidValue(name+".amount", "%s", err)
	}
	*field = money.ToProto(minor, currency)
	return minor, currency, nil
}

type currencyScan struct{ to **typev1.Money }

// ScanText implements pgtype.TextScanner.
func (s currencyScan) ScanText(v pgtype.Text) error {
	*s.to = nil
	if v.Valid {
		*s.to = &typev1.Money{CurrencyCode: v.String}
	}
	return nil
}

// minorScan scans an amount in the given currency, or else in the currency that was scanned before
// it.
type minorScan struct {
	to       **typev1.Money
	currency string
}

// ScanInt64 implements pgtype.Int64Scanner. It fails on an unknown currency, which only a write
// that bypassed the server can have stored.
func (s minorScan) ScanInt64(v pgtype.Int8) error {
	currency := cmp.Or(s.currency, (*s.to).GetCurrencyCode())
	if !v.Valid || currency == "" {
		*s.to = nil
		return nil
	}
	if _, known := money.Digits(currency); !known {
		return fmt.Errorf("table: amount in unknown currency %q", currency)
	}
	*s.to = money.ToProto(v.Int64, currency)
	return nil
}

// maxDecimalExponent limits the exponent of a decimal, so that a short string such as 1e1000000
// cannot make a number of a million digits.
const maxDecimalExponent = 30

// Decimal binds a decimal string, such as a rate or a quantity, to a numeric column, which is null
// if the string is empty. digits is the maximum number of digits after the point.
func Decimal[R any](name string, digits int32, field func(R) *string) Column[R] {
	return Column[R]{
		field: name,
		sql:   []sqlColumn{{name, "numeric"}},
		args: func(r R, _ Scope, into []any) ([]any, error) {
			if *field(r) == "" {
				return append(into, nil), nil
			}
			d, err := decimal.NewFromString(*field(r))
			if err != nil || d.Exponent() > maxDecimalExponent || -d.Exponent() > maxDecimalExponent {
				return nil, invalidValue(name, "must be a decimal number such as \"1.25\"")
			}
			if !d.Equal(d.Truncate(digits)) {
				return nil, invalidValue(name, "has more than %d digits after the point", digits)
			}
			*field(r) = d.String()
			return append(into, pgtype.Numeric{Int: d.Coefficient(), Exp: d.Exponent(), Valid: true}), nil
		},
		dest: func(r R, _ Scope, into []any) []any { return append(into, decimalScan{field(r)}) },
	}
}

type decimalScan struct{ to *string }

// ScanNumeric implements pgtype.NumericScanner.
func (s decimalScan) ScanNumeric(v pgtype.Numeric) error {
	*s.to = ""
	if v.Valid {
		*s.to = decimal.NewFromBigInt(v.Int, v.Exp).String()
	}
	return nil
}

// currencyAmountFilter compares amounts with their own currencies by their numbers: 100.00 USD, 100
// JPY and 100.000 KWD are equal. The bound is converted to the minor units of each row's currency,
// so that integers are compared. Row-level security lets an index serve such a comparison.
func currencyAmountFilter(name string) *filterType {
	arg := func(s string, _ Scope) (any, error) {
		d, err := decimal.NewFromString(s)
		if err != nil || d.Exponent() > maxDecimalExponent || -d.Exponent() > maxDecimalExponent ||
			!d.Equal(d.Truncate(money.MaxDigits)) {
			return nil, fmt.Errorf("must be a decimal number with at most %d digits after the point, such as \"100.00\"",
				money.MaxDigits)
		}
		return d, nil
	}
	return &filterType{ordered: true, arg: arg, compare: func(w *where, op string, value any) string {
		column := "t." + name + "_minor"
		comparison := " " + op + " "
		if op == "!=" {
			comparison = " is distinct from "
		}
		return column + comparison + minorBoundByCurrency(w, "t."+name+"_currency", op, value.(decimal.Decimal))
	}}
}

// minorBoundByCurrency returns the SQL of the bound in minor units of each row's currency.
func minorBoundByCurrency(w *where, currency, op string, value decimal.Decimal) string {
	var cases strings.Builder
	const usualDigits = 2
	for digits := range int32(money.MaxDigits + 1) {
		if codes := money.CodesWithDigits(int(digits)); digits != usualDigits && len(codes) > 0 {
			fmt.Fprintf(&cases, "when %s = any(%s::text[]) then %s::bigint ",
				currency, w.param(codes), w.param(minorBound(op, value.Shift(digits))))
		}
	}
	return fmt.Sprintf("(case %selse %s::bigint end)", cases.String(), w.param(minorBound(op, value.Shift(usualDigits))))
}

// minorBound returns the whole number of minor units with which op compares amounts. It rounds a
// value between two units to the unit that gives the same result. For = and != it returns a bound
// that no amount equals.
func minorBound(op string, minor decimal.Decimal) int64 {
	whole := minor.Floor()
	if op == ">=" || op == "<" {
		whole = minor.Ceil()
	}
	limit := decimal.NewFromInt(math.MaxInt64)
	switch {
	case (op == "=" || op == "!=") && !whole.Equal(minor), whole.LessThan(limit.Neg()):
		return math.MinInt64
	case whole.GreaterThan(limit):
		return math.MaxInt64
	}
	return whole.IntPart()
}
