package ledger

import (
	"context"
	"fmt"
	"slices"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// findUnvaluedBalances finds balances in foreign currencies at the end of the period that have no
// exchange rate on that day, or whose book value differs from their value at that rate (IAS 21.23).
func findUnvaluedBalances(ctx context.Context, tx *db.Tx, p *pb.AccountingPeriod) ([]*pb.CloseBlocker, error) {
	end, err := calendar.ParseDate(p.EndDate)
	if err != nil {
		return nil, err
	}
	balances, stored, err := readForeignBalances(ctx, tx, end)
	if err != nil {
		return nil, err
	}
	base := tx.Call().Organization.CurrencyCode
	var priced, unpriced []foreignBalance
	for _, f := range balances {
		if _, _, ok := stored.find(f.currency, base, end); ok || f.minor == 0 {
			priced = append(priced, f)
		} else {
			unpriced = append(unpriced, f)
		}
	}
	notRevalued, err := unrevaluedBlockers(priced, stored, base, end)
	return append(missingRateBlockers(unpriced, end), notRevalued...), err
}

// missingRateBlockers returns the blocker for balances in currencies that have no exchange rate.
func missingRateBlockers(balances []foreignBalance, on calendar.Date) []*pb.CloseBlocker {
	var accounts, currencies []string
	for _, f := range balances {
		accounts, currencies = append(accounts, id.Format("acc", f.account)), append(currencies, f.currency)
	}
	return blockersFromIDs(&pb.CloseBlocker{
		Kind: pb.CloseBlocker_EXCHANGE_RATE_MISSING, Severity: pb.CloseBlocker_WARNING, Collection: "accounts",
		Message: fmt.Sprintf(
			"Balances in %s have no exchange rate on %s. Enter the rate.", strings.Join(sortedUnique(currencies), ", "), on,
		),
	}, sortedUnique(accounts))
}

// unrevaluedBlockers returns the blocker for balances that a revaluation on the day would change.
func unrevaluedBlockers(
	balances []foreignBalance, stored rates, base string, on calendar.Date,
) ([]*pb.CloseBlocker, error) {
	valuations, err := valueBalances("date", balances, stored, base, on)
	if err != nil {
		return nil, err
	}
	var accounts []string
	for _, f := range balances {
		if f.minor == 0 && f.atValue != 0 {
			accounts = append(accounts, id.Format("acc", f.account))
		}
	}
	for _, v := range valuations {
		if v.MarketValue.Amount != v.BookValue.Amount {
			accounts = append(accounts, v.AccountId)
		}
	}
	accounts = sortedUnique(accounts)
	return blockersFromIDs(&pb.CloseBlocker{
		Kind: pb.CloseBlocker_BALANCE_NOT_REVALUED, Severity: pb.CloseBlocker_WARNING, Collection: "accounts",
		Message: fmt.Sprintf(
			"Accounts with foreign balances are not revalued at %s: %d. Create a currency revaluation.", on, len(accounts),
		),
	}, accounts), nil
}

// sortedUnique sorts words and removes duplicates. It modifies the slice.
func sortedUnique(words []string) []string {
	slices.Sort(words)
	return slices.Compact(words)
}
