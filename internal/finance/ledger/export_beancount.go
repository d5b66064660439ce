package ledger

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"unicode"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"backoffice/internal/platform/id"
)

// beancount returns the export as a beancount ledger
// (https://beancount.github.io/docs/beancount_language_syntax.html). It declares every commodity
// and opens every account that has entries.
func (b *exportedBooks) beancount() []byte {
	var out bytes.Buffer
	// Beancount divides a total cost by the amount, to 28 digits. The tolerance accepts the
	// rounding difference.
	fmt.Fprintf(
		&out,
		"option \"title\" %s\noption \"operating_currency\" \"%s\"\noption \"inferred_tolerance_default\" \"*:0.000001\"\n\n",
		quoteBeancount(b.organization), b.base,
	)
	d := dialect{
		account: func(a exportAccount) string {
			return rootAccount(
				a.Type, "Assets", "Liabilities", "Equity", "Income", "Expenses",
			) + ":" + beancountName(a.Code, a.DisplayName)
		},
		earnings: "Equity:Closed-Earnings",
		comment:  func(text string) string { return text },
		heading:  beancountHeading,
	}
	names := b.accountNames(d)
	b.writeDirectives(&out, d, names)
	b.writeTransactions(&out, d, names)
	return out.Bytes()
}

// writeDirectives declares the commodities and opens the accounts. The metadata of an account has
// its whole name, because metadata allows all characters.
func (b *exportedBooks) writeDirectives(out *bytes.Buffer, d dialect, names map[uuid.UUID]string) {
	first := b.start
	if first == "" && len(b.lines) > 0 {
		first = b.lines[0].Date
	}
	if first != "" {
		for _, currency := range b.currencies() {
			fmt.Fprintf(out, "%s commodity %s\n", first, currency)
		}
		out.WriteByte('\n')
	}
	for _, a := range b.accounts {
		if a.FirstDate == "" {
			continue
		}
		fmt.Fprintf(out, "%s open %s\n", min(a.FirstDate, cmp.Or(b.start, a.FirstDate)), names[a.ID])
		if a.Code != "" {
			fmt.Fprintf(out, "  code: %s\n", quoteBeancount(a.Code))
		}
		fmt.Fprintf(out, "  name: %s\n", quoteBeancount(a.DisplayName))
	}
	if b.usesEarnings() {
		fmt.Fprintf(out, "%s open %s\n", first, d.earnings)
	}
	out.WriteByte('\n')
}

// beancountHeading writes the first line of a transaction and its metadata.
func beancountHeading(out *bytes.Buffer, date string, l exportLine) {
	fmt.Fprintf(out, "%s * %s\n", date, quoteBeancount(l.Description))
	if l.EntryID != uuid.Nil {
		fmt.Fprintf(out, "  id: \"%s\"\n", id.Format("jrn", l.EntryID))
	}
	if l.Reference != "" {
		fmt.Fprintf(out, "  reference: %s\n", quoteBeancount(l.Reference))
	}
	if l.Closing {
		out.WriteString("  closing: TRUE\n")
	}
	for _, a := range l.annotations {
		fmt.Fprintf(out, "  %s: %s\n", a.name, quoteBeancount(a.text))
	}
}

// beancountName returns a component of an account name that is valid in beancount: it begins with
// an uppercase letter, and letters, decimal digits and dashes follow, of any script (beancount
// language syntax, "Accounts"). A dash replaces each other character, such as an emoji or a vowel
// sign.
func beancountName(code, name string) string {
	legal := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.Is(unicode.Nd, r) {
			return r
		}
		return '-'
	}, norm.NFC.String(strings.TrimSpace(code+" "+name)))
	return "A" + strings.Trim(legal, "-")
}

// quoteBeancount returns a beancount string literal.
func quoteBeancount(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(oneLine(text)) + `"`
}
