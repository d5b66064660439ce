package table

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgtype"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// scalarColumn binds a field whose Go type pgx encodes by itself.
func scalarColumn[R, T any](name, typ string, field func(R) *T, filter *filterType) Column[R] {
	return Column[R]{
		field:  name,
		sql:    []sqlColumn{{name, typ}},
		filter: filter,
		args:   func(r R, _ Scope, into []any) ([]any, error) { return append(into, *field(r)), nil },
		dest:   func(r R, _ Scope, into []any) []any { return append(into, field(r)) },
	}
}

// Text binds a string to a text column. An absent value is the empty string.
func Text[R any](name string, field func(R) *string) Column[R] {
	return scalarColumn(name, "text", field, textFilter())
}

// Int32 binds a number to an integer column.
func Int32[R any](name string, field func(R) *int32) Column[R] {
	return scalarColumn(name, "integer", field, integerFilter(32))
}

// Int64 binds a number to a bigint column.
func Int64[R any](name string, field func(R) *int64) Column[R] {
	return scalarColumn(name, "bigint", field, integerFilter(64))
}

// Bool binds a bool to a boolean column.
func Bool[R any](name string, field func(R) *bool) Column[R] {
	return scalarColumn(name, "boolean", field, boolFilter())
}

// Optional binds a proto3 optional scalar to a column of the SQL type typ, which is null if the
// field is absent.
func Optional[R any, T string | int32 | int64 | bool](name, typ string, field func(R) **T) Column[R] {
	return scalarColumn(name, typ, field, nil)
}

// OptionalBool is Optional for a bool by which lists can be filtered.
func OptionalBool[R any](name string, field func(R) **bool) Column[R] {
	return scalarColumn(name, "boolean", field, boolFilter())
}

// Strings binds a list of strings to a text[] column.
func Strings[R any](name string, field func(R) *[]string) Column[R] {
	c := scalarColumn(name, "text[]", field, nil)
	// Written as text, because a statement for several rows takes a list of each column.
	c.args = func(r R, _ Scope, into []any) ([]any, error) { return append(into, arrayLiteral(*field(r))), nil }
	return c
}

// arrayLiteral returns a list of texts as PostgreSQL writes an array.
func arrayLiteral(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = `"` + arrayEscapes.Replace(s) + `"`
	}
	return "{" + strings.Join(quoted, ",") + "}"
}

var arrayEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// Hex binds a string of hexadecimal digits to a bytea column.
func Hex[R any](name string, field func(R) *string) Column[R] {
	return Column[R]{
		field: name,
		sql:   []sqlColumn{{name, "bytea"}},
		args: func(r R, _ Scope, into []any) ([]any, error) {
			raw, err := hex.DecodeString(*field(r))
			if err != nil {
				return nil, invalidValue(name, "must be hexadecimal digits, two for each byte")
			}
			return append(into, raw), nil
		},
		dest: func(r R, _ Scope, into []any) []any { return append(into, hexScan{field(r)}) },
	}
}

type hexScan struct{ to *string }

// ScanBytes implements pgtype.BytesScanner.
func (s hexScan) ScanBytes(v []byte) error {
	*s.to = hex.EncodeToString(v)
	return nil
}

// Enumeration is a generated proto enum.
type Enumeration interface {
	~int32
	protoreflect.Enum
}

// Enum binds an enum to a text column that stores the value's name. The zero value, which means
// unspecified, is stored as the empty string.
func Enum[R any, E Enumeration](name string, field func(R) *E) Column[R] {
	var zero E
	values := zero.Descriptor().Values()
	return Column[R]{
		field:  name,
		sql:    []sqlColumn{{name, "text"}},
		filter: enumFilter(zero.Descriptor()),
		args: func(r R, _ Scope, into []any) ([]any, error) {
			v := *field(r)
			if v == 0 {
				return append(into, ""), nil
			}
			value := values.ByNumber(protoreflect.EnumNumber(v))
			if value == nil {
				return nil, invalidValue(name, "has no value %d", int32(v))
			}
			return append(into, string(value.Name())), nil
		},
		dest: func(r R, _ Scope, into []any) []any { return append(into, enumScan[E]{field(r)}) },
	}
}

// Enums binds a list of values of an enum to a text[] column that stores their names.
func Enums[R any, E Enumeration](name string, field func(R) *[]E) Column[R] {
	var zero E
	values := zero.Descriptor().Values()
	return Column[R]{
		field: name,
		sql:   []sqlColumn{{name, "text[]"}},
		args: func(r R, _ Scope, into []any) ([]any, error) {
			names := make([]string, len(*field(r)))
			for i, v := range *field(r) {
				value := values.ByNumber(protoreflect.EnumNumber(v))
				if value == nil {
					return nil, invalidValue(fmt.Sprintf("%s[%d]", name, i), "has no value %d", int32(v))
				}
				names[i] = string(value.Name())
			}
			return append(into, names), nil
		},
		dest: func(r R, _ Scope, into []any) []any { return append(into, enumsScan[E]{field(r)}) },
	}
}

type enumsScan[E Enumeration] struct{ to *[]E }

// SetDimensions implements pgtype.ArraySetter.
func (s enumsScan[E]) SetDimensions(dimensions []pgtype.ArrayDimension) error {
	*s.to = nil
	if len(dimensions) > 0 {
		*s.to = make([]E, dimensions[0].Length)
	}
	return nil
}

// ScanIndex implements pgtype.ArraySetter.
func (s enumsScan[E]) ScanIndex(i int) any { return enumScan[E]{&(*s.to)[i]} }

// ScanIndexType implements pgtype.ArraySetter.
func (s enumsScan[E]) ScanIndexType() any { return enumScan[E]{new(E)} }

type enumScan[E Enumeration] struct{ to *E }

// ScanText implements pgtype.TextScanner.
func (s enumScan[E]) ScanText(v pgtype.Text) error {
	*s.to = 0
	if value := (*s.to).Descriptor().Values().ByName(protoreflect.Name(v.String)); value != nil {
		*s.to = E(value.Number())
	}
	return nil
}
