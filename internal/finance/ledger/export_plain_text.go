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

// dialect is what tells plain-text accounting programs apart.
type dialect struct {
	// account is an account's name, which is made unique.
	account func(exportAccount) string
	// heading opens a transaction.
	heading func(out *bytes.Buffer, date string, l exportLine)
}

// transactions writes the opening balances and all entries. A foreign amount says what it
// cost in the base, so that each transaction balances as it does here.
func (b *exportedBooks) transactions(out *bytes.Buffer, d dialect) {
	names := b.names(d)
	if len(b.opening) > 0 {
		d.heading(out, b.start, exportLine{Description: "Opening balances"})
		for _, a := range b.opening {
			b.posting(out, names[a.AccountID], a, "")
		}
		out.WriteByte('\n')
	}
	for i, l := range b.lines {
		if i == 0 || b.lines[i-1].EntryID != l.EntryID {
			d.heading(out, l.Date, l)
		}
		remark := ""
		if text := oneLine(cmp.Or(l.Memo, l.Dimensions)); text != "" {
			remark = "  ; " + text
		}
		b.posting(out, names[l.AccountID], exportAmount{l.AccountID, l.Currency, l.Minor, l.Base}, remark)
		if i == len(b.lines)-1 || b.lines[i+1].EntryID != l.EntryID {
			out.WriteByte('\n')
		}
	}
}

// posting writes an amount at its total cost. What changed a foreign amount's value and
// not the amount stands in the base; where the two have opposite signs, as the balance of
// many may, each stands in a posting of its own.
func (b *exportedBooks) posting(out *bytes.Buffer, account string, a exportAmount, remark string) {
	write := func(text string) { fmt.Fprintf(out, "    %s  %s%s\n", account, text, remark) }
	inBase := func(minor int64) string { return money.Format(minor, b.base) + " " + b.base }
	own := money.Format(a.Minor, a.Currency) + " " + a.Currency
	switch {
	case a.Currency == b.base || a.Minor == 0:
		write(inBase(a.Base))
	case sign(a.Minor)*sign(a.Base) >= 0:
		write(own + " @@ " + inBase(max(a.Base, -a.Base)))
	default:
		write(own + " @@ " + inBase(0))
		write(inBase(a.Base))
	}
}

// names are the accounts' names in a dialect, each once.
func (b *exportedBooks) names(d dialect) map[uuid.UUID]string {
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

// hledger writes the journal for hledger (https://hledger.org/1.25/hledger.html).
func (b *exportedBooks) hledger() []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "; Books of %s\n\ncommodity %s %s\n", oneLine(b.organization), strings.Replace(money.Format(100000, b.base), ",", "", 1), b.base)
	d := dialect{
		account: func(a exportAccount) string {
			return rootOf(a.Type, "assets", "liabilities", "equity", "income", "expenses") + ":" + hledgerName(strings.TrimSpace(a.Code+" "+a.DisplayName))
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
	names := b.names(d)
	for _, a := range b.accounts {
		kind := rootOf(a.Type, "A", "L", "E", "R", "X")
		if a.CashFlowSection == pb.Account_CASH_AND_EQUIVALENTS.String() {
			kind = "C"
		}
		fmt.Fprintf(&out, "account %s  ; type:%s\n", names[a.ID], kind)
	}
	out.WriteByte('\n')
	b.transactions(&out, d)
	return out.Bytes()
}

// hledgerName keeps what would end a name, begin a part of it, or be taken for a comment,
// out of it.
func hledgerName(name string) string {
	return strings.NewReplacer(":", "-", ";", ",", "(", "[", ")", "]").Replace(oneLine(name))
}

// beancount writes the ledger for beancount (https://beancount.github.io/docs/).
func (b *exportedBooks) beancount() []byte {
	var out bytes.Buffer
	// A total cost becomes one of a unit there, to 28 digits: what that loses is let pass.
	fmt.Fprintf(&out, "option \"title\" %s\noption \"operating_currency\" \"%s\"\noption \"inferred_tolerance_default\" \"*:0.000001\"\n\n", quoted(b.organization), b.base)
	d := dialect{
		account: func(a exportAccount) string {
			return rootOf(a.Type, "Assets", "Liabilities", "Equity", "Income", "Expenses") + ":" + beancountName(a.Code, a.DisplayName)
		},
		heading: func(out *bytes.Buffer, date string, l exportLine) {
			fmt.Fprintf(out, "%s * %s\n", date, quoted(l.Description))
			if l.EntryID != uuid.Nil {
				fmt.Fprintf(out, "  id: \"%s\"\n", id.Format("jrn", l.EntryID))
			}
			if l.Reference != "" {
				fmt.Fprintf(out, "  reference: %s\n", quoted(l.Reference))
			}
			if l.Closing {
				out.WriteString("  closing: TRUE\n")
			}
		},
	}
	names := b.names(d)
	for _, a := range b.accounts {
		if a.FirstDate != "" {
			fmt.Fprintf(&out, "%s open %s\n", min(a.FirstDate, cmp.Or(b.start, a.FirstDate)), names[a.ID])
		}
	}
	out.WriteByte('\n')
	b.transactions(&out, d)
	return out.Bytes()
}

// beancountName is a legal component: letters, digits and dashes, beginning with a letter.
func beancountName(code, name string) string {
	legal := strings.Map(func(r rune) rune {
		if r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return '-'
	}, strings.TrimSpace(code+" "+name))
	return "A" + strings.Trim(legal, "-")
}

// quoted is a text as beancount writes it.
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(oneLine(text)) + `"`
}

// oneLine is a text without breaks and with single blanks.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func rootOf(kind string, asset, liability, equity, income, expense string) string {
	switch kind {
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
