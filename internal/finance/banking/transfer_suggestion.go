package banking

import (
	"context"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
)

// loadWaiting reads the UNMATCHED lines around the dates of lines, and the bank accounts and prices
// that suggestions need.
func (s *suggester) loadWaiting(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine) error {
	var err error
	var found []*pb.BankStatementLine
	if s.waiting, found, err = loadWaitingLines(ctx, tx, lines); err != nil {
		return err
	}
	all := slices.Concat(lines, found)
	if s.accounts, err = loadBankAccounts(ctx, tx, all, s.rules); err != nil {
		return err
	}
	rates, err := loadPrices(ctx, tx, all)
	s.pairs = pairing{accounts: s.accounts, prices: rates, days: defaultDays}
	return err
}

// suggestTransfers suggests transfers between a line and UNMATCHED lines of the organization's
// other bank accounts. cut reports whether a day has more lines than are searched.
func (s *suggester) suggestTransfers(l *pb.BankStatementLine) (all []*suggestion, cut bool) {
	minor, day := minorOf(l), dayNumber(l.BookedDate)
	for _, account := range s.waiting.accounts {
		if account == l.BankAccountId {
			continue
		}
		cut = cut || s.waiting.counts.isCut(account, day, defaultDays)
		for at := day - defaultDays; at <= day+defaultDays; at++ {
			for _, other := range s.waiting.on[accountDay{account, at}] {
				if s.mayPair(l, minor, other) {
					all = append(all, s.suggestTransfer(l, other)...)
				}
			}
		}
	}
	return all, cut
}

// mayPair reports whether the amounts of a line and another may be those of a transfer. It needs no
// text, so it is compared before the rest of the evidence.
func (s *suggester) mayPair(l *pb.BankStatementLine, minor int64, other waiting) bool {
	if other.minor == 0 || (other.minor < 0) == (minor < 0) {
		return false
	}
	sent, received := -min(minor, other.minor), max(minor, other.minor)
	return l.Amount.CurrencyCode != other.Amount.CurrencyCode || isFee(sent-received, sent)
}

// suggestTransfer suggests a transfer between a line and another, if they are a pair.
func (s *suggester) suggestTransfer(l *pb.BankStatementLine, other waiting) []*suggestion {
	out, in := l, other.BankStatementLine
	if other.minor < 0 {
		out, in = in, out
	}
	p := s.pairs.pair(out, in)
	if p == nil {
		return nil
	}
	return []*suggestion{{
		Score: p.Score, Reasons: append([]string{"It may be a transfer between your own accounts."}, p.Reasons...),
		BankTransfer: &pb.BankTransfer{OutgoingLineId: out.Id, IncomingLineId: in.Id},
	}}
}

// addDays returns a stored date moved by a number of days.
func addDays(date string, days int) string {
	d, err := calendar.ParseDate(date)
	if err != nil {
		return date
	}
	return d.AddDays(days).String()
}
