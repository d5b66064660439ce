package csvfile

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"backoffice/internal/finance/banking/statement"
)

func TestMinusInNotationsOfBanks(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"-1.00": true, "1.00-": true, "(1.00)": true, "5.00 D": true, "−3": true, "1.00": false, "0.00": false,
		"-0.00": false, "5.00 C": false, "-5 EUR": true, "5 EUR": false, "-x": false, "x5": false, "--5": true, "": false,
	} {
		if got := hasMinus(text); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

// checkAmounts reads a CSV file and compares the amounts of its lines, and the rows and fields of
// its problems.
func checkAmounts(t *testing.T, name, content string, options Options, amounts []int64, problems ...string) File {
	t.Helper()
	options.CurrencyCode = "USD"
	file, err := Read(t.Context(), []byte(content), options)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return file
	}
	var got []int64
	for _, l := range file.Statements[0].Lines {
		got = append(got, l.Amount)
	}
	var found []string
	for _, p := range file.Problems {
		found = append(found, fmt.Sprintf("%d %s %s", p.Line, p.Field, p.Value))
	}
	if !slices.Equal(got, amounts) || !slices.Equal(found, problems) {
		t.Errorf("%s: got %v and %q, want %v and %q", name, got, found, amounts, problems)
	}
	return file
}

// TestAmountAndSidesTogether reads an amount column beside columns of one or both sides.
func TestAmountAndSidesTogether(t *testing.T) {
	t.Parallel()
	told := func(columns Columns) Options { return Options{Layout: Layout{Columns: columns, IsTold: true}} }
	both := told(Columns{AmountColumn: {"A"}, DebitColumn: {"D"}, CreditColumn: {"C"}})
	checkAmounts(t, "amount, out or in",
		"A,Date,D,C\n5.00,2026-01-05,,\n,2026-01-05,3.00,\n,2026-01-05,,4.00\n,2026-01-05,,\n",
		both, []int64{500, -300, 400}, "4 amount ")
	checkAmounts(t, "amount or out", "A,Date,D\n5.00,2026-01-05,\n,2026-01-05,3.00\n",
		told(Columns{AmountColumn: {"A"}, DebitColumn: {"D"}}), []int64{500, -300})
	checkAmounts(t, "amount or in", "A,Date,C\n5.00,2026-01-05,\n,2026-01-05,3.00\n",
		told(Columns{AmountColumn: {"A"}, CreditColumn: {"C"}}), []int64{500, 300})
	checkAmounts(t, "an empty amount", "Amount,Date\n5.00,2026-01-05\n,2026-01-05\n", Options{}, []int64{500}, "2 amount ")
	checkAmounts(t, "out and in", "Date,Debit,Credit\n2026-01-05,1.00,2.00\n2026-01-05,1.00,0.00\n", Options{},
		[]int64{-100}, "1 amount 2.00")
	checkAmounts(t, "a short row",
		"Date,Text,Amount\n2026-01-05,a,1.00\n2026-01-05,b\n", Options{}, []int64{100}, "2 amount ")
}

// TestFeeIsSubtracted reads fees with either sign, and fees that cannot be read or are too large.
func TestFeeIsSubtracted(t *testing.T) {
	t.Parallel()
	options := Options{Layout: Layout{Columns: Columns{FeeColumn: {"Fee"}}}}
	checkAmounts(t, "fees", "Date,Amount,Fee\n2026-01-05,10.00,0.50\n2026-01-05,10.00,-0.50\n2026-01-05,-10.00,0.50\n"+
		"2026-01-05,10.00,\n2026-01-05,10.00,0.00\n2026-01-05,10.00,x\n2026-01-05,-90071992547409.91,90071992547409.91\n",
		options, []int64{950, 950, -1050, 1000, 1000, -1801439850948198_2}, "6 fee x")
}

// TestDirectionInTheFirstColumn reads the side from the first column, also beside amounts with
// signs.
func TestDirectionInTheFirstColumn(t *testing.T) {
	t.Parallel()
	checkAmounts(t, "unsigned", "D/C,Date,Amount\nD,2026-01-05,1.00\nC,2026-01-05,2.00\nD,2026-01-05,0.00\n", Options{},
		[]int64{-100, 200, 0})
	checkAmounts(t, "signed",
		"D/C,Date,Amount\nD,2026-01-05,-1.00\nC,2026-01-05,2.00\nC,2026-01-05,-3.00\nD,2026-01-05,0.00\n",
		Options{}, []int64{-100, 200, 0}, "3 amount -3.00")
}

