package sheet

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// readSheet reads the rows of a sheet that have something in them.
func (w *workbook) readSheet(name string, maxRows int) (rows []Row, err error) {
	r := sheetReader{texts: w.texts}
	err = w.each(name, func(e xml.StartElement, text string, end bool) error {
		switch local := e.Name.Local; {
		case local == "row" && !end:
			r.begin(e)
		case local == "row" && !r.row.Blank():
			if len(rows) == maxRows {
				return fmt.Errorf("%w: more than %d rows", ErrLimit, maxRows)
			}
			rows = append(rows, r.row)
		case local == "c" && !end:
			return r.cell(e)
		case local == "c" && r.formula:
			return refusal{ErrDamaged, fmt.Sprintf("row %d has a formula without its result; open the workbook in a spreadsheet program and save it", r.row.Line)}
		case local == "f":
			r.formula = true
		case (local == "v" || local == "t") && end && !r.spoken:
			return r.take(text)
		case local == "rPh":
			r.spoken = !end
		}
		return nil
	})
	return rows, err
}

// sheetReader is where a sheet is being read.
type sheetReader struct {
	texts []string
	row   Row
	// at is the cell's column from 0, kind the type of its value.
	at   int
	kind string
	// formula says that the cell's value is computed and has not come yet, spoken that
	// a text says how another is pronounced.
	formula, spoken bool
}

func (r *sheetReader) begin(e xml.StartElement) {
	line, err := strconv.Atoi(attribute(e, "r"))
	if err != nil || line < 1 {
		line = r.row.Line + 1
	}
	r.row, r.at = Row{Line: line}, -1
}

// cell begins a cell, which says where it stands or follows the one before.
func (r *sheetReader) cell(e xml.StartElement) error {
	r.at++
	r.kind, r.formula = attribute(e, "t"), false
	if letters := strings.TrimRight(attribute(e, "r"), "0123456789"); letters != "" {
		r.at = columnOf(letters)
	}
	if r.at < len(r.row.Cells) && r.row.Cells[r.at] != "" {
		return fmt.Errorf("%w: row %d has a cell twice", ErrDamaged, r.row.Line)
	}
	return nil
}

// columnOf is the place of a column by its letters: A is 0, AA is 26.
func columnOf(letters string) int {
	n := 0
	for _, l := range strings.ToUpper(letters) {
		if l < 'A' || l > 'Z' || n > maxColumns {
			return maxColumns
		}
		n = n*26 + int(l-'A') + 1
	}
	return n - 1
}

// take puts a value into the row. Texts of a cell that come in pieces are joined.
func (r *sheetReader) take(value string) error {
	text, number, err := r.read(value)
	r.formula = false
	switch {
	case err != nil:
		return err
	case text == "":
		return nil
	case r.at >= maxColumns:
		return fmt.Errorf("%w: row %d has more than %d columns", ErrLimit, r.row.Line, maxColumns)
	}
	for len(r.row.Cells) <= r.at {
		r.row.Cells, r.row.numbers = append(r.row.Cells, ""), append(r.row.numbers, false)
	}
	r.row.Cells[r.at] += text
	r.row.numbers[r.at] = number
	if len(r.row.Cells[r.at]) > maxCellBytes {
		return fmt.Errorf("%w: a cell in row %d has more than %d bytes of text", ErrLimit, r.row.Line, maxCellBytes)
	}
	return nil
}

// read is a value as text: shared, in place, or a number.
func (r *sheetReader) read(value string) (text string, number bool, err error) {
	switch r.kind {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil || n < 0 || n >= len(r.texts) {
			return "", false, fmt.Errorf("%w: row %d names a text that is not there", ErrDamaged, r.row.Line)
		}
		return r.texts[n], false, nil
	case "", "n":
		text, number = plainNumber(strings.TrimSpace(value))
		return text, number, nil
	}
	return value, false, nil
}

// A spreadsheet shows so many significant digits of a number; those behind them, and what
// is left of a sum that should be nothing, are noise of its binary fractions.
const significant, fractional = 15, 10

// plainNumber writes a spreadsheet's number, such as 1.25E3, without an exponent.
func plainNumber(value string) (string, bool) {
	const longest = 40
	d, err := decimal.NewFromString(value)
	if err != nil || len(value) > longest || d.Exponent() > longest || d.Exponent() < -longest {
		return value, false
	}
	if digits := int32(d.NumDigits()); digits > significant {
		d = d.Round(significant - digits - d.Exponent())
	}
	return d.Round(fractional).String(), true
}
