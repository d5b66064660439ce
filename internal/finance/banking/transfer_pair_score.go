package banking

import (
	"cmp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/money"
)

// Points of evidence for a pair. Together they are at most 100.
const (
	pointsSameSum      = 50 // the amounts are the same
	pointsWithFee      = 30 // the received amount is up to a twentieth less
	pointsByRate       = 40 // the currencies differ, and the amounts are within a twentieth of the rate
	pointsPairDate     = 30 // the date is the same; five less for each day between
	pointsTransferWord = 10 // the bank's text has a word for a transfer
	pointsAccountNamed = 10 // the bank's text has the name or number of the other account
)

// tolerance is the divisor for the largest accepted difference between the amounts: a twentieth of
// the sent amount.
const tolerance = 20

// transferWords are words for a transfer in several languages.
var transferWords = []string{
	"transfer", "xfer", "umbuchung", "übertrag", "virement", "traspaso", "giroconto", "overboeking", "own account",
}

// prices are the prices of currencies in the base currency, by currency and day, if a rate is
// stored.
type prices struct {
	base  string
	byDay map[string]map[calendar.Date]decimal.Decimal
}

// of returns the price of a line's currency on its day, or zero.
func (p prices) of(l *pb.BankStatementLine) decimal.Decimal {
	if l.Amount.CurrencyCode == p.base {
		return decimal.NewFromInt(1)
	}
	day, err := calendar.ParseDate(l.BookedDate)
	if err != nil {
		return decimal.Decimal{}
	}
	return p.byDay[l.Amount.CurrencyCode][day]
}

// pairing searches for lines that are the two sides of a transfer, at most days apart.
type pairing struct {
	accounts map[string]*pb.BankAccount
	prices   prices
	days     int
}

// pairs returns all pairs of a line of money out and one of money in that may be a transfer, by
// descending score.
func (p pairing) pairs(lines []*pb.BankStatementLine) (found []*pb.FindBankTransfersResponse_Pair) {
	for _, out := range lines {
		if minorOf(out) >= 0 {
			continue
		}
		for _, in := range lines {
			if minorOf(in) <= 0 || in.BankAccountId == out.BankAccountId {
				continue
			}
			if pair := p.pair(out, in); pair != nil {
				found = append(found, pair)
			}
		}
	}
	slices.SortFunc(found, func(a, b *pb.FindBankTransfersResponse_Pair) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.OutgoingLine.BookedDate, a.OutgoingLine.BookedDate),
			cmp.Compare(a.OutgoingLine.Id, b.OutgoingLine.Id), cmp.Compare(a.IncomingLine.Id, b.IncomingLine.Id))
	})
	return found
}

// pair scores two lines as a transfer. It returns nil if their dates or amounts rule it out.
func (p pairing) pair(out, in *pb.BankStatementLine) *pb.FindBankTransfersResponse_Pair {
	days := daysBetween(out.BookedDate, in.BookedDate)
	if days > p.days {
		return nil
	}
	var s scorecard
	pair := &pb.FindBankTransfersResponse_Pair{OutgoingLine: out, IncomingLine: in}
	if !p.scoreAmounts(pair, &s, -minorOf(out), minorOf(in)) {
		return nil
	}
	if days == 0 {
		s.add(pointsPairDate, "The date is the same.")
	} else {
		s.add(max(pointsPairDate-5*int32(days), 0), "The dates are %d days apart.", days)
	}
	for _, word := range transferWords {
		if strings.Contains(searchText(out), word) || strings.Contains(searchText(in), word) {
			s.add(pointsTransferWord, "The bank's text contains %q.", word)
			break
		}
	}
	if p.mentionsAccount(out, in.BankAccountId) || p.mentionsAccount(in, out.BankAccountId) {
		s.add(pointsAccountNamed, "The bank's text names the other account.")
	}
	pair.Score, pair.Reasons = s.score(), s.reasons
	return pair
}

// scoreAmounts reports whether the amounts may belong to one transfer, and adds the points for
// them.
func (p pairing) scoreAmounts(pair *pb.FindBankTransfersResponse_Pair, s *scorecard, sent, received int64) bool {
	from, to := pair.OutgoingLine.Amount.CurrencyCode, pair.IncomingLine.Amount.CurrencyCode
	if from != to {
		expected, err := money.Convert(sent, from, to, p.price(pair.OutgoingLine, pair.IncomingLine))
		if err != nil || magnitude(expected-received) > expected/tolerance {
			return false
		}
		s.add(pointsByRate, "The amounts are within 5 %% of the exchange rate.")
		return true
	}
	fee := sent - received
	if !isFee(fee, sent) {
		return false
	}
	pair.Fee = money.ToProto(fee, from)
	if fee == 0 {
		s.add(pointsSameSum, "The amount is the same.")
	} else {
		s.add(pointsWithFee, "The received amount is %s %s less, which may be a fee.", pair.Fee.Amount, from)
	}
	return true
}

// isFee reports whether what is missing of a sent amount may be a fee.
func isFee(missing, sent int64) bool { return missing >= 0 && missing <= sent/tolerance }

// price returns the price of the outgoing line's currency in that of the incoming line, or zero if
// it is not stored.
func (p pairing) price(out, in *pb.BankStatementLine) decimal.Decimal {
	from, to := p.prices.of(out), p.prices.of(in)
	if to.IsZero() {
		return decimal.Decimal{}
	}
	return from.DivRound(to, rateDigits)
}

// mentionsAccount reports whether a line's text contains the name or number of a bank account.
// Shorter ones than four letters do not count.
func (p pairing) mentionsAccount(l *pb.BankStatementLine, account string) bool {
	other, written := p.accounts[account], searchText(l)
	if other == nil {
		return false
	}
	for _, name := range []string{
		strings.ToLower(other.DisplayName), ungrouped.Replace(strings.ToLower(other.AccountNumber)),
	} {
		if len(name) >= 4 && (strings.Contains(written, name) || strings.Contains(ungrouped.Replace(written), name)) {
			return true
		}
	}
	return false
}

// searchText returns a line's counterparty and description in lower case.
func searchText(l *pb.BankStatementLine) string {
	return strings.ToLower(l.CounterpartyName + " " + l.Description)
}
