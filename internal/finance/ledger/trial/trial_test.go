package trial

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"backoffice/internal/platform/sheet"
)

// readText reads a file and formats its balances and problems.
func readText(t *testing.T, content, currency string, dimensions ...string) string {
	t.Helper()
	b, err := Read(t.Context(), []byte(content), currency, dimensions)
	if err != nil {
		return err.Error()
	}
	var out []string
	for _, r := range b.Rows {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%d %s|%s|%s %d", r.Line, r.Code, r.Name, r.Kind, r.Minor)))
	}
	for _, p := range b.Problems {
		out = append(out, fmt.Sprintf("%d! %s", p.Line, p.Message))
	}
	return strings.Join(out, "; ")
}

// TestReadsFilesOfOtherPrograms reads trial balances in the formats of other programs.
func TestReadsFilesOfOtherPrograms(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"Xero": {
			"Trial Balance\nAcme Ltd\nAs at 31 December 2025\n\n" +
				"Account Code,Account,Account Type,Debit - Year to date,Credit - Year to date\n" +
				"090,Checking,Bank,\"1,250.00\",\n200,Sales,Revenue,,\"1,250.00\"\n,Total,,\"1,250.00\",\"1,250.00\"\n",
			"6 090|Checking|Bank 125000; 7 200|Sales|Revenue -125000",
		},
		"Xero, months beside": {
			"Account,Debit,Credit,YTD Debit,YTD Credit\n" +
				"Revenue\nSales (200),,10.00,,120.00\nChecking (090),10.00,,120.00,\n",
			"3 |Sales (200)| -12000; 4 |Checking (090)| 12000",
		},
		"QuickBooks": {
			"Acme\nTrial Balance\n\n,Debit,Credit\n1000 Checking,\"$1,250.00\",\n3000 Equity,,\"1,250.00\"\n" +
				"TOTAL,\"$1,250.00\",\"$1,250.00\"\n\n\"Friday, Jan 2, 2026 - Accrual Basis\"\n",
			"5 |1000 Checking| 125000; 6 |3000 Equity| -125000",
		},
		"German": {
			"Konto;Bezeichnung;Soll;Haben\n1200;Bank;1.250,00;\n0800;Kapital;;1.250,00\nSumme;;1.250,00;1.250,00\n",
			"2 1200|Bank| 125000; 3 0800|Kapital| -125000",
		},
		"one signed balance": {
			"Code\tAccount\tBalance\n1000\tBank\t12.00\n3000\tEquity\t(12.00)\n4000\tOld\t-\n",
			"2 1000|Bank| 1200; 3 3000|Equity| -1200",
		},
		"sides as letters": {
			"Code,Account,Balance\n1000,Bank,12.00 DR\n3000,Equity,12.00 CR\n1200,Bank,5.00 S\n0800,Kapital,5.00 H\n",
			"2 1000|Bank| 1200; 3 3000|Equity| -1200; 4 1200|Bank| 500; 5 0800|Kapital| -500",
		},
		"negative debits":     {"Account,Debit,Credit\nBank,-5.00,\nEquity,,-5.00\n", "2 |Bank| -500; 3 |Equity| 500"},
		"account as a number": {"Account,Account Name,Balance\n1000,Bank,1.00\n", "2 1000|Bank| 100"},
		"invalid rows": {"Account,Debit,Credit\nBank,1E5,\nEquity,3.00,4.00\n,1.00,\nSales,1.234,\n",
			"2! is not an amount; 3! has a debit and a credit; 4! has no account; " +
				"5! too many digits after the point: \"1.234\"; USD has 2"},
		"missing row": {"Account,Debit,Credit\nBank,5.00,\nTotal,5.00,5.00\n",
			"2 |Bank| 500; 3! has totals of 5.00 and 5.00, but the rows above it add up to 5.00 and 0.00"},
		"no header": {"1000,5.00\n", ErrHeader.Error()},
		"no rows":   {"Account,Debit,Credit\nBank,,\nTotal,0.00,0.00\n", "it has no row with a balance"},
	} {
		if got := readText(t, c.content, "USD"); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
	}
}

func TestDimensionsAndForeignBalances(t *testing.T) {
	b, err := Read(t.Context(),
		[]byte("Account,Project,Currency,Foreign balance,Balance,Remark\n"+
			"Euro account,Apollo,EUR,100.00,110.00,x\nEquity,,,,-110.00,\n"),
		"USD", []string{"Project", "Place"})
	if err != nil || len(b.Rows) != 2 || !slices.Equal(b.UnknownColumns, []string{"Remark"}) {
		t.Fatalf("got %v, %v", b, err)
	}
	minor, ok, err := b.Rows[0].ForeignBalance("EUR")
	if !ok || err != nil || minor != 10000 || b.Rows[0].Currency != "EUR" || b.Rows[0].Values["Project"] != "Apollo" ||
		len(b.Rows[1].Values) != 0 {
		t.Errorf("got %d, %v, %v, %v", minor, ok, err, b.Rows)
	}
	if _, ok, _ := b.Rows[1].ForeignBalance("EUR"); ok {
		t.Error("got a foreign balance for a row without one")
	}
}

func TestRowsWithoutBalanceAreSkipped(t *testing.T) {
	b, err := Read(t.Context(),
		[]byte("Account,Debit,Credit\nAssets\nBank,5.00,\nOld bank,0.00,\nTotal for Assets,5.00,\n"), "USD", nil)
	if err != nil || len(b.Rows) != 1 || len(b.Skipped) != 3 {
		t.Fatalf("got %v, %v", b, err)
	}
	for i, want := range []string{"it has no balance", "its balance is zero", "it is a total"} {
		if b.Skipped[i].Cause != want {
			t.Errorf("got %v, want %s", b.Skipped[i], want)
		}
	}
	long := "Account,Balance\n" + strings.Repeat("Bank,1.00\n", maxBalances+1)
	if _, err := Read(t.Context(), []byte(long), "USD", nil); !errors.Is(err, sheet.ErrLimit) {
		t.Errorf("got %v", err)
	}
	if _, err := Read(t.Context(), nil, "USD", nil); err == nil || errors.Is(err, ErrHeader) {
		t.Errorf("got %v", err)
	}
}
