// Package table binds a record type, which is a generated proto message, to one PostgreSQL table. A
// binding says which column stores which field, and the few statements of the table follow from it.
// Every statement names its organization, a stored record reads back exactly as the write returned
// it, and filters and orders reach only the columns that are opened to them. There are no joins and
// no lazy loading: hard queries are SQL in the capability that needs them.
package table

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/searchindex"
)

// Table binds the record R to a table. R is a pointer to a proto message, such as *pb.Vendor, which
// carries the resource option. The standard fields of the message (id, etag, create_time,
// update_time, archive_time, metadata, external_id, custom_fields) are bound without being listed.
type Table[R proto.Message] struct {
	name     string
	prefix   string
	standard standardFields
	columns  []Column[R]
	owner    owner
	sharing  sharing
	fields   map[string]Column[R]
	// rank is the table's place in the lock order.
	rank int
	// appendOnly is true if rows are never changed or deleted.
	appendOnly bool
	// revealPermission is the permission to reveal sealed fields.
	revealPermission string
	// sharers is true if a field lists the persons with whom the record is shared.
	sharers bool
	// partitioned is the column by which the table is partitioned, "" if it is not.
	partitioned string

	insertSQL, insertManySQL, updateSQL string
	selectSQL, deleteSQL                string
}

// New returns the table with a name and columns. It panics if the columns are wrong. Tables are
// package variables, so a program with a wrong table fails at startup.
func New[R proto.Message](name string, columns ...Column[R]) *Table[R] {
	descriptor := Descriptor[R]()
	t := &Table[R]{
		name:     name,
		prefix:   ResourceOption(descriptor).GetPrefix(),
		standard: newStandardFields(descriptor),
		fields:   map[string]Column[R]{},
	}
	t.revealPermission = PermissionPrefix(descriptor) + "reveal"
	for i, c := range columns {
		if c.sealed {
			c = c.ofKind(t.prefix)
			columns[i] = c
		}
		if s, shared := c.child.(*sharers[R]); shared {
			c = s.ofKind(c, t.prefix)
			columns[i] = c
			t.sharers = true
		}
		if _, taken := t.fields[c.field]; !taken {
			t.fields[c.field] = c
			t.fields[fault.JSONName(c.field)] = c
		}
	}
	t.columns = columns
	t.compose()
	return t
}

// Descriptor returns the descriptor of the message that R points to.
func Descriptor[R proto.Message]() protoreflect.MessageDescriptor {
	return db.NewRecord[R]().ProtoReflect().Descriptor()
}

// ResourceOption returns a message's resource option, or nil.
func ResourceOption(d protoreflect.MessageDescriptor) *optionsv1.Resource {
	options, ok := d.Options().(*descriptorpb.MessageOptions)
	if !ok || !proto.HasExtension(options, optionsv1.E_Resource) {
		return nil
	}
	return proto.GetExtension(options, optionsv1.E_Resource).(*optionsv1.Resource)
}

// PermissionPrefix returns the prefix of the permissions of a resource, such as `finance.vendors.`.
func PermissionPrefix(d protoreflect.MessageDescriptor) string {
	domain := strings.Split(string(d.ParentFile().Package()), ".")[1]
	return domain + "." + ResourceOption(d).GetCollection() + "."
}

// compose builds the table's statements.
func (t *Table[R]) compose() {
	all := append(t.standard.columns(), t.boundColumns()...)
	names := columnNames("t.", all)
	t.selectSQL = fmt.Sprintf("select %s\nfrom %s t\nwhere t.org_id = $1\n", names, t.name)
	t.insertSQL = fmt.Sprintf("insert into %s as t (org_id, %s)\nvalues (%s)\nreturning %s",
		t.name, columnNames("", all), placeholders(1, len(all)+1), names)
	t.insertManySQL = fmt.Sprintf("insert into %s as t (org_id, %s)\n%s",
		t.name, columnNames("", all), selectUnnested(all))
	t.deleteSQL = fmt.Sprintf("delete from %s\nwhere org_id = $1\nand id = $2", t.name)
	t.updateSQL = t.composeUpdate(names)
}

// composeUpdate builds the update statement, which returns the columns.
func (t *Table[R]) composeUpdate(returning string) string {
	set := []string{}
	if t.standard.etag != nil {
		set = append(set, "version = t.version + 1")
	}
	n := 3
	for _, c := range append(t.standard.mutableColumns(), t.boundColumns()...) {
		set = append(set, fmt.Sprintf("%s = $%d", c.name, n))
		n++
	}
	return fmt.Sprintf("update %s as t\nset %s\nwhere t.org_id = $1\nand t.id = $2\nreturning %s",
		t.name, strings.Join(set, ",\n  "), returning)
}

