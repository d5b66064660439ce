package statement

import (
	"errors"
	"strings"
	"testing"
)

// TestFilesAreLimited refuses files with more statements, problems or warnings than the limits.
func TestFilesAreLimited(t *testing.T) {
	t.Parallel()
	var f File
	for n := range maxStatements + 1 {
		if err := f.Add(Statement{}); (n == maxStatements) != errors.Is(err, ErrLimit) {
			t.Fatalf("statement %d: got %v", n+1, err)
		}
	}
	if len(f.Statements) != maxStatements {
		t.Errorf("got %d statements", len(f.Statements))
	}
	f = File{}
	for range MaxProblems {
		f.Warn("%d of %s", 7, "a")
		f.Problems = append(f.Problems, Problem{TextLine: 3, Field: "TRNAMT", Message: "is not an amount"})
	}
	if err := f.CheckLimits(); err != nil {
		t.Errorf("at the limits: got %v", err)
	}
	f.Warn("more")
	if err := f.CheckLimits(); !errors.Is(err, ErrLimit) || !strings.Contains(err.Error(), "the first is: 7 of a") {
		t.Errorf("too many warnings: got %v", err)
	}
	f.Problems = append(f.Problems, Problem{})
	if err := f.CheckLimits(); !errors.Is(err, ErrLimit) ||
		!strings.Contains(err.Error(), "with TRNAMT in line 3: is not an amount") {
		t.Errorf("too many problems: got %v", err)
	}
	f = File{}
	f.WarnOfBalance("BALAMT", "1\tx", 4, "is not an amount")
	if want := `The balance BALAMT "1 x" in line 4 could not be read: is not an amount.`; f.Warnings[0] != want {
		t.Errorf("got %q, want %q", f.Warnings[0], want)
	}
	if err := TooManyLines(); !errors.Is(err, ErrLimit) {
		t.Errorf("too many lines: got %v", err)
	}
}
