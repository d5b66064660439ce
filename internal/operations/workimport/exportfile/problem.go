package exportfile

import (
	"errors"
	"fmt"
	"strings"

	"backoffice/internal/platform/sheet"
)

// Reasons to refuse a file.
var (
	ErrFormat  = errors.New("the file is not an export that can be read")
	ErrDamaged = errors.New("the file is incomplete or damaged")
	ErrLimit   = errors.New("the file exceeds a limit")
)

// Effect is what a problem means for its record.
type Effect string

// The effects of problems.
const (
	// RowSkipped means that the row or card has no record.
	RowSkipped Effect = "ROW_SKIPPED"
	// ValueMissing means that the record lacks the value.
	ValueMissing Effect = "VALUE_MISSING"
	// Notice means that everything was read, but should be checked.
	Notice Effect = "NOTICE"
)

// Problem is what was not understood in a file, or should be checked.
type Problem struct {
	Place
	Field  Field
	Effect Effect
	// Value is the value as written, at most 100 characters.
	Value   string
	Message string
}

// String returns the problem with its place, for logs and tests.
func (p Problem) String() string {
	place := p.Path
	if p.Line > 0 {
		place = strings.TrimSpace(fmt.Sprintf("line %d %s", p.Line, p.Column))
	}
	return strings.TrimPrefix(place+": "+p.Message, ": ")
}

// The options that questions ask for.
const (
	AskDateOrder   = "date_order"
	AskDecimalMark = "decimal_mark"
)

// Question is an option that the caller must set, because the file does not settle it.
type Question struct {
	Option, Message string
	// Examples are values that have two meanings.
	Examples []Problem
}

// QuestionsError refuses a file until the caller sets options.
type QuestionsError struct{ Questions []Question }

// Error returns the messages of all questions.
func (e *QuestionsError) Error() string {
	var all []string
	for _, q := range e.Questions {
		all = append(all, q.Message)
	}
	return strings.Join(all, "; ")
}

// WrongToolError refuses a file of a tool other than the expected one. It wraps ErrFormat.
type WrongToolError struct{ Expected, Found Tool }

// Error names both tools.
func (e *WrongToolError) Error() string {
	return fmt.Sprintf("the file looks like an export of %s, not of %s", e.Found, e.Expected)
}

// Unwrap returns ErrFormat.
func (e *WrongToolError) Unwrap() error { return ErrFormat }

// report adds a problem to the file.
func (f *File) report(at Place, field Field, effect Effect, value, format string, args ...any) {
	if len(f.Problems) >= maxProblems {
		f.UnlistedProblems++
		return
	}
	f.Problems = append(f.Problems, Problem{
		Place: at, Field: field, Effect: effect, Value: excerpt(value), Message: fmt.Sprintf(format, args...),
	})
}

// excerpt returns a value cut and cleaned for a message.
func excerpt(value string) string {
	const longest = 1000 // bytes, before the cut to characters
	return sheet.Excerpt(cleanLine(strings.ToValidUTF8(value[:min(len(value), longest)], "")))
}
