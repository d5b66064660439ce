package banking

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/table"
)

// Limits of the search for pairs.
const (
	maxUnmatched = 2000 // UNMATCHED lines that are read, newest first
	maxPairs     = 200  // pairs that are returned
	defaultDays  = 5    // days between the lines of a pair, unless requested otherwise
)

// FindBankTransfers returns pairs of UNMATCHED lines that look like transfers.
func (s *Service) FindBankTransfers(
	ctx context.Context, req *pb.FindBankTransfersRequest,
) (*pb.FindBankTransfersResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.FindBankTransfersResponse, error) {
		if req.GetBankAccountId() != "" {
			if _, err := bankAccounts.Find(ctx, tx, req.GetBankAccountId()); err != nil {
				return nil, err
			}
		}
		lines, err := loadUnmatchedLines(ctx, tx, withDates("", req.GetStartDate(), req.GetEndDate()), "")
		if err != nil {
			return nil, err
		}
		accounts, err := loadBankAccounts(ctx, tx, lines, nil)
		if err != nil {
			return nil, err
		}
		rates, err := loadPrices(ctx, tx, lines)
		if err != nil {
			return nil, err
		}
		search := pairing{accounts: accounts, prices: rates, days: int(cmp.Or(req.GetMaxDays(), defaultDays))}
		found := search.pairs(lines)
		if req.GetBankAccountId() != "" {
			found = slices.DeleteFunc(found, func(p *pb.FindBankTransfersResponse_Pair) bool {
				return p.OutgoingLine.BankAccountId != req.GetBankAccountId() &&
					p.IncomingLine.BankAccountId != req.GetBankAccountId()
			})
		}
		return &pb.FindBankTransfersResponse{
			Pairs: found[:min(len(found), maxPairs)], Truncated: len(lines) == maxUnmatched || len(found) > maxPairs,
		}, nil
	})
}

// withDates returns the filter with conditions added for the first and last booked date, each of
// which may be "".
func withDates(filter, start, end string) string {
	parts := []string{}
	for _, p := range []struct{ text, value string }{
		{filter, filter}, {fmt.Sprintf("booked_date >= %q", start), start}, {fmt.Sprintf("booked_date <= %q", end), end},
	} {
		if p.value != "" {
			parts = append(parts, p.text)
		}
	}
	return strings.Join(parts, " AND ")
}

// loadUnmatchedLines returns the newest UNMATCHED lines of a bank account, or of all if account is
// "".
func loadUnmatchedLines(ctx context.Context, tx *db.Tx, filter, account string) ([]*pb.BankStatementLine, error) {
	within := []table.Equal{{Column: "state", Value: pb.BankStatementLine_UNMATCHED.String()}}
	if account != "" {
		key, err := id.Parse("bac", account)
		if err != nil {
			return nil, err
		}
		within = append(within, table.Equal{Column: "bank_account_id", Value: key})
	}
	lines, _, err := bankStatementLines.Table().Select(ctx, tx, table.Query{
		Filter: filter, OrderBy: "booked_date desc", Limit: maxUnmatched, Within: within,
	})
	return lines, err
}

// loadBankAccounts returns by id the bank accounts of lines, and those that rules transfer to or
// from.
func loadBankAccounts(
	ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine, rules []matcher,
) (map[string]*pb.BankAccount, error) {
	var ids []string
	for _, l := range lines {
		ids = append(ids, l.BankAccountId)
	}
	for _, m := range rules {
		if m.rule.TransferBankAccountId != "" {
			ids = append(ids, m.rule.TransferBankAccountId)
		}
	}
	return bankAccountTable.GetExisting(ctx, tx, ids)
}

// loadPrices returns the prices of the currencies of lines on the days of the lines.
func loadPrices(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine) (prices, error) {
	p := prices{base: tx.Call().Organization.CurrencyCode, byDay: map[string]map[calendar.Date]decimal.Decimal{}}
	days := map[string][]calendar.Date{}
	for _, l := range lines {
		day, err := calendar.ParseDate(l.BookedDate)
		if err != nil {
			return p, err
		}
		if currency := l.Amount.CurrencyCode; currency != p.base {
			days[currency] = append(days[currency], day)
		}
	}
	for currency, each := range days {
		var err error
		if p.byDay[currency], err = ledger.FindRatesByDay(ctx, tx, currency, p.base, each); err != nil {
			return p, err
		}
	}
	return p, nil
}
