package chain

import (
	"slices"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/calendar"
)

// account is what an import knows of a bank account: the keys of its lines, and its statements.
type account struct {
	keys     map[string]bool
	spans    []Span
	recorded map[uuid.UUID]Recorded
	counts   map[booking]int // lines stored, by what two equal bookings have in common
}

// booking is a line without its place.
type booking struct {
	date   calendar.Date
	amount int64
	name   string
}

func bookingOf(l statement.Line) booking { return booking{l.Date, l.Amount, l.CounterpartyName} }

// importFile stores the lines of a file that the account does not have yet, as package banking
// does. It returns how many these are.
func (a *account) importFile(file []statement.Statement) (added int) {
	spans := slices.Clone(a.spans)
	for n, s := range file {
		if span, ok := NewSpan(s, n); ok {
			spans = append(spans, span)
		}
	}
	ids, fileID := make([]uuid.UUID, len(file)), uuid.New()
	for n := range ids {
		ids[n] = uuid.New()
	}
	isNew := make([]bool, len(file))
	for _, group := range GroupStatements(len(file), spans) {
		keys, _ := group.Keys(file, a.recorded)
		for _, n := range group.Statements {
			a.recorded[ids[n]] = Recorded{file[n].Lines, keys[n]}
			for i, key := range keys[n] {
				if a.keys[key] {
					continue
				}
				added++
				a.keys[key], isNew[n] = true, true
				a.counts[bookingOf(file[n].Lines[i])]++
			}
		}
	}
	for n, s := range file {
		span, ok := NewSpan(s, n)
		isStored := slices.ContainsFunc(a.spans, func(o Span) bool { return o.identity() == span.identity() })
		if ok && (!isStored || isNew[n]) {
			span.ID, span.File = ids[n], fileID
			a.spans = append(a.spans, span)
		}
	}
	return added
}

func newAccount() *account {
	return &account{map[string]bool{}, nil, map[uuid.UUID]Recorded{}, map[booking]int{}}
}

// drawLedger draws bookings sorted by day. Few amounts and names make many of them equal.
func drawLedger(t *rapid.T, amounts []int64) []statement.Line {
	day, _ := calendar.ParseDate("2026-03-01")
	return rapid.Custom(func(t *rapid.T) []statement.Line {
		var lines []statement.Line
		for range rapid.IntRange(1, 14).Draw(t, "lines") {
			day = day.AddDays(rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "days later"))
			lines = append(lines, statement.Line{
				Date: day, Amount: rapid.SampledFrom(amounts).Draw(t, "amount"),
				CounterpartyName: rapid.SampledFrom([]string{"Tea", "Tea", "Rent"}).Draw(t, "name"),
			})
		}
		return lines
	}).Draw(t, "ledger")
}

// splitLedger draws consecutive statements of the bookings, numbered from a number. With onDays,
// statements end between days only.
func splitLedger(t *rapid.T, ledger []statement.Line, from int, onDays bool) (statements []statement.Statement) {
	balance := int64(1000)
	for _, l := range ledger[:from] {
		balance += l.Amount
	}
	for at := from; at < len(ledger); {
		end := rapid.IntRange(at+1, len(ledger)).Draw(t, "end of statement")
		for onDays && end < len(ledger) && ledger[end].Date == ledger[end-1].Date {
			end++
		}
		s := statement.Statement{
			CurrencyCode: "USD", Lines: ledger[at:end], To: ledger[end-1].Date, From: ledger[at].Date,
			OpeningBalance: &statement.Balance{Amount: balance, Date: ledger[at].Date},
			Number:         rapid.SampledFrom([]string{"", "1", "2", "3", "4"}).Draw(t, "number"),
		}
		if at > 0 && rapid.Bool().Draw(t, "begins with the day before") {
			s.From = ledger[at-1].Date // as in MT940, whose opening balance is the last closing balance
		}
		for _, l := range s.Lines {
			balance += l.Amount
		}
		s.LedgerBalance = &statement.Balance{Amount: balance, Date: s.To}
		statements = append(statements, s)
		at = end
	}
	return statements
}