// TestSignsOfSides reads a minus sign in the columns of both sides. It repeats the side if most
// amounts of the column have one.
func TestSignsOfSides(t *testing.T) {
	t.Parallel()
	checkAmounts(t, "half have a minus", "Date,Debit,Credit\n2026-01-05,-1.00,\n2026-01-05,2.00,\n", Options{},
		[]int64{-200}, "1 amount ")
	checkAmounts(t, "most have a minus", "Date,Debit,Credit\n2026-01-05,-1.00,\n2026-01-05,-2.00,\n2026-01-05,-6.00,\n"+
		"2026-01-05,3.00,\n2026-01-05,0.00,\n2026-01-05,,-4.00\n", Options{}, []int64{-100, -200, -600, 0, 400},
		"4 amount ")
}

// TestFilesWithoutMinusAreDoubted warns of a file with three amounts or more, none of them
// negative.
func TestFilesWithoutMinusAreDoubted(t *testing.T) {
	t.Parallel()
	rows := func(amounts ...string) string {
		return "Date,Amount\n2026-01-05," + strings.Join(amounts, "\n2026-01-05,") + "\n"
	}
	for name, c := range map[string]struct {
		content  string
		warnings int
	}{
		"three": {rows("1.00", "2.00", "3.00"), 1}, "two": {rows("1.00", "2.00"), 0},
		"one negative": {rows("1.00", "2.00", "-3.00"), 0},
	} {
		if file := readText(t, c.content); len(file.Warnings) != c.warnings || file.Layout.SignBasis != Assumed {
			t.Errorf("%s: got %q, %v", name, file.Warnings, file.Layout.SignBasis)
		}
	}
}

// TestColumnsShowTheSign reports the sign as shown by columns of sides or of the direction.
func TestColumnsShowTheSign(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]Basis{
		"Date,Debit,Credit\n2026-01-05,1.00,\n":                Shown,
		"Date,Amount,D/C\n2026-01-05,1.00,D\n":                 Shown,
		"Date,Amount\n2026-01-05,-1.00\n":                      Assumed,
		"Date,Amount,x\n2026-01-05,1.00,C\n":                   Assumed,
		"Date,Amount,D/C\n2026-01-05,1.00,C\n":                 Shown,
		"Date,Amount,Debit\n2026-01-05,1.00,\n":                Assumed,
		"Date,Amount,Balance\n2026-01-05,-1.00,9.00\n":         Assumed,
		"Date,Debit,Credit,Balance\n2026-01-05,1.00,,9.00\n":   Shown,
		"Date,Amount,Type\n2026-01-05,1.00,debit\n":            Shown,
		"Date,Amount,Type\n2026-01-05,-1.00,card\n":            Assumed,
		"Date,Amount,Type\n2026-01-05,-1.00,debit\n":           Shown,
		"Date,Amount,Info\n2026-01-05,-1.00,a debit of mine\n": Assumed,
	} {
		if got := readText(t, content).Layout.SignBasis; got != want {
			t.Errorf("%q: got %v, want %v", content, got, want)
		}
	}
}

// TestPaymentsShowTheSignsOfCards finds the sign of charges by the payments to a card.
func TestPaymentsShowTheSignsOfCards(t *testing.T) {
	t.Parallel()
	const header = "Date,Description,Amount\n"
	card := Options{Card: true}
	file := checkAmounts(t, "positive payment", header+"2026-01-05,PAYMENT RECEIVED,9.00\n2026-01-05,Refund,1.00\n", card,
		[]int64{900, 100})
	if file.Layout.MoneyOutPositive || len(file.Warnings) != 0 || file.Layout.SignBasis != Shown {
		t.Errorf("positive payment: got %+v, %q", file.Layout, file.Warnings)
	}
	file = checkAmounts(t, "negative payment",
		header+"2026-01-05,Tea,9.00\n2026-01-05,Tea,1.00\n2026-01-05,AUTOPAY,-8.00\n", card,
		[]int64{-900, -100, 800})
	if !file.Layout.MoneyOutPositive || len(file.Warnings) != 1 {
		t.Errorf("negative payment: got %+v, %q", file.Layout, file.Warnings)
	}
	checkAmounts(t, "half negative", header+"2026-01-05,Tea,-9.00\n2026-01-05,Refund,1.00\n", card, []int64{-900, 100})
	for name, rows := range map[string]string{
		"no payment":   "2026-01-05,Tea,9.00\n2026-01-05,Tea,1.00\n",
		"both signs":   "2026-01-05,AUTOPAY,9.00\n2026-01-05,AUTOPAY,-1.00\n2026-01-05,Tea,1.00\n",
		"other column": "2026-01-05,Tea,9.00\n",
	} {
		_, err := Read(t.Context(), []byte(header+rows), Options{CurrencyCode: "USD", Card: true})
		if !errors.Is(err, statement.ErrAmbiguous) {
			t.Errorf("%s: got %v, want %v", name, err, statement.ErrAmbiguous)
		}
	}
}
