//go:build oracle

package oracle_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"backoffice/internal/platform/calendar"
)

func dec(t *testing.T, text string) decimal.Decimal {
	t.Helper()
	d, err := decimal.NewFromString(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// amountOf parses "-12.50 USD" or 0.
func amountOf(t *testing.T, text string) decimal.Decimal {
	t.Helper()
	number, _, _ := strings.Cut(strings.TrimSpace(strings.ReplaceAll(text, ",", "")), " ")
	return dec(t, number)
}

// key returns the normalized name of an account: its code, or the letters of its name.
func key(code, name string) string {
	if code != "" {
		return code
	}
	return strings.Map(func(r rune) rune {
		if r < 128 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return r
		}
		return -1
	}, name)
}

// keyOf returns the key of account names such as "assets:1000 Checking" and
// "Assets:A1000-Checking".
func keyOf(account string) string {
	_, name, _ := strings.Cut(account, ":")
	name = strings.TrimPrefix(name, "A")
	if len(name) >= 4 && strings.Trim(name[:4], "0123456789") == "" {
		return name[:4]
	}
	// Accounts with the same name are distinguished by a suffix of twelve characters.
	if i := strings.LastIndex(name, "-"); i >= 0 && len(name)-i == 13 {
		name = name[:i]
	}
	return key("", name)
}

func rowsOf(t *testing.T, text string) [][]string {
	t.Helper()
	reader := csv.NewReader(strings.NewReader(text))
	reader.FieldsPerRecord = -1
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func hledgerBalances(t *testing.T, file, before string) map[string]decimal.Decimal {
	return hledgerSums(t, "-f", file, "-e", before)
}

// hledgerIncome returns the changes of income and expense accounts.
func hledgerIncome(t *testing.T, file, start, before string) map[string]decimal.Decimal {
	return hledgerSums(t, "-f", file, "-b", start, "-e", before, "type:RX")
}

func hledgerSums(t *testing.T, query ...string) map[string]decimal.Decimal {
	t.Helper()
	out := map[string]decimal.Decimal{}
	for _, row := range rowsOf(t,
		run(t, "hledger", append([]string{"balance", "-B", "--flat", "-N", "-O", "csv"}, query...)...))[1:] {
		if sum := amountOf(t, row[1]); !sum.IsZero() {
			out[keyOf(row[0])] = out[keyOf(row[0])].Add(sum)
		}
	}
	return out
}

func beancountBalances(t *testing.T, file, before string) map[string]decimal.Decimal {
	return beancountSums(t, file, "date < "+before)
}

// beancountIncome returns the changes of income and expense accounts.
func beancountIncome(t *testing.T, file, start, before string) map[string]decimal.Decimal {
	return beancountSums(t, file, "date >= "+start+" and date < "+before+" and account ~ '^(Income|Expenses):'")
}

func beancountSums(t *testing.T, file, where string) map[string]decimal.Decimal {
	t.Helper()
	out := map[string]decimal.Decimal{}
	// As a string, because bean-query cuts numbers to the width of the most frequent number of digits.
	text := run(t, "bean-query", "-f", "csv", file,
		"select account, str(sum(number(weight))) where "+where+" group by account")
	for _, row := range rowsOf(t, text)[1:] {
		if text := strings.Trim(strings.TrimSpace(row[1]), "Decimal(')"); text != "" {
			if sum := amountOf(t, text).Round(6); !sum.IsZero() {
				name := strings.TrimSpace(row[0])
				out[keyOf(name)] = out[keyOf(name)].Add(sum)
			}
		}
	}
	return out
}

// total returns the last figure of a statement.
func total(t *testing.T, text string) decimal.Decimal {
	t.Helper()
	rows := rowsOf(t, text)
	last := rows[len(rows)-1]
	return amountOf(t, last[len(last)-1])
}

func same(t *testing.T, name string, ours, theirs map[string]decimal.Decimal) {
	t.Helper()
	for account, sum := range ours {
		if !theirs[account].Equal(sum) {
			t.Errorf("%s: %s: got %s, want %s", name, account, sum, theirs[account])
		}
	}
	for account, sum := range theirs {
		if _, known := ours[account]; !known {
			t.Errorf("%s: %s: got no account, want %s", name, account, sum)
		}
	}
}

func dayAfter(date string) string {
	day, _ := calendar.ParseDate(date)
	return day.AddDays(1).String()
}
