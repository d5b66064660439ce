package exportfile

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"backoffice/internal/platform/sheet"
)

// row is a row of a CSV file.
type row struct {
	line  int
	cells []string
}

// isBlank reports whether all cells are blank.
func (w row) isBlank() bool { return strings.TrimSpace(strings.Join(w.cells, "")) == "" }

// table is the text of a CSV file, divided into rows.
type table struct {
	delimiter string
	rows      []row
}

// readTable reads the rows of a CSV file. Exports quote texts of any number of lines, so a
// quotation ends only at its quotation mark.
func readTable(ctx context.Context, text string) (t table, err error) {
	firstLine := 1
	// Excel declares the delimiter in a first line such as "sep=;".
	first, rest, ok := strings.Cut(text, "\n")
	if ok && strings.HasPrefix(strings.ToLower(first), "sep=") && len(first) == len("sep=;") {
		t.delimiter, text, firstLine = first[len("sep="):], rest, 2
	}
	if t.delimiter == "" {
		t.delimiter = detectDelimiter(text)
	}
	t.rows, err = splitRows(ctx, text, t.delimiter, firstLine)
	return t, err
}

// splitRows splits a text into rows.
func splitRows(ctx context.Context, text, delimiter string, firstLine int) (rows []row, err error) {
	comma, _ := utf8.DecodeRuneInString(delimiter)
	if strings.Contains("\"\r\n", delimiter) || comma == utf8.RuneError {
		return nil, fmt.Errorf("%w: its first line declares the delimiter %q", ErrFormat, delimiter)
	}
	reader := csv.NewReader(sheet.NewContextReader(ctx, strings.NewReader(text)))
	reader.Comma, reader.FieldsPerRecord = comma, -1
	cells := 0
	for {
		record, err := reader.Read()
		switch {
		case errors.Is(err, io.EOF):
			return rows, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			return nil, fmt.Errorf("%w: %s", ErrDamaged, describeQuotation(err, firstLine))
		case len(rows) > MaxRows+maxPreamble:
			return nil, fmt.Errorf("%w: it has more than %d rows", ErrLimit, MaxRows)
		case len(record) > maxColumns:
			return nil, fmt.Errorf("%w: it has more than %d columns", ErrLimit, maxColumns)
		}
		if cells += len(record); cells > maxCells {
			return nil, fmt.Errorf("%w: it has more than %d cells", ErrLimit, maxCells)
		}
		line, _ := reader.FieldPos(0)
		rows = append(rows, row{line: line + firstLine - 1, cells: record})
	}
}

// describeQuotation says where a quotation is not well formed.
func describeQuotation(err error, firstLine int) string {
	var bad *csv.ParseError
	if !errors.As(err, &bad) {
		return sheet.DescribeDamage(err)
	}
	return fmt.Sprintf("a quotation mark is unmatched in the row that begins in line %d", bad.StartLine+firstLine-1)
}

// maxPreamble is the number of rows in which to look for the header.
const maxPreamble = 30

// detectDelimiter returns the delimiter of the first lines with the most cells. It ignores what is
// in quotation marks.
func detectDelimiter(text string) string {
	counts := map[rune]int{}
	best, most, line, quoted := ',', 0, 0, false
	for _, r := range text {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '\n':
			if line++; line == maxPreamble {
				return string(best)
			}
			clear(counts)
		case r == ',' || r == ';' || r == '\t':
			if counts[r]++; counts[r] > most {
				best, most = r, counts[r]
			}
		}
	}
	return string(best)
}
