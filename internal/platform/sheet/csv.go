package sheet

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// SplitCSV cuts a text into the cells of its rows, of which there are at most so many. The
// delimiter is found in the text if it is "".
func SplitCSV(ctx context.Context, text, delimiter string, maxRows int) ([]Row, error) {
	text = strings.TrimPrefix(text, "\ufeff")
	// Excel's own way of naming the delimiter.
	if first, rest, ok := strings.Cut(text, "\n"); ok && strings.HasPrefix(strings.ToLower(first), "sep=") && len(first) == len("sep=;") {
		delimiter, text = first[len("sep="):], rest
	}
	if delimiter == "" {
		delimiter = Delimiter(strings.SplitN(text, "\n", 50))
	}
	if strings.Count(text, delimiter) > maxCells {
		return nil, fmt.Errorf("%w: more than %d cells", ErrLimit, maxCells)
	}
	comma, _ := utf8.DecodeRuneInString(delimiter)
	reader := csv.NewReader(NewReader(ctx, strings.NewReader(text)))
	reader.Comma, reader.FieldsPerRecord, reader.LazyQuotes, reader.TrimLeadingSpace = comma, -1, true, comma != '\t'
	var rows []Row
	for {
		cells, err := reader.Read()
		switch {
		case errors.Is(err, io.EOF):
			return rows, unended(text, rows)
		case err != nil:
			return nil, fmt.Errorf("%w: %s", ErrDamaged, Damage(err))
		case len(rows) == maxRows:
			return nil, fmt.Errorf("%w: more than %d rows", ErrLimit, maxRows)
		}
		line, _ := reader.FieldPos(0)
		rows = append(rows, Row{Line: line, Cells: cells})
	}
}

// maxCells bounds the memory that a table takes: 200,000 rows of 40 cells.
const maxCells = 8_000_000

// maxCellLines is how many lines a cell may have; a quotation mark too many makes one of all that follows.
const maxCellLines = 50

// unended refuses rows of which one goes on in a quotation that does not end, and so hides others.
func unended(text string, rows []Row) error {
	for i, row := range rows {
		for j, cell := range row.Cells {
			lines := strings.Count(cell, "\n")
			atEnd := i == len(rows)-1 && j == len(row.Cells)-1 && !strings.HasSuffix(strings.TrimRight(text, " \t\n\x00\x1a"), `"`)
			if lines > maxCellLines || lines > 0 && atEnd {
				return fmt.Errorf("%w: a quotation in line %d does not end", ErrDamaged, row.Line)
			}
		}
	}
	return nil
}

// delimiters are tried in this order where nobody names one.
var delimiters = []string{",", ";", "\t", "|"}

// Delimiter is the one that stands as often in most of the first lines.
func Delimiter(lines []string) string {
	best, most := delimiters[0], 0
	for _, delimiter := range delimiters {
		counts := map[int]int{}
		for _, line := range lines {
			if n := strings.Count(line, delimiter); n > 0 {
				counts[n]++
			}
		}
		alike := 0
		for n, times := range counts {
			alike = max(alike, times*min(n, 4))
		}
		if alike > most {
			best, most = delimiter, alike
		}
	}
	return best
}
