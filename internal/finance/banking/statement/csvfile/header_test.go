package csvfile

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"backoffice/internal/finance/banking/statement"
)

// TestHeaderIsFoundWithinLimits reads headers of the largest number of columns, and after the
// largest number of rows.
func TestHeaderIsFoundWithinLimits(t *testing.T) {
	t.Parallel()
	wide := func(columns int) string {
		return "Date,Amount" + strings.Repeat(",x", columns-2) + "\n2026-01-05,1.00" + strings.Repeat(",", columns-2) + "\n"
	}
	numbered := Layout{NoHeader: true, Columns: Columns{DateColumn: {"1"}, AmountColumn: {"2"}}}
	row := func(columns int) string { return "2026-01-05,1.00" + strings.Repeat(",", columns-2) + "\n" }
	const plain = "Date,Amount\n2026-01-05,1.00\n"
	for name, c := range map[string]struct {
		content string
		layout  Layout
		want    error
	}{
		"500 columns":                {wide(maxColumns), Layout{}, nil},
		"501 columns":                {wide(maxColumns + 1), Layout{}, statement.ErrFormat},
		"501 columns above":          {strings.Repeat("x,", maxColumns) + "x\n" + plain, Layout{}, nil},
		"500 columns without header": {row(maxColumns), numbered, nil},
		"501 columns without header": {row(maxColumns + 1), numbered, statement.ErrFormat},
		"after 29 rows":              {strings.Repeat("x,y\n", maxPreamble-1) + plain, Layout{}, nil},
		"after 30 rows":              {strings.Repeat("x,y\n", maxPreamble) + plain, Layout{}, statement.ErrFormat},
		"all rows skipped":           {plain, Layout{SkipRows: 2}, statement.ErrNoStatement},
		"all but one skipped": {
			"x,y\n2026-01-05,1.00\n", Layout{SkipRows: 1, NoHeader: true, Columns: numbered.Columns}, nil,
		},
		"no date without header": {
			row(2), Layout{NoHeader: true, Columns: Columns{AmountColumn: {"2"}}}, statement.ErrFormat,
		},
		"a missing column without header": {
			row(2), Layout{NoHeader: true, Columns: Columns{
				DateColumn: {"1"}, AmountColumn: {"2"}, DescriptionColumn: {"3"},
			}}, statement.ErrFormat,
		},
	} {
		file, err := Read(t.Context(), []byte(c.content), Options{CurrencyCode: "USD", Layout: c.layout})
		if !errors.Is(err, c.want) || c.want == nil && (err != nil || len(file.Statements[0].Lines) != 1) {
			t.Errorf("%s: got %+v, %v, want %v", name, file.Statements, err, c.want)
		}
	}
}

// TestMissingColumnsAreNamed names the requested columns that the most complete row lacks.
func TestMissingColumnsAreNamed(t *testing.T) {
	t.Parallel()
	layout := Layout{Columns: Columns{AmountColumn: {"Betrag"}, DescriptionColumn: {"Was"}}}
	for content, want := range map[string]string{
		"a,b\nDate,Was\n":              "has no column Betrag",
		"Date,Was\na,b\n":              "has no column Betrag",
		"Date,Betrag\nDate,Was\na,b\n": "has no column Was",
		"a,b\nc,d\n":                   "has no column Betrag, Was",
	} {
		_, err := Read(t.Context(), []byte(content), Options{CurrencyCode: "USD", Layout: layout})
		if err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", content, err, want)
		}
	}
	_, err := Read(t.Context(), []byte("a,b\nc,d\n"), Options{CurrencyCode: "USD"})
	if err == nil || !strings.Contains(err.Error(), "describe the columns in a profile") {
		t.Errorf("without requested columns: got %v", err)
	}
}

func TestCurrencyIsSplitFromColumnName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][2]string{
		"Amount (USD)": {"Amount ", "USD"}, "Betrag EUR": {"Betrag", "EUR"}, "betrag_eur": {"betrag", "EUR"},
		" Amount ": {"Amount", ""}, "Amount (net)": {"Amount (net)", ""}, "_EUR": {"_EUR", ""}, "EUR": {"EUR", ""},
		"Amount EURO": {"Amount EURO", ""}, "Amount xyz": {"Amount xyz", ""}, "Amount (usd": {"Amount ", "USD"},
	} {
		if bare, currency := splitCurrency(name); bare != want[0] || currency != want[1] {
			t.Errorf("%q: got %q, %q, want %q", name, bare, currency, want)
		}
	}
}

func TestRequestedColumnIsANameOrANumber(t *testing.T) {
	t.Parallel()
	h := newHeader([]string{"Date", "Net amount", "0", "Date"})
	for requested, want := range map[string]int{
		"1": 0, "4": 3, "net AMOUNT": 1, "Date": 0, "0": 2, "5": -1, "-1": -1, "Gross": -1,
	} {
		h.missing = nil
		if got := h.find(requested); got != want || (want < 0) != slices.Equal(h.missing, []string{requested}) {
			t.Errorf("%q: got %d, missing %q, want %d", requested, got, h.missing, want)
		}
	}
	for plain, want := range map[string]bool{"text1": true, "text12": true, "text": false, "texta": false, "1": false} {
		if isNumbered(plain, "text") != want {
			t.Errorf("%q: want %v", plain, want)
		}
	}
}

