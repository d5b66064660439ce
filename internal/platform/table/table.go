// Package table owns the way between one record type, a generated proto message, and
// one Postgres table: bound columns that read and scan the record's own fields, and
// the few statements made of them. It promises that every statement names its
// organization, that a stored record reads back as it was answered, and that a
// filter or order reaches no column that was not opened to it. It has no joins and
// no lazy loading; hard queries are SQL beside their Go file.
package table

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// Table binds the record R to a table. R is a pointer to a proto message, such as *pb.Vendor. The
// message carries the resource option, and its standard fields (id, etag, create_time, update_time,
// archive_time) are bound without being named.
type Table[R proto.Message] struct {
	name    string
	prefix  string
	head    head
	columns []Column[R]
	owner   owner
	fields  map[string]Column[R]
	// rank is the table's place in the order of locks.
	rank int
	// partitioned is the column by which the table is partitioned, "" if it is not.
	partitioned string

	insertSQL, insertManySQL, updateSQL string
	selectSQL, deleteSQL                string
}

// New binds a table by its columns. It panics on a mistake in the binding, which is
// made when the program starts.
func New[R proto.Message](name string, columns ...Column[R]) *Table[R] {
	descriptor := Descriptor[R]()
	t := &Table[R]{
		name:   name,
		prefix: ResourceOption(descriptor).GetPrefix(),
		head:   newHead(descriptor),
		fields: map[string]Column[R]{},
	}
	for _, c := range columns {
		if _, taken := t.fields[c.field]; !taken {
			t.fields[c.field] = c
			t.fields[fault.JSONName(c.field)] = c
		}
	}
	t.columns = columns
	t.compose()
	return t
}

// Descriptor describes the message that R points to.
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

// compose writes the table's statements out.
func (t *Table[R]) compose() {
	all := append(t.head.columns(), t.bound()...)
	names := columnNames("t.", all)
	t.selectSQL = fmt.Sprintf("select %s\nfrom %s t\nwhere t.org_id = $1\n", names, t.name)
	t.insertSQL = fmt.Sprintf("insert into %s as t (org_id, %s)\nvalues (%s)\nreturning %s",
		t.name, columnNames("", all), placeholders(1, len(all)+1), names)
	t.insertManySQL = fmt.Sprintf("insert into %s as t (org_id, %s)\n%s", t.name, columnNames("", all), selectUnnested(all))
	t.deleteSQL = fmt.Sprintf("delete from %s\nwhere org_id = $1\nand id = $2", t.name)
	t.updateSQL = t.composeUpdate(names)
}

func (t *Table[R]) composeUpdate(returning string) string {
	set := []string{}
	if t.head.etag != nil {
		set = append(set, "version = t.version + 1")
	}
	n := 3
	for _, c := range append(t.head.changing(), t.bound()...) {
		set = append(set, fmt.Sprintf("%s = $%d", c.name, n))
		n++
	}
	return fmt.Sprintf("update %s as t\nset %s\nwhere t.org_id = $1\nand t.id = $2\nreturning %s",
		t.name, strings.Join(set, ",\n  "), returning)
}

// bound are the SQL columns of the fields, in the binding's order.
func (t *Table[R]) bound() []sqlColumn {
	var out []sqlColumn
	for _, c := range t.columns {
		out = append(out, c.sql...)
	}
	return out
}

// selectUnnested selects $1 with rows that come as an array for each column. The
// elements of an array that are arrays themselves travel as text: unnest would
// flatten them. more are expressions selected after them.
func selectUnnested(columns []sqlColumn, more ...string) string {
	list, named := "u.*", false
	arrays := make([]string, len(columns))
	selected := make([]string, len(columns))
	for i, c := range columns {
		selected[i] = "u." + c.name
		if strings.HasSuffix(c.typ, "[]") {
			selected[i] += "::" + c.typ
			c.typ = "text"
			named = true
		}
		arrays[i] = fmt.Sprintf("$%d::%s[]", 2+i, c.typ)
	}
	as := "u"
	for _, expression := range more {
		selected = append(selected, expression)
		list += ", " + expression
	}
	if named {
		list, as = strings.Join(selected, ", "), "u ("+columnNames("", columns)+")"
	}
	return fmt.Sprintf("select $1, %s\nfrom unnest(%s) as %s", list, strings.Join(arrays, ", "), as)
}

// Binding is a table whatever its record, for what is asked of all of them.
type Binding interface {
	Owned
	// Message describes the record.
	Message() protoreflect.MessageDescriptor
	// Filterable and Sortable are the fields that a list may be filtered and ordered by.
	Filterable() []string
	Sortable() []string
	// Statements are the table's SQL by what they do.
	Statements() map[string]string
	// Indexes are the indexes that the sortable columns name, by column.
	Indexes() map[string]string
}

// PrimaryKey is the name of the constraint that keeps identifiers unique.
func (t *Table[R]) PrimaryKey() string {
	_, name, _ := strings.Cut(t.name, ".")
	return name + "_pkey"
}

// Message describes the record.
func (t *Table[R]) Message() protoreflect.MessageDescriptor { return Descriptor[R]() }

// Name is the table's name with its schema.
func (t *Table[R]) Name() string { return t.name }

// RawFields are the names of the fields whose text is kept as it comes.
func (t *Table[R]) RawFields() (names []string) {
	for _, c := range t.columns {
		if c.raw {
			names = append(names, c.field)
		}
	}
	return names
}

// Statements are the table's SQL by what they do, for the tests that prepare them
// and the golden file that keeps them readable.
func (t *Table[R]) Statements() map[string]string {
	out := map[string]string{"select": t.selectSQL + "and t.id = $2", "insert": t.insertSQL, "delete": t.deleteSQL}
	if t.batchable() {
		out["insert many"] = t.insertManySQL
	}
	if t.head.etag != nil {
		out["update"] = t.updateSQL
	}
	for _, c := range t.columns {
		if c.child != nil {
			for what, sql := range c.child.statements() {
				out[c.field+" "+what] = sql
			}
		}
	}
	return out
}

// batchable tells whether rows may be inserted many at a time: an array of arrays
// cannot be unnested.
func (t *Table[R]) batchable() bool {
	for _, c := range t.bound() {
		if strings.HasSuffix(c.typ, "[]") {
			return false
		}
	}
	return true
}
