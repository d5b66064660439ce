package csvfile

import (
	"errors"
	"strings"
	"testing"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/datetext"
)

// TestBalancesAreCompared reports whether the balances follow from the amounts.
func TestBalancesAreCompared(t *testing.T) {
	for name, c := range map[string]struct {
		rows string
		want BalanceCheck
		warn string
	}{
		"consistent":   {"2026-01-05,1.00,11.00\n2026-01-06,-2.00,9.00\n", BalancesConsistent, ""},
		"newest first": {"2026-01-06,-2.00,9.00\n2026-01-05,1.00,11.00\n", BalancesConsistent, ""},
		"opposite": {"2026-01-05,1.00,9.00\n2026-01-06,2.00,7.00\n2026-01-07,-3.00,10.00\n",
			BalancesOpposite, "reversed"},
		"contradicted": {"2026-01-05,1.00,11.00\n2026-01-06,-2.00,9.00\n2026-01-07,3.00,13.00\n",
			BalancesContradicted, "line 4"},
		"one line":   {"2026-01-05,1.00,11.00\n", BalancesUnchecked, ""},
		"unreadable": {"2026-01-05,1.00,11.00\n2026-01-06,x,9.00\n2026-01-07,3.00,12.00\n", BalancesUnchecked, ""},
	} {
		file, _ := readAmounts(t, "Date,Amount,Balance\n"+c.rows, Layout{})
		if file.Layout.BalanceCheck != c.want || !strings.Contains(strings.Join(file.Warnings, " "), c.warn) {
			t.Errorf("%s: got %q and %q", name, file.Layout.BalanceCheck, file.Warnings)
		}
	}
}

// TestCardChargesAreRecognizedOrAsked reads cards whose charges are positive.
func TestCardChargesAreRecognizedOrAsked(t *testing.T) {
	const charges = "Date,Description,Amount\n2026-01-05,Tea,4.50\n2026-01-06,Paper,5.00\n"
	card := Options{CurrencyCode: "USD", Card: true}
	if _, err := Read(t.Context(), []byte(charges), card); !errors.Is(err, statement.ErrAmbiguous) {
		t.Errorf("charges alone: got %v, want a question", err)
	}
	file, err := Read(t.Context(), []byte(charges+"2026-01-07,ONLINE PAYMENT - THANK YOU,-9.50\n"), card)
	if err != nil || file.Statements[0].Lines[0].Amount != -450 || file.Statements[0].Lines[2].Amount != 950 ||
		!file.Layout.MoneyOutPositive {
		t.Errorf("with a payment: got %+v, %v", file, err)
	}
	card.Layout = Layout{IsTold: true}
	if file, err = Read(t.Context(), []byte(charges), card); err != nil || file.Statements[0].Lines[0].Amount != 450 {
		t.Errorf("with a profile: got %+v, %v", file, err)
	}
}

// TestLayoutIsReported names what each column was read as, and columns with the same name.
func TestLayoutIsReported(t *testing.T) {
	file, _ := readAmounts(t, "\nDatum;Valuta;Betrag (EUR);Text;Extra;Mandat;Leer\n"+
		"25.02.2026;27.02.2026;-1.012,50;A;Café;DE123;\n", Layout{})
	l := file.Layout
	uses := make([]string, len(l.Columns))
	for i, c := range l.Columns {
		for _, use := range c.Uses {
			uses[i] += use.String()
		}
	}
	if got := strings.Join(uses, " "); got != "DATE  AMOUNT DESCRIPTION DETAIL DETAIL " {
		t.Errorf("got the columns %q", got)
	}
	if l.Delimiter != ";" || l.Charset != "UTF-8" || l.DecimalMark != "," ||
		l.DateOrder != datetext.DayMonthYear || l.HeaderLine != 2 ||
		l.DateOrderBasis != Shown || l.SignBasis != Assumed {
		t.Errorf("got %+v", l)
	}
	line := file.Statements[0].Lines[0]
	if line.Details != "Extra: Café\nMandat: DE123" || line.Description != "A" {
		t.Errorf("got %q, %q", line.Description, line.Details)
	}
	const twice = "Date,Amount,Amount\n2026-01-05,1.00,"
	options := Options{CurrencyCode: "EUR"}
	if _, err := Read(t.Context(), []byte(twice+"2.00\n"), options); !errors.Is(err, statement.ErrAmbiguous) {
		t.Errorf("two different amounts: got %v", err)
	}
	if file, _ := readAmounts(t, twice+"1.00\n", Layout{}); len(file.Warnings) != 1 {
		t.Errorf("two equal amounts: got %q", file.Warnings)
	}
}

