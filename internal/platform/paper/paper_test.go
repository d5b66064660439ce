package paper

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
)

// save keeps a file for inspection if LOOK names a folder.
func save(t *testing.T, name string, raw []byte) {
	t.Helper()
	if dir := os.Getenv("LOOK"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o644); err != nil {
			t.Error(err)
		}
	}
}

func smallTable() Table {
	return Table{
		Issuer: Issuer{Name: "Müller & Söhne"}, Title: "Profit and Loss", Period: "2026",
		Notes: []string{"Accrual basis.", "Amounts in EUR."}, Footer: "Made on 2026-11-24",
		Columns: []Column{{Label: "Account"}, {Label: "Since", Kind: Date}, {Label: "amount", Kind: Amount}},
		Rows: []Row{
			{Cells: []string{"Sales", "", ""}, Kind: Heading},
			{Cells: []string{"=cmd()|'x'", "2026-10-31", "1234567.89"}, Level: 1},
			{Cells: []string{"Äpfel Ελληνικά Русский", "", "-0.05"}, Level: 1},
			{Cells: []string{"Total", "", "1234567.84"}, Kind: Total, Adds: []int{1, 2}},
		},
	}
}

// TestCSVOpensInSpreadsheets checks the byte-order mark, the rows above the labels, which have as
// many fields as all others (RFC 4180, section 2.4), and that no text is a formula.
func TestCSVOpensInSpreadsheets(t *testing.T) {
	t.Parallel()
	got, err := smallTable().CSV()
	want := "\xef\xbb\xbfMüller & Söhne,,\nProfit and Loss,,\n2026,,\nAccrual basis. Amounts in EUR.,,\n,,\n" +
		"Account,Since,amount\nSales,,\n'=cmd()|'x',2026-10-31,1234567.89\nÄpfel Ελληνικά Русский,,-0.05\n" +
		"Total,,1234567.84\n"
	if err != nil || string(got) != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

// TestCSVEscapesFormulasAboveRows checks text that users choose: the organization and the labels of
// dimension values.
func TestCSVEscapesFormulasAboveRows(t *testing.T) {
	t.Parallel()
	table := Table{
		Issuer: Issuer{Name: "=1+1"}, Title: "@a", Columns: []Column{{Label: "Account"}, {Label: "-2+3", Kind: Amount}},
	}
	got, err := table.CSV()
	if want := "\ufeff'=1+1,\n'@a,\n,\n,\n,\nAccount,'-2+3\n"; err != nil || string(got) != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

// TestGroupsAreHeadingsOutsideCSV prints a ledger. CSV has the account in each row, PDF and XLSX
// have it above its rows, and the indexes of sums follow.
func TestGroupsAreHeadingsOutsideCSV(t *testing.T) {
	t.Parallel()
	ledger := Table{Columns: []Column{
		{Label: "Account", Group: true}, {Label: "Date", Kind: Date}, {Label: "x", Kind: Amount},
	}}
	for i := range 4 {
		ledger.Rows = append(ledger.Rows, Row{Cells: []string{fmt.Sprint("A", i/2), "2026-01-02", "1"}, Group: i / 2})
	}
	ledger.Rows = append(ledger.Rows, Row{Cells: []string{"A1", "", "2"}, Kind: Subtotal, Adds: []int{2, 3}, Group: 1})
	raw, err := ledger.CSV()
	if err != nil || !strings.Contains(string(raw), "A1,2026-01-02,1\n") {
		t.Errorf("got %s, %v", raw, err)
	}
	var got []string
	for _, r := range ledger.grouped().Rows {
		got = append(got, fmt.Sprintf("%d%v%v", r.Kind, r.Cells, r.Adds))
	}
	want := "1[A0 ][] 0[2026-01-02 1][] 0[2026-01-02 1][] 1[A1 ][] 0[2026-01-02 1][] 0[2026-01-02 1][] 2[ 2][4 5]"
	if strings.Join(got, " ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, " "), want)
	}
}

// readBook opens a workbook with an independent reader.
func readBook(t *testing.T, table Table) (*excelize.File, []byte) {
	t.Helper()
	raw, err := table.XLSX()
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f, raw
}

func TestXLSXKeepsTextAmountsAndDates(t *testing.T) {
	t.Parallel()
	f, raw := readBook(t, smallTable())
	save(t, "small.xlsx", raw)
	sheet := f.GetSheetName(0)
	if sheet != "Profit and Loss" {
		t.Errorf("got sheet %q", sheet)
	}
	for place, want := range map[string]string{
		"A2": "Profit and Loss", "A4": "Accrual basis. Amounts in EUR.", "A6": "Account", "A8": "=cmd()|'x'",
		"C8": "1234567.89", "C9": "-0.05", "B8": "46326", "C10": "1234567.84",
	} {
		if got, err := f.GetCellValue(sheet, place, excelize.Options{RawCellValue: true}); err != nil || got != want {
			t.Errorf("%s: got %q, %v; want %q", place, got, err, want)
		}
	}
	if shown, err := f.GetCellValue(sheet, "B8"); err != nil || shown != "31 Oct 2026" {
		t.Errorf("got date %q, %v", shown, err)
	}
	for place, want := range map[string]string{"A8": "", "C10": "SUM(C8:C9)"} {
		if formula, err := f.GetCellFormula(sheet, place); err != nil || formula != want {
			t.Errorf("%s: got formula %q, %v; want %q", place, formula, err, want)
		}
	}
	if panes, err := f.GetPanes(sheet); err != nil || !panes.Freeze || panes.YSplit != labelsRow {
		t.Errorf("got panes %+v, %v; want the labels frozen", panes, err)
	}
	for _, place := range []string{"B8", "C8"} {
		kind, err := f.GetCellType(sheet, place)
		if err != nil || kind == excelize.CellTypeSharedString || kind == excelize.CellTypeInlineString {
			t.Errorf("%s: got cell type %v, %v; want a number", place, kind, err)
		}
	}
	if size, err := f.GetPageLayout(sheet); err != nil || *size.Size != 9 {
		t.Errorf("got paper %v, %v; want A4", size.Size, err)
	}
}

// TestXLSXHasOneFont checks that all fonts of a workbook are of one family, and that equal tables
// are equal files.
func TestXLSXHasOneFont(t *testing.T) {
	t.Parallel()
	_, raw := readBook(t, smallTable())
	again, err := smallTable().XLSX()
	if err != nil || !bytes.Equal(raw, again) {
		t.Errorf("got different files, %v", err)
	}
	archive, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	file, err := archive.Open("xl/styles.xml")
	if err != nil {
		t.Fatal(err)
	}
	styles, err := io.ReadAll(file)
	fonts := strings.Count(string(styles), "<font>")
	if err != nil || fonts == 0 || fonts != strings.Count(string(styles), `<name val="Calibri"/>`) {
		t.Errorf("got %s, %v", styles, err)
	}
}

// TestXLSXComputesOnlyTrueSums checks that a row that is not the sum of its parts keeps its amount,
// such as a percentage or a rounded translation.
func TestXLSXComputesOnlyTrueSums(t *testing.T) {
	t.Parallel()
	table := smallTable()
	table.Rows[3].Cells[2] = "1234567.85"
	f, _ := readBook(t, table)
	if formula, err := f.GetCellFormula("Profit and Loss", "C10"); err != nil || formula != "" {
		t.Errorf("got formula %q, %v; want none", formula, err)
	}
}

// TestSumsStayWithinFormulas checks that ranges go on over rows without an amount, and that a sum
// of more parts than a formula may have is an amount.
func TestSumsStayWithinFormulas(t *testing.T) {
	t.Parallel()
	w := &workbook{}
	for i := range 1000 {
		cells := make([]string, 28)
		if i%3 > 0 {
			cells[27] = "1"
		}
		w.Rows = append(w.Rows, Row{Cells: cells})
	}
	var inPairs, apart []int
	for i := range w.Rows {
		switch i % 3 {
		case 1:
			apart = append(apart, i)
			fallthrough
		case 2:
			inPairs = append(inPairs, i)
		}
	}
	for want, rows := range map[string][]int{
		"SUM(AB8,AB11)": {1, 4}, "SUM(AB8:AB11)": {1, 2, 4}, "SUM(AB8:AB1005)": inPairs, "": apart,
	} {
		if got := w.sumFormula(27, rows); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestSheetNameIsAllowed(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"Profit and Loss": "Profit and Loss", "a/b:c": "a b c", "": "Sheet", "[]": "Sheet",
		strings.Repeat("ä", 40): strings.Repeat("ä", 31),
	} {
		if got := sheetName(title); got != want {
			t.Errorf("%q: got %q, want %q", title, got, want)
		}
	}
}

// TestUnprintableScriptIsRefused checks that a PDF is refused rather than drawn with boxes, and
// that the error names the scripts. Text formats have the text.
func TestUnprintableScriptIsRefused(t *testing.T) {
	t.Parallel()
	table := smallTable()
	table.Rows[1].Cells[0] = "ᏣᎳᎩ"
	_, err := table.PDF()
	var refused *fault.Error
	if !errors.As(err, &refused) || refused.Reason != optionsv1.Reason_SCRIPT_NOT_PRINTABLE ||
		!strings.Contains(refused.Message, "Cherokee") {
		t.Errorf("got %v", err)
	}
	if raw, err := table.CSV(); err != nil || !strings.Contains(string(raw), "ᏣᎳᎩ") {
		t.Errorf("got %s, %v", raw, err)
	}
}
