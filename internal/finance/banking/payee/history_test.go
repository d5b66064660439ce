package payee_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"backoffice/internal/finance/banking/payee"
)

// decided returns n decisions about a payee, one a month until day 0.
func decided(name, outcome string, minor int64, n int) (all []payee.Decision) {
	for i := range n {
		all = append(all, payee.Decision{
			Transaction: payee.Transaction{Payee: name, Minor: minor, Day: -30 * i}, Outcome: outcome,
		})
	}
	return all
}

// TestScoreOfGuess checks the first guess for a payment of 50.00 to `shell oil`, and its score.
func TestScoreOfGuess(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		decisions   []payee.Decision
		outcome     string
		least, most int32
	}{
		"one decision is likely": {decided("shell oil", "fuel", -5000, 1), "fuel", 60, 80},
		"three equal decisions are sure": {
			decided("shell oil", "fuel", -5000, 3), "fuel", payee.Sure + 1, payee.Sure + 1,
		},
		"many equal decisions are surer": {decided("shell oil", "fuel", -5000, 99), "fuel", 99, 99},
		"one other decision leaves doubt": {
			slices.Concat(decided("shell oil", "fuel", -5000, 9), decided("shell oil", "gifts", -5000, 1)), "fuel", 70, 85,
		},
		"one other decision about a longer name leaves doubt": {
			slices.Concat(decided("shell oil", "fuel", -5000, 9), decided("shell oil recharge", "power", -5000, 1)),
			"fuel", 70, 90,
		},
		"an unusual amount leaves doubt": {decided("shell oil", "fuel", -1000, 9), "fuel", 60, 90},
		"the amount decides between outcomes": {
			slices.Concat(decided("shell oil", "fuel", -90000, 9), decided("shell oil", "snacks", -5000, 5)), "snacks", 50, 80,
		},
		"a name with a place is similar": {decided("shell oil austin", "fuel", -5000, 9), "fuel", 70, 90},
		"a cut name is similar":          {decided("shell oi", "fuel", -5000, 9), "fuel", 70, 90},
		"another name is less similar":   {decided("shell energy", "power", -5000, 9), "power", 20, 60},
		"money in says less":             {decided("shell oil", "refunds", 5000, 9), "refunds", 50, 90},
		"the same name counts more": {
			slices.Concat(decided("shell oil", "fuel", -5000, 3), decided("shell energy", "power", -5000, 9)), "fuel", 91, 91,
		},
	} {
		got := payee.NewHistory(c.decisions).Suggest(payee.Transaction{Payee: "shell oil", Minor: -5000, Day: 1})
		if len(got) == 0 || got[0].Outcome != c.outcome || got[0].Score < c.least || got[0].Score > c.most {
			t.Errorf("%s: got %v, want %s with a score from %d to %d", name, got, c.outcome, c.least, c.most)
		}
	}
}

// TestScoreFollowsTheEvidence checks the score of two equal decisions for a payment of `shell oil`:
// how it falls with the time since, with the ratio of the amounts, in the other direction of money,
// and with the similarity of the name.
func TestScoreFollowsTheEvidence(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name           string
		decided, asked int64
		day            int
		want           int32
	}{
		{"shell oil", -5000, -5000, 1, 79},
		{"shell oil", -5000, -5000, 366, 71},
		{"shell oil", -4000, -5000, 1, 76},
		{"shell oil", -2500, -5000, 1, 67},
		{"shell oil", -5000, -2500, 1, 67},
		{"shell oil", -15000, -5000, 1, 61},
		{"shell oil", -40, -50, 1, 76},
		{"shell oil", -25, -50, 1, 67},
		{"shell oil", -9000, -10000, 1, 77},
		{"shell oil", -9000, -9999, 1, 77},
		{"shell oil", 5000, -5000, 1, 65},
		{"shell oil", -5000, 5000, 1, 65},
		{"shell oil austin", -5000, -5000, 1, 73},
		{"shell oi", -5000, -5000, 1, 66},
		{"shell", -5000, -5000, 1, 66},
		{"shell energy", -5000, -5000, 1, 34},
		{"shell o", -5000, -5000, 1, 34},
	} {
		got := payee.NewHistory(decided(c.name, "x", c.decided, 2)).
			Suggest(payee.Transaction{Payee: "shell oil", Minor: c.asked, Day: c.day})
		if got[0].Score != c.want {
			t.Errorf("%+v: got %d", c, got[0].Score)
		}
	}
	for name, want := range map[string]int32{"shell oil reno": 48, "shell gas reno": 34} {
		got := payee.NewHistory(decided(name, "x", -5000, 2)).
			Suggest(payee.Transaction{Payee: "shell oil austin", Minor: -5000, Day: 1})
		if got[0].Score != want {
			t.Errorf("%s: got %d, want %d", name, got[0].Score, want)
		}
	}
}

