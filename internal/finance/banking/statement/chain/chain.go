// Package chain finds statements that follow one another. If the lines of two statements lead from
// one balance to the next, the statements have no line in common, and equal lines of them are
// different bookings. The package decides what balances prove. It knows nothing of how statements
// are stored.
package chain

import (
	"cmp"
	"slices"

	"github.com/google/uuid"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/calendar"
)

// Span is a statement whose lines lead exactly from its opening to its closing balance.
type Span struct {
	ID      uuid.UUID // of a stored statement; Nil for a statement of the file
	File    uuid.UUID // of a stored statement's import; Nil for a statement of the file
	Ordinal int       // place of the statement in its file, an index for a statement of the file
	Number  string
	// Start and End are the first and the last day.
	Start, End       calendar.Date
	Opening, Closing int64
	Lines            int // number of lines
	// FirstDay and LastDay are the amounts of the lines of the first and the last day, as the file
	// lists them.
	FirstDay, LastDay []int64
}

// NewSpan returns the span of a statement of a file. It returns false if the statement lacks a
// balance or lines, or does not add up.
func NewSpan(s statement.Statement, ordinal int) (span Span, ok bool) {
	if len(s.Lines) == 0 || !s.AddsUp() {
		return span, false
	}
	span = Span{
		Ordinal: ordinal, Number: s.Number, Opening: s.OpeningBalance.Amount, Closing: s.LedgerBalance.Amount,
		Lines: len(s.Lines),
	}
	span.Start, span.End = s.Period(s.Lines[0].Date)
	for _, l := range s.Lines {
		if l.Date == span.Start {
			span.FirstDay = append(span.FirstDay, l.Amount)
		}
		if l.Date == span.End {
			span.LastDay = append(span.LastDay, l.Amount)
		}
	}
	return span, true
}

// identity is what two imports of one statement have in common.
type identity struct {
	number           string
	start, end       calendar.Date
	opening, closing int64
	lines            int
}

func (a Span) identity() identity {
	return identity{a.Number, a.Start, a.End, a.Opening, a.Closing, a.Lines}
}

// continues reports whether b begins with the balance with which a ends, and not before a ends.
func (a Span) continues(b Span) bool { return a.Closing == b.Opening && !b.Start.Before(a.End) }

// isSeparate reports whether a, and b later in one chain, have no line in common.
//
// Suppose that both cover a day and have lines of it in common, so that b begins before a ends.
// Then the lines from the beginning of b to the end of a lead from b's opening balance to a's
// closing balance. They are the last ones of a, the first ones of b, or the first ones of b and all
// of a. So the balances prove that there are none, unless such lines come to the difference.
func (a Span) isSeparate(b Span) bool {
	isOneFile := a.File == b.File && a.Number != b.Number
	if isOneFile || a.End.Before(b.Start) || !haveCommon(a.LastDay, b.FirstDay) {
		return true
	}
	difference := a.Closing - b.Opening
	isWithinDay := len(a.LastDay) == a.Lines
	return !hasEdge(a.LastDay, difference) && !hasEdge(b.FirstDay, difference) &&
		!(isWithinDay && hasEdge(b.FirstDay, a.Opening-b.Opening))
}

// haveCommon reports whether two lists have an amount in common.
func haveCommon(a, b []int64) bool {
	return slices.ContainsFunc(a, func(amount int64) bool { return slices.Contains(b, amount) })
}

// hasEdge reports whether the first or the last amounts of a list come to a sum. Files list the
// lines of a day forward or backward.
func hasEdge(amounts []int64, sum int64) bool {
	var first, last int64
	for i, amount := range amounts {
		first += amount
		last += amounts[len(amounts)-1-i]
		if first == sum || last == sum {
			return true
		}
	}
	return false
}

// Group is a chain of statements, or a statement that is in none.
type Group struct {
	// Statements are the indexes of its statements in the file.
	Statements []int
	// Mates are the ids of stored statements of the chain, which have other lines.
	Mates []uuid.UUID
	// Again are the ids of stored statements that are statements of the file, by their index in it.
	Again map[int][]uuid.UUID
}

