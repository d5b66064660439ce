package cashflow

import (
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// drawEntry draws an entry of up to eight lines on any accounts.
func drawEntry(t *rapid.T) (e Entry) {
	var all []*Account
	for n := range len(chart) {
		all = append(all, chart[nameOf(uuid.UUID{15: byte(n + 1)})])
	}
	var sum int64
	for range rapid.IntRange(1, 7).Draw(t, "lines") {
		l := Line{rapid.SampledFrom(all).Draw(t, "account"), rapid.Int64Range(-100, 100).Draw(t, "minor")}
		e.Lines = append(e.Lines, l)
		sum += l.Minor
	}
	e.Lines = append(e.Lines, Line{rapid.SampledFrom(all).Draw(t, "account"), -sum})
	e.Revaluation = rapid.IntRange(0, 9).Draw(t, "revaluation") == 0
	e.Opening = rapid.IntRange(0, 9).Draw(t, "opening") == 0
	e.Reversal = rapid.Bool().Draw(t, "reversal")
	return e
}

// TestAttributionIsComplete checks that flows and effect add up to the cash of any entry, that
// both methods have the same operating cash, and that entries without special accounts need no
// correction.
func TestAttributionIsComplete(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawEntry(t)
		got := Attribute(e)
		var cash, operating, flows, direct int64
		special := false
		for _, l := range e.Lines {
			special = special || l.Account.IsSpecial()
			switch {
			case l.Account.IsCash():
				cash += l.Minor
			case l.Account.IsOperating():
				operating -= l.Minor
			}
		}
		for _, f := range got.Flows {
			flows += f.Minor
			if f.Section == pb.Account_OPERATING {
				direct += f.Minor
			}
		}
		for _, m := range got.Excluded {
			operating -= m.Minor
		}
		if flows+got.Effect != cash {
			t.Fatalf("%s: got %d, want cash of %d", render(got), flows+got.Effect, cash)
		}
		if operating != direct {
			t.Fatalf("%s: got %d by the indirect method, %d by the direct", render(got), operating, direct)
		}
		if !special && !e.Revaluation && !e.Opening && (len(got.Excluded) > 0 || got.Effect != 0 || len(got.NonCash) > 0) {
			t.Fatalf("%s: entry without special accounts", render(got))
		}
	})
}

// TestReversalNegatesAttribution checks that an entry and its reversal add up to nothing.
func TestReversalNegatesAttribution(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawEntry(t)
		e.Reversal = false
		reversal := e.negated()
		reversal.Reversal = true
		if got, want := render(Attribute(reversal).negated()), render(Attribute(e)); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	})
}
