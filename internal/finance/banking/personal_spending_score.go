package banking

import (
	"slices"
	"strings"
	"time"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/money"
)

// Points of evidence for personal spending.
const (
	minSuspicionScore = 40 // minimum score of a line that is suspected
	pointsWasPersonal = 50 // a line of the payee was personal; five more for each further one, up to 75
	pointsMerchant    = 45
	pointsCash        = 30
	pointsWeekend     = 10
	pointsRound       = 10
	roundTo           = 10 // a round amount is a multiple of this many units of the currency
)

// cashWords are words that banks write for a cash withdrawal.
var cashWords = []string{"atm", "cash", "withdrawal", "bargeld", "geldautomat", "retrait", "cajero"}

// payeeDecisions counts the earlier decisions about lines of one counterparty.
type payeeDecisions struct{ Personal, Business int32 }

// scorePersonal returns the evidence that a line of money out is personal spending of the owner. A
// payee with earlier business lines and no personal ones is not suspected.
func scorePersonal(l *pb.BankStatementLine, earlier payeeDecisions) scorecard {
	var s scorecard
	if minorOf(l) >= 0 || earlier.Business > 0 && earlier.Personal == 0 {
		return s
	}
	if earlier.Personal > 0 {
		s.add(
			min(pointsWasPersonal+5*(earlier.Personal-1), 75), "Earlier lines of this payee were marked as personal: %d.",
			earlier.Personal,
		)
	}
	if earlier.Business > 0 {
		s.add(-min(10*earlier.Business, 40), "Earlier lines of this payee were for the business: %d.", earlier.Business)
	}
	written := searchText(l)
	if kind, name := findConsumerMerchant(written); kind != "" {
		s.add(pointsMerchant, "The bank's text contains %q, which suggests %s.", name, kind)
	}
	if l.TransactionType == "ATM" || slices.ContainsFunc(strings.FieldsFunc(written, isSeparator), isCashWord) {
		s.add(pointsCash, "It is a cash withdrawal.")
	}
	if day, err := calendar.ParseDate(l.BookedDate); err == nil &&
		(day.Weekday() == time.Saturday || day.Weekday() == time.Sunday) {
		s.add(pointsWeekend, "It was booked on a weekend.")
	}
	if isRound(l) {
		s.add(pointsRound, "The amount is round.")
	}
	return s
}

// isCashWord reports whether a word means a cash withdrawal.
func isCashWord(word string) bool { return slices.Contains(cashWords, word) }

// isSeparator reports whether a character separates words.
func isSeparator(r rune) bool { return strings.ContainsRune(" ,.;:/*-#()0123456789", r) }

// isRound reports whether a line's amount is a multiple of roundTo units of its currency.
func isRound(l *pb.BankStatementLine) bool {
	digits, _ := money.Digits(l.Amount.CurrencyCode)
	unit := int64(roundTo)
	for range digits {
		unit *= 10
	}
	return minorOf(l)%unit == 0
}
