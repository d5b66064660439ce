package paper

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func smallTable() Table {
	return Table{
		Organization: "Müller & Söhne", Title: "Profit and Loss", Subtitle: "2026", Footer: "Made on 2026-11-24",
		Columns: []Column{{Label: "Account"}, {Label: "amount", Amount: true}},
		Rows: []Row{
			{Cells: []string{"Sales", "1234567.89"}, Total: true},
			{Cells: []string{"=cmd()|'x'", "-0.05"}, Level: 1},
			{Cells: []string{"Äpfel Ελληνικά Русский", ""}, Level: 2},
		},
	}
}

// TestCSVOpensInSpreadsheets checks the byte-order mark, the rows above the labels, which have as many
// fields as all others (RFC 4180, section 2.4), and that no text is a formula.
func TestCSVOpensInSpreadsheets(t *testing.T) {
	got, err := smallTable().CSV()
	want := "\xef\xbb\xbfMüller & Söhne,\nProfit and Loss,\n2026,\n,\n" +
		"Account,amount\nSales,1234567.89\n'=cmd()|'x',-0.05\nÄpfel Ελληνικά Русский,\n"
	if err != nil || string(got) != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

// TestCSVEscapesFormulasAboveRows checks text that users choose: the organization and the labels of
// dimension values.
func TestCSVEscapesFormulasAboveRows(t *testing.T) {
	table := Table{
		Organization: "=1+1", Title: "@a", Columns: []Column{{Label: "Account"}, {Label: "-2+3", Amount: true}},
	}
	got, err := table.CSV()
	if want := "\ufeff'=1+1,\n'@a,\n,\n,\nAccount,'-2+3\n"; err != nil || string(got) != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

func TestXLSXKeepsTextAndAmounts(t *testing.T) {
	raw, err := smallTable().XLSX()
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for place, want := range map[string]string{
		"A2": "Profit and Loss", "A5": "Account", "A7": "=cmd()|'x'", "B6": "1234567.89", "B7": "-0.05",
	} {
		if got, err := f.GetCellValue(sheetName, place, excelize.Options{RawCellValue: true}); err != nil || got != want {
			t.Errorf("%s: got %q, %v; want %q", place, got, err, want)
		}
	}
	if formula, err := f.GetCellFormula(sheetName, "A7"); err != nil || formula != "" {
		t.Errorf("got formula %q, %v; want none", formula, err)
	}
	if panes, err := f.GetPanes(sheetName); err != nil || !panes.Freeze || panes.YSplit != firstRow {
		t.Errorf("got panes %+v, %v; want the labels frozen", panes, err)
	}
	kind, err := f.GetCellType(sheetName, "B6")
	if err != nil || kind == excelize.CellTypeSharedString || kind == excelize.CellTypeInlineString {
		t.Errorf("got amount of cell type %v, %v; want a number", kind, err)
	}
}

func TestPDFIsReproducibleAndPaged(t *testing.T) {
	long := smallTable()
	for range 200 {
		long.Rows = append(long.Rows, Row{Cells: []string{strings.Repeat("A long name ", 20), "1.00"}, Level: 1})
	}
	raw, err := long.PDF()
	if err != nil || !bytes.HasPrefix(raw, []byte("%PDF-")) {
		t.Fatalf("got %.20q, %v; want a PDF", raw, err)
	}
	again, err := long.PDF()
	if err != nil || !bytes.Equal(raw, again) {
		t.Errorf("got different files of %d and %d bytes for equal tables, %v", len(raw), len(again), err)
	}
	if pages := bytes.Count(raw, []byte("/Type /Page\n")); pages < 4 {
		t.Errorf("got %d pages for 200 rows, want at least 4", pages)
	}
	wide := Table{Columns: []Column{{Label: "a"}}, Rows: []Row{{Cells: []string{"x"}}}}
	for range 36 {
		wide.Columns = append(wide.Columns, Column{Label: "2026-01", Amount: true})
		wide.Rows[0].Cells = append(wide.Rows[0].Cells, "1.00")
	}
	if _, err := wide.PDF(); err != nil {
		t.Error(err)
	}
}
