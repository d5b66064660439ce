package banking

import (
	"cmp"
	"context"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
)

// suggestTransfers suggests transfers between a line and UNMATCHED lines of the organization's
// other bank accounts.
func suggestTransfers(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine) (all []*suggestion, err error) {
	if minorOf(l) == 0 {
		return nil, nil
	}
	lines, err := loadUnmatchedLines(
		ctx, tx, withDates("", addDays(l.BookedDate, -defaultDays), addDays(l.BookedDate, defaultDays)), "",
	)
	if err != nil {
		return nil, err
	}
	lines = slices.DeleteFunc(lines, func(o *pb.BankStatementLine) bool {
		return o.BankAccountId == l.BankAccountId || (minorOf(o) < 0) == (minorOf(l) < 0)
	})
	accounts, rates, err := loadAccountsAndPrices(ctx, tx, append(slices.Clone(lines), l))
	if err != nil {
		return nil, err
	}
	search := pairing{accounts: accounts, prices: rates, days: defaultDays}
	for _, p := range search.pairs(append(lines, l)) {
		if p.OutgoingLine.Id == l.Id || p.IncomingLine.Id == l.Id {
			all = append(all, &suggestion{
				Score: p.Score, Reasons: append([]string{"It may be a transfer between your own accounts."}, p.Reasons...),
				BankTransfer: &pb.BankTransfer{OutgoingLineId: p.OutgoingLine.Id, IncomingLineId: p.IncomingLine.Id},
			})
		}
	}
	return all, nil
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