// countBookings counts the bookings of a ledger.
func countBookings(ledger []statement.Line) map[booking]int {
	counts := map[booking]int{}
	for _, l := range ledger {
		counts[bookingOf(l)]++
	}
	return counts
}

func checkComplete(t *rapid.T, a *account, ledger []statement.Line) {
	for b, n := range countBookings(ledger) {
		if a.counts[b] != n {
			t.Fatalf("got %d lines of %v, want %d", a.counts[b], b, n)
		}
	}
}

// TestNoLineIsStoredTwice imports files of random statements of one ledger, split in different
// ways, in any order and again. No booking is ever stored more often than it occurs, and a file
// imported again adds nothing.
func TestNoLineIsStoredTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ledger := drawLedger(t, []int64{-4, 4, -4, -8, 0})
		var all [][]statement.Statement
		for range rapid.IntRange(1, 3).Draw(t, "ways to split") {
			statements := splitLedger(t, ledger, rapid.IntRange(0, len(ledger)-1).Draw(t, "first"), false)
			for range rapid.IntRange(1, 3).Draw(t, "files") {
				from := rapid.IntRange(0, len(statements)-1).Draw(t, "from")
				to := rapid.IntRange(from+1, len(statements)).Draw(t, "to")
				all = append(all, statements[from:to])
			}
		}
		a, counts := newAccount(), countBookings(ledger)
		for range rapid.IntRange(1, 8).Draw(t, "imports") {
			file := rapid.SampledFrom(all).Draw(t, "file")
			a.importFile(file)
			if again := a.importFile(file); again != 0 {
				t.Fatalf("the same file again added %d lines", again)
			}
			for b, n := range a.counts {
				if n > counts[b] {
					t.Fatalf("%v is stored %d times, but was booked %d times", b, n, counts[b])
				}
			}
		}
	})
}

// TestProvenLinesAreStoredOnce imports consecutive statements of money out, several of one day
// among them, forward or backward, in files of several statements that overlap. Every booking is
// stored exactly once, however many are equal.
func TestProvenLinesAreStoredOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ledger := drawLedger(t, []int64{-4, -4, -8})
		statements := splitLedger(t, ledger, 0, false)
		isBackward := rapid.Bool().Draw(t, "backward")
		if isBackward {
			slices.Reverse(statements)
		}
		a := newAccount()
		for at := 0; at < len(statements); {
			from := rapid.IntRange(0, at).Draw(t, "from")
			to := rapid.IntRange(at+1, len(statements)).Draw(t, "to")
			file := slices.Clone(statements[from:to])
			if rapid.Bool().Draw(t, "reversed within the file") {
				slices.Reverse(file)
			}
			a.importFile(file)
			if rapid.Bool().Draw(t, "again") && a.importFile(file) != 0 {
				t.Fatal("the same file again added lines")
			}
			at = to
		}
		checkComplete(t, a, ledger)
	})
}

// TestGapsAreClosed imports consecutive statements of money out in any order, and then all of them
// again. A line that was taken for one of another statement, as long as those between were missing,
// is then stored.
func TestGapsAreClosed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ledger := drawLedger(t, []int64{-4, -4, -8})
		statements := splitLedger(t, ledger, 0, false)
		a := newAccount()
		for _, s := range rapid.Permutation(statements).Draw(t, "order") {
			a.importFile([]statement.Statement{s})
		}
		a.importFile(statements)
		checkComplete(t, a, ledger)
	})
}

// TestLinesOfSeparateDaysAreStoredOnce imports statements that share no day, in any order and
// again. Every booking is stored exactly once, whatever the balances prove.
func TestLinesOfSeparateDaysAreStoredOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ledger := drawLedger(t, []int64{-4, 4, -4, -8, 0})
		statements := splitLedger(t, ledger, 0, true)
		a := newAccount()
		for _, s := range rapid.Permutation(statements).Draw(t, "order") {
			a.importFile([]statement.Statement{s})
			if rapid.Bool().Draw(t, "again") {
				a.importFile([]statement.Statement{s})
			}
		}
		a.importFile(statements)
		checkComplete(t, a, ledger)
	})
}
