package banking

import (
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// newStatement returns a statement with balances in US dollars; "" means none.
func newStatement(number, start, end, opening, closing, total string) *pb.BankStatement {
	s := &pb.BankStatement{Id: "bst_" + end, Number: number, CurrencyCode: "USD", StartDate: start, EndDate: end}
	if opening != "" {
		s.OpeningBalance = usd(opening)
	}
	if closing != "" {
		s.ClosingBalance = usd(closing)
	}
	if total != "" {
		s.LineTotal = usd(total)
	}
	return s
}

// Kinds of warnings.
const (
	warnSum     = pb.BankStatement_Warning_DOES_NOT_ADD_UP
	warnOpening = pb.BankStatement_Warning_OPENING_DIFFERS
	warnGap     = pb.BankStatement_Warning_GAP
	warnOverlap = pb.BankStatement_Warning_OVERLAP
	warnNumber  = pb.BankStatement_Warning_NUMBER_MISSING
)

// firstOfYear is a statement without a previous one.
var firstOfYear = newStatement("1", "2026-01-01", "2026-01-31", "0.00", "10.00", "10.00")

// statementCases are statements, their previous ones and the warnings that are expected.
var statementCases = map[string]struct {
	s, before *pb.BankStatement
	want      []pb.BankStatement_Warning_Kind
}{
	"the first": {firstOfYear, nil, nil},
	"the next": {
		newStatement("2", "2026-02-01", "2026-02-28", "10.00", "15.00", "5.00"), firstOfYear, nil,
	},
	"beginning on the last day": {
		newStatement("2", "2026-01-31", "2026-02-28", "10.00", "15.00", "5.00"), firstOfYear, nil,
	},
	"a missing line": {
		newStatement("", "2026-01-01", "2026-01-31", "0.00", "10.00", "9.00"), nil, []pb.BankStatement_Warning_Kind{warnSum},
	},
	"no closing balance":   {newStatement("", "2026-01-01", "2026-01-31", "0.00", "", "9.00"), nil, nil},
	"a total out of range": {newStatement("", "2026-01-01", "2026-01-31", "0.00", "1.00", ""), nil, nil},
	"a different opening balance": {
		newStatement("2", "2026-02-01", "2026-02-28", "11.00", "16.00", "5.00"), firstOfYear,
		[]pb.BankStatement_Warning_Kind{warnOpening},
	},
	"March after January": {
		newStatement("2", "2026-03-01", "2026-03-31", "11.00", "16.00", "5.00"), firstOfYear,
		[]pb.BankStatement_Warning_Kind{warnOpening, warnGap},
	},
	"March with the same balance": {
		newStatement("2", "2026-03-01", "2026-03-31", "10.00", "15.00", "5.00"), firstOfYear, nil,
	},
	"March without balances": {
		newStatement("2", "2026-03-01", "2026-03-31", "", "", "5.00"), firstOfYear, []pb.BankStatement_Warning_Kind{warnGap},
	},
	"an overlap": {
		newStatement("2", "2026-01-15", "2026-02-15", "7.00", "12.00", "5.00"), firstOfYear,
		[]pb.BankStatement_Warning_Kind{warnOverlap},
	},
	"a missing number": {
		newStatement("3/1", "2026-02-01", "2026-02-28", "10.00", "15.00", "5.00"), firstOfYear,
		[]pb.BankStatement_Warning_Kind{warnNumber},
	},
	"no number": {
		newStatement("", "2026-02-01", "2026-02-28", "10.00", "15.00", "5.00"), firstOfYear,
		[]pb.BankStatement_Warning_Kind{warnNumber},
	},
	"numbers of a new year": {
		newStatement("1", "2026-02-01", "2026-02-28", "10.00", "15.00", "5.00"),
		newStatement("52", "2026-01-01", "2026-01-31", "", "10.00", ""), nil,
	},
}

// TestStatementWarnings checks the warnings of statements and about their previous ones.
func TestStatementWarnings(t *testing.T) {
	t.Parallel()
	for name, c := range statementCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			warnings, err := checkStatement(c.s, c.before)
			if err != nil {
				t.Fatal(err)
			}
			var kinds []pb.BankStatement_Warning_Kind
			for _, w := range warnings {
				kinds = append(kinds, w.GetKind())
				if w.GetMessage() == "" || (w.GetKind() != warnSum) != (w.GetBankStatementId() != "") {
					t.Errorf("got warning %v", w)
				}
			}
			if !slices.Equal(kinds, c.want) {
				t.Errorf("got %v, want %v", kinds, c.want)
			}
		})
	}
}

// usd returns an amount in US dollars.
func usd(text string) *typepb.Money { return &typepb.Money{Amount: text, CurrencyCode: "USD"} }
