// Package personal suspects bank lines to be personal spending of the owner. It weighs the words of
// a line that name a kind of merchant, the day and the amount against words that indicate a
// business purpose, and against earlier decisions about the payee. The package does not use the
// database.
package personal

import (
	"fmt"

	"backoffice/internal/finance/banking/payee"
)

// MinSuspicion is the minimum score of a line that is suspected.
const MinSuspicion = 40

// Points of evidence for personal spending.
const (
	pointsWasPersonal = 50 // a line of the payee was personal; five more for each further one, up to 75
	pointsMerchant    = 45 // a merchant or kind of merchant at which people mostly spend privately
	pointsSharedKind  = 30 // one from which offices buy too
	pointsCash        = 25
	pointsWeekend     = 10
	pointsRound       = 10
)

// Points of evidence against it.
const (
	pointsBusinessWord = 30
	pointsCompany      = 30 // the text names a company, and no known merchant
	pointsForBusiness  = 10 // a line of the payee was for the business; as many for each further one, up to 40
	mostForBusiness    = 40
)

// Line is money out.
type Line struct {
	// Text is the counterparty and the description.
	Text string
	// Cash is true for a cash withdrawal, Weekend if it was booked on a weekend, and Round for a round
	// amount.
	Cash, Weekend, Round bool
}

// Earlier counts the earlier decisions about lines of the payee.
type Earlier struct{ Personal, Business int32 }

// Score is the evidence that a line is personal spending, in points, with reasons.
type Score struct {
	Points  int32
	Reasons []string
}

// add adds points, which may be negative, and the reason for them.
func (s *Score) add(points int32, format string, args ...any) {
	s.Points += points
	s.Reasons = append(s.Reasons, fmt.Sprintf(format, args...))
}

// Suspect returns the evidence that a line is personal spending. A payee with earlier business
// lines and no personal ones is not suspected.
func Suspect(l Line, earlier Earlier) Score {
	var s Score
	if earlier.Business > 0 && earlier.Personal == 0 {
		return s
	}
	if earlier.Personal > 0 {
		s.add(min(pointsWasPersonal+5*(earlier.Personal-1), 75), "Earlier lines of this payee were marked as personal: %d.",
			earlier.Personal)
	}
	if earlier.Business > 0 {
		s.add(-min(pointsForBusiness*earlier.Business, mostForBusiness),
			"Earlier lines of this payee were for the business: %d.", earlier.Business)
	}
	s.addText(payee.Fold(l.Text), l.Cash)
	if l.Weekend {
		s.add(pointsWeekend, "It was booked on a weekend.")
	}
	if l.Round {
		s.add(pointsRound, "The amount is round.")
	}
	return s
}

// addText adds the evidence in a folded text.
func (s *Score) addText(text string, cash bool) {
	merchant, isMerchant := find(merchants, text)
	found, isKind := merchant, isMerchant
	if !isMerchant {
		found, isKind = find(kinds, text)
	}
	if isKind {
		points := int32(pointsMerchant)
		if found.shared {
			points = pointsSharedKind
		}
		s.add(points, "The bank's text contains %q, which suggests %s.", found.name, found.kind)
	}
	words := payee.Words(text)
	if cash || containsAny(words, cashWords) != "" {
		s.add(pointsCash, "It is a cash withdrawal.")
	}
	if word := businessWord(words); word != "" && s.Points > 0 {
		s.add(-pointsBusinessWord, "The bank's text contains %q, which suggests a business purpose.", word)
	}
	if form := containsAny(words, companyForms); form != "" && isKind && !isMerchant {
		s.add(-pointsCompany, "The bank's text names a company, by %q.", form)
	}
}
