package banking_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/bench/banklines"
	"backoffice/internal/finance/banking/payee"
	"backoffice/internal/platform/money"
)

// TestSuggestionsAreRightInTheBooks imports the lines of a data set, decides those of the first 18
// months, and checks the suggestions for the last 6 as a client sees them: the first is right for
// at least 95 % of the lines of payees seen before, and none with a score above 90 is wrong.
func TestSuggestionsAreRightInTheBooks(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	lines := banklines.Generate(1)
	b.mustImportTo(t, b.account.GetId(), &pb.StatementImport{Content: csvOfLines(t, lines)})
	accounts, truth := b.categoryAccounts(t, lines), map[string]banklines.Line{}
	for _, l := range lines {
		truth[dataKey(l.Date.Format(time.DateOnly), l.Counterparty, l.Description, l.Minor)] = l
	}
	find := func(l *pb.BankStatementLine) banklines.Line {
		t.Helper()
		minor, err := money.Parse(l.GetAmount().GetAmount(), "USD")
		known, found := truth[dataKey(l.GetBookedDate(), l.GetCounterpartyName(), l.GetDescription(), minor)]
		if err != nil || !found {
			t.Fatalf("the line %v is not of the data set: %v", l, err)
		}
		return known
	}
	for month := range 18 {
		first := lines[0].Date.AddDate(0, month, 1-lines[0].Date.Day())
		var items []*categorizeItem
		for _, l := range b.findLines(t, dayFilter(first, first.AddDate(0, 1, 0))) {
			items = append(items, &categorizeItem{
				BankStatementLineId: l.GetId(),
				Splits:              []*pb.BankStatementLine_Split{{AccountId: accounts[find(l).Category]}},
			})
		}
		if _, err := b.batchCategorize(t, items...); err != nil {
			t.Fatal(err)
		}
	}
	var seen, right, sure int
	for month := 18; month < 24; month++ {
		first := lines[0].Date.AddDate(0, month, 1-lines[0].Date.Day())
		list := b.listReviews(t, dayFilter(first, first.AddDate(0, 1, 0)))
		for i, l := range list.GetBankStatementLines() {
			s, want := list.GetReviews()[i].GetSuggestion(), find(l)
			isRight := s.GetAccountId() == accounts[want.Category]
			if s.GetScore() > payee.Sure {
				if sure++; !isRight {
					t.Errorf("%s: got %v with a score above 90, want %s", l.GetDescription(), s, want.Category)
				}
			}
			if !want.Unseen {
				if seen++; isRight {
					right++
				}
			}
		}
	}
	if seen < 500 || right*100 < seen*95 || sure*2 < seen {
		t.Errorf("of %d lines %d are suggested rightly and %d surely, want at least 95 %% and 50 %%", seen, right, sure)
	}
}

// csvOfLines returns lines as a CSV file.
func csvOfLines(t *testing.T, lines []banklines.Line) []byte {
	t.Helper()
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	rows := [][]string{{"Date", "Payee", "Description", "Amount"}}
	for _, l := range lines {
		rows = append(rows, []string{
			l.Date.Format(time.DateOnly), l.Counterparty, l.Description, money.Format(l.Minor, "USD"),
		})
	}
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// dataKey identifies a line of the data set by what a file says of it.
func dataKey(date, counterparty, description string, minor int64) string {
	return strings.Join(strings.Fields(date+" "+counterparty+" "+description+" "+money.Format(minor, "USD")), " ")
}

// dayFilter returns the filter of the lines from a day up to another one, without it.
func dayFilter(from, to time.Time) string {
	return `booked_date >= "` + from.Format(time.DateOnly) + `" AND booked_date < "` + to.Format(time.DateOnly) + `"`
}

// categoryAccounts creates an account for each category, and returns their ids.
func (b bank) categoryAccounts(t *testing.T, lines []banklines.Line) map[string]string {
	t.Helper()
	accounts := map[string]string{}
	for _, l := range lines {
		if accounts[l.Category] != "" {
			continue
		}
		made, err := b.ledger.CreateAccount(t.Context(), &pb.CreateAccountRequest{
			Account: &pb.Account{DisplayName: "Category " + l.Category, Type: pb.Account_EXPENSE},
		})
		if err != nil {
			t.Fatal(err)
		}
		accounts[l.Category] = made.GetId()
	}
	return accounts
}
