package csvfile

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestOwnAccountsAreSeparateStatements reads a file with the rows of two accounts, each with its
// balances.
func TestOwnAccountsAreSeparateStatements(t *testing.T) {
	t.Parallel()
	file := readText(t, "Account Number,Date,Description,Amount,Balance\n"+
		"12-34 5678,2026-01-05,Tea,-1.00,9.00\n99887766,2026-01-05,Rent,-50.00,50.00\n"+
		"12345678,2026-01-06,Pay,5.00,14.00\n99887766,2026-01-07,Tea,-2.00,48.00\n")
	if len(file.Statements) != 2 || file.Layout.BalanceCheck != BalancesConsistent ||
		!slices.Equal(file.Layout.Columns[0].Uses, []ColumnUse{AccountColumn}) {
		t.Fatalf("got %+v", file)
	}
	for n, want := range []struct {
		number           string
		opening, closing int64
		to               string
		lines            []int
	}{
		{"12-34 5678", 1000, 1400, "2026-01-06", []int{1, 3}}, {"99887766", 10000, 4800, "2026-01-07", []int{2, 4}},
	} {
		s := file.Statements[n]
		if s.AccountNumber != want.number || s.OpeningBalance.Amount != want.opening || !s.AddsUp() ||
			s.LedgerBalance.Amount != want.closing || s.To != day(t, want.to) ||
			s.Lines[0].Number != want.lines[0] || s.Lines[1].Number != want.lines[1] {
			t.Errorf("got %+v, want %+v", s, want)
		}
	}
}

// TestKnownLayoutNamesOwnAccount reads a file of two accounts in the layout of a program, whose
// column has the name that others give to the account of the other side.
func TestKnownLayoutNamesOwnAccount(t *testing.T) {
	t.Parallel()
	file := readText(t, "#,Account,Date,Value Date,Amount,Currency,Name,Number,Bank,Reason,Category,Subcategory,Tags,Note,"+
		"Ultimate Receiver Name,Original Amount,Compensation Amount,Exchange Rate,Posting Key,Posting Text,Purpose Code,"+
		"SEPA Reference,Client Reference,Mandate Identification,Originator Identifier\n"+
		"1,DE81254326973657190105,2/8/19,2/8/19,\"-63,89\",EUR,Shell,DE33674643548447246470,,Gas,,,,,,,,,,,,,,,\n"+
		"2,DE99254326973657190106,2/9/19,2/9/19,\"-5,00\",EUR,Aral,DE33674643548447246470,,Gas,,,,,,,,,,,,,,,\n")
	if len(file.Statements) != 2 || file.Statements[1].AccountNumber != "DE99254326973657190106" {
		t.Errorf("got %+v", file)
	}
}

// TestWorstBalancesAreReported reads two accounts, of which the balances of the first contradict
// its amounts.
func TestWorstBalancesAreReported(t *testing.T) {
	t.Parallel()
	file := readText(t, "Account No,Date,Description,Amount,Balance\n1111,2026-01-05,a,1.00,9.00\n"+
		"1111,2026-01-06,b,1.00,3.00\n2222,2026-01-05,c,-1.00,9.00\n2222,2026-01-06,d,-2.00,7.00\n")
	if file.Layout.BalanceCheck != BalancesContradicted || file.Statements[0].OpeningBalance != nil ||
		file.Statements[1].OpeningBalance == nil {
		t.Errorf("got %+v", file)
	}
}

// TestOtherColumnsAreNoAccount reads files in which a column is named like one of the own account,
// or holds numbers, but names no account of the file.
func TestOtherColumnsAreNoAccount(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		column string
		cells  []string
		want   string // the only account's number
	}{
		"the own account":       {"Account Number", []string{"1234", "1234", "1234", "1234"}, "1234"},
		"a masked number":       {"Account Number", []string{"****1234", "****1234"}, "****1234"},
		"an IBAN":               {"Auftragskonto", []string{"DE89 3704 0044 0532 0130 00"}, "DE89 3704 0044 0532 0130 00"},
		"another in most rows":  {"Account Number", []string{"1111", "2222", "3333", "1111"}, ""},
		"digits at the limits":  {"Account Number", []string{"9009", "9009"}, "9009"},
		"half letters":          {"Account Number", []string{"ABCD1234", "ABCD1234"}, "ABCD1234"},
		"mostly letters":        {"Account Number", []string{"ABCDE1234", "ABCDE1234"}, ""},
		"a name":                {"Account Number", []string{"Checking 1234", "Checking 1234"}, ""},
		"a short number":        {"Account Number", []string{"123", "123"}, ""},
		"with marks":            {"Account Number", []string{"1234#", "1234#"}, ""},
		"a row without one":     {"Account Number", []string{"1234", ""}, ""},
		"the other side's name": {"IBAN", []string{"1234", "1234"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			rows := c.column + ",Date,Description,Amount\n"
			for n, cell := range c.cells {
				rows += fmt.Sprintf("%s,2026-01-%02d,Tea,-1.00\n", cell, n+1)
			}
			file := readText(t, rows)
			if len(file.Statements) != 1 || file.Statements[0].AccountNumber != c.want {
				t.Errorf("got %+v, want one statement of %q", file.Statements, c.want)
			}
			if isUsed := slices.Contains(file.Layout.Columns[0].Uses, AccountColumn); isUsed != (c.want != "") {
				t.Errorf("got the uses %v", file.Layout.Columns[0].Uses)
			}
		})
	}
}

// TestFewRowsMayBeOfSeveralAccounts reads a short file in which each row is of another account.
func TestFewRowsMayBeOfSeveralAccounts(t *testing.T) {
	t.Parallel()
	rows := "Account Number,Date,Description,Amount\n"
	for n := range 4 {
		rows += strings.Repeat(fmt.Sprint(n+1), 4) + ",2026-01-05,Tea,-1.00\n"
		want := n + 1
		if n == 3 {
			want = 1 // then the numbers are those of the other side
		}
		if got := len(readText(t, rows).Statements); got != want {
			t.Errorf("%d rows: got %d statements, want %d", n+1, got, want)
		}
	}
}
