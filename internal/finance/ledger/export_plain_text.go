package ledger

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"unicode"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// dialect is how a plain-text accounting program writes accounts and transactions.
type dialect struct {
	// account returns the name of an account. Names need not be unique.
	account func(exportAccount) string
	// heading writes the first lines of a transaction.
	heading func(out *bytes.Buffer, date string, l exportLine)
}

// writeTransactions writes the opening balances and all entries. It writes the base amount of a
// foreign amount as its total cost, so that each transaction balances.
func (b *exportedBooks) writeTransactions(out *bytes.Buffer, d dialect) {
	names := b.accountNames(d)
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
		comment := ""
		if text := oneLine(cmp.Or(l.Memo, l.Dimensions)); text != "" {
			comment = "  ; " + text
		}
		b.writePosting(out, names[l.AccountID], exportAmount{l.AccountID, l.Currency, l.Minor, l.Base}, comment)
		if i == len(b.lines)-1 || b.lines[i+1].EntryID != l.EntryID {
			out.WriteByte('\n')
		}
	}
}

// writePosting writes a foreign amount at its total cost in the base currency. If only the base
// amount is not zero, it writes only the base amount. If the two have opposite signs, as the sums
// of several lines may, it writes a posting for each.
func (b *exportedBooks) writePosting(out *bytes.Buffer, account string, a exportAmount, comment string) {
	write := func(text string) { fmt.Fprintf(out, "    %s  %s%s\n", account, text, comment) }
	inBase := func(minor int64) string { return money.Format(minor, b.base) + " " + b.base }
	foreign := money.Format(a.Minor, a.Currency) + " " + a.Currency
	switch {
	case a.Currency == b.base || a.Minor == 0:
		write(inBase(a.Base))
	case sign(a.Minor)*sign(a.Base) >= 0:
		write(foreign + " @@ " + inBase(max(a.Base, -a.Base)))
	default:
		write(foreign + " @@ " + inBase(0))
		write(inBase(a.Base))
	}
}

// accountNames returns the names of the accounts in a dialect, by account. It makes names unique.
func (b *exportedBooks) accountNames(d dialect) map[uuid.UUID]string {
	out := map[uuid.UUID]string{}
	taken := map[string]bool{}
	for _, a := range b.accounts {
		name := d.account(a)
		if taken[name] {
			name += "-" + strings.ToUpper(a.ID.String()[24:])
		}
		taken[name] = true
		out[a.ID] = name
	}
	return out
}

// hledger returns the export as an hledger journal (https://hledger.org/1.25/hledger.html).
func (b *exportedBooks) hledger() []byte {
	var out bytes.Buffer
	fmt.Fprintf(
		&out, "; Books of %s\n\ncommodity %s %s\n", oneLine(b.organization),
		strings.Replace(money.Format(100000, b.base), ",", "", 1), b.base,
	)
	d := dialect{
		account: func(a exportAccount) string {
			return rootAccount(
				a.Type, "assets", "liabilities", "equity", "income", "expenses",
			) + ":" + hledgerName(strings.TrimSpace(a.Code+" "+a.DisplayName))
		},
		heading: func(out *bytes.Buffer, date string, l exportLine) {
			code := ""
			if l.Reference != "" {
				code = "(" + strings.NewReplacer("(", "[", ")", "]").Replace(oneLine(l.Reference)) + ") "
			}
			tags := ""
			if l.EntryID != uuid.Nil {
				tags = "  ; id:" + id.Format("jrn", l.EntryID)
			}
			if l.Closing {
				tags += ", closing:"
			}
			fmt.Fprintf(out, "%s * %s%s%s\n", date, code, strings.ReplaceAll(oneLine(l.Description), ";", ","), tags)
		},
	}
	names := b.accountNames(d)
	for _, a := range b.accounts {
		kind := rootAccount(a.Type, "A", "L", "E", "R", "X")
		if a.CashFlowSection == pb.Account_CASH_AND_EQUIVALENTS.String() {
			kind = "C"
		}
		fmt.Fprintf(&out, "account %s  ; type:%s\n", names[a.ID], kind)
	}
	out.WriteByte('\n')
	b.writeTransactions(&out, d)
	return out.Bytes()
}

// hledgerName replaces the characters that end an account name, separate its parts or begin a
// comment in hledger.
func hledgerName(name string) string {
	return strings.NewReplacer(":", "-", ";", ",", "(", "[", ")", "]").Replace(oneLine(name))
}

// beancount returns the export as a beancount ledger (https://beancount.github.io/docs/).
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
		heading: func(out *bytes.Buffer, date string, l exportLine) {
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
		},
	}
	names := b.accountNames(d)
	for _, a := range b.accounts {
		if a.FirstDate != "" {
			fmt.Fprintf(&out, "%s open %s\n", min(a.FirstDate, cmp.Or(b.start, a.FirstDate)), names[a.ID])
		}
	}
	out.WriteByte('\n')
	b.writeTransactions(&out, d)
	return out.Bytes()
}

// beancountName returns a component of an account name that is valid in beancount: letters, digits
// and dashes, beginning with a letter.
func beancountName(code, name string) string {
	legal := strings.Map(func(r rune) rune {
		if r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return '-'
	}, strings.TrimSpace(code+" "+name))
	return "A" + strings.Trim(legal, "-")
}

// quoteBeancount returns a text as a beancount string.
func quoteBeancount(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(oneLine(text)) + `"`
}

// oneLine replaces each run of white space in text with a space.
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
