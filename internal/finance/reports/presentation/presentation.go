// Package presentation lays out financial reports as tables for files: it labels their columns and
// rows, says which rows add up to which, leaves out accounts without amounts, and states on which
// basis a report was computed. It computes no amounts except the totals of listed lines. The
// package paper prints the tables.
package presentation

import (
	"strings"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/paper"
)

// Layout is how reports are laid out.
type Layout struct {
	Locale paper.Locale
	// IncludeZeroRows is true if accounts whose amounts are all zero are listed too.
	IncludeZeroRows bool
}

// Basis is on which basis a report was computed, and what it leaves out.
type Basis struct {
	// IsCash is true on the cash basis.
	IsCash bool
	// Framework is the reporting framework that a statement is presented by, such as US GAAP. Empty
	// for other reports.
	Framework string
	// Currency is that of the amounts, and Base that of the books, from which they are translated (IAS
	// 21.53).
	Currency, Base string
	// Method is the method of a cash-flow statement, such as Direct. Empty for other reports.
	Method string
	// Filter are the dimension values that all lines have, such as Place: Boston.
	Filter []string
	// Text is what all lines contain.
	Text string
	// KnownAt is the time by which all entries were posted, as it is written. Empty for all entries.
	KnownAt string
}

// Notes returns the notes of a report.
func (b Basis) Notes() []string {
	first := "Accrual basis"
	if b.IsCash {
		first = "Cash basis"
	}
	if b.Framework != "" {
		first += ", presented by " + b.Framework
	}
	first += ". Amounts in " + b.Currency
	if b.Currency != b.Base {
		first += ", translated from " + b.Base
	}
	out := []string{first + "."}
	if b.Method != "" {
		out[0] += " " + b.Method + " method."
	}
	if len(b.Filter) > 0 {
		out = append(out, "Only lines with "+strings.Join(b.Filter, " and ")+".")
	}
	if b.Text != "" {
		out = append(out, "Only lines that contain “"+b.Text+"”.")
	}
	if b.KnownAt != "" {
		out = append(out, "Only entries posted by "+b.KnownAt+".")
	}
	return out
}

// Messages in place of rows.
const (
	emptyPeriod = "No entries in this period."
	emptyDay    = "No entries up to this day."
)

// columns returns columns of a kind.
func columns(kind paper.ColumnKind, labels ...string) (out []paper.Column) {
	for _, label := range labels {
		out = append(out, paper.Column{Label: label, Kind: kind})
	}
	return out
}

// join concatenates columns.
func join(parts ...[]paper.Column) (out []paper.Column) {
	for _, part := range parts {
		out = append(out, part...)
	}
	return out
}

// accountName returns the code and the name of an account.
func accountName(code, name string) string { return strings.TrimSpace(code + " " + name) }

// isZero reports whether an amount is zero or absent.
func isZero(amount string) bool { return !strings.ContainsAny(amount, "123456789") }

// areZero reports whether all amounts are zero.
func areZero(amounts []string) bool {
	for _, amount := range amounts {
		if !isZero(amount) {
			return false
		}
	}
	return true
}

// dayLabel returns the label of a column for the end of a day.
func (l Layout) dayLabel(day string) string {
	d, err := calendar.ParseDate(day)
	if err != nil {
		return day
	}
	return l.Locale.ShortDate(d)
}

// periodLabel returns the label of a column for a period.
func (l Layout) periodLabel(start, end string) string {
	first, err := calendar.ParseDate(start)
	if err != nil {
		return start
	}
	last, err := calendar.ParseDate(end)
	if err != nil {
		return end
	}
	return l.Locale.PeriodLabel(first, last)
}
