// Package sheet reads tables as people and programs write them: comma-separated values in
// any character set and delimiter, workbooks of spreadsheets, and the amounts in their
// cells. It promises that an amount is read exactly or not at all, and that memory and time
// stay in proportion to a limit, whoever wrote the file. What the columns mean is left to
// whoever asked for them.
package sheet

import (
	"bytes"
	"context"
	"errors"
	"strings"
)

// The reasons for which a file is refused; errors of this package wrap one of them.
var (
	ErrDamaged = errors.New("the file is incomplete or damaged")
	ErrLimit   = errors.New("the file exceeds a limit")
	ErrCharset = errors.New("unknown character set")
	ErrFormat  = errors.New("not a table")
)

// Row is one row of a table.
type Row struct {
	// Line is the row's place in the file, from 1: its first line of text.
	Line  int
	Cells []string
	// numbers tells which cells a workbook holds as numbers, which are plain decimals
	// whatever the language of the rest.
	numbers []bool
}

// Read reads a table of at most so many rows, a workbook's first sheet that is not hidden
// or comma-separated values.
func Read(ctx context.Context, content []byte, maxRows int) ([]Row, error) {
	switch {
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		return readWorkbook(ctx, content, maxRows)
	case bytes.HasPrefix(content, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return nil, refusal{ErrFormat, "an Excel workbook of the old kind, or one with a password; save it as .xlsx without one"}
	case bytes.HasPrefix(content, []byte("%PDF")):
		return nil, refusal{ErrFormat, "a PDF has no table in it; save it as .xlsx or CSV"}
	case len(bytes.TrimSpace(content)) == 0:
		return nil, refusal{ErrFormat, "the file is empty"}
	}
	text, err := Decode(content, "")
	if err != nil {
		return nil, err
	}
	return SplitCSV(ctx, text, "", maxRows)
}

// refusal is one of the package's errors, said in the words of the case.
type refusal struct {
	error
	words string
}

// Error is the words.
func (r refusal) Error() string { return r.words }

// Unwrap is the error.
func (r refusal) Unwrap() error { return r.error }

// Cell is the text in a column, "" where the row has no such column.
func (r Row) Cell(at int) string {
	if at < 0 || at >= len(r.Cells) {
		return ""
	}
	return Clean(r.Cells[at])
}

// Blank tells whether there is nothing in the row.
func (r Row) Blank() bool {
	for _, c := range r.Cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}