// boundColumns returns the SQL columns of the fields, in the binding's order.
func (t *Table[R]) boundColumns() []sqlColumn {
	var out []sqlColumn
	for _, c := range t.columns {
		out = append(out, c.sql...)
	}
	return out
}

// selectUnnested returns a query of rows that are sent as one array per column, each row with $1
// before it and the expressions in more after it. Array elements that are arrays themselves are
// sent as text, because unnest would flatten them.
func selectUnnested(columns []sqlColumn, more ...string) string {
	list, hasArrays := "u.*", false
	arrays := make([]string, len(columns))
	selected := make([]string, len(columns))
	for i, c := range columns {
		selected[i] = "u." + c.name
		if strings.HasSuffix(c.typ, "[]") {
			selected[i] += "::" + c.typ
			c.typ = "text"
			hasArrays = true
		}
		arrays[i] = fmt.Sprintf("$%d::%s[]", 2+i, c.typ)
	}
	as := "u"
	for _, expression := range more {
		selected = append(selected, expression)
		list += ", " + expression
	}
	if hasArrays {
		list, as = strings.Join(selected, ", "), "u ("+columnNames("", columns)+")"
	}
	return fmt.Sprintf("select $1, %s\nfrom unnest(%s) as %s", list, strings.Join(arrays, ", "), as)
}

// Binding is a table of any record type, for code that treats all tables alike.
type Binding interface {
	Owned
	// Message returns the descriptor of the record.
	Message() protoreflect.MessageDescriptor
	// Filterable and Sortable return the fields by which a list may be filtered and ordered.
	Filterable() []string
	Sortable() []string
	// LockRank returns the rank of the table in the lock order.
	LockRank() int
	// LockExistence keeps records from being deleted, and returns the keys of those that exist.
	LockExistence(ctx context.Context, tx *db.Tx, keys []uuid.UUID) ([]uuid.UUID, error)
	// KeysAfter returns up to limit keys of records after a key, sorted.
	KeysAfter(ctx context.Context, tx *db.Tx, after uuid.UUID, limit int) ([]uuid.UUID, error)
	searchindex.Sharing
	// Statements returns the table's SQL statements by purpose, such as `insert`.
	Statements() map[string]string
	// Indexes returns the indexes of the sortable columns, by column.
	Indexes() map[string]string
}

// PrimaryKey returns the name of the constraint that keeps identifiers unique.
func (t *Table[R]) PrimaryKey() string { return t.unqualifiedName() + "_pkey" }

// unqualifiedName returns the table's name without its schema.
func (t *Table[R]) unqualifiedName() string {
	_, name, _ := strings.Cut(t.name, ".")
	return name
}

// Message returns the descriptor of the record.
func (t *Table[R]) Message() protoreflect.MessageDescriptor { return Descriptor[R]() }

// Name returns the table's name with its schema.
func (t *Table[R]) Name() string { return t.name }

// Stores reports whether a column stores a field.
func (t *Table[R]) Stores(field string) bool {
	_, bound := t.fields[field]
	return bound || field == "external_id" && t.standard.annotations.externalID != nil
}

// RawFields returns the names of the fields whose text is stored exactly as received.
func (t *Table[R]) RawFields() (names []string) {
	for _, c := range t.columns {
		if c.raw {
			names = append(names, c.field)
		}
	}
	return names
}

// UnrecordedFields returns the names of the fields whose values no event records.
func (t *Table[R]) UnrecordedFields() (names []string) {
	for _, c := range t.columns {
		if c.unrecorded {
			names = append(names, c.field)
		}
	}
	return names
}

// Statements returns the table's SQL statements by purpose. Tests prepare them and compare them
// with a golden file.
func (t *Table[R]) Statements() map[string]string {
	out := map[string]string{"select": t.selectSQL + "and t.id = $2", "insert": t.insertSQL, "delete": t.deleteSQL}
	if t.canInsertMany() {
		out["insert many"] = t.insertManySQL
	}
	if t.standard.etag != nil {
		out["update"] = t.updateSQL
	}
	for _, c := range t.columns {
		if c.child != nil {
			for purpose, sql := range c.child.statements() {
				out[c.field+" "+purpose] = sql
			}
		}
	}
	return out
}

// canInsertMany reports whether many rows can be inserted with one statement. An array of arrays
// cannot be unnested.
func (t *Table[R]) canInsertMany() bool {
	for _, c := range t.boundColumns() {
		if strings.HasSuffix(c.typ, "[]") {
			return false
		}
	}
	return true
}
