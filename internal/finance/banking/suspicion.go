package banking

import (
	"cmp"
	"slices"
	"strings"
	"time"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/money"
)

// Points that speak for personal spending.
const (
	suspected        = 40 // from here on a line is suspected
	pointsWasPrivate = 50 // the payee was personal before; five more for each time, up to 75
	pointsMerchant   = 45
	pointsCash       = 30
	pointsWeekend    = 10
	pointsRound      = 10
	roundTo          = 10 // whole units of the currency that a round amount is a multiple of
)

// cashWords are what banks write of cash taken out.
var cashWords = []string{"atm", "cash", "withdrawal", "bargeld", "geldautomat", "retrait", "cajero"}

// payee is what was decided about lines of one counterparty before.
type payee struct{ Personal, Business int32 }

// suspicion says how likely a line of money out is the owner's own spending, and why. Who
// was paid for the business before, and never personally, is not suspected.
func suspicion(l *pb.BankStatementLine, known payee) evidence {
	var e evidence
	if minorOf(l) >= 0 || known.Business > 0 && known.Personal == 0 {
		return e
	}
	if known.Personal > 0 {
		e.add(min(pointsWasPrivate+5*(known.Personal-1), 75), "Lines of this payee were marked personal before: %d.", known.Personal)
	}
	if known.Business > 0 {
		e.add(-min(10*known.Business, 40), "Others were for the business: %d.", known.Business)
	}
	written := writtenIn(l)
	if kind, name := consumerMerchant(written); kind != "" {
		e.add(pointsMerchant, "%q stands for %s.", name, kind)
	}
	if l.TransactionType == "ATM" || slices.ContainsFunc(strings.FieldsFunc(written, notLetter), isCash) {
		e.add(pointsCash, "Cash was taken out.")
	}
	if day, err := calendar.ParseDate(l.BookedDate); err == nil && (day.Weekday() == time.Saturday || day.Weekday() == time.Sunday) {
		e.add(pointsWeekend, "It was booked at a weekend.")
	}
	if isRound(l) {
		e.add(pointsRound, "The amount is round.")
	}
	return e
}

func isCash(word string) bool { return slices.Contains(cashWords, word) }

func notLetter(r rune) bool { return strings.ContainsRune(" ,.;:/*-#()0123456789", r) }

// isRound tells whether an amount is a multiple of ten of its currency.
func isRound(l *pb.BankStatementLine) bool {
	digits, _ := money.Digits(l.Amount.CurrencyCode)
	unit := int64(roundTo)
	for range digits {
		unit *= 10
	}
	return minorOf(l)%unit == 0
}

// payeeKey is by whom a line was paid or to whom, in the spelling of the column payee_key.
func payeeKey(l *pb.BankStatementLine) string {
	return strings.ToLower(cmp.Or(l.CounterpartyName, l.Description))
}
