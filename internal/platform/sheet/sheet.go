// Package sheet reads tables as people and programs write them: comma-separated values in
// any character set and delimiter, and the amounts in their cells. It promises that an
// amount is read exactly or not at all, and that memory and time stay in proportion to a
// limit, whoever wrote the file. What the columns mean is left to whoever asked for them.
package sheet

import (
	"errors"
	"strings"
)

// The reasons for which a file is refused; errors of this package wrap one of them.
var (
	ErrDamaged = errors.New("the file is incomplete or damaged")
	ErrLimit   = errors.New("the file exceeds a limit")
	ErrCharset = errors.New("unknown character set")
)

// Row is one row of a table.
type Row struct {
	// Line is the row's place in the file, from 1: its first line of text.
	Line  int
	Cells []string
}

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
