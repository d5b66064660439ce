package chain

import (
	"reflect"
	"slices"
	"testing"

	"github.com/google/uuid"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/calendar"
)

// march returns a day of March 2026.
func march(t *testing.T, day int) calendar.Date {
	t.Helper()
	d, err := calendar.NewDate(2026, 3, day)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// span returns the span of a statement of lines of one day.
func span(t *testing.T, number string, day int, opening int64, amounts ...int64) Span {
	t.Helper()
	s := Span{
		Number: number, Start: march(t, day), End: march(t, day), Opening: opening, Closing: opening,
		Lines: len(amounts), FirstDay: amounts, LastDay: amounts,
	}
	for _, amount := range amounts {
		s.Closing += amount
	}
	return s
}

// stored returns the span as that of a stored statement of a file.
func stored(s Span, file byte) Span {
	s.ID, s.File = uuid.New(), uuid.UUID{file}
	return s
}

// TestSpanNeedsBalancesThatAddUp makes spans of statements with and without balances and lines.
func TestSpanNeedsBalancesThatAddUp(t *testing.T) {
	line := func(day int, amount int64) statement.Line { return statement.Line{Date: march(t, day), Amount: amount} }
	whole := statement.Statement{
		Number: "7", OpeningBalance: &statement.Balance{Amount: 100}, LedgerBalance: &statement.Balance{Amount: 93},
		Lines: []statement.Line{line(5, -4), line(6, -1), line(5, -1), line(7, -1)},
	}
	got, ok := NewSpan(whole, 3)
	want := Span{
		Ordinal: 3, Number: "7", Start: march(t, 5), End: march(t, 7), Opening: 100, Closing: 93, Lines: 4,
		FirstDay: []int64{-4, -1}, LastDay: []int64{-1},
	}
	if !ok || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, ok, want)
	}
	for name, change := range map[string]func(s *statement.Statement){
		"no opening balance": func(s *statement.Statement) { s.OpeningBalance = nil },
		"no closing balance": func(s *statement.Statement) { s.LedgerBalance = nil },
		"another balance":    func(s *statement.Statement) { s.LedgerBalance = &statement.Balance{Amount: 94} },
		"no lines": func(s *statement.Statement) {
			s.Lines, s.LedgerBalance = nil, s.OpeningBalance
		},
	} {
		s := whole
		change(&s)
		if _, ok := NewSpan(s, 0); ok {
			t.Errorf("%s: got a span", name)
		}
	}
}

// TestContinuedBalances checks which statement may begin where another ends.
func TestContinuedBalances(t *testing.T) {
	a := span(t, "", 5, 100, -4)
	for day, want := range map[int]bool{4: false, 5: true, 6: true} {
		if got := a.continues(span(t, "", day, 96, -1)); got != want {
			t.Errorf("on day %d: got %v, want %v", day, got, want)
		}
	}
	if a.continues(span(t, "", 6, 97, -1)) {
		t.Error("another balance: got true")
	}
}

