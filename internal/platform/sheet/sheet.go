// Package sheet reads tables from files: comma-separated values in any common character set and
// with any common delimiter, and spreadsheet workbooks. It also parses the amounts in their cells.
// An amount is read exactly or refused. Memory and time are bounded for any input, even a malicious
// one. Callers decide what the columns mean.
package sheet

import (
	"bytes"
	"context"
	"strings"
)

// Row is a row of a table.
type Row struct {
	// Line is the row's line in the file, from 1. For a row with several lines of text it is the
	// first of them.
	Line  int
	Cells []string
	// isNumber tells for each cell whether a workbook stores it as a number. Numbers are plain
	// decimals, whatever the language of the workbook.
	isNumber []bool
}

// Read reads a table of at most maxRows rows from CSV or from a workbook. Of a workbook it reads
// the first sheet that is not hidden.
func Read(ctx context.Context, content []byte, maxRows int) ([]Row, error) {
	switch {
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		return readWorkbook(ctx, content, maxRows)
	case bytes.HasPrefix(content, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return nil, refusal{ErrFormat, "the file is an old Excel workbook (.xls) or protected by a password; " +
			"save it as .xlsx without a password"}
	case bytes.HasPrefix(content, []byte("%PDF")):
		return nil, refusal{ErrFormat, "a PDF is not a table; save the table as .xlsx or CSV"}
	case len(bytes.TrimSpace(content)) == 0:
		return nil, refusal{ErrFormat, "the file is empty"}
	}
	text, err := Decode(content, "")
	if err != nil {
		return nil, err
	}
	rows, _, err := SplitCSV(ctx, text, "", maxRows)
	return rows, err
}

// Cell returns the cleaned text in a column, or "" if the row has no such column.
func (r Row) Cell(at int) string {
	if at < 0 || at >= len(r.Cells) {
		return ""
	}
	return CleanText(r.Cells[at])
}

// IsBlank reports whether all cells of the row are blank.
func (r Row) IsBlank() bool {
	for _, c := range r.Cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// Amount parses the amount in a column as ParseLenientAmount does. It ignores mark for a number of
// a workbook, which is always a plain decimal.
func (r Row) Amount(at int, currency string, mark byte) (int64, error) {
	if at >= 0 && at < len(r.isNumber) && r.isNumber[at] {
		mark = '.'
	}
	return ParseLenientAmount(r.Cell(at), currency, mark)
}

// IsText reports whether the cell in a column is text rather than a number of a workbook. The
// decimal mark of an amount in text depends on the language.
func (r Row) IsText(at int) bool {
	return r.Cell(at) != "" && (at >= len(r.isNumber) || !r.isNumber[at])
}
