// Package letter lays out business letters that carry figures, such as invoices, as PDF. A letter
// has an address for the window of an envelope, facts beside it, a table that runs over the pages,
// sums, and how to pay. The package guarantees that figures are aligned at the decimal point, that
// sums and payment details are not torn apart, that every page names the sender and its number, and
// that the PDF is tagged. What no font can draw is refused. What the letter says, and in which
// language its texts are, is left to the caller.
package letter

import (
	"image"
	"iter"
	"slices"

	"backoffice/internal/platform/paper"
)

// Letter is a business letter.
type Letter struct {
	// Language is how numbers are written, and the language of the words that the layout adds.
	Language paper.Language
	// Locale decides on which paper the letter is printed, and for which envelope.
	Locale paper.Locale
	Sender Sender
	// Recipient are the lines of the address in the window, with the name.
	Recipient []string
	// Title names the letter, such as Invoice INV-2026-0042.
	Title string
	// Stamp is printed beside the title and on every page, such as Draft. "" if there is none.
	Stamp string
	// Facts are printed beside the address, such as the date.
	Facts []Fact
	// Introduction and Closing are the texts before the table and at the end. A line break starts a
	// line.
	Introduction, Closing string
	Table                 Table
	// Totals are the sums below the table.
	Totals []Total
	// Summary is a small table beside the totals, such as the taxes by rate.
	Summary Table
	// Payment says how to pay.
	Payment Payment
	// Notes are texts that the law wants, each a paragraph.
	Notes []string
}

// Sender is the organization that sends a letter.
type Sender struct {
	Name string
	// Address are the lines of the postal address, without the name.
	Address []string
	// Contact are further lines below the address, such as an e-mail address.
	Contact []string
	// Logo is printed at the top. nil if there is none.
	Logo image.Image
	// Footer are columns of text at the bottom of each page, such as the bank account.
	Footer [][]string
}

// Fact is a labeled text.
type Fact struct{ Label, Value string }

// Table is a table of a letter.
type Table struct {
	Columns []Column
	Rows    [][]Cell
}

// Column is a column of a table.
type Column struct {
	Label string
	// Number is true for figures. A cell that is a decimal number, such as -1234.50, is written as
	// the language of the letter writes it, and aligned at its decimal point. Other text ends at
	// the right edge.
	Number bool
}

// Cell is a cell of a table. A line break starts a line.
type Cell struct {
	Text string
	// Detail is printed below the text, smaller.
	Detail string
}

// TotalKind is the kind of a sum.
type TotalKind int

// The kinds of sums.
const (
	// Part adds to or deducts from the result.
	Part TotalKind = iota
	// Result is printed in bold below a rule.
	Result
)

// Total is a sum below the table. Amount is a decimal number.
type Total struct {
	Label, Amount string
	Kind          TotalKind
}

// Payment says how to pay.
type Payment struct {
	Heading string
	// Text is printed above the facts.
	Text  string
	Facts []Fact
	// Code is the content of a QR code. "" if there is none.
	Code string
	// CodeLabel says what the code is for.
	CodeLabel string
}

// isEmpty reports whether the letter asks for no payment.
func (p Payment) isEmpty() bool { return p.Text == "" && len(p.Facts) == 0 && p.Code == "" }

// strings yields all text of the letter.
func (l Letter) strings() iter.Seq[string] {
	all := []string{l.Sender.Name, l.Title, l.Stamp, l.Introduction, l.Closing, l.Payment.Heading, l.Payment.Text,
		l.Payment.CodeLabel}
	all = slices.Concat(all, l.Recipient, l.Sender.Address, l.Sender.Contact, l.Notes, slices.Concat(l.Sender.Footer...))
	for _, f := range slices.Concat(l.Facts, l.Payment.Facts) {
		all = append(all, f.Label, f.Value)
	}
	for _, t := range l.Totals {
		all = append(all, t.Label, t.Amount)
	}
	for _, t := range []Table{l.Table, l.Summary} {
		for _, c := range t.Columns {
			all = append(all, c.Label)
		}
		for _, row := range t.Rows {
			for _, c := range row {
				all = append(all, c.Text, c.Detail)
			}
		}
	}
	return slices.Values(all)
}
