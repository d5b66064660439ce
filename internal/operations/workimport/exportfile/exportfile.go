// Package exportfile reads the files that other tools for work and time export: projects of Asana
// (CSV), boards of Trello (JSON), issues of Linear (CSV), and time entries of Harvest and Toggl
// Track (CSV). It returns them in one neutral model of plain values and stores nothing.
//
// A value that the package does not understand is a Problem with its place in the file, and its
// record is read without it or skipped. Where a rule decides, such as which of two tasks of one
// name is the parent, a Notice says so. What a file as a whole does not settle, such as the order
// of day and month, is a Question that refuses the file until the caller sets the option. Each row
// or card is a record or a skipped row: Rows = len(Tasks) + len(Entries) + Skipped. Columns
// without a field in the model are listed, and their values are in Extra.
//
// Formats are recognized by their header, and columns by their names, in any order. Size, rows,
// cells and problems are bounded. Whoever calls it decides which records the values become.
package exportfile

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/datetext"
	"backoffice/internal/platform/sheet"
)

// Tool is the program that wrote a file.
type Tool string

// The tools whose files are read.
const (
	Asana   Tool = "Asana"
	Trello  Tool = "Trello"
	Linear  Tool = "Linear"
	Harvest Tool = "Harvest"
	Toggl   Tool = "Toggl Track"
)

// Options configure Read. The zero value detects everything from the file.
type Options struct {
	// Tool is the expected tool. A file of another tool is refused. "" accepts all tools.
	Tool Tool
	// DateOrder is the order of year, month and day. "" detects it from all dates of the file.
	DateOrder datetext.Order
	// DecimalMark is '.' or ','. 0 detects it from all numbers of the file.
	DecimalMark byte
	// Zone is the time zone of dates that the file gives as instants, and of times without a zone.
	// nil is UTC.
	Zone *time.Location
	// Today tells plausible dates with years of two digits. The zero Date accepts all.
	Today calendar.Date
	// ProjectName is the name of the project that an Asana file contains. "" detects it from the
	// file, which names it beside the other projects of each task.
	ProjectName string
}

// The limits of a file.
const (
	MaxBytes    = 64 << 20
	MaxRows     = 100_000 // also of cards
	maxColumns  = 500
	maxCells    = 4_000_000
	maxProblems = 10_000
)

// Read reads a file. An error refuses the whole file: a *QuestionsError if the caller must set an
// option, and otherwise an error that wraps ErrFormat, ErrDamaged or ErrLimit.
func Read(ctx context.Context, content []byte, options Options) (*File, error) {
	if len(content) > MaxBytes {
		return nil, fmt.Errorf("%w: it is larger than %d MiB", ErrLimit, MaxBytes>>20)
	}
	if options.Zone == nil {
		options.Zone = time.UTC
	}
	if err := refuseOtherContent(content); err != nil {
		return nil, err
	}
	charset, err := sheet.DetectCharset(content, "")
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrDamaged, err)
	}
	text, err := charset.Decode(content)
	if err != nil {
		return nil, fmt.Errorf("%w: its characters are not %s", ErrDamaged, charset.Name)
	}
	text = strings.TrimPrefix(text, "\ufeff")
	c := newCollector(options)
	if c.file.Charset = charset.Name; strings.HasPrefix(charset.Name, "windows") {
		c.file.report(Place{}, "", Notice, charset.Name, "the file is not UTF-8; it was read as Windows-1252")
	}
	if start := strings.TrimSpace(text); start != "" && (start[0] == '{' || start[0] == '[') {
		return c.readTrello(ctx, text)
	}
	return c.readCSV(ctx, text)
}

// refuseOtherContent refuses files that are neither text nor JSON, by their first bytes.
func refuseOtherContent(content []byte) error {
	head := bytes.TrimSpace(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")))
	is := func(prefix string) bool { return bytes.HasPrefix(head, []byte(prefix)) }
	switch {
	case len(head) == 0:
		return fmt.Errorf("%w: it is empty", ErrFormat)
	case is("PK\x03\x04"), is("\xd0\xcf\x11\xe0"):
		return fmt.Errorf("%w: it is a workbook or an archive; export CSV, or JSON from Trello", ErrFormat)
	case is("%PDF"):
		return fmt.Errorf("%w: it is a PDF; export CSV, or JSON from Trello", ErrFormat)
	case is("<"):
		return fmt.Errorf("%w: it is a web page or XML; export CSV, or JSON from Trello", ErrFormat)
	}
	return nil
}