// TestRequestedColumnsReplaceKnownNames finds the columns of other uses by their names, unless the
// layout is complete. Of the columns with amounts, only requested ones are used if one is.
func TestRequestedColumnsReplaceKnownNames(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		header  string
		layout  Layout
		want    string
		missing int
		usable  bool
	}{
		"by names":       {"Date Text Amount Balance", Layout{}, "DATE0 AMOUNT2 DESCRIPTION1 BALANCE3", 0, true},
		"sides by names": {"Date Debit Credit", Layout{}, "DATE0 DEBIT1 CREDIT2", 0, true},
		"money out": {
			"Out Date Credit Amount", Layout{Columns: Columns{DebitColumn: {"Out"}}}, "DATE1 DEBIT0", 0, true,
		},
		"money in": {
			"In Date Debit Amount", Layout{Columns: Columns{CreditColumn: {"In"}}}, "DATE1 CREDIT0", 0, true,
		},
		"amount": {
			"Net Date Debit Credit Text", Layout{Columns: Columns{AmountColumn: {"Net"}}},
			"DATE1 AMOUNT0 DESCRIPTION4", 0, true,
		},
		"date": {
			"When Date Amount Text", Layout{Columns: Columns{DateColumn: {"When"}}},
			"DATE0 AMOUNT2 DESCRIPTION3", 0, true,
		},
		"complete": {
			"Date Text Amount", Layout{Columns: Columns{AmountColumn: {"Amount"}}, isComplete: true}, "AMOUNT2", 0, false,
		},
		"missing": {"Date Amount", Layout{Columns: Columns{AmountColumn: {"Net", ""}}}, "DATE0 AMOUNT1", 1, true},
		"after an empty name": {
			"Date Amount Net", Layout{Columns: Columns{AmountColumn: {"", "Net"}}}, "DATE0 AMOUNT2", 0, true,
		},
		"date alone":   {"Date Text", Layout{}, "DATE0 DESCRIPTION1", 0, false},
		"amount alone": {"Amount Text", Layout{}, "AMOUNT0 DESCRIPTION1", 0, false},
		"numbered":     {"Date Amount Text_1 Memo Text_2", Layout{}, "DATE0 AMOUNT1 DESCRIPTION3", 0, true},
	} {
		p, missing := c.layout.locate(strings.Fields(c.header))
		var got []string
		for use := range columnUses {
			for _, at := range p[use] {
				got = append(got, fmt.Sprintf("%s%d", use, at))
			}
		}
		if strings.Join(got, " ") != c.want || len(missing) != c.missing || p.isUsable() != c.usable {
			t.Errorf("%s: got %v, missing %q, usable %v, want %v", name, got, missing, p.isUsable(), c.want)
		}
	}
}

// TestColumnsOfOneNameMustAgree refuses a file whose date or amounts are in two columns of one name
// with different cells. Other such columns are a warning.
func TestColumnsOfOneNameMustAgree(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		header, row string
		want        error
		warnings    int
	}{
		"dates":      {"Date,date,Amount", "2026-01-05,2026-01-06,1.00", statement.ErrAmbiguous, 0},
		"equal":      {"Date,Amount,AMOUNT", "2026-01-05,1.00,1.00", nil, 1},
		"amounts":    {"Date,Amount,Amount", "2026-01-05,1.00,2.00", statement.ErrAmbiguous, 0},
		"money out":  {"Date,Debit,Debit,Credit", "2026-01-05,1.00,2.00,", statement.ErrAmbiguous, 0},
		"money in":   {"Date,Debit,Credit,Credit", "2026-01-05,,1.00,2.00", statement.ErrAmbiguous, 0},
		"balances":   {"Date,Amount,Balance,Balance", "2026-01-05,1.00,2.00,3.00", statement.ErrAmbiguous, 0},
		"references": {"Date,Amount,Reference,Reference", "2026-01-05,1.00,R1,R2", nil, 1},
		"currencies": {"Date,Amount,Currency,Currency", "2026-01-05,1.00,USD,EUR", nil, 0},
		"three":      {"Date,Text,Amount,Text,Text", "2026-01-05,a,1.00,b,c", nil, 1},
	} {
		file, err := Read(t.Context(), []byte(c.header+"\n"+c.row+"\n"), Options{CurrencyCode: "USD"})
		if !errors.Is(err, c.want) || len(file.Warnings) != c.warnings {
			t.Errorf("%s: got %v and %q, want %v and %d warnings", name, err, file.Warnings, c.want, c.warnings)
		}
	}
	h := newHeader([]string{"Amount", "amount ", "x"})
	for at, want := range map[int][]int{0: {1}, 1: {0}, 2: nil, -1: nil} {
		if got := h.duplicates(at); !slices.Equal(got, want) {
			t.Errorf("duplicates of %d: got %v, want %v", at, got, want)
		}
	}
}
