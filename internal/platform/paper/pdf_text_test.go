//go:build oracle

package paper

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// run runs a program of Poppler or qpdf on a file and returns what it prints.
func run(t interface {
	Fatal(...any)
	Helper()
}, raw []byte, name string, args ...string) string {
	t.Helper()
	program := exec.Command(name, append(args, "-")...)
	if name == "pdftotext" {
		program.Args = append(program.Args, "-")
	}
	program.Stdin = bytes.NewReader(raw)
	text, err := program.CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		t.Fatal(name, " is missing; on Debian and Ubuntu: apt-get install poppler-utils")
	}
	if err != nil {
		t.Fatal(name, ": ", err, string(text))
	}
	return string(text)
}

// TestPDFTextIsExtractable reads a PDF with an independent program and finds names in several
// scripts, wrapped text, and all columns of a wide table.
func TestPDFTextIsExtractable(t *testing.T) {
	t.Parallel()
	wide := Table{
		Issuer: Issuer{Name: "Żółw שלום 株式会社 कार्यालय ค่าน้ำมัน مصروفات 😀"}, Columns: []Column{{Label: "Account"}},
		Rows: []Row{{Cells: []string{strings.Repeat("word ", 60) + "end"}}},
	}
	for i := range 36 {
		wide.Columns = append(wide.Columns, Column{Label: fmt.Sprint("Month", i), Kind: Amount})
		wide.Rows[0].Cells = append(wide.Rows[0].Cells, fmt.Sprintf("-%d000.25", i+1))
	}
	raw, err := wide.PDF()
	if err != nil {
		t.Fatal(err)
	}
	text := run(t, raw, "pdftotext", "-layout")
	for _, part := range []string{
		"Żółw", "שלום", "株式会社", "कार्यालय", "ค่าน้ำมัน", "مصروفات", "😀", "Month0", "Month35", "−1,000.25", "−36,000.25",
		"end", "Page 1 of ",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("got %s, want %q in it", text, part)
		}
	}
}

// TestPDFIsTagged reads the structure of a ledger of several pages: its title, its language, and a
// table whose rows are complete, with headers.
func TestPDFIsTagged(t *testing.T) {
	t.Parallel()
	raw, err := ledgerTable("US", 10).PDF()
	if err != nil {
		t.Fatal(err)
	}
	info := run(t, raw, "pdfinfo")
	for _, want := range []string{`Title: +General Ledger`, `Tagged: +yes`, `Page size: +612 x 792 pts \(letter\)`} {
		if !regexp.MustCompile(want).MatchString(info) {
			t.Errorf("got %s, want %s", info, want)
		}
	}
	structure := run(t, raw, "pdfinfo", "-struct-text")
	for _, want := range []string{
		`H1 \(block\)\s+"General Ledger"`, `TH:?\s+/Scope /Column\s+"Date"`,
		`TH:?\s+/Scope /Row\s+/ColSpan 6\s+"1000 Checking"`,
		`TD\s+"INV-2026-00000"`, `"Card payment at 1000 Checking, ordered by Ms. Dos Santos"`,
	} {
		if !regexp.MustCompile(want).MatchString(structure) {
			t.Errorf("got %.3000s, want %s", structure, want)
		}
	}
	if rows := len(regexp.MustCompile(`(?m)^ +TR`).FindAllString(structure, -1)); rows != 1+8*14 {
		t.Errorf("got %d rows, want the labels and 14 rows for each of 8 accounts", rows)
	}
	for _, page := range []string{"Page 1 of", "(continued)", "Generated on"} {
		if strings.Contains(structure, page) {
			t.Errorf("%q is part of the structure, want decoration only", page)
		}
	}
}

// TestWordsOfPDFAreWhole prints random tables and finds each word, date and amount in the text that
// an independent program extracts.
func TestWordsOfPDFAreWhole(t *testing.T) {
	t.Parallel()
	word := rapid.StringMatching(`[A-Za-z]{1,16}|[A-Z]{2}[0-9]{4,18}`)
	rapid.Check(t, func(t *rapid.T) {
		table := Table{
			Title: "Random", Locale: NewLocale("DE"),
			Columns: []Column{{Label: "Name"}, {Label: "Day", Kind: Date}, {Label: "Code"}},
		}
		for range rapid.IntRange(1, 9).Draw(t, "amounts") {
			table.Columns = append(table.Columns, Column{Label: "Amount", Kind: Amount})
		}
		var want []string
		for range rapid.IntRange(1, 80).Draw(t, "rows") {
			words := rapid.SliceOfN(word, 1, 12).Draw(t, "words")
			code := word.Draw(t, "code")
			want = append(append(want, words...), code)
			r := Row{Cells: []string{strings.Join(words, " "), "2026-09-28", code}}
			for range table.Columns[3:] {
				r.Cells = append(r.Cells, "-1234567.25")
			}
			table.Rows = append(table.Rows, r)
		}
		raw, err := table.PDF()
		if err != nil {
			t.Fatal(err)
		}
		text := run(t, raw, "pdftotext", "-raw")
		found := map[string]int{}
		for _, w := range strings.Fields(text) {
			found[w]++
		}
		for _, w := range want {
			if found[w] == 0 {
				t.Fatalf("%q is not a word of %s", w, text)
			}
		}
		if n := strings.Count(text, "28 Sep 2026"); n < len(table.Rows) {
			t.Fatalf("got %d whole dates, want %d", n, len(table.Rows))
		}
		if n := found["−1,234,567.25"]; n != len(table.Rows)*(len(table.Columns)-3) {
			t.Fatalf("got %d whole amounts, want %d", n, len(table.Rows)*(len(table.Columns)-3))
		}
	})
}
