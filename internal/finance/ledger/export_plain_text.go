package ledger

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/money"
)

// earningsID identifies the equity account of closed earnings, which only exported files have.
var earningsID = uuid.Nil

// dialect is how a plain-text accounting program writes accounts and transactions.
type dialect struct {
	// account returns the name of an account. Names need not be unique.
	account func(exportAccount) string
	// earnings is the name of the equity account of closed earnings, see postedAccount.
	earnings string
	// comment returns a string as the content of a comment of a posting.
	comment func(string) string
	// heading writes the first lines of a transaction.
	heading func(out *bytes.Buffer, date string, l exportLine)
}

// writeTransactions writes the opening balances and all entries. It writes the base amount of a
// foreign amount as its total cost, so that each transaction balances.
func (b *exportedBooks) writeTransactions(out *bytes.Buffer, d dialect, names map[uuid.UUID]string) {
	if len(b.opening) > 0 {
		d.heading(out, b.start, exportLine{Description: "Opening balances"})
		for _, a := range b.opening {
			b.writePosting(out, names[a.AccountID], a, "")
		}
		out.WriteByte('\n')
	}
	for i, l := range b.lines {
		if i == 0 || b.lines[i-1].EntryID != l.EntryID {
			d.heading(out, l.Date, l)
		}
		text := cmp.Or(l.Memo, l.Dimensions)
		account := b.postedAccount(l)
		if account == earningsID {
			text = "closes " + names[l.AccountID][strings.Index(names[l.AccountID], ":")+1:]
		}
		comment := ""
		if text = oneLine(text); text != "" {
			comment = "  ; " + d.comment(text)
		}
		b.writePosting(out, names[account], exportAmount{l.AccountID, l.Currency, l.Minor, l.Base}, comment)
		if i == len(b.lines)-1 || b.lines[i+1].EntryID != l.EntryID {
			out.WriteByte('\n')
		}
	}
}

// postedAccount returns the account of a line in the file. The lines of a year-end closing that
// clear income and expenses go to the account of closed earnings, not to the income and expense
// accounts. Otherwise the income statement of a closed year would be zero in the programs, and a
// closing would also clear earnings from before the file's first day, which are in the opening
// balance of closed earnings. The hledger manual ("close",
// https://hledger.org/1.25/hledger.html#close) warns of such entries. Beancount clears earnings in
// its reports
// (https://beancount.github.io/docs/the_double_entry_counting_method.html#clearing-income-statement-accounts).
func (b *exportedBooks) postedAccount(l exportLine) uuid.UUID {
	if l.Closing && b.results[l.AccountID] {
		return earningsID
	}
	return l.AccountID
}

// usesEarnings reports whether a posting of the file is on the account of closed earnings.
func (b *exportedBooks) usesEarnings() bool {
	return slices.ContainsFunc(b.opening, func(a exportAmount) bool { return a.AccountID == earningsID }) ||
		slices.ContainsFunc(b.lines, func(l exportLine) bool { return b.postedAccount(l) == earningsID })
}

// currencies returns the currencies of the file, sorted.
func (b *exportedBooks) currencies() []string {
	out := []string{b.base}
	for _, a := range b.opening {
		out = append(out, a.Currency)
	}
	for _, l := range b.lines {
		out = append(out, l.Currency)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// writePosting writes a foreign amount at its total cost in the base currency. If only the base
// amount is not zero, it writes that alone. If the two have opposite signs, as the sums of several
// lines may, it writes a posting for each.
func (b *exportedBooks) writePosting(out *bytes.Buffer, account string, a exportAmount, comment string) {
	write := func(text string) { fmt.Fprintf(out, "    %s  %s%s\n", account, text, comment) }
	formatBase := func(minor int64) string { return money.Format(minor, b.base) + " " + b.base }
	foreign := money.Format(a.Minor, a.Currency) + " " + a.Currency
	switch {
	case a.Currency == b.base || a.Minor == 0:
		write(formatBase(a.Base))
	case sign(a.Minor)*sign(a.Base) >= 0:
		write(foreign + " @@ " + formatBase(max(a.Base, -a.Base)))
	default:
		write(foreign + " @@ " + formatBase(0))
		write(formatBase(a.Base))
	}
}

// accountNames returns the names of the accounts in a dialect, by account. It makes names unique.
func (b *exportedBooks) accountNames(d dialect) map[uuid.UUID]string {
	out := map[uuid.UUID]string{earningsID: d.earnings}
	taken := map[string]bool{d.earnings: true}
	for _, a := range b.accounts {
		name := d.account(a)
		for taken[name] {
			name += "-" + strings.ToUpper(a.ID.String()[24:])
		}
		taken[name] = true
		out[a.ID] = name
	}
	return out
}

// oneLine trims a text and replaces each inner run of white space with a single space.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// rootAccount returns the one of five root accounts for an account's type.
func rootAccount(typ string, asset, liability, equity, income, expense string) string {
	switch typ {
	case pb.Account_ASSET.String():
		return asset
	case pb.Account_LIABILITY.String():
		return liability
	case pb.Account_EQUITY.String():
		return equity
	case pb.Account_INCOME.String():
		return income
	}
	return expense
}
