package ledger

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// hledger returns the export as an hledger journal (https://hledger.org/1.25/hledger.html). It
// declares every commodity and account, as `hledger check --strict` requires ("Strict mode").
func (b *exportedBooks) hledger() []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "; Books of %s\n\n", oneLine(b.organization))
	for _, currency := range b.currencies() {
		fmt.Fprintf(&out, "commodity %s %s\n", hledgerSample(currency), currency)
	}
	d := dialect{
		account: func(a exportAccount) string {
			return rootAccount(
				a.Type, "assets", "liabilities", "equity", "income", "expenses",
			) + ":" + hledgerName(strings.TrimSpace(a.Code+" "+a.DisplayName))
		},
		earnings: "equity:Closed earnings",
		comment:  hledgerComment,
		heading:  hledgerHeading,
	}
	names := b.accountNames(d)
	for _, a := range b.accounts {
		kind := rootAccount(a.Type, "A", "L", "E", "R", "X")
		if a.CashFlowSection == pb.Account_CASH_AND_EQUIVALENTS.String() {
			kind = "C"
		}
		fmt.Fprintf(&out, "account %s  ; type:%s\n", names[a.ID], kind)
	}
	if b.usesEarnings() {
		fmt.Fprintf(&out, "account %s  ; type:E\n", d.earnings)
	}
	out.WriteByte('\n')
	b.writeTransactions(&out, d, names)
	return out.Bytes()
}

// hledgerSample returns the number of a commodity directive, which shows the decimal mark and
// digits of a currency. The mark is required even without digits after it, such as `1000.` for
// JPY ("Commodity directive").
func hledgerSample(currency string) string {
	digits, _ := money.Digits(currency)
	return "1000." + strings.Repeat("0", digits)
}

// hledgerHeading writes the first line of a transaction.
func hledgerHeading(out *bytes.Buffer, date string, l exportLine) {
	description := strings.ReplaceAll(oneLine(l.Description), ";", ",")
	code := ""
	if l.Reference != "" || strings.HasPrefix(description, "(") {
		// Without a code, hledger would read a description in parentheses as the code.
		code = "(" + strings.NewReplacer("(", "[", ")", "]").Replace(oneLine(l.Reference)) + ") "
	}
	tags := ""
	if l.EntryID != uuid.Nil {
		tags = "  ; id:" + id.Format("jrn", l.EntryID)
	}
	if l.Closing {
		tags += ", closing:"
	}
	fmt.Fprintf(out, "%s * %s%s%s\n", date, code, description, tags)
	for _, a := range l.annotations {
		fmt.Fprintf(out, "    ; %s:%s\n", hledgerClosing.ReplaceAllString(a.name, "clos-ing"), hledgerTagValue(a.text))
	}
}

// hledgerClosing matches names with the tag of closings, which reports exclude by a part of the
// name.
var hledgerClosing = regexp.MustCompile(`(?i)closing`)

// hledgerTagValue returns text as the value of a tag, which ends at a comma.
func hledgerTagValue(text string) string {
	return strings.ReplaceAll(hledgerComment(oneLine(text)), ",", ";")
}

// hledgerName replaces the characters that end an account name, separate its parts or begin a
// comment in hledger.
func hledgerName(name string) string {
	return strings.NewReplacer(":", "-", ";", ",", "(", "[", ")", "]").Replace(oneLine(name))
}

// hledgerTag matches the tags that have a meaning in hledger or in this export.
var hledgerTag = regexp.MustCompile(`(?i)(^|[\s,])([^\s:]*closing[^\s:]*|date2?|id|type):`)

// hledgerComment returns text in which hledger finds no date and no tag of this export. A date
// tag or a date in brackets would move a posting to another day ("Posting dates").
func hledgerComment(text string) string {
	text = strings.NewReplacer("[", "(", "]", ")").Replace(text)
	// Matches do not overlap, so that the second of two adjacent tags needs another pass.
	for hledgerTag.MatchString(text) {
		text = hledgerTag.ReplaceAllString(text, "$1$2 :")
	}
	return text
}
