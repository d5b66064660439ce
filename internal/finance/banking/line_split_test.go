package banking

import (
	"testing"

	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// splitsWithAmounts returns splits with the given amounts; "" means no amount.
func splitsWithAmounts(amounts ...string) []*pb.BankStatementLine_Split {
	out := make([]*pb.BankStatementLine_Split, len(amounts))
	for i, a := range amounts {
		out[i] = &pb.BankStatementLine_Split{}
		if a != "" {
			out[i].Amount = &typepb.Money{Amount: a}
		}
	}
	return out
}

// divideCases are splits of a line and the parts or the refusal that is expected.
var divideCases = map[string]struct {
	whole  int64
	splits []*pb.BankStatementLine_Split
	want   []int64
	reason optionsv1.Reason
	field  string
}{
	"one split without an amount": {whole: -3451, splits: splitsWithAmounts(""), want: []int64{-3451}},
	"the whole":                   {whole: -3451, splits: splitsWithAmounts("-34.51"), want: []int64{-3451}},
	"the whole without its sign":  {whole: -3451, splits: splitsWithAmounts("34.51"), want: []int64{-3451}},
	"two parts": {
		whole: -3451, splits: splitsWithAmounts("-30.00", "-4.51"), want: []int64{-3000, -451},
	},
	"two parts without their sign": {whole: -3451, splits: splitsWithAmounts("30", "4.51"), want: []int64{-3000, -451}},
	"a refund among the parts":     {whole: -10000, splits: splitsWithAmounts("120", "-20"), want: []int64{-12000, 2000}},
	"money in":                     {whole: 10000, splits: splitsWithAmounts("120", "-20"), want: []int64{12000, -2000}},
	"money in with another sign": {
		whole: 10000, splits: splitsWithAmounts("-100"), reason: optionsv1.Reason_SPLITS_DO_NOT_ADD_UP, field: "splits",
	},
	"too little": {
		whole: -3451, splits: splitsWithAmounts("30", "4.50"), reason: optionsv1.Reason_SPLITS_DO_NOT_ADD_UP,
		field: "splits",
	},
	"one of two without an amount": {
		whole: -3451, splits: splitsWithAmounts("30", ""), reason: optionsv1.Reason_FIELDS_INVALID,
		field: "splits[1].amount",
	},
	"half a cent": {
		whole: -3451, splits: splitsWithAmounts("34.505", "0.005"), reason: optionsv1.Reason_FIELDS_INVALID,
		field: "splits[0].amount.amount",
	},
	"another currency": {whole: -100, splits: []*pb.BankStatementLine_Split{{
		Amount: &typepb.Money{Amount: "1", CurrencyCode: "EUR"},
	}},
		reason: optionsv1.Reason_FIELDS_INVALID, field: "splits[0].amount.currencyCode"},
}

// TestDivide checks the parts of lines, and that splits that do not add up are refused.
func TestDivide(t *testing.T) {
	t.Parallel()
	for name, c := range divideCases {
		got, err := divideLine(c.whole, "USD", c.splits)
		if c.reason != 0 {
			if e := fault.From(err); err == nil || e.Reason != c.reason || e.Fields[0].Path != c.field {
				t.Errorf("%s: got %v, %v; want %s at %s", name, got, err, c.reason, c.field)
			}
			continue
		}
		if err != nil || len(got) != len(c.want) {
			t.Errorf("%s: got %v, %v", name, got, err)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: got %v, want %v", name, got, c.want)
			}
		}
	}
}

// TestDividedLineAddsUp checks that the parts add up to the whole, given with or without its sign.
func TestDividedLineAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amounts := rapid.SliceOfN(rapid.Int64Range(-1_000_000_00, 1_000_000_00), 2, 20).Draw(t, "parts")
		unsigned := rapid.Bool().Draw(t, "without sign")
		var whole int64
		splits := make([]*pb.BankStatementLine_Split, len(amounts))
		for i, a := range amounts {
			whole += a
			splits[i] = &pb.BankStatementLine_Split{Amount: &typepb.Money{Amount: money.Format(a, "USD")}}
		}
		if unsigned && whole > 0 {
			whole = -whole
		}
		got, err := divideLine(whole, "USD", splits)
		if err != nil {
			t.Fatal(err)
		}
		var sum int64
		for _, p := range got {
			sum += p
		}
		if sum != whole {
			t.Fatalf("%v add up to %d, want %d", got, sum, whole)
		}
	})
}
