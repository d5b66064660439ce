package banking

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/money"
)

// TestPersonalScore scores lines by the evidence for and against personal spending.
func TestPersonalScore(t *testing.T) {
	t.Parallel()
	line := func(date, minor, who, text string) *pb.BankStatementLine {
		l := &pb.BankStatementLine{
			BookedDate: date, CounterpartyName: who, Description: text, Amount: money.ToProto(0, "USD"),
		}
		l.Amount.Amount = minor
		return l
	}
	const monday, saturday = "2026-01-05", "2026-01-10"
	for name, c := range map[string]struct {
		line    *pb.BankStatementLine
		earlier payeeDecisions
		points  int32
		reasons int
	}{
		"a supplier":                {line: line(monday, "-12.34", "Paper Mill", "Invoice 7")},
		"money in":                  {line: line(saturday, "50.00", "Netflix", "Refund")},
		"a merchant":                {line: line(monday, "-12.99", "NETFLIX.COM", "Subscription"), points: 45, reasons: 1},
		"a merchant in a word":      {line: line(monday, "-12.99", "Legolas Consulting", "Fee")},
		"a merchant at a weekend":   {line: line(saturday, "-60.00", "Lego", "Store"), points: 65, reasons: 3},
		"cash, round, at a weekend": {line: line(saturday, "-100.00", "", "ATM WITHDRAWAL 0042"), points: 50, reasons: 3},
		"cashmere is not cash":      {line: line(monday, "-33.00", "Cashmere Ltd", "Invoice")},
		"personal before": {
			line: line(monday, "-9.00", "Corner Cafe", "Lunch"), earlier: payeeDecisions{Personal: 1}, points: 50, reasons: 1,
		},
		"personal many times": {
			line: line(monday, "-9.00", "Corner Cafe", "Lunch"), earlier: payeeDecisions{Personal: 30}, points: 75,
			reasons: 1,
		},
		"for the business before": {
			line: line(saturday, "-60.00", "Lego", "Store"), earlier: payeeDecisions{Business: 1},
		},
		"for both, mostly personal": {
			line: line(monday, "-9.00", "Corner Cafe", "Lunch"), earlier: payeeDecisions{Personal: 3, Business: 1},
			points: 50, reasons: 2,
		},
		"for both, once personal": {
			line: line(monday, "-9.00", "Corner Cafe", "Lunch"), earlier: payeeDecisions{Personal: 1, Business: 9},
			points: 10, reasons: 2,
		},
		"a round amount alone":        {line: line(monday, "-500.00", "Landlord", "Rent"), points: 10, reasons: 1},
		"an ampersand, and small ABC": {line: line(monday, "-49.95", "H&M", "Store 3"), points: 45, reasons: 1},
	} {
		e := scorePersonal(c.line, c.earlier)
		if e.points != c.points || len(e.reasons) != c.reasons {
			t.Errorf("%s: got %d for %q, want %d for %d reasons", name, e.points, e.reasons, c.points, c.reasons)
		}
	}
}
