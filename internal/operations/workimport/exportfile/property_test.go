package exportfile

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// trickyCells are cells as tools, people and spreadsheet programs write them, and some that cannot
// be understood.
var trickyCells = []string{
	"", "1", "2", "A-1", "A-2", "a", "b", "A, b", "a,b,", "'=1", "'", "2026-01-05", "2026-02-30",
	"13/01/2026", "01/13/2026",
	"2026-01-15T23:00:00.000Z", "Mon Jun 03 2024 07:41:12 GMT+0000 (GMT)", "9:00", "09:00:00", "10:30:00", "9:00 PM",
	"01:30:00", "47:06 min", "25 sec", "1:30", "-1", "1.5", "7,5", "1,250", "1,250.0", "1E15", "Yes", "いいえ", "maybe",
	"Euro - EUR", "maud@harbor.example", "Maud", " \u00a0", "é\u0301", "🚀", "line\nline", "\"quoted\"", "\x00",
	"(no section)",
	"High", "Done", "x;y", "\ufeff",
}

// writeCSV writes a table.
func writeCSV(rows [][]string) string {
	var out strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				out.WriteByte(',')
			}
			out.WriteString(`"` + strings.ReplaceAll(cell, `"`, `""`) + `"`)
		}
		out.WriteByte('\n')
	}
	return out.String()
}

// drawTable draws the header of a tool with rows of tricky cells.
func drawTable(t *rapid.T) [][]string {
	headers := []string{asanaHeader, linearHeader, harvestHeader, togglHeader}
	header := strings.Split(strings.TrimSpace(rapid.SampledFrom(headers).Draw(t, "header")), ",")
	more := rapid.SampledFrom([]string{"UUID", "Priority", "Estimate", "Hours Rounded", "Extra"}).Draw(t, "more")
	if !slices.Contains(header, more) {
		header = append(header, more)
	}
	cells := rapid.SliceOfN(rapid.SampledFrom(trickyCells), len(header), len(header))
	return append([][]string{header}, rapid.SliceOfN(cells, 0, 8).Draw(t, "rows")...)
}

// drawOptions draws options that settle all questions.
func drawOptions(t *rapid.T) Options {
	return Options{
		DateOrder: "DMY", DecimalMark: rapid.SampledFrom([]byte{'.', ','}).Draw(t, "mark"),
		ProjectName: rapid.SampledFrom([]string{"", "A", "A, b"}).Draw(t, "project"),
	}
}

// TestEveryRowIsARecordOrAProblem reads arbitrary tables. Every row is accounted for, once.
func TestEveryRowIsARecordOrAProblem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := drawTable(t)
		f, err := Read(t.Context(), []byte(writeCSV(table)), drawOptions(t))
		if err != nil {
			if !strings.Contains(err.Error(), "rounded") {
				t.Fatal(err)
			}
			return
		}
		count := 0
		for _, row := range table[1:] {
			if strings.TrimSpace(strings.Join(row, "")) != "" {
				count++
			}
		}
		if f.Rows != count {
			t.Fatalf("%d rows, want %d", f.Rows, count)
		}
		checkFile(t, f)
	})
}

// TestColumnsMayHaveAnyOrder checks that records do not depend on the order of columns.
func TestColumnsMayHaveAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table, options := drawTable(t), drawOptions(t)
		places := make([]int, len(table[0]))
		for i := range places {
			places[i] = i
		}
		places = rapid.Permutation(places).Draw(t, "places")
		var other [][]string
		for _, row := range table {
			var shuffled []string
			for _, i := range places {
				shuffled = append(shuffled, row[i])
			}
			other = append(other, shuffled)
		}
		f, err := Read(t.Context(), []byte(writeCSV(table)), options)
		g, otherErr := Read(t.Context(), []byte(writeCSV(other)), options)
		if (err == nil) != (otherErr == nil) {
			t.Fatalf("got %v and %v", err, otherErr)
		}
		if err != nil {
			return
		}
		for i := range g.Tasks {
			g.Tasks[i].At = f.Tasks[i].At
		}
		for i := range g.Entries {
			g.Entries[i].At = f.Entries[i].At
		}
		if !reflect.DeepEqual(f.Tasks, g.Tasks) || !reflect.DeepEqual(f.Entries, g.Entries) ||
			len(f.Problems) != len(g.Problems) {
			t.Fatalf("got\n%s\nand\n%s", describe(f), describe(g))
		}
	})
}

// TestRepeatedRowsAreFurtherEntries checks that equal rows are different entries, and that the
// first of them has the key that it has alone.
func TestRepeatedRowsAreFurtherEntries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table, options := drawTable(t), drawOptions(t)
		f, err := Read(t.Context(), []byte(writeCSV(table)), options)
		if err != nil {
			return
		}
		twice, err := Read(t.Context(), []byte(writeCSV(append(table, table[1:]...))), options)
		if err != nil {
			t.Fatal(err)
		}
		checkFile(t, twice)
		var keys []string
		for _, e := range twice.Entries {
			keys = append(keys, e.Key)
		}
		if len(keys) != 2*len(f.Entries) {
			t.Fatalf("%d entries, want twice %d", len(keys), len(f.Entries))
		}
		for _, e := range f.Entries {
			if !slices.Contains(keys, e.Key) {
				t.Fatalf("%q is not in %q", e.Key, keys)
			}
		}
	})
}
