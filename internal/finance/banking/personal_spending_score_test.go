package banking

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/money"
)

// lineOf returns a line with an amount in US dollars.
func lineOf(date, minor, who, text string) *pb.BankStatementLine {
	l := &pb.BankStatementLine{
		BookedDate: date, CounterpartyName: who, Description: text, Amount: money.ToProto(0, "USD"),
	}
	l.Amount.Amount = minor
	return l
}

// A day of the week and one of a weekend.
const monday, saturday = "2026-01-05", "2026-01-10"

// personalScoreCases are lines with the earlier decisions about their payee, and the score expected.
var personalScoreCases = map[string]struct {
	line    *pb.BankStatementLine
	earlier payeeDecisions
	points  int32
	reasons int
}{
	"a supplier":                {line: lineOf(monday, "-12.34", "Paper Mill", "Invoice 7")},
	"money in":                  {line: lineOf(saturday, "50.00", "Netflix", "Refund")},
	"a merchant":                {line: lineOf(monday, "-12.99", "NETFLIX.COM", "Subscription"), points: 45, reasons: 1},
	"a merchant in a word":      {line: lineOf(monday, "-12.99", "Legolas Consulting", "Fee")},
	"a merchant at a weekend":   {line: lineOf(saturday, "-60.00", "Lego", "Store"), points: 65, reasons: 3},
	"cash, round, at a weekend": {line: lineOf(saturday, "-100.00", "", "ATM WITHDRAWAL 0042"), points: 50, reasons: 3},
	"cashmere is not cash":      {line: lineOf(monday, "-33.00", "Cashmere Ltd", "Invoice")},
	"personal before": {
		line: lineOf(monday, "-9.00", "Corner Cafe", "Lunch"), earlier: payeeDecisions{Personal: 1}, points: 50, reasons: 1,
	},
	"personal many times": {
		line: lineOf(monday, "-9.00", "Corner Cafe", "Lunch"), earlier: payeeDecisions{Personal: 30}, points: 75,
		reasons: 1,
	},
	"for the business before": {
		line: lineOf(saturday, "-60.00", "Lego", "Store"), earlier: payeeDecisions{Business: 1},
	},
	"for both, mostly personal": {
		line: lineOf(monday, "-9.00", "Corner Cafe", "Lunch"), earlier: payeeDecisions{Personal: 3, Business: 1},
		points: 50, reasons: 2,
	},
	"for both, once personal": {
		line: lineOf(monday, "-9.00", "Corner Cafe", "Lunch"), earlier: payeeDecisions{Personal: 1, Business: 9},
		points: 10, reasons: 2,
	},
	"a round amount alone":        {line: lineOf(monday, "-500.00", "Landlord", "Rent"), points: 10, reasons: 1},
	"an ampersand, and small ABC": {line: lineOf(monday, "-49.95", "H&M", "Store 3"), points: 45, reasons: 1},
}

// TestPersonalScore checks that lines are scored by the evidence for and against personal spending.
func TestPersonalScore(t *testing.T) {
	t.Parallel()
	for name, c := range personalScoreCases {
		s := scorePersonal(c.line, c.earlier)
		if s.points != c.points || len(s.reasons) != c.reasons {
			t.Errorf("%s: got %d for %q, want %d for %d reasons", name, s.points, s.reasons, c.points, c.reasons)
		}
	}
}
