package ledger

import (
	"context"
	_ "embed"
	"errors"

	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/emptypb"

	"backoffice/internal/platform/db"
)

// rollUpBatchSize is the maximum number of lines that one transaction adds up.
const rollUpBatchSize = 20_000

//go:embed rollup_end.sql
var selectRollupEnd string

//go:embed rollup.sql
var addToRollups string

//go:embed rollup_check.sql
var checkRollups string

// RollUp adds the posted lines to the organization's rollups, batch by batch, up to the horizon.
// Reports are exact whether it has run or not: they add the lines after the watermark themselves.
// RollUp keeps the number of those lines small.
func (s *Service) RollUp(ctx context.Context) error {
	for {
		more := false
		_, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (_ *emptypb.Empty, err error) {
			more, err = rollUpBatch(ctx, tx, rollUpBatchSize)
			return &emptypb.Empty{}, err
		})
		if err != nil || !more {
			return err
		}
	}
}

// rollUpBatch adds up one batch of lines. more is true if there may be further lines.
func rollUpBatch(ctx context.Context, tx *db.Tx, most int) (more bool, err error) {
	mark, horizon, err := lockWatermarkAndReadHorizon(ctx, tx)
	if err != nil {
		return false, err
	}
	org := tx.Call().Organization.ID
	var (
		end      watermark
		n        int
		turnover string
	)
	err = tx.QueryRow(ctx, selectRollupEnd, org, most, mark.Position, mark.Seq, horizon).Scan(&end.Position, &end.Seq,
		&n, &turnover)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	b := &pgx.Batch{}
	b.Queue(addToRollups, org, mark.Position, mark.Seq, end.Position, end.Seq)
	b.Queue(`
update finance.rollup_watermarks
set position = $2,
  seq = $3,
  turnover_minor = turnover_minor + $4::text::numeric
where org_id = $1`, org, end.Position, end.Seq, turnover)
	return n == most, tx.Send(ctx, b)
}

// watermark is the position of the last line in the rollups.
type watermark struct{ Position, Seq int64 }

const lockWatermarkQuery = `
insert into finance.rollup_watermarks (org_id, position, seq)
values ($1, 0, 0)
on conflict (org_id) do update
set org_id = excluded.org_id
returning position, seq`

// lockWatermark locks the organization's watermark, so that only one transaction on all servers
// writes its rollups and seals at a time. Later statements take the position as a parameter, so
// that the planner can estimate how few lines follow it.
func lockWatermark(ctx context.Context, tx *db.Tx) (mark watermark, err error) {
	err = tx.QueryRow(ctx, lockWatermarkQuery, tx.Call().Organization.ID).Scan(&mark.Position, &mark.Seq)
	return mark, err
}

// lockWatermarkAndReadHorizon locks the watermark and reads the horizon in one round trip. No more
// lines are added below the horizon. A separate statement reads it, since it is the same for all
// organizations, wherever their rows are.
func lockWatermarkAndReadHorizon(ctx context.Context, tx *db.Tx) (mark watermark, horizon int64, err error) {
	b := &pgx.Batch{}
	b.Queue(lockWatermarkQuery,
		tx.Call().Organization.ID).QueryRow(func(row pgx.Row) error { return row.Scan(&mark.Position, &mark.Seq) })
	b.Queue("select platform.horizon()").QueryRow(func(row pgx.Row) error { return row.Scan(&horizon) })
	err = tx.Send(ctx, b)
	return mark, horizon, err
}

// CountStaleRollups counts the rollups that differ from the sums of their lines.
func CountStaleRollups(ctx context.Context, tx *db.Tx) (n int, err error) {
	return n, tx.QueryRow(ctx, checkRollups, tx.Call().Organization.ID).Scan(&n)
}
