package exportfile

import (
	"fmt"
	"slices"
	"strings"
)

// format describes the CSV files of a tool.
type format struct {
	tool Tool
	// signatures are lists of columns. A header with all columns of one list is that of the tool.
	signatures [][]string
	// required are the fields without which no record can be read.
	required []Field
	// fields are the columns of each field, the most usual name first. All names are folded.
	fields []fieldNames
	// extras are further columns that the tool writes.
	extras []string
	// dates and numbers are the fields that show the order of dates and the decimal mark.
	dates, numbers []Field
	read           func(r *csvReader) error
}

// fieldNames are the columns of a field. A name that ends with a parenthesis stands for all columns
// that begin with it, such as "amount (usd)".
type fieldNames struct {
	field Field
	names []string
}

// formats returns the formats of all tools that export CSV.
func formats() []format { return []format{asanaFormat, linearFormat, harvestFormat, togglFormat} }

// others are columns of files that cannot be read, with what to say.
var others = []struct {
	columns []string
	message string
}{
	{[]string{"card id", "card name", "list name"}, "it is the CSV of a Trello board, which lacks comments and checklists; " +
		"export the board as JSON"},
	{[]string{"issue key", "summary"}, "it looks like an export of Jira"},
	{[]string{"task name", "task content"}, "it looks like an export of ClickUp"},
	{[]string{"type", "content", "priority"}, "it looks like an export of Todoist"},
	{[]string{"description", "user", "duration (h)"}, "it looks like an export of Clockify"},
}

// header is the row of column names.
type header struct {
	names  []string // as written
	folded []string
}

func newHeader(cells []string) header {
	h := header{names: make([]string, len(cells)), folded: make([]string, len(cells))}
	for i, c := range cells {
		h.names[i], h.folded[i] = oneLine(c), fold(c)
	}
	return h
}

// hasAll reports whether the header has all columns.
func (h header) hasAll(columns []string) bool {
	return !slices.ContainsFunc(columns, func(c string) bool { return !slices.Contains(h.folded, c) })
}

// findFormat finds the header in the first rows, and the format of the file by it.
func findFormat(rows []row) (format, int, error) {
	first := rows[:min(len(rows), maxPreamble)]
	for i, w := range first {
		h := newHeader(w.cells)
		for _, f := range formats() {
			if slices.ContainsFunc(f.signatures, h.hasAll) {
				return f, i, nil
			}
		}
	}
	for _, w := range first {
		h := newHeader(w.cells)
		for _, o := range others {
			if h.hasAll(o.columns) {
				return format{}, 0, fmt.Errorf("%w: %s", ErrFormat, o.message)
			}
		}
	}
	return format{}, 0, describeNearMiss(first)
}

// describeNearMiss names the columns that the closest header of a tool lacks.
func describeNearMiss(rows []row) error {
	const enough = 3 // columns that show which tool is meant
	var tool Tool
	var missing []string
	most := enough - 1
	for _, w := range rows {
		h := newHeader(w.cells)
		for _, f := range formats() {
			for _, s := range f.signatures {
				lacks := slices.DeleteFunc(slices.Clone(s), func(c string) bool { return slices.Contains(h.folded, c) })
				if found := len(s) - len(lacks); found > most {
					tool, missing, most = f.tool, lacks, found
				}
			}
		}
	}
	if tool != "" {
		return fmt.Errorf("%w: it resembles one of %s, but has no column %s",
			ErrFormat, tool, strings.Join(quoteAll(missing), " and no column "))
	}
	return fmt.Errorf("%w: no row has the column names of Asana, Linear, Harvest or Toggl Track", ErrFormat)
}

func quoteAll(names []string) (quoted []string) {
	for _, n := range names {
		quoted = append(quoted, fmt.Sprintf("%q", n))
	}
	return quoted
}

// matchColumns returns the index of each field's column, and all columns of the file. A field takes
// the first column with its name.
func (f format) matchColumns(h header) (at map[Field]int, columns []Column) {
	at = map[Field]int{}
	for i, name := range h.names {
		columns = append(columns, Column{Name: name, Number: i + 1, IsKnown: slices.Contains(f.extras, h.folded[i])})
	}
	for _, known := range f.fields {
		for _, name := range known.names {
			i := slices.IndexFunc(h.folded, func(c string) bool {
				return c == name || strings.HasSuffix(name, "(") && strings.HasPrefix(c, name)
			})
			if i < 0 || columns[i].Field != "" {
				continue
			}
			at[known.field] = i
			columns[i].Field, columns[i].IsKnown = known.field, true
			break
		}
	}
	return at, columns
}

// checkRequired refuses a file that lacks columns.
func (f format) checkRequired(at map[Field]int) error {
	var missing []string
	for _, field := range f.required {
		if _, ok := at[field]; ok {
			continue
		}
		for _, known := range f.fields {
			if known.field == field {
				missing = append(missing, fmt.Sprintf("%q", known.names[0]))
			}
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%w: this export of %s has no column %s; export it again with this column",
			ErrFormat, f.tool, strings.Join(missing, " and no column "))
	}
	return nil
}
