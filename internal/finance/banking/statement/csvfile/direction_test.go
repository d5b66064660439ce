package csvfile

import (
	"strings"
	"testing"
)

// readAmounts reads a CSV file of an account in euros, and returns it with the amounts of its
// lines.
func readAmounts(t testing.TB, content string, layout Layout) (File, []int64) {
	t.Helper()
	file, err := Read(t.Context(), []byte(content), Options{CurrencyCode: "EUR", Layout: layout})
	if err != nil {
		t.Fatalf("%v: %s", err, content)
	}
	var amounts []int64
	for _, l := range file.Statements[0].Lines {
		amounts = append(amounts, l.Amount)
	}
	return file, amounts
}

// TestDirectionColumnGivesTheSign reads amounts whose side is in another column.
func TestDirectionColumnGivesTheSign(t *testing.T) {
	for name, c := range map[string]struct {
		header, out, in string
		layout          Layout
	}{
		"Dutch":   {"Af Bij", "Af", "Bij", Layout{}},
		"German":  {"Soll/Haben", "S", "H", Layout{}},
		"Nordic":  {"D/K", "D", "K", Layout{}},
		"letters": {"Anything", "D", "C", Layout{}},
		"words":   {"Transaction Type", "debit", "CREDIT", Layout{}},
		"signs":   {"x", "-", "+", Layout{}},
		"a profile": {"Typ", "weg", "her", Layout{
			Columns: Columns{DirectionColumn: {"Typ"}}, IsTold: true,
			MoneyOutWords: []string{"Weg"}, MoneyInWords: []string{"her"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			content := "Date,Text,Amount," + c.header + "\n2026-01-05,a,4.50," + c.out + "\n2026-01-06,b,10.00," + c.in + "\n"
			file, amounts := readAmounts(t, content, c.layout)
			if len(amounts) != 2 || amounts[0] != -450 || amounts[1] != 1000 {
				t.Errorf("got %v and %+v, want -450 and 1000", amounts, file.Problems)
			}
		})
	}
}

// TestDirectionIsNeverGuessed checks that rows whose direction is missing, unknown or contradicted
// by the sign are problems.
func TestDirectionIsNeverGuessed(t *testing.T) {
	for name, rows := range map[string]string{
		"an unknown word":        "2026-01-05,a,4.50,debit\n2026-01-06,b,10.00,fee\n",
		"no word":                "2026-01-05,a,4.50,debit\n2026-01-06,b,10.00,\n",
		"a contradicting sign":   "2026-01-05,a,4.50,debit\n2026-01-06,b,-10.00,credit\n",
		"a reversal with a sign": "2026-01-05,a,4.50,debit\n2026-01-06,b,-10.00,debit\n",
	} {
		file, amounts := readAmounts(t, "Date,Text,Amount,Debit/Credit\n"+rows, Layout{})
		if len(file.Problems) == 0 || len(amounts)+len(file.Problems) != 2 {
			t.Errorf("%s: got %v and %+v, want problems", name, amounts, file.Problems)
		}
	}
	const rows = "2026-01-05,a,-4.50,debit\n2026-01-06,b,1.00,refund\n"
	signed, amounts := readAmounts(t, "Date,Text,Amount,Type\n"+rows, Layout{})
	if len(signed.Problems) != 0 || len(amounts) != 2 || amounts[0] != -450 || amounts[1] != 100 {
		t.Errorf("signed amounts: got %v and %+v", amounts, signed.Problems)
	}
}

// TestSidesWithMixedSignsAreProblems checks debit and credit columns in which a sign repeats the
// column, and that another sign is a problem.
func TestSidesWithMixedSignsAreProblems(t *testing.T) {
	const header = "Date,Text,Debit,Credit\n"
	_, amounts := readAmounts(t, header+"2026-01-05,a,-4.50,\n2026-01-05,b,-1,\n2026-01-06,c,,10\n", Layout{})
	if len(amounts) != 3 || amounts[0] != -450 || amounts[1] != -100 || amounts[2] != 1000 {
		t.Errorf("got %v", amounts)
	}
	file, amounts := readAmounts(t, header+"2026-01-05,a,4.50,\n2026-01-05,b,1.00,\n2026-01-06,c,-2.00,\n", Layout{})
	if len(amounts) != 2 || len(file.Problems) != 1 {
		t.Errorf("got %v and %+v, want one problem", amounts, file.Problems)
	}
}

// TestRowsThatAreNotBookedAreLeftOut checks status columns, with a warning for each word.
func TestRowsThatAreNotBookedAreLeftOut(t *testing.T) {
	for name, c := range map[string]struct{ header, booked, leftOut string }{
		"English":        {"Status", "Posted", "Pending"},
		"German":         {"Status", "Gebucht", "Vorgemerkt"},
		"another column": {"Info", "Umsatz gebucht", "Umsatz vorgemerkt"},
		"reverted":       {"State", "COMPLETED", "REVERTED"},
	} {
		content := "Date,Text,Amount," + c.header + "\n2026-01-06,Hold,-200.00," + c.leftOut +
			"\n2026-01-05,Tea,-4.50," + c.booked + "\n"
		file, amounts := readAmounts(t, content, Layout{})
		if len(amounts) != 1 || amounts[0] != -450 || file.Layout.LeftOutRows != 1 ||
			!strings.Contains(strings.Join(file.Warnings, " "), c.leftOut) {
			t.Errorf("%s: got %v, %+v and %q", name, amounts, file.Layout, file.Warnings)
		}
	}
	const header = "Date,Text,Amount,Status\n"
	file, amounts := readAmounts(t, header+"2026-01-05,Tea,-4.50,Posted\n2026-01-06,b,1.00,Foo\n", Layout{})
	if len(amounts) != 1 || len(file.Problems) != 1 || file.Problems[0].Field != "status" {
		t.Errorf("an unknown status: got %v and %+v", amounts, file.Problems)
	}
	layout := Layout{BookedWords: []string{"ok"}, LeftOutWords: []string{"Posted"}, IsTold: true}
	_, amounts = readAmounts(t, header+"2026-01-05,a,-1.00,Posted\n2026-01-06,b,2.00,OK\n", layout)
	if len(amounts) != 1 || amounts[0] != 200 {
		t.Errorf("the words of a profile: got %v", amounts)
	}
}

// TestRowsOfBalancesAreLeftOut leaves out rows that state a balance or a total.
func TestRowsOfBalancesAreLeftOut(t *testing.T) {
	file, amounts := readAmounts(t, "Summary,,Amt.\nTotal credits,,5.00\n\nDate,Text,Amount,Running Bal.\n"+
		"01/01/2026,Beginning balance as of 01/01/2026,,100.00\n01/15/2026,Sale,5.00,105.00\n"+
		"01/20/2026,Totally Tea,-5.00,100.00\nTotal,,0.00,\n", Layout{})
	if len(amounts) != 2 || file.Layout.LeftOutRows != 2 || file.Layout.BalanceCheck != BalancesConsistent {
		t.Errorf("got %v, %+v and %+v", amounts, file.Layout, file.Problems)
	}
	file, _ = readAmounts(t, "Date,Text,Amount\n2026-01-05,Tea,\n2026-01-06,b,1.00\n", Layout{})
	if len(file.Problems) != 1 {
		t.Errorf("no amount: got %+v", file.Problems)
	}
}
