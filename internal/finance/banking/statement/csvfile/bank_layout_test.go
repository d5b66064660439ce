package csvfile

import (
	"cmp"
	"encoding/csv"
	"strings"
	"testing"

	"backoffice/internal/platform/money"
)

// writeTable writes rows as CSV.
func writeTable(t interface{ Fatal(...any) }, rows ...[]string) []byte {
	var out strings.Builder
	w := csv.NewWriter(&out)
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return []byte(out.String())
}

// TestBankLayoutsReadTheirSamples reads the sample row of each bank, and checks that all columns of
// the layouts exist.
func TestBankLayoutsReadTheirSamples(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(bankLayoutLines), "\n")
	if layouts := loadBankLayouts(); len(layouts) != len(lines) {
		t.Errorf("got %d headers in %d lines, want each once", len(layouts), len(lines))
	}
	for _, b := range loadBankLayouts() {
		t.Run(b.Bank, func(t *testing.T) {
			checkBankLayout(t, b)
		})
	}
}

func checkBankLayout(t *testing.T, b bankLayout) {
	t.Helper()
	places, missing := b.layout().locate(b.Header)
	if b.Source == "" || len(missing) > 0 || !places.isUsable() {
		t.Fatalf("got the source %q and the missing columns %q", b.Source, missing)
	}
	for name := range b.Columns {
		if !strings.Contains(allUses(), name+" ") {
			t.Errorf("%q is not the use of a column", name)
		}
	}
	if len(b.Sample) == 0 {
		return
	}
	options := Options{CurrencyCode: cmp.Or(b.SampleCurrency, "EUR"), Today: day(t, "2026-12-31")}
	file, err := Read(t.Context(), writeTable(t, b.Header, b.Sample), options)
	if err != nil {
		t.Fatalf("%v: %q", err, b.Sample)
	}
	if file.Layout.Bank != b.Bank {
		t.Errorf("got the bank %q", file.Layout.Bank)
	}
	got := file.Statements[0].Lines
	if b.SampleDate == "" {
		if len(got)+len(file.Problems) > 0 || file.Layout.LeftOutRows != 1 {
			t.Errorf("got %+v, want the row left out", file)
		}
		return
	}
	if len(got) != 1 || len(file.Problems) > 0 {
		t.Fatalf("got %+v for %q", file.Problems, b.Sample)
	}
	want, err := money.Parse(b.SampleAmount, options.CurrencyCode)
	if err != nil || got[0].Date != day(t, b.SampleDate) || got[0].Amount != want {
		t.Errorf("got %s and %d, want %s and %s: %q", got[0].Date, got[0].Amount, b.SampleDate, b.SampleAmount, b.Sample)
	}
}

func allUses() string {
	var names strings.Builder
	for use := range columnUses {
		names.WriteString(use.String() + " ")
	}
	return names.String()
}
