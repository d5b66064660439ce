package ledger

import (
	"context"
	_ "embed"
	"slices"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

const (
	// maxTurnover is the maximum turnover of an organization, in minor units. No sum of lines on a
	// report can exceed the turnover, and an int64 can hold twice maxTurnover.
	maxTurnover = int64(4_000_000_000_000_000_000)
	// largeEntry is the turnover, in minor units, from which posting checks the limit. Five million
	// smaller entries fit between maxTurnover and the maximum of an int64.
	largeEntry = int64(1_000_000_000_000)
)

//go:embed turnover.sql
var selectTurnover string

//go:embed turnover_now.sql
var selectTurnoverNow string

// turnover is the sum of the absolute amounts of all lines of an organization. It is read when a
// large entry is posted.
type turnover struct {
	known bool
	minor decimal.Decimal
}

// checkTurnover refuses an entry that would exceed maxTurnover, so that no report overflows.
func (k *references) checkTurnover(ctx context.Context, tx *db.Tx, e *pb.JournalEntry) error {
	own, err := turnoverOf(e)
	if err != nil {
		return err
	}
	if !k.turnover.known {
		if own < largeEntry {
			return nil
		}
		if err := k.turnover.read(ctx, tx); err != nil {
			return err
		}
	}
	next := k.turnover.minor.Add(decimal.NewFromInt(own))
	if err := refuseTurnover(next); err != nil {
		return err
	}
	k.turnover.minor = next
	return nil
}

// refuseTurnover returns an error if a turnover exceeds maxTurnover.
func refuseTurnover(minor decimal.Decimal) error {
	if minor.LessThanOrEqual(decimal.NewFromInt(maxTurnover)) {
		return nil
	}
	return fault.InvalidFor(optionsv1.Reason_SUM_OUT_OF_RANGE,
		fault.At("lines", "would make the total of all posted amounts exceed the supported range"))
}

// refuseTurnovers returns, for each sum, the error that posting it alone would return, or nil. It
// locks nothing.
func refuseTurnovers(ctx context.Context, tx *db.Tx, sums []int64) ([]error, error) {
	refusals := make([]error, len(sums))
	if !slices.ContainsFunc(sums, func(sum int64) bool { return sum >= largeEntry }) {
		return refusals, nil
	}
	var text string
	if err := tx.QueryRow(ctx, selectTurnoverNow, tx.Call().Organization.ID).Scan(&text); err != nil {
		return nil, err
	}
	posted, err := decimal.NewFromString(text)
	if err != nil {
		return nil, err
	}
	for i, sum := range sums {
		if sum >= largeEntry {
			refusals[i] = refuseTurnover(posted.Add(decimal.NewFromInt(sum)))
		}
	}
	return refusals, nil
}

// guardReversalTurnover refuses to reverse a reversal if that would exceed maxTurnover.
func guardReversalTurnover(ctx context.Context, tx *db.Tx, entries []*pb.JournalEntry) ([]error, error) {
	sums := make([]int64, len(entries))
	for i, e := range entries {
		if e.ReversesId == "" {
			continue
		}
		var err error
		if sums[i], err = turnoverOf(e); err != nil {
			return nil, err
		}
	}
	return refuseTurnovers(ctx, tx, sums)
}

// turnoverRule is checkTurnover as a rule.
func turnoverRule(ctx context.Context, tx *db.Tx, _, e *pb.JournalEntry) error {
	return (&references{}).checkTurnover(ctx, tx, e)
}

// read reads the turnover of all posted lines. It locks the watermark, so that other large entries
// wait until this one is committed.
func (t *turnover) read(ctx context.Context, tx *db.Tx) error {
	mark, err := lockWatermark(ctx, tx)
	if err != nil {
		return err
	}
	var sum string
	if err := tx.QueryRow(ctx, selectTurnover, tx.Call().Organization.ID, mark.Position,
		mark.Seq).Scan(&sum); err != nil {
		return err
	}
	t.known = true
	t.minor, err = decimal.NewFromString(sum)
	return err
}

// turnoverOf returns the sum of the absolute amounts of an entry's lines, each in its currency or
// the base currency, whichever has more minor units. It cannot overflow, since an entry has at most
// 1000 lines of at most money.MaxMinor.
func turnoverOf(e *pb.JournalEntry) (sum int64, err error) {
	for _, l := range e.Lines {
		amount, err := money.Parse(l.GetAmount().GetAmount(), l.GetAmount().GetCurrencyCode())
		if err != nil {
			return sum, err
		}
		base, err := money.Parse(l.GetBaseAmount().GetAmount(), l.GetBaseAmount().GetCurrencyCode())
		if err != nil {
			return sum, err
		}
		sum += max(amount, -amount, base, -base)
	}
	return sum, nil
}
