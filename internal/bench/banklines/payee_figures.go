package banklines

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"backoffice/internal/finance/banking/payee"
)

// Figures count how well the measured lines of a data set are suggested.
type Figures struct {
	// Lines is the number of lines. First counts those whose first suggestion is right, and
	// TopThree those of which one of the first three is.
	Lines, First, TopThree int
	// Sure counts the suggestions with a score above payee.Sure, and SureWrong the wrong ones of
	// them.
	Sure, SureWrong int
	// WithoutReason counts the suggestions without a reason.
	WithoutReason int
}

// Add adds other figures.
func (f *Figures) Add(o Figures) {
	f.Lines, f.First, f.TopThree = f.Lines+o.Lines, f.First+o.First, f.TopThree+o.TopThree
	f.Sure, f.SureWrong = f.Sure+o.Sure, f.SureWrong+o.SureWrong
	f.WithoutReason += o.WithoutReason
}

// Share returns a part of the lines in percent.
func (f Figures) Share(part int) float64 { return 100 * float64(part) / float64(max(f.Lines, 1)) }

// Suggester returns guesses about a line, whose outcomes are categories.
type Suggester func(l Line) []payee.Guess

// Measure learns from the first 18 months of the data set and measures the last 6. seen are the
// figures of lines of payees that occur in the learned months, and unseen those of new payees.
func Measure(seed uint64, learn func(learned []Line) Suggester) (seen, unseen Figures) {
	lines := Generate(seed)
	first := slices.IndexFunc(lines, func(l Line) bool { return !l.Date.Before(measuredFrom()) })
	suggest := learn(lines[:first])
	for _, l := range lines[first:] {
		if l.Unseen {
			unseen.count(l, suggest(l))
		} else {
			seen.count(l, suggest(l))
		}
	}
	return seen, unseen
}

// count counts the guesses about a line.
func (f *Figures) count(l Line, guesses []payee.Guess) {
	at := slices.IndexFunc(guesses, func(g payee.Guess) bool { return g.Outcome == l.Category })
	f.Lines++
	if at == 0 {
		f.First++
	}
	if at >= 0 && at < 3 {
		f.TopThree++
	}
	for i, g := range guesses {
		if g.Score > payee.Sure {
			if f.Sure++; i != at {
				f.SureWrong++
			}
		}
		if g.Payee == "" || g.Of == 0 || g.Reason() == "" {
			f.WithoutReason++
		}
	}
}

// Learn returns the Suggester of package payee. It knows of each line what the server reads for it:
// the latest decisions about its payee and those like it.
func Learn(learned []Line) Suggester {
	byPayee := map[string][]payee.Decision{}
	for _, l := range learned {
		t := l.transaction()
		byPayee[t.Payee] = append(byPayee[t.Payee], payee.Decision{Transaction: t, Outcome: l.Category})
	}
	payees := slices.Sorted(maps.Keys(byPayee))
	return func(l Line) []payee.Guess {
		t := l.transaction()
		var decisions []payee.Decision
		for _, name := range payee.Alike(t.Payee, payees) {
			all := byPayee[name]
			decisions = append(decisions, all[max(0, len(all)-payee.MaxDecisions):]...)
		}
		return payee.NewHistory(decisions).Suggest(t)
	}
}

// transaction returns the line as the history knows it.
func (l Line) transaction() payee.Transaction {
	return payee.Transaction{
		Payee: payee.Key(l.Counterparty, l.Description), Minor: l.Minor,
		Day: int(l.Date.Sub(start) / (24 * time.Hour)),
	}
}

// Print measures the data set with several seeds and prints the figures.
func Print(w io.Writer, seeds int) {
	var seen, unseen Figures
	for seed := range seeds {
		a, b := Measure(uint64(seed), Learn)
		seen.Add(a)
		unseen.Add(b)
	}
	fmt.Fprintln(w, "Suggestions from 18 months of decisions, for bank lines of the next 6:")
	fmt.Fprintf(w, "%-16s %8s %8s %10s %10s %12s\n", "payees", "lines", "first", "top three", "above 90", "wrong of these")
	for _, row := range []struct {
		name string
		f    Figures
	}{{"seen before", seen}, {"new", unseen}} {
		fmt.Fprintf(w, "%-16s %8d %7.1f%% %9.1f%% %9.1f%% %12d\n", row.name, row.f.Lines, row.f.Share(row.f.First),
			row.f.Share(row.f.TopThree), row.f.Share(row.f.Sure), row.f.SureWrong)
	}
}
