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

// unvaluedLeft finds what is held in foreign currencies at the end of the period and has
// no rate there, or stands at another value than that rate gives (IAS 21.23).
func unvaluedLeft(ctx context.Context, tx *db.Tx, p *pb.AccountingPeriod) ([]*pb.CloseBlocker, error) {
	end, err := calendar.ParseDate(p.EndDate)
	if err != nil {
		return nil, err
	}
	balances, kept, err := foreignBalances(ctx, tx, end)
	if err != nil {
		return nil, err
	}
	base := tx.Call().Organization.CurrencyCode
	var priced, unpriced []foreignBalance
	for _, f := range balances {
		if _, _, ok := kept.on(f.currency, base, end); ok || f.minor == 0 {
			priced = append(priced, f)
		} else {
			unpriced = append(unpriced, f)
		}
	}
	unequal, err := unrevalued(priced, kept, base, end)
	return append(rateMissing(unpriced, end), unequal...), err
}

// rateMissing speaks of balances in currencies that have no rate.
func rateMissing(balances []foreignBalance, on calendar.Date) []*pb.CloseBlocker {
	var accounts, currencies []string
	for _, f := range balances {
		accounts, currencies = append(accounts, id.Format("acc", f.account)), append(currencies, f.currency)
	}
	return blocking(&pb.CloseBlocker{
		Kind: pb.CloseBlocker_EXCHANGE_RATE_MISSING, Severity: pb.CloseBlocker_WARNING, Collection: "accounts",
		Message: fmt.Sprintf("Balances in %s have no exchange rate on %s. Enter one.", strings.Join(each(currencies), ", "), on),
	}, each(accounts))
}

// unrevalued speaks of balances that a revaluation on the day would move.
func unrevalued(balances []foreignBalance, kept rates, base string, on calendar.Date) ([]*pb.CloseBlocker, error) {
	valuations, err := valued("date", balances, kept, base, on)
	if err != nil {
		return nil, err
	}
	var accounts []string
	for _, v := range valuations {
		if v.MarketValue.Amount != v.BookValue.Amount {
			accounts = append(accounts, v.AccountId)
		}
	}
	accounts = each(accounts)
	return blocking(&pb.CloseBlocker{
		Kind: pb.CloseBlocker_BALANCE_NOT_REVALUED, Severity: pb.CloseBlocker_WARNING, Collection: "accounts",
		Message: fmt.Sprintf("Accounts with foreign balances are not at their value of %s: %d. Revalue them.", on, len(accounts)),
	}, accounts), nil
}

// each is every one of some words once, in order.
func each(words []string) []string {
	slices.Sort(words)
	return slices.Compact(words)
}
