package ledger

import (
	"context"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/money"
)

// roundingDifference returns the sum of the base amounts of figures that balance before rounding,
// or zero if they do not. Each foreign amount is rounded to a minor unit of the base currency (IAS
// 21.21), so several of them may differ from a total that was rounded once, by at most one minor
// unit for each.
func roundingDifference(figures []figure, base string) int64 {
	var sum, converted int64
	exact := decimal.Decimal{}
	in, _ := money.Digits(base)
	for _, f := range figures {
		sum += f.base
		if f.currency == base || f.given {
			exact = exact.Add(decimal.NewFromInt(f.base))
			continue
		}
		converted++
		own, _ := money.Digits(f.currency)
		exact = exact.Add(decimal.New(f.minor, int32(in-own)).Mul(f.rate))
	}
	half := decimal.New(5, -1)
	if max(sum, -sum) > converted || exact.Abs().GreaterThan(half) {
		return 0
	}
	return sum
}

// newRoundingLine returns the line of a rounding difference. Its account is set by
// setRoundingAccount.
func newRoundingLine(difference int64, base string) *pb.JournalLine {
	return &pb.JournalLine{Amount: money.ToProto(difference, base), Memo: "Rounding"}
}

// hasForeignLine reports whether an entry has a line in a currency other than the base currency.
func hasForeignLine(entries []*pb.JournalEntry, base string) bool {
	for _, e := range entries {
		for _, l := range e.Lines {
			code := l.GetAmount().GetCurrencyCode()
			if code == "" {
				code = e.CurrencyCode
			}
			if code != "" && code != base {
				return true
			}
		}
	}
	return false
}

// setRoundingAccount sets the account of a rounding line.
func setRoundingAccount(ctx context.Context, tx *db.Tx, e *pb.JournalEntry) (err error) {
	for _, l := range e.Lines {
		if l.AccountId != "" {
			continue
		}
		if l.AccountId, err = RoleAccount(ctx, tx, pb.AccountRole_ROUNDING); err != nil {
			return err
		}
	}
	return nil
}
