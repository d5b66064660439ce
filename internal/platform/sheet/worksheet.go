package sheet

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// readSheet reads the rows of a sheet that are not empty.
func (w *workbook) readSheet(name string, maxRows int) (rows []Row, err error) {
	r := sheetReader{sharedStrings: w.sharedStrings}
	err = w.walkPart(name, func(e xml.StartElement, text string, end bool) error {
		switch local := e.Name.Local; {
		case local == "row" && !end:
			r.beginRow(e)
		case local == "row" && !r.row.IsBlank():
			if len(rows) == maxRows {
				return fmt.Errorf("%w: more than %d rows", ErrLimit, maxRows)
			}
			rows = append(rows, r.row)
		case local == "c" && !end:
			return r.beginCell(e)
		case local == "c" && r.awaitsResult:
			const message = "row %d has a formula without its result; open the workbook in a spreadsheet program and save it"
			return refusal{ErrCorrupt, fmt.Sprintf(message, r.row.Line)}
		case local == "f":
			r.awaitsResult = true
		case (local == "v" || local == "t") && end && !r.inPhonetic:
			return r.addValue(text)
		case local == "rPh":
			r.inPhonetic = !end
		}
		return nil
	})
	return rows, err
}

// sheetReader holds the row and the cell that are being read.
type sheetReader struct {
	sharedStrings []string
	row           Row
	// column is the cell's column, from 0. valueType is the type of its value: "s" for a shared
	// string, "" or "n" for a number.
	column    int
	valueType string
	// awaitsResult is true after a formula until its result. inPhonetic is true inside a
	// phonetic run (rPh), which says how the cell is pronounced.
	awaitsResult, inPhonetic bool
}

func (r *sheetReader) beginRow(e xml.StartElement) {
	line, err := strconv.Atoi(attribute(e, "r"))
	if err != nil || line < 1 {
		line = r.row.Line + 1
	}
	r.row, r.column = Row{Line: line}, -1
}

// beginCell begins a cell. A cell without a reference follows the previous one.
func (r *sheetReader) beginCell(e xml.StartElement) error {
	r.column++
	r.valueType, r.awaitsResult = attribute(e, "t"), false
	if letters := strings.TrimRight(attribute(e, "r"), "0123456789"); letters != "" {
		r.column = columnIndex(letters)
	}
	if r.column < len(r.row.Cells) && r.row.Cells[r.column] != "" {
		return fmt.Errorf("%w: row %d has the same cell twice", ErrCorrupt, r.row.Line)
	}
	return nil
}

// columnIndex returns the index of a column by its letters: A is 0, AA is 26. It returns maxColumns
// for an invalid column or one that is too far to the right.
func columnIndex(letters string) int {
	n := 0
	for _, l := range strings.ToUpper(letters) {
		if l < 'A' || l > 'Z' || n > maxColumns {
			return maxColumns
		}
		n = n*26 + int(l-'A') + 1
	}
	return n - 1
}

// addValue adds a value to the current cell. A cell may have its text in several pieces.
func (r *sheetReader) addValue(value string) error {
	text, number, err := r.parseValue(value)
	r.awaitsResult = false
	switch {
	case err != nil:
		return err
	case text == "":
		return nil
	case r.column >= maxColumns:
		return fmt.Errorf("%w: row %d has more than %d columns", ErrLimit, r.row.Line, maxColumns)
	}
	for len(r.row.Cells) <= r.column {
		r.row.Cells, r.row.isNumber = append(r.row.Cells, ""), append(r.row.isNumber, false)
	}
	r.row.Cells[r.column] += text
	r.row.isNumber[r.column] = number
	if len(r.row.Cells[r.column]) > maxCellBytes {
		return fmt.Errorf("%w: a cell in row %d has more than %d bytes of text", ErrLimit, r.row.Line, maxCellBytes)
	}
	return nil
}

// parseValue returns a value as text: a shared string, inline text or a number.
func (r *sheetReader) parseValue(value string) (text string, number bool, err error) {
	switch r.valueType {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil || n < 0 || n >= len(r.sharedStrings) {
			return "", false, fmt.Errorf("%w: row %d refers to a shared string that does not exist", ErrCorrupt, r.row.Line)
		}
		return r.sharedStrings[n], false, nil
	case "", "n":
		text, number = plainNumber(strings.TrimSpace(value))
		return text, number, nil
	}
	return value, false, nil
}

// Spreadsheets show 15 significant digits of a number. Digits after them are rounding errors of
// binary fractions, and so are tiny results of a sum that should be zero.
const significantDigits, fractionDigits = 15, 10

// plainNumber writes a spreadsheet's number, such as 1.25E3, without an exponent. It reports
// whether the value is a number.
func plainNumber(value string) (string, bool) {
	const longest = 40
	d, err := decimal.NewFromString(value)
	if err != nil || len(value) > longest || d.Exponent() > longest || d.Exponent() < -longest {
		return value, false
	}
	if digits := int32(d.NumDigits()); digits > significantDigits {
		d = d.Round(significantDigits - digits - d.Exponent())
	}
	return d.Round(fractionDigits).String(), true
}
