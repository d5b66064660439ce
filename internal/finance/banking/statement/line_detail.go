package statement

import (
	"strings"

	"backoffice/internal/platform/sheet"
)

// Limits on the details of a line, which keep it readable even if a file is hostile.
const (
	MaxDetailBytes   = 16 << 10
	furtherDetails   = "Further details are in the file."
	shortestRepeated = 6       // a shorter text is found in other texts by chance
	maxSearchedBytes = 4 << 10 // beginning of a text in which repetitions are found
)

// AddDetail adds a value to the details of the line, after its label. It skips a value that says
// nothing, and one that the line contains already.
func (l *Line) AddDetail(label, value string) {
	value = sheet.CleanText(value)
	if IsPlaceholder(value) || l.contains(value) || strings.HasSuffix(l.Details, furtherDetails) {
		return
	}
	detail := label + ": " + value
	if len(l.Details)+len(detail) > MaxDetailBytes {
		detail = furtherDetails
	}
	if l.Details != "" {
		l.Details += "\n"
	}
	l.Details += detail
}

// contains reports whether a field of the line is the value, or a long value is part of a text.
func (l *Line) contains(value string) bool {
	switch value {
	case l.BankReference, l.CounterpartyName, l.CounterpartyAccount, l.Description, l.CheckNumber, l.Kind:
		return true
	}
	if len(value) < shortestRepeated {
		return false
	}
	return strings.Contains(l.Description[:min(len(l.Description), maxSearchedBytes)], value) ||
		strings.Contains(l.Details, value)
}

// IsPlaceholder reports whether a text stands for none, as banks write it in fields that they must
// fill.
func IsPlaceholder(text string) bool {
	switch strings.ToUpper(text) {
	case "", "NONREF", "NOTPROVIDED", "NONE", "N/A":
		return true
	}
	return false
}
