package paper

import (
	"strings"
	"testing"

	"codeberg.org/go-pdf/fpdf"

	"backoffice/internal/platform/paper/typeface"
)

// TestDatesStayOnOneLine lays out columns that do not fit on a page. Long text is broken, dates are
// not.
func TestDatesStayOnOneLine(t *testing.T) {
	t.Parallel()
	letters, err := typeface.New()
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("long text ", 20)
	p := &page{Fpdf: fpdf.New("P", "mm", "A4", ""), letters: letters, added: map[string]bool{}, table: Table{
		Columns: []Column{
			{Label: "Text"}, {Label: "Date"}, {Label: "Posted"}, {Label: "By"}, {Label: "Reason"},
			{Label: "Amount", Amount: true},
		},
		Rows: []Row{
			{Cells: []string{long, "2025-10-31", "2026-12-30", long, long, "1000.00"}}, {Cells: make([]string, 6)},
		},
	}}
	for _, b := range p.blocks() {
		for _, c := range b.columns {
			text := p.table.Rows[0].Cells[c.index]
			lines := p.wrap(text, "", b.size, c.width-2*padding)
			if short := len(text) <= maxUnbroken; short != (len(lines) == 1) {
				t.Errorf("column %d: got %q", c.index, lines)
			}
		}
	}
}
