package statement

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"backoffice/internal/finance/banking/statement/datetext"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/sheet"
)

// Format is a file format.
type Format string

// The formats that can be read.
const (
	OFX     Format = "OFX"     // OFX and QFX, 1.x (SGML) and 2.x (XML)
	QIF     Format = "QIF"     // Quicken Interchange Format
	CAMT053 Format = "CAMT053" // ISO 20022 camt.053, versions 2 to 8
	MT940   Format = "MT940"   // SWIFT MT940
	CSV     Format = "CSV"     // comma-separated values
)

// DefaultMaxBytes is the largest size of a file in bytes unless Options.MaxBytes is set.
const DefaultMaxBytes = 16 << 20

// The reasons to refuse a whole file. Errors of this package wrap one of them.
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

// tooManyLines returns the error for a file with more than MaxLines lines, which would fill the
// memory.
func tooManyLines() error { return fmt.Errorf("%w: more than %d lines", ErrLimit, MaxLines) }

// Options configure Read. The zero value detects the format and applies the default limit.
type Options struct {
	Format   Format // "" detects the format
	FileName string // used only for error messages
	MaxBytes int    // 0 means DefaultMaxBytes
	// CurrencyCode is the account's currency, for formats that do not contain it.
	CurrencyCode string
	// DateOrder is the order of dates in QIF and CSV. "" detects it from the dates in the file.
	DateOrder datetext.Order
	// Today tells plausible dates in CSV. The zero Date accepts all.
	Today calendar.Date
	// Card is true for the account of a card, whose charges may be positive in CSV.
	Card bool
	// Layout describes a CSV file. The zero value detects the layout from the file.
	Layout CSVLayout
}

// Read reads a file. An error refuses the whole file and wraps one of the errors above. Problems
// with single lines are listed in File.Problems, and the other lines are valid. Once ctx ends, Read
// stops with an error, which may be any error.
func Read(ctx context.Context, content []byte, options Options) (File, error) {
	limit := options.MaxBytes
	if limit <= 0 {
		limit = DefaultMaxBytes
	}
	if len(content) > limit {
		return File{}, fmt.Errorf("%w: it has %d bytes, the maximum is %d", ErrLimit, len(content), limit)
	}
	if fileHead(content) == "" {
		return File{}, ErrEmpty
	}
	format := options.Format
	if format == "" {
		detected, err := Detect(content, options.FileName)
		if err != nil {
			return File{}, err
		}
		format = detected
	}
	switch format {
	case OFX:
		return readOFX(ctx, content, options)
	case QIF:
		return readQIF(ctx, content, options)
	case CAMT053:
		return readCAMT(ctx, content)
	case MT940:
		return readMT940(ctx, content, options)
	case CSV:
		return readCSV(ctx, content, options)
	}
	return File{}, fmt.Errorf("%w: %.40q", ErrFormat, string(format))
}

// Detect returns the format of a file, judged by its content. It uses the file name only in error
// messages.
func Detect(content []byte, fileName string) (Format, error) {
	beginning := fileHead(content)
	if beginning == "" {
		return "", ErrEmpty
	}
	// Without its zero bytes, UTF-16 text can be matched like ASCII.
	upper := strings.ToUpper(strings.ReplaceAll(beginning, "\x00", ""))
	for _, f := range []struct {
		format Format
		is     func(head string) bool
	}{{OFX, isOFX}, {CAMT053, isCAMT}, {QIF, isQIF}, {MT940, isMT940}, {CSV, isCSV}} {
		if f.is(strings.TrimLeft(trimByteOrderMark(upper), whiteSpace)) {
			return f.format, nil
		}
	}
	switch extension := strings.ToLower(filepath.Ext(fileName)); extension {
	case ".ofx", ".qfx":
		return "", fmt.Errorf("%w: the name ends in %s, but the content is not OFX", ErrFormat, extension)
	}
	return "", ErrFormat
}

func isOFX(head string) bool {
	return strings.Contains(head, "OFXHEADER") || strings.Contains(head, "<OFX>") || strings.Contains(head, "<OFX ")
}

// trimByteOrderMark removes the byte order mark of UTF-16.
func trimByteOrderMark(head string) string {
	for _, mark := range []string{"\xff\xfe", "\xfe\xff"} {
		head = strings.TrimPrefix(head, mark)
	}
	return head
}

// isCSV reports whether a file has several rows with a delimiter. A table without dates or amounts
// is refused later, when it is read.
func isCSV(head string) bool {
	rows := strings.Split(head, "\n")
	return !strings.HasPrefix(head, "<") && !strings.HasPrefix(head, "%PDF") && !strings.HasPrefix(head, "PK\x03") &&
		len(rows) > 1 && strings.Contains(head, sheet.DetectDelimiter(rows))
}

// tooManyProblems returns the error for a file with more than maxProblems problems.
func tooManyProblems(problems []Problem) error {
	first := problems[0]
	return fmt.Errorf("%w: more than %d problems; the first is with %s in line %d: %s",
		ErrLimit, maxProblems, first.Field, first.TextLine, first.Message)
}

// fileHead returns the beginning of a file after leading white space, enough to detect the format.
// It returns "" if the file is only white space.
func fileHead(content []byte) string {
	const headBytes = 4096
	begun := bytes.TrimLeft(content, whiteSpace)
	return string(begun[:min(len(begun), headBytes)])
}

// whiteSpace lists the characters that are trimmed from both ends of a file. Old programs end a
// file with zeros or control-Z.
const whiteSpace = " \t\r\n\x00\x1a\ufeff"
