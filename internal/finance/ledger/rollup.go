package ledger

import (
	"context"
	_ "embed"
	"errors"

	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/emptypb"

	"backoffice/internal/platform/db"
)

// rollupStep is how many lines are added up in one transaction.
const rollupStep = 20_000

//go:embed rollup_end.sql
var selectRollupEnd string

//go:embed rollup.sql
var addToRollups string

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
	mark, horizon, err := holdHistory(ctx, tx)
	if err != nil {
		return false, err
	}
	org := tx.Call().Organization.ID
	var (
		end      watermark
		n        int
		turnover string
	)
	err = tx.QueryRow(ctx, selectRollupEnd, org, most, mark.Position, mark.Seq, horizon).Scan(&end.Position, &end.Seq, &n, &turnover)
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

// watermark is how far the rollups have come.
type watermark struct{ Position, Seq int64 }

const lockWatermark = `
insert into finance.rollup_watermarks (org_id, position, seq)
values ($1, 0, 0)
on conflict (org_id) do update
set org_id = excluded.org_id
returning position, seq`

// holdWatermark keeps what follows the postings apart, on this server and others: the
// organization's rollups and seals are made by one transaction at a time. The place goes
// into statements as a value, since the planner knows how few lines lie behind a value.
func holdWatermark(ctx context.Context, tx *db.Tx) (mark watermark, err error) {
	err = tx.QueryRow(ctx, lockWatermark, tx.Call().Organization.ID).Scan(&mark.Position, &mark.Seq)
	return mark, err
}

// holdHistory holds the watermark and reads the horizon, below which no more lines are
// added, in one round trip. The horizon is read by a statement of its own: it is the same
// for all organizations, wherever their rows are.
func holdHistory(ctx context.Context, tx *db.Tx) (mark watermark, horizon int64, err error) {
	b := &pgx.Batch{}
	b.Queue(lockWatermark, tx.Call().Organization.ID).QueryRow(func(row pgx.Row) error { return row.Scan(&mark.Position, &mark.Seq) })
	b.Queue("select platform.horizon()").QueryRow(func(row pgx.Row) error { return row.Scan(&horizon) })
	err = tx.Send(ctx, b)
	return mark, horizon, err
}

// CountStaleRollups counts the rollups that are not the sums of the lines they stand for.
func CountStaleRollups(ctx context.Context, tx *db.Tx) (n int, err error) {
	return n, tx.QueryRow(ctx, checkRollups, tx.Call().Organization.ID).Scan(&n)
}
