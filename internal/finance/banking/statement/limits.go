package statement

import (
	"errors"
	"fmt"

	"backoffice/internal/platform/sheet"
)

// The reasons to refuse a whole file. Errors of packages bankfile and csvfile wrap
// one of them.
var (
	ErrEmpty       = errors.New("the file is empty")
	ErrFormat      = errors.New("not a statement file of a known format")
	ErrCorrupt     = sheet.ErrCorrupt
	ErrLimit       = sheet.ErrLimit
	ErrCharset     = sheet.ErrCharset
	ErrUnsupported = errors.New("unsupported content")
	ErrAmbiguous   = errors.New("the file is ambiguous")
	ErrNoStatement = errors.New("the file contains no statement")
)

// MaxLines is the largest number of lines in a file.
const MaxLines = 200_000

// TooManyLines returns the error for a file with more than MaxLines lines, which would fill the
// memory.
func TooManyLines() error { return fmt.Errorf("%w: more than %d lines", ErrLimit, MaxLines) }

// MaxProblems is the largest number of problems in a file. A file with more is refused, since a
// longer list could not be corrected by hand.
const MaxProblems = 1000

// TooManyProblems returns the error for a file with more than MaxProblems problems.
func TooManyProblems(problems []Problem) error {
	first := problems[0]
	return fmt.Errorf("%w: more than %d problems; the first is with %s in line %d: %s",
		ErrLimit, MaxProblems, first.Field, first.TextLine, first.Message)
}

// CheckLimits refuses a file with more problems or warnings than a person could read.
func (f *File) CheckLimits() error {
	switch {
	case len(f.Problems) > MaxProblems:
		return TooManyProblems(f.Problems)
	case len(f.Warnings) > MaxProblems:
		return fmt.Errorf("%w: more than %d warnings; the first is: %s", ErrLimit, MaxProblems, f.Warnings[0])
	}
	return nil
}
