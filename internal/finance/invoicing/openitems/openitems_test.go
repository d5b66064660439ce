package openitems

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/datetext"
)

// read returns the rows of a file as texts, followed by its problems and skipped lines.
func read(t *testing.T, content string, order datetext.Order) []string {
	t.Helper()
	today, err := calendar.ParseDate("2027-01-15")
	if err != nil {
		t.Fatal(err)
	}
	f, err := Read(t.Context(), []byte(content), Options{Currency: "EUR", Order: order, Today: today})
	if err != nil {
		return []string{err.Error()}
	}
	var out []string
	for _, r := range f.Rows {
		row := fmt.Sprintln(r.Number, r.Customer, r.Date, r.DueDate, r.Minor, r.Currency, r.Rate)
		out = append(out, strings.TrimSpace(row))
	}
	for _, p := range f.Problems {
		out = append(out, fmt.Sprintf("%d: %s", p.Line, p.Message))
	}
	for _, p := range f.PassedOver {
		out = append(out, fmt.Sprintf("passed over %d", p.Line))
	}
	return append(out, f.UnknownColumns...)
}

// TestFilesOfPrograms reads lists as programs export them.
func TestFilesOfPrograms(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		content string
		order   datetext.Order
		want    []string
	}{
		"plain": {
			"Number,Customer,Date,Due date,Open amount\nA-1,Cafe,2026-11-20,2026-12-20,1250.00\n", "",
			[]string{"A-1 Cafe 2026-11-20 2026-12-20 125000 EUR"},
		},
		"Xero": {
			"ContactName,InvoiceNumber,InvoiceDate,DueDate,Total,InvoiceAmountDue,Currency\n" +
				"Cafe,INV-1,20/11/2026,20/12/2026,500.00,250.00,GBP\n", "",
			[]string{"INV-1 Cafe 2026-11-20 2026-12-20 25000 GBP", "Total"},
		},
		"German": {
			"Offene Posten\n\nBelegnummer;Kunde;Belegdatum;Fälligkeit;Offen\n" +
				"R1;Café;20.11.2026;20.12.2026;1.250,50\n;;;Summe;1.250,50\n",
			"", []string{"R1 Café 2026-11-20 2026-12-20 125050 EUR", "passed over 5"},
		},
		"decimal comma": {
			"Nummer;Kunde;Datum;Offen;Währung;Kurs\nR1;Cafe\u0301;20.11.2026;1.250,50;USD;1,0842\n", "",
			[]string{"R1 Café 2026-11-20 2026-11-20 125050 USD 1.0842"},
		},
		"American order": {
			"Num,Name,Date,Open Balance,Exchange rate\n7,Cafe,03/04/2026,\"1,250.00\",1.1\n", datetext.MonthDayYear,
			[]string{"7 Cafe 2026-03-04 2026-03-04 125000 EUR 1.1"},
		},
		"credit and paid": {
			"Number,Customer,Date,Open amount\nC-1,Cafe,2026-11-20,-80.00\nP-1,Cafe,2026-11-20,0.00\n", "",
			[]string{"C-1 Cafe 2026-11-20 2026-11-20 -8000 EUR", "passed over 3"},
		},
		"ambiguous": {
			"Number,Customer,Date,Open amount\n7,Cafe,03/04/2026,10.00\n", "",
			[]string{"the order of day and month is ambiguous in the file; set the order of dates"},
		},
		"wrong rows": {
			"Number,Customer,Date,Currency,Open amount\n,Cafe,2026-11-20,EUR,1\n7,Cafe,never,EUR,1\n8,Cafe,2026-11-20,XXQ,1\n" +
				"9,Cafe,2026-11-20,EUR,many\n10,Cafe,2026-11-20,EUR,1.005\n", "",
			nil,
		},
		"no header": {"1,2,3\n4,5,6\n", "", []string{ErrHeader.Error()}},
		"empty":     {"", "", []string{"the file is empty"}},
	} {
		got := read(t, c.content, c.order)
		if c.want == nil {
			if len(got) != 5 || slices.ContainsFunc(got, func(s string) bool { return !strings.Contains(s, ": ") }) {
				t.Errorf("%s: got %q, want a problem of each row", name, got)
			}
			continue
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
