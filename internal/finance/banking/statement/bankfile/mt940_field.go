package bankfile

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/sheet"
)

var mt940Tag = regexp.MustCompile(`^:([0-9]{2}[A-Z]?|NS|940):`)

// maxFieldLines is the largest number of lines in a field, and of fields 86 of a booking. SWIFT
// allows six lines and one field.
const maxFieldLines = 100

// mt940Field is a tagged field with its continuation lines.
type mt940Field struct {
	tag, value string
	line       int
}

// fieldSplitter splits a file into fields. A line without a tag continues the field before it.
type fieldSplitter struct {
	read  func(mt940Field) error
	field mt940Field
	more  []string // continuation lines of field
	dash  int      // index in more of a line of one minus, which may end the message; -1 if none
}

// envelopeTag is the tag of the parts of a file that are in no field.
const envelopeTag = "-"

// walkFields splits a file into fields and calls read for each complete field.
func walkFields(ctx context.Context, text string, read func(mt940Field) error) error {
	s := fieldSplitter{read: read, field: mt940Field{tag: envelopeTag}, dash: -1}
	n := 0
	for line, err := range sheet.WithContext(ctx, strings.SplitSeq(text, "\n")) {
		if err != nil {
			return err
		}
		n++
		if err := s.addLine(trimPadding(line), n); err != nil {
			return err
		}
	}
	return s.flush(mt940Field{tag: "20"})
}

// trimPadding removes what follows the text of a line. Blanks within the width of a SWIFT line
// belong to the text: if the text is wrapped, they separate two words.
func trimPadding(line string) string {
	line = strings.TrimPrefix(strings.TrimRight(line, "\x00\x1a"), "{4:")
	if trimmed := strings.TrimRight(line, " "); len(line) > len(":86:")+swiftWidth || trimmed == "-" {
		return trimmed
	}
	return line
}

// addLine adds a line of the file to its field, or begins a field.
func (s *fieldSplitter) addLine(line string, n int) error {
	if tag := mt940Tag.FindStringSubmatch(line); tag != nil {
		return s.flush(mt940Field{tag: tag[1], value: line[len(tag[0]):], line: n})
	}
	switch {
	case strings.HasPrefix(line, "-}"):
		return s.flush(mt940Field{tag: envelopeTag, line: n})
	case s.field.tag == envelopeTag:
		return nil
	case line == "-" && s.dash < 0:
		s.dash = len(s.more)
	}
	if s.more = append(s.more, line); len(s.more) <= maxFieldLines {
		return nil
	}
	if s.dash >= 0 { // what follows the message is longer than any field
		return s.flush(mt940Field{tag: "20"})
	}
	return fmt.Errorf("%w: the field :%s: in line %d has more than %d lines",
		statement.ErrLimit, s.field.tag, s.field.line, maxFieldLines)
}

// flush completes the current field and begins the next one. A line of one minus ended the message
// if the next field begins another message. Otherwise, it belongs to the text.
func (s *fieldSplitter) flush(next mt940Field) error {
	more := s.more
	if s.dash >= 0 && (next.tag == "20" || next.tag == envelopeTag) {
		more = more[:s.dash]
	}
	complete := s.field
	complete.value = strings.Join(append([]string{complete.value}, more...), "\n")
	if next.tag == "20" && next.line == 0 {
		next.tag = envelopeTag
	}
	s.field, s.more, s.dash = next, s.more[:0], -1
	return s.read(complete)
}
