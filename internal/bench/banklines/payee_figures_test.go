package banklines_test

import (
	"reflect"
	"strings"
	"testing"

	"backoffice/internal/bench/banklines"
)

// TestSuggestionsAreRight checks that earlier decisions suggest the right account for lines of
// payees seen before: at least 95 % first and 98 % among the first three. Suggestions above 90 are
// never wrong, for new payees either, and each has a reason.
func TestSuggestionsAreRight(t *testing.T) {
	t.Parallel()
	var seen, unseen banklines.Figures
	for seed := range uint64(10) {
		a, b := banklines.Measure(seed, banklines.Learn)
		seen.Add(a)
		unseen.Add(b)
	}
	if seen.Lines < 5000 || unseen.Lines < 500 {
		t.Fatalf("measured only %d lines of payees seen before and %d of new ones", seen.Lines, unseen.Lines)
	}
	if first, three := seen.Share(seen.First), seen.Share(seen.TopThree); first < 95 || three < 98 {
		t.Errorf("got %.1f %% right first and %.1f %% among three, want at least 95 %% and 98 %%", first, three)
	}
	if seen.Sure < seen.Lines/2 {
		t.Errorf("got a score above 90 for %d of %d lines, want at least half", seen.Sure, seen.Lines)
	}
	if seen.SureWrong+unseen.SureWrong > 0 || seen.WithoutReason+unseen.WithoutReason > 0 {
		t.Errorf("got %d wrong suggestions above 90 and %d without a reason, want none",
			seen.SureWrong+unseen.SureWrong, seen.WithoutReason+unseen.WithoutReason)
	}
}

// TestDataSetIsDeterministic checks that a seed always gives the same lines, and another seed
// others.
func TestDataSetIsDeterministic(t *testing.T) {
	t.Parallel()
	first := banklines.Generate(1)
	if !reflect.DeepEqual(first, banklines.Generate(1)) || reflect.DeepEqual(first, banklines.Generate(2)) {
		t.Error("the lines do not depend on the seed alone")
	}
	for _, l := range first {
		if strings.ContainsAny(l.Description, "{}") || l.Minor == 0 {
			t.Fatalf("got %+v, want a text without placeholders and an amount", l)
		}
	}
}
