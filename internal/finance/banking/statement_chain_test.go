package banking_test

import (
	"slices"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// mt940Part is a statement with equal bookings of 4 euro on 5 March.
type mt940Part struct {
	number, from, opening, closing string
	bookings                       int
}

// mt940File returns a file of statements.
func mt940File(parts ...mt940Part) []byte {
	var out strings.Builder
	for _, p := range parts {
		out.WriteString(":20:T\n:25:37040044/532013000\n:28C:" + p.number + "\n:60F:C" + p.from + "EUR" + p.opening + "\n" +
			strings.Repeat(":61:2603050305D4,00NTRFNONREF\n:86:Tea\n", p.bookings) +
			":62F:C260305EUR" + p.closing + "\n-\n")
	}
	return []byte(out.String())
}

// TestBalancesProveEqualLines imports equal bookings of one day in several statements. Those that
// the balances prove are separate lines, whatever the order of the imports. Importing a file again
// adds nothing.
func TestBalancesProveEqualLines(t *testing.T) {
	t.Parallel()
	first := mt940Part{"1", "260301", "20,00", "16,00", 1}
	second := mt940Part{"2", "260305", "16,00", "12,00", 1}
	third := mt940Part{"3", "260305", "12,00", "4,00", 2}
	for name, c := range map[string]struct {
		files [][]byte
		want  []int32
	}{
		"in one file":      {[][]byte{mt940File(first, second, third)}, []int32{4}},
		"one by one":       {[][]byte{mt940File(first), mt940File(second), mt940File(third)}, []int32{1, 1, 2}},
		"backwards":        {[][]byte{mt940File(third), mt940File(second), mt940File(first)}, []int32{2, 1, 1}},
		"with repetitions": {[][]byte{mt940File(first, second), mt940File(second, third)}, []int32{2, 2}},
		"then the whole day": {
			[][]byte{mt940File(first), mt940File(second), mt940File(mt940Part{"9", "260301", "20,00", "12,00", 2})},
			[]int32{1, 1, 0},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := openBank(t, "EUR")
			var got []int32
			for _, file := range c.files {
				made := b.mustImport(t, file)
				if got = append(got, made.GetNewCount()); slices.ContainsFunc(made.GetRows(), isSuspected) {
					t.Errorf("got suspected rows: %v", made.GetRows())
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("new lines: got %v, want %v", got, c.want)
			}
			for n, file := range c.files {
				if again := b.mustImport(t, file); again.GetNewCount() != 0 {
					t.Errorf("file %d again: got %d new lines, want none", n, again.GetNewCount())
				}
			}
		})
	}
}

// TestDisprovedDuplicateIsReported imports the first and the last of three statements with equal
// bookings, and then the one between. Only now the balances prove that the booking of the last is
// another one. A warning says so, and the last statement's file, imported again, adds it.
func TestDisprovedDuplicateIsReported(t *testing.T) {
	t.Parallel()
	b := openBank(t, "EUR")
	b.mustImport(t, mt940File(mt940Part{"1", "260305", "20,00", "16,00", 1}))
	last := mt940File(mt940Part{"3", "260305", "12,00", "8,00", 1})
	if made := b.mustImport(t, last); made.GetDuplicateCount() != 1 {
		t.Errorf("last statement: got %v, want a duplicate", made)
	}
	made := b.mustImport(t, mt940File(mt940Part{"2", "260305", "16,00", "12,00", 1}))
	if !strings.Contains(strings.Join(made.GetWarnings(), "\n"), "disprove: 1") || made.GetNewCount() != 1 {
		t.Errorf("statement between: got %v, want a new line and a warning", made)
	}
	for _, want := range []int32{1, 0} {
		if made := b.mustImport(t, last); made.GetNewCount() != want {
			t.Errorf("last statement again: got %v, want %d new lines", made, want)
		}
	}
}

func isSuspected(r *pb.StatementImport_Row) bool { return len(r.GetSuspectedLineIds()) > 0 }

// TestUnprovenLinesAreReported warns if an equal line is recognized without a reference in a file
// without balances, and if the closing balance of a day moves without lines.
func TestUnprovenLinesAreReported(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	line := ofxTransaction("20260305", "-4.00", "")
	b.mustImport(t, ofx("1", "16.00", "20260305", line))
	made := b.mustImport(t, ofx("1", "12.00", "20260305", line))
	if got := strings.Join(made.GetWarnings(), "\n"); made.GetNewCount() != 0 ||
		!strings.Contains(got, "no balances that prove it") || !strings.Contains(got, "was 16.00 before") {
		t.Errorf("got %v", made)
	}
}
