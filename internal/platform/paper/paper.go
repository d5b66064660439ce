// Package paper turns a finished table into a file that people open: CSV, XLSX or PDF. It
// promises that every amount in it is the text it was given, that no cell of text is
// taken for a formula, and that equal tables make equal files but for what a format
// stamps by itself. What is in the table, and what it means, is left to whoever made it.
package paper

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"

	"google.golang.org/genproto/googleapis/api/httpbody"
)

// Table is a report to be put on paper.
type Table struct {
	// Organization is whose report it is, Title its name, Subtitle its period or date.
	Organization, Title, Subtitle string
	// Footer says when it was made.
	Footer  string
	Columns []Column
	Rows    []Row
}

// Column is one column.
type Column struct {
	Label string
	// Amount says that its cells are decimal numbers, such as -12.50, or empty.
	Amount bool
}

// Row is one row, with as many cells as there are columns.
type Row struct {
	Cells []string
	// Level is how deep it stands under headings, from 0.
	Level int
	// Total is true for a heading or a sum, which is set in bold.
	Total bool
}

// mediaTypes are the formats that File makes, by their names.
var mediaTypes = map[string]string{
	"CSV":  "text/csv; charset=utf-8",
	"XLSX": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"PDF":  "application/pdf",
}

// File is the table in a format, CSV, XLSX or PDF, as an answer of the API.
func (t Table) File(format string) (*httpbody.HttpBody, error) {
	write := map[string]func() ([]byte, error){"CSV": t.CSV, "XLSX": t.XLSX, "PDF": t.PDF}[format]
	if write == nil {
		return nil, fmt.Errorf("paper: there is no format %q", format)
	}
	raw, err := write()
	return &httpbody.HttpBody{ContentType: mediaTypes[format], Data: raw}, err
}

// CSV is the table's columns and rows as comma-separated values (RFC 4180) in UTF-8.
func (t Table) CSV() ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	labels := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		labels[i] = c.Label
	}
	if err := w.Write(labels); err != nil {
		return nil, err
	}
	for _, r := range t.Rows {
		cells := make([]string, len(r.Cells))
		for i, cell := range r.Cells {
			cells[i] = cell
			if !t.Columns[i].Amount {
				cells[i] = harmless(cell)
			}
		}
		if err := w.Write(cells); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

// harmless keeps a spreadsheet from running a text as a formula (OWASP, CSV injection).
func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
