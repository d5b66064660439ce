package banking

import (
	"cmp"
	"context"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
)

// loadWaiting reads the UNMATCHED lines around the dates of lines, and the bank accounts and prices that
// suggestions need.
func (s *suggester) loadWaiting(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine) error {
	first, last := lines[0].BookedDate, lines[0].BookedDate
	for _, l := range lines {
		first, last = min(first, l.BookedDate), max(last, l.BookedDate)
	}
	var err error
	around := withDates("", addDays(first, -entryDays), addDays(last, entryDays))
	if s.waiting, err = loadUnmatchedLines(ctx, tx, around, ""); err != nil {
		return err
	}
	for _, w := range s.waiting {
		s.waitingOn[w.BookedDate] = append(s.waitingOn[w.BookedDate], w)
	}
	all := slices.Concat(s.waiting, lines)
	if s.accounts, err = loadBankAccounts(ctx, tx, all, s.rules); err != nil {
		return err
	}
	rates, err := loadPrices(ctx, tx, all)
	s.pairs = pairing{accounts: s.accounts, prices: rates, days: defaultDays}
	return err
}

// suggestTransfers suggests transfers between a line and UNMATCHED lines of the organization's other bank
// accounts.
func (s *suggester) suggestTransfers(l *pb.BankStatementLine) (all []*suggestion) {
	for days := -defaultDays; days <= defaultDays; days++ {
		for _, other := range s.waitingOn[addDays(l.BookedDate, days)] {
			out, in := l, other
			if minorOf(l) > 0 {
				out, in = other, l
			}
			if other.BankAccountId == l.BankAccountId || minorOf(out) >= 0 || minorOf(in) <= 0 {
				continue
			}
			if p := s.pairs.pair(out, in); p != nil {
				all = append(all, &suggestion{
					Score: p.Score, Reasons: append([]string{"It may be a transfer between your own accounts."}, p.Reasons...),
					BankTransfer: &pb.BankTransfer{OutgoingLineId: out.Id, IncomingLineId: in.Id},
				})
			}
		}
	}
	return all
}

// sortByDistance sorts lines by the number of days between them and another line, in place.
func sortByDistance(lines []*pb.BankStatementLine, to *pb.BankStatementLine) []*pb.BankStatementLine {
	slices.SortStableFunc(lines, func(a, b *pb.BankStatementLine) int {
		return cmp.Or(
			cmp.Compare(daysBetween(a.BookedDate, to.BookedDate), daysBetween(b.BookedDate, to.BookedDate)),
			cmp.Compare(a.Id, b.Id),
		)
	})
	return lines
}

// addDays returns a stored date moved by a number of days.
func addDays(date string, days int) string {
	d, err := calendar.ParseDate(date)
	if err != nil {
		return date
	}
	return d.AddDays(days).String()
}
