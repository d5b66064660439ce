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

// Bounds on what an organization's lines add up to without their signs, in minor units. No
// sum of lines that a report makes is larger, and an int64 holds twice maxTurnover. Only
// large entries are held to it: five million of the others fit into what is left.
const (
	maxTurnover = int64(4_000_000_000_000_000_000)
	largeEntry  = int64(1_000_000_000_000)
)

//go:embed turnover.sql
var selectTurnover string

//go:embed turnover_now.sql
var selectTurnoverNow string

// turnover is what an organization's lines add up to without their signs, once an entry
// made it worth asking.
type turnover struct {
	known bool
	minor decimal.Decimal
}

// checkTurnover refuses an entry that would bring the organization's lines to more than can be
// added up, so that no report fails for what was accepted.
func (k *known) checkTurnover(ctx context.Context, tx *db.Tx, e *pb.JournalEntry) error {
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

func refuseTurnover(minor decimal.Decimal) error {
	if minor.LessThanOrEqual(decimal.NewFromInt(maxTurnover)) {
		return nil
	}
	return fault.InvalidFor(optionsv1.Reason_SUM_OUT_OF_RANGE,
		fault.At("lines", "would bring the amounts of all entries to more than can be added up"))
}

// refuseTurnovers returns what refuses to add each of the sums alone to what is posted. It locks
// nothing.
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

// reversalsFit is the guard that refuses to reverse reversals past what can be added up.
func reversalsFit(ctx context.Context, tx *db.Tx, entries []*pb.JournalEntry) ([]error, error) {
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

// bounded is checkTurnover as a rule of one entry.
func bounded(ctx context.Context, tx *db.Tx, _, e *pb.JournalEntry) error {
	return (&known{}).checkTurnover(ctx, tx, e)
}

// read adds up what is posted. Other large entries wait until this one is committed, since
// the watermark is held.
func (t *turnover) read(ctx context.Context, tx *db.Tx) error {
	mark, err := holdWatermark(ctx, tx)
	if err != nil {
		return err
	}
	var sum string
	if err := tx.QueryRow(ctx, selectTurnover, tx.Call().Organization.ID, mark.Position, mark.Seq).Scan(&sum); err != nil {
		return err
	}
	t.known = true
	t.minor, err = decimal.NewFromString(sum)
	return err
}

// turnoverOf adds an entry's lines up without their signs, each in the currency in which
// it has more units. An entry has no more lines than money.MaxMinor lets an int64 hold.
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
