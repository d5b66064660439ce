//go:build oracle

package paper

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

// TestPDFTextIsExtractable reads a PDF with an independent program and finds names in several
// scripts, wrapped text, and all columns of a wide table.
func TestPDFTextIsExtractable(t *testing.T) {
	t.Parallel()
	wide := Table{
		Organization: "Żółw שלום 株", Columns: []Column{{Label: "Account"}},
		Rows: []Row{{Cells: []string{strings.Repeat("word ", 60) + "end"}}},
	}
	for i := range 36 {
		wide.Columns = append(wide.Columns, Column{Label: fmt.Sprint("Month", i), Amount: true})
		wide.Rows[0].Cells = append(wide.Rows[0].Cells, fmt.Sprintf("-%d000.25", i+1))
	}
	raw, err := wide.PDF()
	if err != nil {
		t.Fatal(err)
	}
	read := exec.CommandContext(t.Context(), "pdftotext", "-layout", "-", "-")
	read.Stdin = bytes.NewReader(raw)
	text, err := read.Output()
	if errors.Is(err, exec.ErrNotFound) {
		t.Fatal("pdftotext is missing; on Debian and Ubuntu: apt-get install poppler-utils")
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		"Żółw", "\ufffd", "could not be shown in PDF", "Han.", "Month0", "Month35", "−1,000.25", "−36,000.25", "end",
		"Page 1 of ",
	} {
		if !strings.Contains(string(text), part) {
			t.Errorf("got %s, want %q in it", text, part)
		}
	}
}
