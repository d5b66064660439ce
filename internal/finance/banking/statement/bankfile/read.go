// Package bankfile reads account statements from the files of banks: CAMT.053, MT940, OFX, QIF and,
// through package csvfile, CSV.
//
// It owns the file formats: how to detect them, their notation, their character sets and the
// deviations of banks. An amount or a date is read exactly or not at all. A row that cannot be read
// becomes a problem, never a guess. A file that is truncated or has lost a part is refused, so a
// statement never silently lacks lines. Memory and time stay proportional to the size of the file,
// even for a malicious one. The package stores nothing.
package bankfile

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/finance/banking/statement/csvfile"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/datetext"
	"backoffice/internal/platform/sheet"
)

// DefaultMaxBytes is the largest size of a file in bytes unless Options.MaxBytes is set.
const DefaultMaxBytes = 16 << 20

// Options configure Read. The zero value detects the format and applies the default limit.
type Options struct {
	Format   statement.Format // "" detects the format
	FileName string           // used only for error messages
	MaxBytes int              // 0 means DefaultMaxBytes
	// CurrencyCode is the account's currency, for formats that do not contain it.
	CurrencyCode string
	// DateOrder is the order of dates in QIF and CSV. "" detects it from the dates in the file.
	DateOrder datetext.Order
	// Today tells plausible dates in CSV. The zero Date accepts all.
	Today calendar.Date
	// Card is true for the account of a card, whose charges may be positive in CSV.
	Card bool
	// Layout describes a CSV file. The zero value detects the layout from the file.
	Layout csvfile.Layout
}

// File is the content of a file.
type File struct {
	statement.File
	// Layout says how a CSV file was read; nil for other formats.
	Layout *csvfile.FoundLayout
}

// Read reads a file. An error refuses the whole file and wraps one of the errors of package
// statement. Problems with single lines are listed in File.Problems, and the other lines are valid.
// Once ctx ends, Read stops with an error, which may be any error.
func Read(ctx context.Context, content []byte, options Options) (File, error) {
	limit := options.MaxBytes
	if limit <= 0 {
		limit = DefaultMaxBytes
	}
	if len(content) > limit {
		return File{}, fmt.Errorf("%w: it has %d bytes, the maximum is %d", statement.ErrLimit, len(content), limit)
	}
	if fileHead(content) == "" {
		return File{}, statement.ErrEmpty
	}
	format := options.Format
	if format == "" {
		detected, err := Detect(content, options.FileName)
		if err != nil {
			return File{}, err
		}
		format = detected
	}
	if format == statement.CSV {
		file, err := csvfile.Read(ctx, content, csvfile.Options{
			CurrencyCode: options.CurrencyCode, DateOrder: options.DateOrder, Today: options.Today,
			Card: options.Card, Layout: options.Layout,
		})
		return File{file.File, file.Layout}, err
	}
	file, err := readFormat(ctx, format, content, options)
	return File{File: file}, err
}

// readFormat reads a file of a format other than CSV.
func readFormat(
	ctx context.Context, format statement.Format, content []byte, options Options,
) (statement.File, error) {
	switch format {
	case statement.OFX:
		return readOFX(ctx, content, options)
	case statement.QIF:
		return readQIF(ctx, content, options)
	case statement.CAMT053:
		return readCAMT(ctx, content)
	case statement.MT940:
		return readMT940(ctx, content, options)
	}
	return statement.File{}, fmt.Errorf("%w: %.40q", statement.ErrFormat, string(format))
}

// Detect returns the format of a file, judged by its content. It uses the file name only in error
// messages.
func Detect(content []byte, fileName string) (statement.Format, error) {
	beginning := fileHead(content)
	if beginning == "" {
		return "", statement.ErrEmpty
	}
	// Without its zero bytes, UTF-16 text can be matched like ASCII.
	upper := strings.ToUpper(strings.ReplaceAll(beginning, "\x00", ""))
	for _, f := range []struct {
		format statement.Format
		is     func(head string) bool
	}{
		{statement.OFX, isOFX}, {statement.CAMT053, isCAMT}, {statement.QIF, isQIF}, {statement.MT940, isMT940},
		{statement.CSV, isCSV},
	} {
		if f.is(strings.TrimLeft(trimByteOrderMark(upper), whiteSpace)) {
			return f.format, nil
		}
	}
	switch extension := strings.ToLower(filepath.Ext(fileName)); extension {
	case ".ofx", ".qfx":
		return "", fmt.Errorf("%w: the name ends in %s, but the content is not OFX", statement.ErrFormat, extension)
	}
	return "", statement.ErrFormat
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