// TestDescriptionsInSeveralColumnsAreJoined joins columns that a number tells apart.
func TestDescriptionsInSeveralColumnsAreJoined(t *testing.T) {
	const content = "Datum,Bedrag,Omschrijving-1,Omschrijving-2\n2026-01-05,\"-1,50\",RENTE,LENING\n"
	file, _ := readAmounts(t, content, Layout{})
	if got := file.Statements[0].Lines[0].Description; got != "RENTE LENING" {
		t.Errorf("got %q", got)
	}
}

// TestAmountsOfAnotherCurrencyAreProblems checks the currency beside an amount, in a column, and in
// a column's name.
func TestAmountsOfAnotherCurrencyAreProblems(t *testing.T) {
	for _, content := range []string{
		"Date,Amount\n2026-01-05,$1.00\n", "Date,Amount\n2026-01-05,1.00 USD\n",
		"Date,Amount,Currency\n2026-01-05,1.00,GBP\n",
		"Date,Amount,Currency\n2026-01-05,1.00,£\n",
		"Date,Amount\n2026-01-05,1\x002.00\n", "Date,Amount\n2026-01-05,\"1\n2\"\n",
	} {
		if file, _ := readAmounts(t, content, Layout{}); len(file.Problems) != 1 {
			t.Errorf("%q: got %+v, want a problem", content, file)
		}
	}
	file, _ := readAmounts(t, "Date,Amount (USD)\n2026-01-05,1.00\n", Layout{})
	if file.Statements[0].CurrencyCode != "USD" {
		t.Errorf("got %+v", file.Statements)
	}
	file, _ = readAmounts(t, "Date,Amount,Currency\n2026-01-05,1.00 €,EUR\n", Layout{})
	if len(file.Problems) != 0 {
		t.Errorf("got %+v", file.Problems)
	}
}

// TestFeesReduceTheAmount takes the fee of a bank that states it beside the amount.
func TestFeesReduceTheAmount(t *testing.T) {
	layout := Layout{Columns: Columns{FeeColumn: {"Fee"}}, IsTold: true}
	file, amounts := readAmounts(t, "Date,Amount,Fee,Balance\n2026-01-05,-10.00,0.50,89.50\n2026-01-06,5.00,,94.50\n"+
		"2026-01-07,5.00,x,99.50\n", layout)
	if len(amounts) != 2 || amounts[0] != -1050 || amounts[1] != 500 || len(file.Problems) != 1 ||
		file.Layout.BalanceCheck != BalancesConsistent {
		t.Errorf("got %v, %+v and %+v", amounts, file.Problems, file.Layout)
	}
}

// TestBankIsKnownByItsHeader takes the order of dates from a bank that is known by its header,
// unless the dates show another.
func TestBankIsKnownByItsHeader(t *testing.T) {
	const header = "Transaction Date,Transaction Description,Withdrawal,Deposit,Available Balance\n"
	for rows, want := range map[string]struct {
		day   string
		basis Basis
	}{
		"03/02/2026,a,1.00,,5.00\n": {"2026-02-03", Known}, "02/13/2026,a,1.00,,5.00\n": {"2026-02-13", Shown},
	} {
		file, _ := readAmounts(t, header+rows, Layout{})
		if l := file.Statements[0].Lines; len(l) != 1 || l[0].Date != day(t, want.day) || file.Layout.Bank == "" ||
			file.Layout.DateOrderBasis != want.basis {
			t.Errorf("%s: got %+v and %+v", rows, l, file.Layout)
		}
	}
}
