package csvfile

import (
	"slices"
	"strings"
	"testing"
)

// TestDirectionColumnIsFound finds the column with the side of each amount among others.
func TestDirectionColumnIsFound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		header, first, second string
		layout                Layout
		want                  []int64
	}{
		"after a free column": {"Date,Type,Amount,Side", "2026-01-05,Card,1.00,Debit", "2026-01-06,Wire,2.00,Credit",
			Layout{}, []int64{-100, 200}},
		"the first of two": {"Side,Date,Amount,Info", "Debit,2026-01-05,1.00,Credit", "Credit,2026-01-06,2.00,Credit",
			Layout{}, []int64{-100, 200}},
		"the named one of two": {"Info,Date,Amount,D/C", "Credit,2026-01-05,1.00,D", "Credit,2026-01-06,2.00,C",
			Layout{}, []int64{-100, 200}},
		"not the description": {"Date,Description,Amount", "2026-01-05,Debit,1.00", "2026-01-06,Credit,2.00",
			Layout{}, []int64{100, 200}},
		"named letters of one side": {"Date,D/C,Amount", "2026-01-05,D,1.00", "2026-01-06,D,2.00",
			Layout{}, []int64{-100, -200}},
		"letters of one side": {"Date,x,Amount", "2026-01-05,D,1.00", "2026-01-06,D,2.00",
			Layout{}, []int64{100, 200}},
		"letters of the other side": {"Date,x,Amount", "2026-01-05,C,1.00", "2026-01-06,C,2.00",
			Layout{}, []int64{100, 200}},
		"letters beside others": {"Date,x,Amount", "2026-01-05,D,1.00", "2026-01-06,Q,2.00",
			Layout{}, []int64{100, 200}},
		"told letters of one side": {"Date,x,Amount", "2026-01-05,D,1.00", "2026-01-06,D,2.00",
			Layout{Columns: Columns{DirectionColumn: {"x"}}}, []int64{-100, -200}},
		"told words beside letters": {"Date,D/C,Amount", "2026-01-05,D,1.00", "2026-01-06,new,2.00",
			Layout{MoneyInWords: []string{"new"}}, []int64{-100, 200}},
		"told words without letters": {"Date,x,Amount", "2026-01-05,gone,1.00", "2026-01-06,new,2.00",
			Layout{MoneyOutWords: []string{"gone"}, MoneyInWords: []string{"new"}}, []int64{-100, 200}},
	} {
		file, got := readAmounts(t, c.header+"\n"+c.first+"\n"+c.second+"\n", c.layout)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v and %+v, want %v", name, got, file.Problems, c.want)
		}
	}
}

// TestStatusColumnIsFound finds the column that says which rows are booked, if the one with its
// name is empty.
func TestStatusColumnIsFound(t *testing.T) {
	t.Parallel()
	file, got := readAmounts(t, "Date,Amount,Status,Info\n2026-01-05,1.00,,Booked\n2026-01-06,2.00,,Pending\n", Layout{})
	if !slices.Equal(got, []int64{100}) || file.Layout.LeftOutRows != 1 {
		t.Errorf("got %v and %+v", got, file.Layout)
	}
}

// TestOtherTextIsADetail keeps the text of columns without another use, and numbers that identify
// something.
func TestOtherTextIsADetail(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"Ann": "x: Ann", "A1": "x: A1", "123456": "x: 123456", "12345": "", "1234.56": "", "5 Jan 2026": "", "2026-01-05": "",
		"EUR": "", "12-34-56": "", "12 3456 78": "", "-": "",
	} {
		file, _ := readAmounts(t, "Date,Amount,x\n2026-01-05,1.00,"+cell+"\n", Layout{})
		if got := file.Statements[0].Lines[0].Details; got != want {
			t.Errorf("%q: got %q, want %q", cell, got, want)
		}
	}
}

// TestSumsAreLeftOut leaves out rows without an amount or a date whose text begins like that of a
// sum.
func TestSumsAreLeftOut(t *testing.T) {
	t.Parallel()
	const header = "Text,Date,Amount,Payee,Type\n"
	for row, isLeftOut := range map[string]bool{
		"Total,,5.00,,":                     true,
		"Total: all,2026-01-31,,,":          true,
		"Closing balance,2026-01-31,,,":     true,
		",2026-01-31,,Balance forward,":     true,
		",2026-01-31,,,Opening balance":     true,
		"Totally Tea,2026-01-31,,,":         false,
		"Total2,2026-01-31,,,":              false,
		"Tea,2026-01-31,,Balance of Ann,":   false,
		"Total,2026-01-31,5.00,,":           false,
		"Tea,,5.00,,":                       false,
		"Tea,2026-01-31,,Total Fitness Ltd": true, // without an amount, it is no booking
	} {
		file, _ := readAmounts(t, header+"Tea,2026-01-05,1.00,,\n"+row+"\n", Layout{})
		if got := file.Layout.LeftOutRows == 1; got != isLeftOut {
			t.Errorf("%q: got %v, and %+v", row, got, file.Problems)
		}
	}
	file, _ := readAmounts(t, "Date,Text,Amount\nTotal,a,5.00\n2026-01-05,Tea,1.00\n,Totally,2.00\n", Layout{})
	if file.Layout.LeftOutRows != 1 || len(file.Problems) != 1 {
		t.Errorf("in the column of dates: got %+v", file)
	}
}

// TestCurrencyOfTheFirstColumn takes the currency from the name of the amount column in any place,
// unless the rows give theirs.
func TestCurrencyOfTheFirstColumn(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"Amount (GBP),Date\n1.00,2026-01-05\n":              "GBP",
		"Date,Amount (GBP)\n2026-01-05,1.00\n":              "GBP",
		"Amount (GBP),Date,Currency\n1.00,2026-01-05,EUR\n": "EUR",
		"Amount (€),Date\n1.00,2026-01-05\n":                "EUR",
	} {
		file, _ := readAmounts(t, content, Layout{})
		if got := file.Statements[0].CurrencyCode; got != want {
			t.Errorf("%q: got %s, want %s", content, got, want)
		}
	}
}

// TestColumnsOfOneNameAreCounted names how many columns have one name.
func TestColumnsOfOneNameAreCounted(t *testing.T) {
	t.Parallel()
	file, _ := readAmounts(t, "Date,Text,Amount,Text,Text\n2026-01-05,a,1.00,b,c\n", Layout{})
	if got := strings.Join(file.Warnings, " "); !strings.Contains(got, `has 3 columns "Text"`) {
		t.Errorf("got %q", got)
	}
	_, err := Read(t.Context(), []byte("Date,Amount,Amount\n2026-01-05,1.00,2.00\n"), Options{CurrencyCode: "USD"})
	if err == nil || !strings.Contains(err.Error(), `has 2 columns "Amount"`) {
		t.Errorf("got %v", err)
	}
}
