// Package paper converts a table to a file: CSV, XLSX or PDF. It guarantees that amounts keep their
// exact digits, that a spreadsheet runs no text as a formula, and that equal tables produce equal
// files, except for timestamps that a format adds. The caller decides what is in the table and what
// it means.
package paper

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"

	"google.golang.org/genproto/googleapis/api/httpbody"
)

// Table is a report to export.
type Table struct {
	// Organization is the name of the organization, Title the name of the report, and Subtitle its
	// period or date.
	Organization, Title, Subtitle string
	// Footer says when the report was created.
	Footer  string
	Columns []Column
	Rows    []Row
}

// Column is a column of a table.
type Column struct {
	Label string
	// Amount is true if the cells are decimal numbers, such as -12.50, or empty.
	Amount bool
}

// Row is a row of a table, with one cell per column.
type Row struct {
	Cells []string
	// Level is the depth below headings, starting at 0. It indents the row.
	Level int
	// Total is true for a heading or a sum, which is bold.
	Total bool
}

// mediaTypes are the media types of the formats that File supports.
var mediaTypes = map[string]string{
	"CSV":  "text/csv; charset=utf-8",
	"XLSX": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"PDF":  "application/pdf",
}

// File returns the table in a format, CSV, XLSX or PDF, as an API response.
func (t Table) File(format string) (*httpbody.HttpBody, error) {
	write := map[string]func() ([]byte, error){"CSV": t.CSV, "XLSX": t.XLSX, "PDF": t.PDF}[format]
	if write == nil {
		return nil, fmt.Errorf("paper: unknown format %q", format)
	}
	raw, err := write()
	return &httpbody.HttpBody{ContentType: mediaTypes[format], Data: raw}, err
}

// byteOrderMark begins a CSV file. Without it, Excel reads the file in the code page of the
// computer and not as UTF-8.
const byteOrderMark = "\ufeff"

// CSV returns the table as comma-separated values in UTF-8. As in a workbook, the organization, the
// title, the subtitle and an empty row precede the column labels. All rows have the same number of
// fields (RFC 4180, section 2.4).
func (t Table) CSV() ([]byte, error) {
	out := bytes.NewBufferString(byteOrderMark)
	w := csv.NewWriter(out)
	for _, text := range []string{t.Organization, t.Title, t.Subtitle, ""} {
		cells := make([]string, len(t.Columns))
		cells[0] = escapeFormula(text)
		if err := w.Write(cells); err != nil {
			return nil, err
		}
	}
	labels := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		labels[i] = escapeFormula(c.Label)
	}
	if err := w.Write(labels); err != nil {
		return nil, err
	}
	for _, r := range t.Rows {
		cells := make([]string, len(r.Cells))
		for i, cell := range r.Cells {
			cells[i] = cell
			if !t.Columns[i].Amount {
				cells[i] = escapeFormula(cell)
			}
		}
		if err := w.Write(cells); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

// escapeFormula prevents a spreadsheet from running text as a formula (OWASP, CSV injection).
func escapeFormula(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
