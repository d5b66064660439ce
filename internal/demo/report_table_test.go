package demo

import (
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
)

func TestGroupThousandsAddsSeparators(t *testing.T) {
	t.Parallel()
	for amount, want := range map[string]string{
		"0.00": "0.00", "999.99": "999.99", "1000.00": "1,000.00", "-1234567.80": "-1,234,567.80", "123456": "123,456",
		"-100.00": "-100.00",
	} {
		if got := groupThousands(amount); got != want {
			t.Errorf("grouped(%q) = %q, want %q", amount, got, want)
		}
	}
}

func TestTableAlignsColumns(t *testing.T) {
	t.Parallel()
	row := func(label, amount string, under ...*financev1.ReportRow) *financev1.ReportRow {
		return &financev1.ReportRow{
			Label: label, Amounts: []*typev1.Money{{Amount: amount, CurrencyCode: "CAD"}}, Rows: under,
		}
	}
	statement := table{title: "Statement", columns: []string{"CAD"}}
	statement.addRows([]*financev1.ReportRow{
		row("Income", "12000.00", row("Café sales", "12000.00")), {Label: "Expenses"},
	}, 0)
	want := `Statement           CAD
------------  ---------
Income        12,000.00
  Café sales  12,000.00
Expenses`
	if got := statement.text(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
