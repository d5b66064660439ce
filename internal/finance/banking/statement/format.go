package statement

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"backoffice/internal/platform/sheet"
)

// Format names a file format.
type Format string

// The formats that can be read.
const (
	OFX     Format = "OFX"     // OFX and QFX, 1.x (SGML) and 2.x (XML)
	QIF     Format = "QIF"     // Quicken Interchange Format
	CAMT053 Format = "CAMT053" // ISO 20022 camt.053, versions 2 to 8
	MT940   Format = "MT940"   // SWIFT MT940
	CSV     Format = "CSV"     // tables, as banks and programs write them
)

// DefaultMaxBytes is the size up to which a file is read unless the caller says otherwise.
const DefaultMaxBytes = 16 << 20

// The reasons for which a whole file is refused; errors of this package wrap one of them.
var (
	ErrEmpty       = errors.New("the file is empty")
	ErrFormat      = errors.New("not a statement file of a known format")
	ErrDamaged   = sheet.ErrDamaged
	ErrLimit       = sheet.ErrLimit
	ErrCharset     = sheet.ErrCharset
	ErrUnsupported = errors.New("unsupported content")
	ErrAmbiguous   = errors.New("the file can be read in two ways")
	ErrNoStatement = errors.New("the file holds no statement")
)

// MaxLines is how many lines a file may have.
const MaxLines = 200_000

// tooManyLines refuses a file that would fill the memory.
func tooManyLines() error { return fmt.Errorf("%w: more than %d lines", ErrLimit, MaxLines) }

// Options says how to read a file. The zero value detects the format and takes the default limit.
type Options struct {
	Format   Format // "" detects it
	FileName string // a hint, used only to detect the format and to word errors
	MaxBytes int    // 0 is DefaultMaxBytes
	// CurrencyCode is that of the account, for formats that do not say.
	CurrencyCode string
	// DateOrder is the order of dates in QIF and CSV; "" finds it in the file.
	DateOrder DateOrder
	// Layout describes a CSV file; the zero value finds it in the file.
	Layout CSVLayout
}

// Read reads a file. An error refuses the file as a whole and wraps one of the errors above; what is wrong with single
// lines is in Problems, and the rest is then right. Once ctx has ended, reading stops with any error.
func Read(ctx context.Context, content []byte, options Options) (File, error) {
	limit := options.MaxBytes
	if limit <= 0 {
		limit = DefaultMaxBytes
	}
	if len(content) > limit {
		return File{}, fmt.Errorf("%w: it has %d bytes, %d are read at most", ErrLimit, len(content), limit)
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
		return readOFX(ctx, content)
	case QIF:
		return readQIF(ctx, content, options)
	case CAMT053:
		return readCAMT(ctx, content)
	case MT940:
		return readMT940(ctx, content)
	case CSV:
		return readCSV(ctx, content, options)
	}
	return File{}, fmt.Errorf("%w: %.40q", ErrFormat, string(format))
}

// Detect says which format a file has, by what stands in it. The name only helps to word the refusal.
func Detect(content []byte, fileName string) (Format, error) {
	beginning := fileHead(content)
	if beginning == "" {
		return "", ErrEmpty
	}
	// UTF-16 is recognised by its ASCII letters, once the zero bytes between them are gone.
	upper := strings.ToUpper(strings.ReplaceAll(beginning, "\x00", ""))
	for _, f := range []struct {
		format Format
		is     func(head string) bool
	}{{OFX, isOFX}, {CAMT053, isCAMT}, {QIF, isQIF}, {MT940, isMT940}, {CSV, isCSV}} {
		if f.is(strings.TrimLeft(trimByteOrderMark(upper), blanks)) {
			return f.format, nil
		}
	}
	switch extension := strings.ToLower(filepath.Ext(fileName)); extension {
	case ".ofx", ".qfx":
		return "", fmt.Errorf("%w: the name ends in %s, but nothing in it is OFX", ErrFormat, extension)
	}
	return "", ErrFormat
}

func isOFX(head string) bool {
	return strings.Contains(head, "OFXHEADER") || strings.Contains(head, "<OFX>") || strings.Contains(head, "<OFX ")
}

// trimByteOrderMark is a beginning without the mark by which UTF-16 says the order of its bytes.
func trimByteOrderMark(head string) string {
	for _, mark := range []string{"\xff\xfe", "\xfe\xff"} {
		head = strings.TrimPrefix(head, mark)
	}
	return head
}

// isCSV takes for a table what has text in rows of cells; a table without dates and amounts is refused when it is read.
func isCSV(head string) bool {
	rows := strings.Split(head, "\n")
	return !strings.HasPrefix(head, "<") && !strings.HasPrefix(head, "%PDF") && !strings.HasPrefix(head, "PK\x03") &&
		len(rows) > 1 && strings.Contains(head, sheet.DetectDelimiter(rows))
}

// tooManyProblems refuses a file that nobody would mend by hand.
func tooManyProblems(problems []Problem) error {
	first := problems[0]
	return fmt.Errorf("%w: more than %d problems; the first, with %s in line %d of the text: %s", ErrLimit, maxProblems, first.Field, first.TextLine, first.Message)
}

// fileHead is the beginning of a file from its first character on, enough to tell what it is; "" if the file is blank.
func fileHead(content []byte) string {
	const headBytes = 4096
	begun := bytes.TrimLeft(content, blanks)
	return string(begun[:min(len(begun), headBytes)])
}

// blanks may stand before and after all else; old programs end a file with zeros or a control-Z.
const blanks = " \t\r\n\x00\x1a\ufeff"
