package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// newWorkbook returns a workbook as a spreadsheet program would write it.
func newWorkbook(t *testing.T, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	out, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestReadWorkbookNumbersAndText(t *testing.T) {
	rows, err := Read(t.Context(), newWorkbook(t, func(f *excelize.File) {
		_ = f.SetSheetRow("Sheet1", "A2", &[]any{"Code", "Account", "", "Balance"})
		_ = f.SetSheetRow("Sheet1", "A4", &[]any{1000, "Girokonto", nil, 1234.5})
		_ = f.SetSheetRow("Sheet1", "A5", &[]any{"0400", "Büro", nil, "1.234,50"})
		_ = f.SetCellDefault("Sheet1", "D6", "0.30000000000000004")
		_ = f.SetCellDefault("Sheet1", "D7", "-1.25E3")
		_ = f.SetCellDefault("Sheet1", "D8", "1.4210854715202004E-14")
	}), 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 6 || rows[0].Line != 2 || rows[1].Line != 4 ||
		!slices.Equal(rows[1].Cells, []string{"1000", "Girokonto", "", "1234.5"}) {
		t.Fatalf("got %v", rows)
	}
	for i, want := range []int64{123450, 123450, 30, -125000, 0} {
		if minor, err := rows[i+1].Amount(3, "EUR", ','); err != nil || minor != want {
			t.Errorf("row %d: got %d, %v, want %d", i, minor, err, want)
		}
	}
	if rows[1].IsText(3) || !rows[2].IsText(3) || rows[2].IsText(2) {
		t.Errorf("is text: got %v, %v, %v, want false, true, false", rows[1].IsText(3), rows[2].IsText(3), rows[2].IsText(2))
	}
}

// TestHiddenSheetIsSkipped checks that Read reads the first visible sheet.
func TestHiddenSheetIsSkipped(t *testing.T) {
	rows, err := Read(t.Context(), newWorkbook(t, func(f *excelize.File) {
		_, _ = f.NewSheet("Seen")
		_ = f.SetCellStr("Sheet1", "A1", "hidden")
		_ = f.SetCellStr("Seen", "A1", "seen")
		f.SetActiveSheet(1)
		_ = f.SetSheetVisible("Sheet1", false)
	}), 10)
	if err != nil || len(rows) != 1 || rows[0].Cell(0) != "seen" {
		t.Errorf("got %v, %v", rows, err)
	}
}

// packWorkbook returns a workbook with the given XML as its sheet and its shared strings.
func packWorkbook(t *testing.T, sheet, sharedStrings string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, text := range map[string]string{
		"xl/workbook.xml": `<workbook xmlns:r="r"><sheets><sheet name="A" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships>` +
			`<Relationship Id="rId1" Target="/xl/worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": sharedStrings,
	} {
		part, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestReadWorkbookTextInPieces(t *testing.T) {
	rows, err := Read(t.Context(), packWorkbook(t,
		`<worksheet><sheetData><row><c t="s"><v>0</v></c>`+
			`<c t="inlineStr"><is><r><t>in </t></r><r><t>pieces</t></r></is></c>`+
			`<c t="b"><v>1</v></c></row></sheetData></worksheet>`,
		`<sst><si><r><t>Ka</t></r><r><t>nji</t></r><rPh><t>spoken</t></rPh></si></sst>`), 10)
	if err != nil || len(rows) != 1 || !slices.Equal(rows[0].Cells, []string{"Kanji", "in pieces", "1"}) {
		t.Errorf("got %v, %v", rows, err)
	}
}

// TestHostileWorkbooksAreRefused checks that workbooks that would fill the memory, and corrupt
// ones, are refused.
func TestHostileWorkbooksAreRefused(t *testing.T) {
	cells := func(inner string) []byte {
		return packWorkbook(t, "<worksheet><sheetData>"+inner+"</sheetData></worksheet>", "<sst/>")
	}
	withStrings := func(inner string) []byte {
		return packWorkbook(t, "<worksheet><sheetData></sheetData></worksheet>", "<sst>"+inner+"</sst>")
	}
	for name, c := range map[string]struct {
		content []byte
		want    error
	}{
		"a zip bomb":         {cells(strings.Repeat(`<row><c><v>1</v></c></row>`, 1<<20)), ErrLimit},
		"a bomb of strings":  {withStrings(strings.Repeat("<si/>", 4<<20)), ErrLimit},
		"many rows":          {cells(strings.Repeat(`<row><c><v>1</v></c></row>`, 11)), ErrLimit},
		"a far column":       {cells(`<row><c r="XFD1"><v>1</v></c></row>`), ErrLimit},
		"a farther column":   {cells(`<row><c r="` + strings.Repeat("Z", 400) + `1"><v>1</v></c></row>`), ErrLimit},
		"a gigantic cell":    {cells(`<row><c t="str"><v>` + strings.Repeat("x", 5000) + `</v></c></row>`), ErrLimit},
		"a gigantic string":  {withStrings("<si><t>" + strings.Repeat("x", 5000) + "</t></si>"), ErrLimit},
		"deep elements":      {packWorkbook(t, strings.Repeat("<a>", 1<<20), "<sst/>"), ErrLimit},
		"a missing text":     {cells(`<row><c t="s"><v>9</v></c></row>`), ErrCorrupt},
		"a cell twice":       {cells(`<row><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>`), ErrCorrupt},
		"a missing result":   {cells(`<row><c r="A1"><f>SUM(B1)</f></c></row>`), ErrCorrupt},
		"a truncated sheet":  {packWorkbook(t, "<worksheet><sheetData><row>", "<sst/>"), ErrCorrupt},
		"an invalid archive": {[]byte("PK\x03\x04 and nothing else"), ErrCorrupt},
		"an old workbook":    {[]byte("\xd0\xcf\x11\xe0 rest"), ErrFormat},
		"a PDF":              {[]byte("%PDF-1.7"), ErrFormat},
		"a blank file":       {[]byte(" \n"), ErrFormat},
	} {
		rows, err := Read(t.Context(), c.content, 10)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: got %d rows, %v, want %v", name, len(rows), err, c.want)
		}
	}
}

func FuzzWorkbook(f *testing.F) {
	f.Add([]byte("<worksheet><sheetData><row><c r=\"B1\"><v>1</v></c></row></sheetData></worksheet>"))
	f.Fuzz(func(t *testing.T, sheet []byte) {
		_, _ = Read(t.Context(), packWorkbook(t, string(sheet), "<sst/>"), 10)
	})
}

// TestNumberOfCellsIsLimited checks that a table of delimiters only is refused, since its cells
// would take many times its size in memory.
func TestNumberOfCellsIsLimited(t *testing.T) {
	t.Parallel()
	if _, err := Read(t.Context(), []byte("Date,Amount\n"+strings.Repeat(",", maxCells)), 10); !errors.Is(err, ErrLimit) {
		t.Errorf("got %v, want %v", err, ErrLimit)
	}
}

func TestReadCSVWithDeclaredDelimiter(t *testing.T) {
	rows, err := Read(t.Context(), []byte("\ufeffsep=;\nKonto;Saldo\n\n\"Kasse; klein\";1,00\n"), 10)
	if err != nil || len(rows) != 2 || rows[1].Cell(0) != "Kasse; klein" || rows[1].Cell(1) != "1,00" ||
		rows[1].Cell(7) != "" {
		t.Errorf("got %v, %v", rows, err)
	}
	if _, err := Read(t.Context(), []byte("a,b\nc,d\n"), 1); !errors.Is(err, ErrLimit) {
		t.Errorf("got %v, want %v", err, ErrLimit)
	}
}