// TestKindOfPaymentIsNeverSure checks that decisions about texts without a name are never sure.
func TestKindOfPaymentIsNeverSure(t *testing.T) {
	t.Parallel()
	got := payee.NewHistory(decided("check", "rent", -5000, 50)).
		Suggest(payee.Transaction{Payee: "check", Minor: -5000, Day: 1})
	if len(got) != 1 || got[0].Score > payee.Sure {
		t.Errorf("got %v, want a score of at most %d", got, payee.Sure)
	}
}

// TestReasonNamesPayeeAndCount checks the reasons of guesses.
func TestReasonNamesPayeeAndCount(t *testing.T) {
	t.Parallel()
	h := payee.NewHistory(slices.Concat(
		decided("shell oil", "fuel", -5000, 3), decided("shell oil", "snacks", -900, 1), decided("rewe", "meals", -900, 2),
		decided("aral", "fuel", -5000, 1), decided("lidl", "meals", -900, payee.MaxDecisions),
		decided("aldi", "meals", -900, payee.MaxDecisions-1), decided("aldi", "gifts", -900, 1),
	))
	for name, want := range map[string]string{
		"shell oil": `3 of 4 earlier payments of "shell oil" were decided this way.`,
		"rewe":      `All 2 earlier payments of "rewe" were decided this way.`,
		"aral":      `The only earlier payment of "aral" was decided this way.`,
		"lidl":      `All of the last 50 payments of "lidl" were decided this way.`,
		"aldi":      `49 of the last 50 payments of "aldi" were decided this way.`,
	} {
		if got := h.Suggest(payee.Transaction{Payee: name, Minor: -5000})[0].Reason(); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// TestGuessesAreSound checks for any history that scores are in range and sorted, that each outcome
// is guessed once, and that a guess above Sure is the only outcome of the payee.
func TestGuessesAreSound(t *testing.T) {
	t.Parallel()
	names := []string{"shell", "shell oil", "shell energy", "shell oil austin", "rewe"}
	rapid.Check(t, func(t *rapid.T) {
		transaction := func(label string) payee.Transaction {
			return payee.Transaction{
				Payee: rapid.SampledFrom(names).Draw(t, label), Minor: rapid.Int64Range(-100000, 100000).Draw(t, label+" minor"),
				Day: rapid.IntRange(-700, 0).Draw(t, label+" day"),
			}
		}
		var decisions []payee.Decision
		outcomes := map[string]map[string]bool{}
		for i := range rapid.IntRange(0, 20).Draw(t, "decisions") {
			d := payee.Decision{
				Transaction: transaction(fmt.Sprint("decision ", i)),
				Outcome:     rapid.SampledFrom([]string{"a", "b"}).Draw(t, "outcome"),
			}
			if outcomes[d.Payee] == nil {
				outcomes[d.Payee] = map[string]bool{}
			}
			outcomes[d.Payee][d.Outcome] = true
			decisions = append(decisions, d)
		}
		asked := transaction("asked")
		last, seen := int32(payee.MaxScore), map[string]bool{}
		for _, g := range payee.NewHistory(decisions).Suggest(asked) {
			if g.Score < 0 || g.Score > last || seen[g.Outcome] || g.Count > g.Of || decisions[g.Latest].Outcome != g.Outcome {
				t.Fatalf("got %+v after a score of %d", g, last)
			}
			if g.Score > payee.Sure && len(outcomes[asked.Payee]) > 1 {
				t.Fatalf("got %+v for a payee with outcomes %v", g, outcomes[asked.Payee])
			}
			last, seen[g.Outcome] = g.Score, true
		}
	})
}

// TestUnusualAmountIsNotSure checks that a guess is sure for money out from half the smallest to
// twice the largest of the earlier amounts, whatever their order, and not for money in.
func TestUnusualAmountIsNotSure(t *testing.T) {
	t.Parallel()
	h := payee.NewHistory(slices.Concat(
		decided("shell oil", "fuel", -3000, 1), decided("shell oil", "fuel", -5000, 1),
		decided("shell oil", "fuel", -1000, 1), decided("shell oil", "fuel", -2000, 1),
	))
	for minor, sure := range map[int64]bool{
		-499: false, -500: true, -2500: true, -10001: true, -10002: false, 2500: false,
	} {
		got := h.Suggest(payee.Transaction{Payee: "shell oil", Minor: minor})[0]
		if got.Score > payee.Sure != sure {
			t.Errorf("%d: got a score of %d, want above %d: %t", minor, got.Score, payee.Sure, sure)
		}
	}
}

// TestGuessNamesLatestAndMostSimilar checks that a guess has the latest decision with its outcome,
// the later of two on a day, and the most similar payee with the numbers of its decisions.
func TestGuessNamesLatestAndMostSimilar(t *testing.T) {
	t.Parallel()
	at := func(name, outcome string, day int) payee.Decision {
		return payee.Decision{Transaction: payee.Transaction{Payee: name, Minor: -5000, Day: day}, Outcome: outcome}
	}
	h := payee.NewHistory([]payee.Decision{
		at("shell oil", "fuel", -10), at("shell energy", "fuel", -2), at("shell energy", "fuel", -2),
		at("shell oil", "power", -30), at("shell oil", "fuel", -20), at("shell", "fuel", -40), at("aral", "fuel", -1),
	})
	got := h.Suggest(payee.Transaction{Payee: "shell oil", Minor: -5000})
	if len(got) != 2 || got[0].Outcome != "fuel" || got[0].Latest != 2 || got[0].Payee != "shell oil" ||
		got[0].Count != 2 || got[0].Of != 3 || got[1].Latest != 3 || got[1].Count != 1 {
		t.Errorf("got %+v", got)
	}
	h = payee.NewHistory([]payee.Decision{
		at("shell energy", "fuel", -1), at("shell power", "fuel", -2), at("shell gas", "fuel", -30),
	})
	if got := h.Suggest(payee.Transaction{Payee: "shell oil", Minor: -5000})[0]; got.Latest != 0 ||
		got.Payee != "shell energy" || got.Of != 1 {
		t.Errorf("the first is the latest: got %+v", got)
	}
	if got := h.Suggest(payee.Transaction{Minor: -5000}); got != nil {
		t.Errorf("without a payee: got %+v, want none", got)
	}
}

// TestAlikePayeesAreTheNearest checks that the payees that begin or continue a name are alike,
// whatever other payees have its first word, and that no more than the limit are.
func TestAlikePayeesAreTheNearest(t *testing.T) {
	t.Parallel()
	payees := []string{"amazon", "amazon prime", "amazon prime video", "apple", "zoo"}
	for i := range 3 * payee.MaxAlike {
		payees = append(payees, fmt.Sprintf("amazon a%02d", i), fmt.Sprintf("amazon z%02d", i))
	}
	slices.Sort(payees)
	got := payee.Alike("amazon prime", payees)
	for _, want := range []string{"amazon", "amazon prime", "amazon prime video"} {
		if !slices.Contains(got, want) {
			t.Errorf("got %q, want also %q", got, want)
		}
	}
	if len(got) != 2*payee.MaxAlike+2 || slices.Contains(got, "apple") || slices.Contains(got, "zoo") {
		t.Errorf("got %d payees: %q", len(got), got)
	}
	near := []string{"amazon a", "amazon b", "amazon c", "zoo"}
	if got := payee.Alike("amazon b", near); !slices.Equal(got, []string{"amazon b", "amazon a", "amazon c"}) {
		t.Errorf("got %q, want the payees before and after", got)
	}
	if got := payee.Alike("amazon z", near[:3]); !slices.Equal(got, []string{"amazon c", "amazon b", "amazon a"}) {
		t.Errorf("got %q, want the payees before", got)
	}
	if got := payee.Alike("apple pay", payees); !slices.Equal(got, []string{"apple"}) {
		t.Errorf("got %q for a payee without decisions", got)
	}
}
