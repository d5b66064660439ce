package banking

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// ruleSplitsOf returns splits given as percentages ("25%"), amounts ("10.00") or the rest ("").
func ruleSplitsOf(parts ...string) (out []*pb.BankRule_Split) {
	for _, p := range parts {
		s := &pb.BankRule_Split{AccountId: "acc_" + p, Memo: p}
		switch {
		case p != "" && p[len(p)-1] == '%':
			s.Percent = p[:len(p)-1]
		case p != "":
			s.Amount = &typepb.Money{Amount: p, CurrencyCode: "USD"}
		}
		out = append(out, s)
	}
	return out
}

// ruleShareCases are splits of a rule and the parts of a line or the field refused.
var ruleShareCases = map[string]struct {
	splits []*pb.BankRule_Split
	whole  int64
	want   []int64
	short  bool
	field  string
}{
	"halves":                    {splits: ruleSplitsOf("50%", "50%"), whole: -1001, want: []int64{-501, -500}},
	"a third and the rest":      {splits: ruleSplitsOf("33.3333%", ""), whole: -1000, want: []int64{-333, -667}},
	"money in":                  {splits: ruleSplitsOf("10%", ""), whole: 1000, want: []int64{100, 900}},
	"a fixed part and the rest": {splits: ruleSplitsOf("2.50", ""), whole: -1000, want: []int64{-250, -750}},
	"a fixed part and shares": {
		splits: ruleSplitsOf("50%", "2.00", "50%"), whole: -1000, want: []int64{-400, -200, -400},
	},
	"all three": {
		splits: ruleSplitsOf("", "25%", "2.00"), whole: -1000, want: []int64{-600, -200, -200},
	},
	"the rest alone":                  {splits: ruleSplitsOf(""), whole: -1000, want: []int64{-1000}},
	"all is fixed, nothing is left":   {splits: ruleSplitsOf("10.00", ""), whole: -1000, want: []int64{-1000, 0}},
	"one cent":                        {splits: ruleSplitsOf("50%", "50%"), whole: -1, want: []int64{-1, 0}},
	"less than is fixed":              {splits: ruleSplitsOf("10.00", ""), whole: -999, short: true},
	"over 100 percent":                {splits: ruleSplitsOf("60%", "60%"), field: "splits"},
	"under 100 percent":               {splits: ruleSplitsOf("60%", "30%"), field: "splits"},
	"only fixed parts":                {splits: ruleSplitsOf("60.00", "30.00"), field: "splits"},
	"nothing for the rest":            {splits: ruleSplitsOf("60%", "40%", ""), field: "splits"},
	"two rests":                       {splits: ruleSplitsOf("", ""), field: "splits[1]"},
	"a percentage over 100":           {splits: ruleSplitsOf("100.1%"), field: "splits[0].percent"},
	"a percentage of zero":            {splits: ruleSplitsOf("0%", ""), field: "splits[0].percent"},
	"a negative percentage":           {splits: ruleSplitsOf("-1%", ""), field: "splits[0].percent"},
	"a percentage with five decimals": {splits: ruleSplitsOf("0.00001%", ""), field: "splits[0].percent"},
	"a percentage that is no number":  {splits: ruleSplitsOf("half%", ""), field: "splits[0].percent"},
	"a percentage with an exponent":   {splits: ruleSplitsOf("1e99999%", ""), field: "splits[0].percent"},
	"an amount of zero":               {splits: ruleSplitsOf("0.00", ""), field: "splits[0].amount"},
	"a negative amount":               {splits: ruleSplitsOf("-5.00", ""), field: "splits[0].amount"},
	"an amount and a percentage": {splits: []*pb.BankRule_Split{{
		Percent: "100", Amount: &typepb.Money{Amount: "1.00", CurrencyCode: "USD"},
	}},
		field: "splits[0].percent"},
}

// TestRuleShares checks that a rule divides lines by its splits, and that splits that do not add up
// to 100 percent are refused.
func TestRuleShares(t *testing.T) {
	t.Parallel()
	for name, c := range ruleShareCases {
		shares, err := ruleShares(c.splits)
		if c.field != "" {
			if e := fault.From(err); err == nil || e.Fields[0].Path != c.field {
				t.Errorf("%s: got %v, %v; want an error at %s", name, shares, err, c.field)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, ok := apportion(c.whole, shares)
		if ok == c.short || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, %v; want %v", name, got, ok, c.want)
		}
	}
}

// TestApportionedLinesAddUp checks that the parts of any line add up to it, have its sign, and
// include the fixed amounts.
func TestApportionedLinesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		shares, left := []ruleShare(nil), int64(wholeShare)
		for range rapid.IntRange(0, 8).Draw(t, "shares") {
			share := rapid.Int64Range(0, left-1).Draw(t, "share")
			shares, left = append(shares, ruleShare{share: share}), left-share
		}
		shares = append(shares, ruleShare{share: left})
		for _, fixed := range rapid.SliceOfN(rapid.Int64Range(1, 1_000_00), 0, 5).Draw(t, "fixed") {
			shares = append(shares, ruleShare{fixed: fixed})
		}
		whole := rapid.Int64Range(-money.MaxMinor, money.MaxMinor).Draw(t, "whole")
		if rapid.Bool().Draw(t, "small") {
			whole %= 10_000_00
		}
		parts, ok := apportion(whole, shares)
		var fixed, sum int64
		for _, s := range shares {
			fixed += s.fixed
		}
		if ok != (fixed <= magnitude(whole)) {
			t.Fatalf("dividing %d with fixed parts of %d: got %v", whole, fixed, ok)
		}
		for i, p := range parts {
			sum += p
			if p != 0 && (p < 0) != (whole < 0) || shares[i].fixed > 0 && magnitude(p) != shares[i].fixed {
				t.Fatalf("part %d of %d: got %d for %+v", i, whole, p, shares[i])
			}
		}
		if ok && sum != whole {
			t.Fatalf("%v add up to %d, want %d", parts, sum, whole)
		}
	})
}

// TestRuleSplitsOmitZeroAmounts checks that a rule omits splits of zero, and refuses a line that is
// too small or in another currency.
func TestRuleSplitsOmitZeroAmounts(t *testing.T) {
	t.Parallel()
	r := &pb.BankRule{Splits: ruleSplitsOf("10.00", ""), Memo: "The rule's"}
	line := func(amount, currency string) *pb.BankStatementLine {
		return &pb.BankStatementLine{Amount: &typepb.Money{Amount: amount, CurrencyCode: currency}}
	}
	for amount, want := range map[string]string{
		"-10.00": "-10.00 10.00 ", "-12.34": "-10.00 10.00 -2.34 The rule's ", "12.34": "10.00 10.00 2.34 The rule's ",
	} {
		splits, err := ruleSplits(r, line(amount, "USD"))
		got := ""
		for _, s := range splits {
			got += s.GetAmount().GetAmount() + " " + s.GetMemo() + " "
		}
		if err != nil || got != want {
			t.Errorf("%s: got %q, %v", amount, got, err)
		}
	}
	for _, l := range []*pb.BankStatementLine{line("-9.99", "USD"), line("-20.00", "EUR")} {
		if _, err := ruleSplits(r, l); err == nil || fault.From(err).Reason != optionsv1.Reason_SPLITS_DO_NOT_ADD_UP {
			t.Errorf("%v: got %v", l, err)
		}
	}
}