// GroupStatements groups the statements of a file by the chains that they form with stored
// statements. It returns the groups sorted by their first statements. statements is the number of
// statements in the file, and spans are those of the file and of stored statements.
func GroupStatements(statements int, spans []Span) []Group {
	chains := numberSpans(spans)
	chainOf := map[int]int{}         // by statement of the file
	ordinals := map[identity][]int{} // of the file's spans
	for i, s := range spans {
		if s.ID == uuid.Nil {
			chainOf[s.Ordinal] = chains[i]
			ordinals[s.identity()] = append(ordinals[s.identity()], s.Ordinal)
		}
	}
	var groups []Group
	places := map[int]int{} // of groups, by chain
	for n := range statements {
		chain, isSpan := chainOf[n]
		at, known := places[chain]
		if !isSpan || !known {
			at = len(groups)
			groups = append(groups, Group{Again: map[int][]uuid.UUID{}})
		}
		if isSpan {
			places[chain] = at
		}
		groups[at].Statements = append(groups[at].Statements, n)
	}
	for i, s := range spans {
		at, known := places[chains[i]]
		if s.ID == uuid.Nil || !known {
			continue
		}
		same := ordinals[s.identity()]
		for _, n := range same {
			groups[at].Again[n] = append(groups[at].Again[n], s.ID)
		}
		if len(same) == 0 {
			groups[at].Mates = append(groups[at].Mates, s.ID)
		}
	}
	return groups
}

// numberSpans numbers the chains of spans that follow one another, each with one span at most. It
// returns the number of the chain of each span. Equal spans have the same number.
func numberSpans(spans []Span) []int {
	order := make([]int, len(spans))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(spans[a].Start.Compare(spans[b].Start), spans[a].End.Compare(spans[b].End))
	})
	same := make([]int, len(spans)) // the first span that equals this one
	first := map[identity]int{}
	byOpening := map[int64][]int{}
	for _, i := range order {
		if at, again := first[spans[i].identity()]; again {
			same[i] = at
			continue
		}
		first[spans[i].identity()], same[i] = i, i
		byOpening[spans[i].Opening] = append(byOpening[spans[i].Opening], i)
	}
	l := links{spans: spans, next: slices.Repeat([]int{-1}, len(spans)), before: slices.Repeat([]int{-1}, len(spans))}
	for _, i := range order {
		if same[i] == i {
			l.addNext(i, byOpening[spans[i].Closing])
		}
	}
	chains := make([]int, len(spans))
	for n, i := range order {
		if l.before[i] >= 0 || same[i] != i {
			continue
		}
		for at := i; at >= 0; at = l.next[at] {
			chains[at] = n + 1
		}
	}
	for i := range chains {
		chains[i] = chains[same[i]]
	}
	return chains
}

// links are the chains found so far. They hold the index of the span after and before each span, or
// -1.
type links struct {
	spans        []Span
	next, before []int
}

// addNext links a span to the first candidate that continues it, has no predecessor and fits its
// chain.
func (l *links) addNext(at int, candidates []int) {
	for _, i := range candidates {
		if l.before[i] < 0 && l.spans[at].continues(l.spans[i]) && l.areSeparate(at, i) {
			l.next[at], l.before[i] = i, at
			return
		}
	}
}

// maxDayPairs is how many pairs of statements of one day are compared before two chains become one.
const maxDayPairs = 10_000

// areSeparate reports whether the chain that ends with a span and the one that begins with another
// have no line in common. Only statements of a day that both cover can have one.
func (l *links) areSeparate(last, first int) bool {
	pairs := 0
	for a := last; a >= 0 && !l.spans[a].End.Before(l.spans[first].Start); a = l.before[a] {
		for b := first; b >= 0 && !l.spans[a].End.Before(l.spans[b].Start); b = l.next[b] {
			if pairs++; a == b || pairs > maxDayPairs || !l.spans[a].isSeparate(l.spans[b]) {
				return false
			}
		}
	}
	return true
}
