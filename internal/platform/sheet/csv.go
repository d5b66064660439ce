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

// SplitCSV splits text into at most maxRows rows and their cells. If the delimiter is "", it
// detects the delimiter. It also returns the delimiter.
func SplitCSV(ctx context.Context, text, delimiter string, maxRows int) (rows []Row, used string, err error) {
	text = strings.TrimPrefix(text, "\ufeff")
	// Excel declares the delimiter in a first line such as "sep=;".
	first, rest, ok := strings.Cut(text, "\n")
	if ok && strings.HasPrefix(strings.ToLower(first), "sep=") && len(first) == len("sep=;") {
		delimiter, text = first[len("sep="):], rest
	}
	if delimiter == "" {
		delimiter = DetectDelimiter(strings.SplitN(text, "\n", 50))
	}
	if strings.Count(text, delimiter) > maxCells {
		return nil, "", fmt.Errorf("%w: more than %d cells", ErrLimit, maxCells)
	}
	comma, _ := utf8.DecodeRuneInString(delimiter)
	reader := csv.NewReader(NewContextReader(ctx, strings.NewReader(text)))
	reader.Comma, reader.FieldsPerRecord, reader.LazyQuotes, reader.TrimLeadingSpace = comma, -1, true, comma != '\t'
	for {
		cells, err := reader.Read()
		switch {
		case errors.Is(err, io.EOF):
			return rows, delimiter, checkQuotes(text, rows)
		case err != nil:
			return nil, "", fmt.Errorf("%w: %s", ErrCorrupt, DescribeDamage(err))
		case len(rows) == maxRows:
			return nil, "", fmt.Errorf("%w: more than %d rows", ErrLimit, maxRows)
		}
		line, _ := reader.FieldPos(0)
		rows = append(rows, Row{Line: line, Cells: cells})
	}
}

// maxCells bounds the memory of a table: 200,000 rows of 40 cells.
const maxCells = 8_000_000

// maxCellLines is the largest number of lines in a cell. An unmatched quotation mark makes one cell
// of all lines that follow it.
const maxCellLines = 50

// checkQuotes refuses rows with an unclosed quotation, which would hide the rows after it.
func checkQuotes(text string, rows []Row) error {
	for i, row := range rows {
		for j, cell := range row.Cells {
			lines := strings.Count(cell, "\n")
			isLast := i == len(rows)-1 && j == len(row.Cells)-1
			atEnd := isLast && !strings.HasSuffix(strings.TrimRight(text, " \t\n\x00\x1a"), `"`)
			if lines > maxCellLines || lines > 0 && atEnd {
				return fmt.Errorf("%w: the quotation that begins in line %d is not closed", ErrCorrupt, row.Line)
			}
		}
	}
	return nil
}

// delimiters are the delimiters to detect. The first one wins a tie.
var delimiters = []string{",", ";", "\t", "|"}

// DetectDelimiter returns the delimiter that occurs the same number of times in the most lines.
func DetectDelimiter(lines []string) string {
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
