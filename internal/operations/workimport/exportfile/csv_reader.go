package exportfile

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"backoffice/internal/platform/datetext"
)

// csvReader reads the rows of a CSV file by the format of its tool.
type csvReader struct {
	*collector
	format  format
	header  header
	columns map[Field]int
	rows    []row
	order   datetext.Order
	mark    byte
}

// readCSV reads a CSV file.
func (c *collector) readCSV(ctx context.Context, text string) (*File, error) {
	t, err := readTable(ctx, text)
	if err != nil {
		return nil, err
	}
	f, at, err := findFormat(t.rows)
	switch {
	case err != nil:
		return nil, err
	case c.options.Tool != "" && c.options.Tool != f.tool:
		return nil, &WrongToolError{Expected: c.options.Tool, Found: f.tool}
	}
	r := csvReader{collector: c, format: f, header: newHeader(t.rows[at].cells), rows: t.rows[at+1:]}
	c.file.Tool, c.file.Delimiter, c.file.HeaderLine = f.tool, t.delimiter, t.rows[at].line
	r.columns, c.file.Columns = f.matchColumns(r.header)
	if err := f.checkRequired(r.columns); err != nil {
		return nil, err
	}
	if r.selectRows(); len(r.rows) > MaxRows {
		return nil, fmt.Errorf("%w: it has more than %d rows", ErrLimit, MaxRows)
	}
	if err := r.findConventions(); err != nil {
		return nil, err
	}
	if err := f.read(&r); err != nil {
		return nil, err
	}
	return c.finish(), ctx.Err()
}

// selectRows removes blank rows and the ones that cannot be read by their columns: repeated
// headers, and rows with more cells than the header. It completes rows with fewer cells.
func (r *csvReader) selectRows() {
	firstShort, short := 0, 0
	r.rows = slices.DeleteFunc(r.rows, row.isBlank)
	r.file.Rows = len(r.rows)
	kept := r.rows[:0]
	for _, w := range r.rows {
		at, width := Place{Line: w.line}, len(r.header.names)
		switch {
		case fold(w.cells[0]) == r.header.folded[0] && slices.Equal(newHeader(w.cells).folded, r.header.folded):
			r.skip(at, "", "", "the row repeats the column names")
			continue
		case len(w.cells) > width && !(row{cells: w.cells[width:]}).isBlank():
			r.skip(at, "", "", "the row has %d cells, but the header has %d columns", len(w.cells), width)
			continue
		case len(w.cells) < width:
			if short++; short == 1 {
				firstShort = w.line
			}
			w.cells = append(slices.Clone(w.cells), make([]string, width-len(w.cells))...)
		}
		for i, cell := range w.cells[:width] {
			if strings.TrimSpace(cell) != "" {
				r.file.Columns[i].Values++
			}
		}
		kept = append(kept, w)
	}
	r.rows = kept
	if short > 0 {
		r.file.report(Place{Line: firstShort}, "", Notice, "",
			"%d rows have fewer cells than the header has columns; the missing cells were read as empty", short)
	}
}

// skip reports a row that becomes no record.
func (r *csvReader) skip(at Place, field Field, value, format string, args ...any) {
	r.file.Skipped++
	r.file.report(at, field, RowSkipped, value, format, args...)
}

// record is a row that is being read.
type record struct {
	*csvReader
	row row
	// isSkipped is true after refuse.
	isSkipped bool
}

// at returns the place of a field's cell.
func (c *record) at(field Field) Place {
	place := Place{Line: c.row.line}
	if i, ok := c.columns[field]; ok {
		place.Column = c.header.names[i]
	}
	return place
}

// raw returns a cell as written.
func (c *record) raw(field Field) string {
	if i, ok := c.columns[field]; ok {
		return c.row.cells[i]
	}
	return ""
}

// text returns a cell as a text of one line.
func (c *record) text(field Field) string { return oneLine(c.raw(field)) }

// list returns the parts of a cell that are separated by commas.
func (c *record) list(field Field) []string { return splitList(c.text(field)) }

// splitList splits a text at its commas.
func splitList(text string) (parts []string) {
	for _, part := range strings.Split(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// lack reports a value that the record is read without.
func (c *record) lack(field Field, format string, args ...any) {
	c.file.report(c.at(field), field, ValueMissing, c.raw(field), format, args...)
}

// note reports a value that should be checked.
func (c *record) note(field Field, format string, args ...any) {
	c.file.report(c.at(field), field, Notice, c.raw(field), format, args...)
}

// refuse reports a value without which there is no record. All such values of a row are reported.
func (c *record) refuse(field Field, format string, args ...any) {
	if !c.isSkipped {
		c.file.Skipped++
	}
	c.isSkipped = true
	c.file.report(c.at(field), field, RowSkipped, c.raw(field), format, args...)
}

// labels returns the labels of a cell.
func (c *record) labels(field Field) (labels []string) {
	for _, name := range c.list(field) {
		labels = c.label(labels, name, "", c.at(field))
	}
	return labels
}

// extra returns the values of columns without a field.
func (c *record) extra() (values []Value) {
	for i, column := range c.file.Columns {
		if column.Field != "" {
			continue
		}
		if text := strings.TrimSpace(manyLines(c.row.cells[i])); text != "" {
			values = append(values, Value{Name: column.Name, Text: text})
		}
	}
	return values
}
