package sheet

import (
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
)

// The reasons to refuse a file. Errors of this package wrap one of them.
var (
	ErrCorrupt = errors.New("the file is incomplete or damaged")
	ErrLimit   = errors.New("the file exceeds a limit")
	ErrCharset = errors.New("unknown character set")
	ErrFormat  = errors.New("not a table")
)

// refusal is one of the package's errors with a message that replaces the error's text.
type refusal struct {
	error
	message string
}

// Error returns the message.
func (r refusal) Error() string { return r.message }

// Unwrap returns the package's error.
func (r refusal) Unwrap() error { return r.error }

// DescribeDamage describes where a file is damaged, for the person who sent the file. The messages
// of the parsing libraries are written for programmers.
func DescribeDamage(err error) string {
	var xmlError *xml.SyntaxError
	var csvError *csv.ParseError
	switch {
	case errors.As(err, &xmlError):
		return fmt.Sprintf("its markup is invalid in line %d", xmlError.Line)
	case errors.As(err, &csvError):
		return fmt.Sprintf("a quotation mark is unmatched in line %d", csvError.Line)
	}
	return "it is cut off, or its content does not match its name"
}
