// Package paper prints tables and writes them to files: CSV, XLSX and PDF. It guarantees that
// amounts keep their exact digits, that a spreadsheet runs no text as a formula, that words, dates
// and codes are not broken, that a PDF is tagged for screen readers, and that equal tables produce
// equal files. What no font can draw is refused. The caller decides what is in the table and what
// it means, and says for which region it is printed.
package paper

import (
	"fmt"
	"image"
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/api/httpbody"
)

// Table is a document that consists of a table, such as a report.
type Table struct {
	Issuer Issuer
	// Title is the name of the document, Period its period or date.
	Title, Period string
	// Notes say on which basis the amounts were computed and what they leave out. Each is a paragraph.
	Notes []string
	// Footer says when the document was created.
	Footer string
	// Locale is the region for which the document is printed.
	Locale  Locale
	Columns []Column
	Rows    []Row
	// Empty is printed below the column labels if there are no rows, such as "No entries in this
	// period."
	Empty string
}

// Issuer is the organization that issues a document.
type Issuer struct {
	Name string
	// Address are the lines of the postal address, printed beside the name.
	Address []string
	// Logo is printed above the address. nil if there is none.
	Logo image.Image
}

// ColumnKind is the kind of values in a column.
type ColumnKind int

// The kinds of columns.
const (
	// Text is any text.
	Text ColumnKind = iota
	// Date is a date such as 2026-11-21, or empty.
	Date
	// Amount is a decimal number such as -12.50, or empty.
	Amount
)

// Column is a column of a table.
type Column struct {
	Label string
	Kind  ColumnKind
	// Group is true for a column that names the group of a row, such as its account. Group columns
	// come first. CSV repeats them in each row. XLSX and PDF print them once, as a heading above the
	// group.
	Group bool
}

// RowKind is the kind of a row.
type RowKind int

// The kinds of rows.
const (
	// Entry is an ordinary row.
	Entry RowKind = iota
	// Heading names the rows below it, down to the next subtotal or total of its level.
	Heading
	// Subtotal adds up rows above it.
	Subtotal
	// Total is a result of the whole document.
	Total
)

// Row is a row of a table, with one cell per column.
type Row struct {
	Cells []string
	Kind  RowKind
	// Level is the depth below headings, starting at 0. It indents the row.
	Level int
	// Adds are the indexes of the rows that the row adds up. A workbook computes their sum in each
	// column in which it is the amount of this row.
	Adds []int
	// Group is the number of the row's group, if the table has group columns.
	Group int
}

// mediaTypes are the media types of the formats that File supports.
var mediaTypes = map[string]string{
	"CSV":  "text/csv; charset=utf-8",
	"XLSX": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"PDF":  "application/pdf",
}

// File returns the table in a format, CSV, XLSX or PDF, as an API response. PDF fails with
// SCRIPT_NOT_PRINTABLE if no font can draw a text.
func (t Table) File(format string) (*httpbody.HttpBody, error) {
	write := map[string]func() ([]byte, error){"CSV": t.CSV, "XLSX": t.XLSX, "PDF": t.PDF}[format]
	if write == nil {
		return nil, fmt.Errorf("paper: unknown format %q", format)
	}
	raw, err := write()
	return &httpbody.HttpBody{ContentType: mediaTypes[format], Data: raw}, err
}

// AddEntry adds an ordinary row.
func (t *Table) AddEntry(level int, cells ...string) {
	t.Rows = append(t.Rows, Row{Cells: cells, Level: level})
}

// AddHeading adds a heading.
func (t *Table) AddHeading(level int, label string) {
	cells := make([]string, len(t.Columns))
	cells[0] = label
	t.Rows = append(t.Rows, Row{Cells: cells, Kind: Heading, Level: level})
}

// AddTotal adds a total at level 0 that adds up the rows from an index on.
func (t *Table) AddTotal(from int, cells ...string) {
	row := Row{Cells: cells, Kind: Total}
	for i := from; i < len(t.Rows); i++ {
		row.Adds = append(row.Adds, i)
	}
	t.Rows = append(t.Rows, row)
}

// grouped returns the table without its group columns: each group begins with a heading.
func (t Table) grouped() Table {
	n := 0
	for n < len(t.Columns) && t.Columns[n].Group {
		n++
	}
	if n == 0 {
		return t
	}
	out := t
	out.Columns, out.Rows = t.Columns[n:], nil
	places := make([]int, len(t.Rows))
	for i, r := range t.Rows {
		if name := t.groupName(r, n); name != "" && (i == 0 || t.Rows[i-1].Group != r.Group) {
			out.AddHeading(0, name)
			out.Rows[len(out.Rows)-1].Group = r.Group
		}
		places[i] = len(out.Rows)
		adds := slices.Clone(r.Adds)
		for k, index := range adds {
			adds[k] = places[index]
		}
		out.Rows = append(out.Rows, Row{slices.Clone(r.Cells[n:]), r.Kind, r.Level, adds, r.Group})
	}
	return out
}

// groupName returns the heading of a row's group: the cells of the first n columns.
func (t Table) groupName(r Row, n int) string {
	var parts []string
	for i, cell := range r.Cells[:n] {
		if t.Columns[i].Kind == Date {
			cell = t.Locale.shortDate(cell)
		}
		if cell != "" {
			parts = append(parts, cell)
		}
	}
	return strings.Join(parts, " · ")
}
