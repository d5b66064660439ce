package paper

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"backoffice/internal/platform/paper/linebreak"
	"backoffice/internal/platform/paper/typeface"
)

// ledgerTable returns a general ledger with names in many scripts.
func ledgerTable(region string, lines int) Table {
	t := Table{
		Issuer: Issuer{Name: "Alder Coffee Roasters, Inc."}, Title: "General Ledger", Locale: NewLocale(region),
		Period: "For the Year Ended October 31, 2026", Footer: "Generated on November 24, 2026",
		Notes: []string{"Accrual basis. Amounts in USD.", "Only lines with Place: Boston."},
		Columns: []Column{
			{Label: "Account", Group: true}, {Label: "Date", Kind: Date}, {Label: "Description"}, {Label: "Reference"},
			{Label: "Debit", Kind: Amount}, {Label: "Credit", Kind: Amount}, {Label: "Balance", Kind: Amount},
		},
	}
	for i, name := range []string{
		"1000 Checking", "1010 צ׳קים בע״מ (2026)", "1020 مصروفات المكتب 123", "1030 事務用品費 オフィス", "1040 사무용품",
		"1050 ค่าน้ำมันรถยนต์", "1060 कार्यालय खर्च", "1070 Büro − 5 € → ✓ 😀",
	} {
		from := len(t.Rows)
		t.Rows = append(t.Rows, Row{Cells: []string{name, "", "Opening balance", "", "", "", "-1000.00"}, Group: i})
		for n := range lines {
			t.Rows = append(t.Rows, Row{Group: i, Cells: []string{
				name, fmt.Sprintf("2026-%02d-%02d", n%12+1, n%28+1), "Card payment at " + name + ", ordered by Ms. Dos Santos",
				fmt.Sprintf("INV-2026-%05d", n), "1250.00", "", "123456.78",
			}})
		}
		total := Row{Kind: Subtotal, Group: i}
		total.Cells = []string{name, "", "Total", "", fmt.Sprintf("%d.00", 1250*lines), "", ""}
		for n := from; n < len(t.Rows); n++ {
			total.Adds = append(total.Adds, n)
		}
		t.Rows = append(t.Rows, total, Row{
			Cells: []string{name, "", "Closing balance", "", "", "", "123456.78"}, Kind: Subtotal, Group: i,
		})
	}
	return t
}

func TestPDFIsReproducibleAndPaged(t *testing.T) {
	t.Parallel()
	table := ledgerTable("US", 40)
	raw, err := table.PDF()
	if err != nil || !bytes.HasPrefix(raw, []byte("%PDF-1.7")) {
		t.Fatalf("got %.20q, %v; want a PDF", raw, err)
	}
	save(t, "ledger.pdf", raw)
	again, err := table.PDF()
	if err != nil || !bytes.Equal(raw, again) {
		t.Errorf("got different files of %d and %d bytes for equal tables, %v", len(raw), len(again), err)
	}
}

// TestIssuerHasLogoAndAddress prints the letterhead of later documents.
func TestIssuerHasLogoAndAddress(t *testing.T) {
	t.Parallel()
	table := smallTable()
	plain, err := table.PDF()
	if err != nil {
		t.Fatal(err)
	}
	logo := image.NewNRGBA(image.Rect(0, 0, 90, 30))
	for i := range 90 * 30 {
		logo.Set(i%90, i/90, color.NRGBA{uint8(i), 0x63, 0xa8, 0xff})
	}
	table.Issuer.Logo, table.Issuer.Address = logo, []string{"Torstraße 1", "10119 Berlin"}
	raw, err := table.PDF()
	if err != nil || !bytes.Contains(raw, []byte("/Subtype/Image")) || len(raw) <= len(plain) {
		t.Errorf("got %d bytes, %v", len(raw), err)
	}
	save(t, "letterhead.pdf", raw)
}

func newPrinter(table Table) *printer {
	letters := typeface.New()
	return &printer{Table: table.grouped(), letters: letters, breaker: linebreak.New(letters)}
}

// TestWordsDatesAndAmountsAreNotBroken lays out random tables. Each line of each cell consists of
// whole words, and dates and amounts are on one line. Each block fits on its page.
func TestWordsDatesAndAmountsAreNotBroken(t *testing.T) {
	t.Parallel()
	words := rapid.SliceOfN(rapid.StringMatching(`[A-Za-zäß]{1,14}|[A-Z]{2}[0-9]{8,20}|INV-[0-9]{4}-[0-9]{5}`), 0, 25)
	rapid.Check(t, func(t *rapid.T) {
		table := Table{Locale: NewLocale(rapid.SampledFrom([]string{"US", "DE"}).Draw(t, "region"))}
		kinds := []ColumnKind{Text}
		kinds = append(kinds, rapid.SliceOfN(rapid.SampledFrom([]ColumnKind{Text, Date}), 0, 2).Draw(t, "kinds")...)
		for range rapid.IntRange(0, 12).Draw(t, "amounts") {
			kinds = append(kinds, Amount)
		}
		for _, kind := range kinds {
			table.Columns = append(table.Columns, Column{Label: "Closing Balance", Kind: kind})
		}
		for range rapid.IntRange(1, 6).Draw(t, "rows") {
			r := Row{
				Kind:  rapid.SampledFrom([]RowKind{Entry, Heading, Total}).Draw(t, "kind"),
				Level: rapid.IntRange(0, 3).Draw(t, "level"),
			}
			for _, c := range table.Columns {
				cell := map[ColumnKind]string{Date: "2026-09-30", Amount: "-123456789.25"}[c.Kind]
				if c.Kind == Text {
					cell = strings.Join(words.Draw(t, "words"), " ")
				}
				r.Cells = append(r.Cells, cell)
			}
			table.Rows = append(table.Rows, r)
		}
		checkLines(t, newPrinter(table))
	})
}

// checkLines checks the lines of all cells, and that the columns fit on the page.
func checkLines(t *rapid.T, p *printer) {
	for _, p.block = range p.blocks() {
		used := 0.0
		for _, c := range p.block.columns {
			used += c.width
		}
		if used > p.room()+0.01 {
			t.Fatalf("got columns of %.1f points in a room of %.1f", used, p.room())
		}
		p.prepareRows()
		for i, r := range p.Rows {
			for n, c := range p.block.columns {
				text, lines := p.cellText(r, c.index), p.rows[i].lines[n]
				if p.Columns[c.index].Kind != Text && len(lines) != 1 {
					t.Fatalf("got %q, want one line", lines)
				}
				if joined := strings.Join(lines, ""); joined != text && len(lines) < maxLines {
					t.Fatalf("got %q, want the words of %q", joined, text)
				}
			}
		}
	}
}
