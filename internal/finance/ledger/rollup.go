package ledger

import (
	"context"
	_ "embed"

	"google.golang.org/protobuf/types/known/emptypb"

	"backoffice/internal/platform/db"
)

// rollupStep is how many lines are added up in one transaction.
const rollupStep = 20_000

//go:embed rollup.sql
var rollUpStep string

//go:embed rollup_check.sql
var checkRollups string

// RollUp adds what was posted to the organization's rollups, step by step until all
// that is complete is in them. Reports are exact whether it has run or not; it keeps
// what they add up short.
func (s *Service) RollUp(ctx context.Context) error {
	for {
		more := false
		_, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (_ *emptypb.Empty, err error) {
			more, err = rollUp(ctx, tx, rollupStep)
			return &emptypb.Empty{}, err
		})
		if err != nil || !more {
			return err
		}
	}
}

// rollUp is one step. It tells whether there may be more to do.
func rollUp(ctx context.Context, tx *db.Tx, most int) (more bool, err error) {
	mark, err := holdWatermark(ctx, tx)
	if err != nil {
		return false, err
	}
	var n int
	err = tx.QueryRow(ctx, rollUpStep, tx.Call().Organization.ID, most, mark.Position, mark.Seq).Scan(&n)
	return n == most, err
}

// watermark is how far the rollups have come.
type watermark struct{ Position, Seq int64 }

// holdWatermark keeps what follows the postings apart, on this server and others: the
// organization's rollups and seals are made by one transaction at a time. The place goes
// into statements as a value, since the planner knows how few lines lie behind a value.
func holdWatermark(ctx context.Context, tx *db.Tx) (mark watermark, err error) {
	err = tx.QueryRow(ctx, `
insert into finance.rollup_watermarks (org_id, position, seq)
values ($1, 0, 0)
on conflict (org_id) do update
set org_id = excluded.org_id
returning position, seq`, tx.Call().Organization.ID).Scan(&mark.Position, &mark.Seq)
	return mark, err
}

// RollupsDiffer counts the rollups that are not the sums of the lines they stand for.
func RollupsDiffer(ctx context.Context, tx *db.Tx) (n int, err error) {
	return n, tx.QueryRow(ctx, checkRollups, tx.Call().Organization.ID).Scan(&n)
}
