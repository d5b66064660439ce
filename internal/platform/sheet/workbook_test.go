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

// made is a workbook that a program of spreadsheets would write.
func made(t *testing.T, fill func(f *excelize.File)) []byte {
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

func TestWorkbook(t *testing.T) {
	rows, err := Read(t.Context(), made(t, func(f *excelize.File) {
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
	if len(rows) != 6 || rows[0].Line != 2 || rows[1].Line != 4 || !slices.Equal(rows[1].Cells, []string{"1000", "Girokonto", "", "1234.5"}) {
		t.Fatalf("got %v", rows)
	}
	for i, want := range []int64{123450, 123450, 30, -125000, 0} {
		if minor, err := rows[i+1].Amount(3, "EUR", ','); err != nil || minor != want {
			t.Errorf("row %d: got %d, %v; want %d", i, minor, err, want)
		}
	}
	if rows[1].Marked(3) || !rows[2].Marked(3) || rows[2].Marked(2) {
		t.Error("what is text and what is a number is not told apart")
	}
}

// TestHiddenSheet holds the first sheet that people see to be read.
func TestHiddenSheet(t *testing.T) {
	rows, err := Read(t.Context(), made(t, func(f *excelize.File) {
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

// packed is a workbook of parts as they are given.
func packed(t *testing.T, sheet, texts string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, text := range map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="A" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Target="/xl/worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   sheet, "xl/sharedStrings.xml": texts,
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

func TestTextsOfAWorkbook(t *testing.T) {
	rows, err := Read(t.Context(), packed(t,
		`<worksheet><sheetData><row><c t="s"><v>0</v></c><c t="inlineStr"><is><r><t>in </t></r><r><t>pieces</t></r></is></c><c t="b"><v>1</v></c></row></sheetData></worksheet>`,
		`<sst><si><r><t>Ka</t></r><r><t>nji</t></r><rPh><t>spoken</t></rPh></si></sst>`), 10)
	if err != nil || len(rows) != 1 || !slices.Equal(rows[0].Cells, []string{"Kanji", "in pieces", "1"}) {
		t.Errorf("got %v, %v", rows, err)
	}
}

// TestHostileWorkbooks holds what would fill the memory, and what is broken, to be refused
// in time.
func TestHostileWorkbooks(t *testing.T) {
	cells := func(inner string) string { return "<worksheet><sheetData>" + inner + "</sheetData></worksheet>" }
	for name, c := range map[string]struct {
		content []byte
		is      error
	}{
		"a bomb":              {packed(t, cells(strings.Repeat(`<row><c><v>1</v></c></row>`, 1<<20)), "<sst/>"), ErrLimit},
		"a bomb of texts":     {packed(t, cells(""), "<sst>"+strings.Repeat("<si/>", 4<<20)+"</sst>"), ErrLimit},
		"many rows":           {packed(t, cells(strings.Repeat(`<row><c><v>1</v></c></row>`, 11)), "<sst/>"), ErrLimit},
		"a far column":        {packed(t, cells(`<row><c r="XFD1"><v>1</v></c></row>`), "<sst/>"), ErrLimit},
		"a farther column":    {packed(t, cells(`<row><c r="`+strings.Repeat("Z", 400)+`1"><v>1</v></c></row>`), "<sst/>"), ErrLimit},
		"a gigantic cell":     {packed(t, cells(`<row><c t="str"><v>`+strings.Repeat("x", 5000)+`</v></c></row>`), "<sst/>"), ErrLimit},
		"a gigantic text":     {packed(t, cells(""), "<sst><si><t>"+strings.Repeat("x", 5000)+"</t></si></sst>"), ErrLimit},
		"deep elements":       {packed(t, strings.Repeat("<a>", 1<<20), "<sst/>"), ErrLimit},
		"a text out of reach": {packed(t, cells(`<row><c t="s"><v>9</v></c></row>`), "<sst/>"), ErrDamaged},
		"a cell twice":        {packed(t, cells(`<row><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>`), "<sst/>"), ErrDamaged},
		"no result":           {packed(t, cells(`<row><c r="A1"><f>SUM(B1)</f></c></row>`), "<sst/>"), ErrDamaged},
		"cut off":             {packed(t, "<worksheet><sheetData><row>", "<sst/>"), ErrDamaged},
		"no zip":              {[]byte("PK\x03\x04 and nothing else"), ErrDamaged},
		"an old workbook":     {[]byte("\xd0\xcf\x11\xe0 rest"), ErrFormat},
		"a PDF":               {[]byte("%PDF-1.7"), ErrFormat},
		"nothing":             {[]byte(" \n"), ErrFormat},
	} {
		rows, err := Read(t.Context(), c.content, 10)
		if !errors.Is(err, c.is) {
			t.Errorf("%s gives %d rows, %v", name, len(rows), err)
		}
	}
}

func FuzzWorkbook(f *testing.F) {
	f.Add([]byte("<worksheet><sheetData><row><c r=\"B1\"><v>1</v></c></row></sheetData></worksheet>"))
	f.Fuzz(func(t *testing.T, sheet []byte) {
		_, _ = Read(t.Context(), packed(t, string(sheet), "<sst/>"), 10)
	})
}

// TestCellsAreBounded checks that a table of nothing but delimiters, whose cells would take
// many times its size in memory, is refused.
func TestCellsAreBounded(t *testing.T) {
	t.Parallel()
	if _, err := Read(t.Context(), []byte("Date,Amount\n"+strings.Repeat(",", maxCells)), 10); !errors.Is(err, ErrLimit) {
		t.Errorf("got %v", err)
	}
}

func TestSplitCSV(t *testing.T) {
	rows, err := Read(t.Context(), []byte("\ufeffsep=;\nKonto;Saldo\n\n\"Kasse; klein\";1,00\n"), 10)
	if err != nil || len(rows) != 2 || rows[1].Cell(0) != "Kasse; klein" || rows[1].Cell(1) != "1,00" || rows[1].Cell(7) != "" {
		t.Errorf("got %v, %v", rows, err)
	}
	if _, err := Read(t.Context(), []byte("a,b\nc,d\n"), 1); !errors.Is(err, ErrLimit) {
		t.Errorf("got %v", err)
	}
}
