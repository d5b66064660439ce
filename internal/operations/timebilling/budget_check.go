package timebilling

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/operations/timekeeping"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// eventOverlap is how long before the last check events are read again. A transaction that began
// before that check can commit after it, and takes less time than this.
const eventOverlap = 10 * time.Minute

// findChangedBudgets returns the projects of which more can be used since the last check: those
// whose time or budget changed. It returns nil for all projects: at the first check, and when
// billing rates changed. It notes the check.
func findChangedBudgets(ctx context.Context, tx *db.Tx) ([]uuid.UUID, error) {
	org := tx.Call().Organization.ID
	var since time.Time
	err := tx.QueryRow(ctx, `
select c.check_time
from operations.budget_checks c
where c.org_id = $1`, org).Scan(&since)
	isFirst := errors.Is(err, pgx.ErrNoRows)
	if err != nil && !isFirst {
		return nil, err
	}
	if _, err := tx.Exec(ctx, `
insert into operations.budget_checks (org_id, check_time)
values ($1, now())
on conflict (org_id) do update
set check_time = excluded.check_time`, org); err != nil || isFirst {
		return nil, err
	}
	return changedSince(ctx, tx, since.Add(-eventOverlap))
}

// changedSince returns the projects whose time or budget changed since a time, or nil if billing
// rates changed.
func changedSince(ctx context.Context, tx *db.Tx, since time.Time) ([]uuid.UUID, error) {
	subjects, err := db.CollectColumn[string](ctx, tx, `
select distinct e.subject_id
from platform.events e
where e.org_id = $1
and e.type = any($2)
and e.id >= $3
and e.record_time >= $4`, tx.Call().Organization.ID, budgetEvents, id.EarliestAt(since), since)
	if err != nil {
		return nil, err
	}
	keys, entries := []uuid.UUID{}, []uuid.UUID{}
	for _, s := range subjects {
		switch {
		case strings.HasPrefix(s, billingRates.Prefix()+"_"):
			return nil, nil
		case strings.HasPrefix(s, "tim_"):
			entries, err = appendKey(entries, "tim", s)
		default:
			keys, err = appendKey(keys, "prj", s)
		}
		if err != nil {
			return nil, err
		}
	}
	worked, err := timekeeping.ProjectsOf(ctx, tx, entries)
	return append(keys, worked...), err
}

func appendKey(keys []uuid.UUID, prefix, s string) ([]uuid.UUID, error) {
	key, err := id.Parse(prefix, s)
	return append(keys, key), err
}