// TestSeparateStatementsOfOneDay compares statements of one day by their lines and balances.
func TestSeparateStatementsOfOneDay(t *testing.T) {
	one, two := stored(span(t, "1", 5, 100, -4, 4), 1), stored(span(t, "2", 5, 100, 4, -4), 1)
	for name, c := range map[string]struct {
		a, b Span
		want bool
	}{
		"a later day":                 {span(t, "", 5, 100, -4, 4), span(t, "", 6, 100, -4, 4), true},
		"nothing in common":           {span(t, "", 5, 100, -4, 4), span(t, "", 5, 100, 5, -5), true},
		"money out only":              {span(t, "", 5, 100, -4, -4), span(t, "", 5, 92, -4), true},
		"the last lines come to zero": {span(t, "", 5, 100, -4, 4, -4), span(t, "", 5, 96, -4), false},
		"the first lines come to zero": {
			span(t, "", 5, 100, -4), span(t, "", 5, 96, -4, 4), false,
		},
		"listed backward": {span(t, "", 5, 100, 4, -4, -7), span(t, "", 5, 93, -4), false},
		"lines between come to zero": {
			span(t, "", 5, 100, -4, 5, -4), span(t, "", 5, 97, -4), true,
		},
		"all of the first and some of the second": {
			span(t, "", 5, 104, -4), span(t, "", 5, 100, 4, -1, -4), false,
		},
		"two of one file": {one, two, true},
		"of two files":    {one, stored(two, 2), false},
		"a number again":  {one, func() Span { s := two; s.Number = "1"; return s }(), false},
		"a difference":    {span(t, "", 5, 100, -4), span(t, "", 5, 100, -4), false},
	} {
		if got := c.a.isSeparate(c.b); got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
	// Only a statement that lies within the day can lie within the other.
	long := span(t, "", 5, 104, -4)
	long.Lines, long.Opening = 2, 108
	if b := span(t, "", 5, 100, 8, -4); !long.isSeparate(b) {
		t.Error("a statement of two days: got false, want true")
	}
}

func TestEdges(t *testing.T) {
	for _, c := range []struct {
		amounts []int64
		sum     int64
		want    bool
	}{
		{nil, 0, false}, {[]int64{0}, 0, true}, {[]int64{1, 2, 3}, 1, true}, {[]int64{1, 2, 3}, 3, true},
		{[]int64{1, 2, 3}, 5, true}, {[]int64{1, 2, 3}, 6, true}, {[]int64{1, 2, 4}, 2, false}, {[]int64{1, 2, 3}, 0, false},
	} {
		if got := hasEdge(c.amounts, c.sum); got != c.want {
			t.Errorf("%v, %d: got %v", c.amounts, c.sum, got)
		}
	}
}

// TestStatementsAreGroupedByChain groups a file's statements with stored ones.
func TestStatementsAreGroupedByChain(t *testing.T) {
	inFile := func(s Span, ordinal int) Span { s.Ordinal = ordinal; return s }
	first, second := span(t, "1", 5, 100, -4), span(t, "2", 5, 96, -4)
	third, apart := span(t, "3", 6, 92, -4), span(t, "9", 8, 500, -1)
	mate := stored(first, 1)
	same := stored(third, 2)
	got := GroupStatements(4, []Span{mate, same, inFile(third, 0), inFile(second, 2), inFile(apart, 3)})
	want := []Group{
		{Statements: []int{0, 2}, Mates: []uuid.UUID{mate.ID}, Again: map[int][]uuid.UUID{0: {same.ID}}},
		{Statements: []int{1}, Again: map[int][]uuid.UUID{}},
		{Statements: []int{3}, Again: map[int][]uuid.UUID{}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := GroupStatements(1, []Span{mate}); len(got) != 1 || len(got[0].Mates) != 0 {
		t.Errorf("a statement without balances: got %+v", got)
	}
	twice := GroupStatements(2, []Span{same, inFile(third, 0), inFile(third, 1)})
	if len(twice) != 1 || len(twice[0].Again[0]) != 1 || len(twice[0].Again[1]) != 1 {
		t.Errorf("one statement twice in a file: got %+v", twice)
	}
}

// TestEachStatementHasOneSuccessor numbers chains of statements that could continue in several
// ways.
func TestEachStatementHasOneSuccessor(t *testing.T) {
	a, b, c := span(t, "1", 5, 100, -4), span(t, "2", 6, 96, -4), span(t, "3", 7, 96, -1)
	if got := numberSpans([]Span{c, b, a, a}); got[1] != got[2] || got[2] != got[3] || got[0] == got[1] {
		t.Errorf("got %v, want the second to fourth in one chain", got)
	}
	if got := numberSpans([]Span{a, c, span(t, "4", 6, 95, 1)}); got[0] != got[1] || got[2] == got[1] {
		t.Errorf("got %v, want the first two in one chain", got)
	}
	// A day of many statements is not compared pair by pair.
	var day []Span
	for n := range 300 {
		day = append(day, stored(span(t, "", 5, int64(1000-n), -1), byte(n%2)))
	}
	chains := map[int]bool{}
	for _, n := range numberSpans(day) {
		chains[n] = true
	}
	if len(chains) != 1 {
		t.Errorf("300 statements of a day: got %d chains, want 1", len(chains))
	}
	l := links{spans: day[:200], next: slices.Repeat([]int{-1}, 200), before: slices.Repeat([]int{-1}, 200)}
	for n := range 199 {
		if n != 99 {
			l.next[n], l.before[n+1] = n+1, n
		}
	}
	if !l.areSeparate(99, 100) {
		t.Error("a hundred statements before and after: got false")
	}
	l.spans = append(slices.Clone(l.spans), day[200])
	l.next, l.before = append(l.next, -1), append(l.before, 199)
	if l.next[199] = 200; l.areSeparate(99, 100) {
		t.Error("more pairs than are compared: got true")
	}
	if l.areSeparate(50, 50) {
		t.Error("a statement and itself: got true")
	}
}

// TestRepeatedStatementHasItsKeysOnce repeats a statement with balances in a file. The balances
// prove that two statements with such lines follow one another only if the second begins where the
// first ends.
func TestRepeatedStatementHasItsKeysOnce(t *testing.T) {
	at := func(opening, closing int64, lines ...statement.Line) statement.Statement {
		return statement.Statement{
			Number: "7", Lines: lines, OpeningBalance: &statement.Balance{Amount: opening},
			LedgerBalance: &statement.Balance{Amount: closing},
		}
	}
	tea := statement.Line{Number: 1, Date: march(t, 5), Amount: -4, Description: "Tea"}
	later, rent := tea, tea
	later.Number, rent.Description = 2, "Rent"
	plain := statement.DedupKeys([]statement.Line{tea, tea, rent})
	stored := uuid.New()
	for name, c := range map[string]struct {
		file     []statement.Statement
		again    map[int][]uuid.UUID
		recorded map[uuid.UUID]Recorded
		want     map[int][]string
	}{
		"new": {
			file: []statement.Statement{at(100, 96, tea), at(100, 96, later)},
			want: map[int][]string{0: plain[:1], 1: plain[:1]},
		},
		"imported before": {
			file:     []statement.Statement{at(100, 96, tea), at(100, 96, later)},
			again:    map[int][]uuid.UUID{0: {stored}, 1: {stored}},
			recorded: map[uuid.UUID]Recorded{stored: {[]statement.Line{tea}, plain[1:2]}},
			want:     map[int][]string{0: plain[1:2], 1: plain[1:2]},
		},
		"with another text": {
			file: []statement.Statement{at(100, 96, tea), at(100, 96, rent)},
			want: map[int][]string{0: plain[:1], 1: plain[2:]},
		},
		"of the next balance": {
			file: []statement.Statement{at(100, 96, tea), at(96, 92, later)},
			want: map[int][]string{0: plain[:1], 1: plain[1:2]},
		},
	} {
		g := Group{Statements: []int{0, 1}, Again: c.again}
		if got, _ := g.Keys(c.file, c.recorded); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

// TestKeysOfGroups gives keys to statements that were imported before, that look like another one,
// and that are new.
func TestKeysOfGroups(t *testing.T) {
	tea := statement.Line{Date: march(t, 5), Amount: -4, Description: "Tea"}
	rent := statement.Line{Date: march(t, 5), Amount: -4, Description: "Rent"}
	plain := statement.DedupKeys([]statement.Line{tea, tea, tea, rent, rent})
	first, second := uuid.New(), uuid.New()
	lines := func(l ...statement.Line) statement.Statement { return statement.Statement{Lines: l} }
	for name, c := range map[string]struct {
		group     Group
		file      []statement.Statement
		recorded  map[uuid.UUID]Recorded
		want      map[int][]string
		disproved int
	}{
		"new": {
			Group{Statements: []int{0, 1}}, []statement.Statement{lines(tea, tea), lines(tea)}, nil,
			map[int][]string{0: plain[:2], 1: plain[2:3]}, 0,
		},
		"after another": {
			Group{Statements: []int{0}, Mates: []uuid.UUID{first}}, []statement.Statement{lines(tea, rent)},
			map[uuid.UUID]Recorded{first: {[]statement.Line{tea}, plain[:1]}},
			map[int][]string{0: {plain[1], plain[3]}}, 0,
		},
		"again": {
			Group{Statements: []int{0, 1}, Again: map[int][]uuid.UUID{0: {first}}},
			[]statement.Statement{lines(tea), lines(tea)},
			map[uuid.UUID]Recorded{first: {[]statement.Line{tea}, plain[1:2]}},
			map[int][]string{0: plain[1:2], 1: plain[:1]}, 0,
		},
		"with another line": {
			Group{Statements: []int{0}, Mates: []uuid.UUID{second}, Again: map[int][]uuid.UUID{0: {first}}},
			[]statement.Statement{lines(tea, rent)},
			map[uuid.UUID]Recorded{
				first: {[]statement.Line{tea}, plain[1:2]}, second: {[]statement.Line{rent}, plain[3:4]},
			},
			map[int][]string{0: {plain[1], plain[3]}}, 0,
		},
		"disproved": {
			Group{Statements: []int{0}, Mates: []uuid.UUID{first, second}}, []statement.Statement{lines(tea)},
			map[uuid.UUID]Recorded{
				first: {[]statement.Line{tea}, plain[:1]}, second: {[]statement.Line{tea}, plain[:1]},
			},
			map[int][]string{0: plain[1:2]}, 1,
		},
		"disproved, again": {
			Group{Statements: []int{0}, Mates: []uuid.UUID{first}, Again: map[int][]uuid.UUID{0: {second}}},
			[]statement.Statement{lines(tea)},
			map[uuid.UUID]Recorded{
				first: {[]statement.Line{tea}, plain[:1]}, second: {[]statement.Line{tea}, plain[:1]},
			},
			map[int][]string{0: plain[1:2]}, 0,
		},
		"twice in a file": {
			Group{Statements: []int{0, 1}, Again: map[int][]uuid.UUID{0: {first}, 1: {first}}},
			[]statement.Statement{lines(tea), lines(tea)},
			map[uuid.UUID]Recorded{first: {[]statement.Line{tea, tea}, plain[:2]}},
			map[int][]string{0: plain[:1], 1: plain[1:2]}, 0,
		},
	} {
		if got, disproved := c.group.Keys(c.file, c.recorded); !reflect.DeepEqual(got, c.want) || disproved != c.disproved {
			t.Errorf("%s: got %v, %d disproved, want %v, %d", name, got, disproved, c.want, c.disproved)
		}
	}
}
