package statement

import "testing"

// TestCounterpartyAccounts reads the counterparty's account from each format that contains it.
func TestCounterpartyAccounts(t *testing.T) {
	l := readFixture(t, "camt053/camt053.v4.xml").Statements[0].Lines[0]
	if l.CounterpartyAccount != "NL56AGDH9619008421" {
		t.Errorf("camt.053: got %+v", l)
	}
	l = readFixture(t, "mt940/betterplace-sepa_snippet.sta").Statements[0].Lines[0]
	if l.CounterpartyAccount != "DE14508800500194785000" {
		t.Errorf("MT940: got %+v", l)
	}
	details := parseDutchDetails("/BENM//NAME/Cost & Co/IBAN/NL08DEUT0319809633/REMI/20121227/")
	if got := [3]string{details.text, details.name, details.account}; got !=
		[3]string{"20121227", "Cost & Co", "NL08DEUT0319809633"} {
		t.Errorf("MT940, Dutch: got %q", got)
	}
	for fields, want := range map[string]string{
		"<BANKACCTTO><BANKID>9<ACCTID>5678<ACCTTYPE>SAVINGS</BANKACCTTO>": "5678",
		"<CCACCTTO><ACCTID>4111</CCACCTTO>":                               "4111",
		"":                                                                "",
	} {
		if l := onlyLine(t, read(t, card(transaction(bookedFields+fields)))); l.CounterpartyAccount != want {
			t.Errorf("OFX, %s: got %q, want %q", fields, l.CounterpartyAccount, want)
		}
	}
	for header, want := range map[string]string{
		"Counterparty IBAN": "DE02", "Kontonummer/IBAN": "DE02", "Tegenrekening IBAN/BBAN": "DE02", "IBAN": "",
	} {
		content := "Date,Name," + header + ",Amount\n2026-01-05,Ann,DE02,1.00\n"
		file, err := Read(t.Context(), []byte(content), Options{CurrencyCode: "EUR"})
		if err != nil {
			t.Fatal(err)
		}
		if l := onlyLine(t, file); l.CounterpartyAccount != want {
			t.Errorf("CSV, %s: got %q, want %q", header, l.CounterpartyAccount, want)
		}
	}
	layout := CSVLayout{Columns: CSVColumns{CounterpartyAccountColumn: {"ann's"}}}
	file, err := Read(t.Context(), []byte("Date,Ann's,Amount\n2026-01-05,DE02,1.00\n"),
		Options{CurrencyCode: "EUR", Layout: layout})
	if err != nil || onlyLine(t, file).CounterpartyAccount != "DE02" {
		t.Errorf("CSV with a layout: got %+v, %v", file, err)
	}
}
