package jobs

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"backoffice/internal/platform/history"
)

// dueChore is a chore of an organization.
type dueChore struct {
	organization uuid.UUID
	name         string
}

// Rows are locked in the order of the primary key, here and in takeTurn, so that the relay
// and servers do not wait for one another in a circle.
const makeDue = `
insert into platform.chores as c (org_id, chore, due_time, turn_time)
select u.org_id, u.chore, now(), coalesce((
  select max(o.turn_time)
  from platform.chores o
  where o.org_id = u.org_id
), '-infinity')
from unnest($1::uuid[], $2::text[]) as u (org_id, chore)
order by u.org_id, u.chore
on conflict (org_id, chore) do update
set due_time = coalesce(c.due_time, excluded.due_time),
  due_count = c.due_count + 1`

// makeChoresDue notes the chores that a page of events makes due, each once for an
// organization.
func (j *Jobs) makeChoresDue(ctx context.Context, tx pgx.Tx, page []history.Occurrence) error {
	due := map[dueChore]bool{}
	for _, o := range page {
		for _, c := range j.chores {
			if slices.Contains(c.After, o.Type) {
				due[dueChore{o.Organization, c.Name}] = true
			}
		}
	}
	if len(due) == 0 {
		return nil
	}
	organizations, names := split(due)
	_, err := tx.Exec(ctx, makeDue, organizations, names)
	return err
}

func split(chores map[dueChore]bool) (organizations []uuid.UUID, names []string) {
	for c := range chores {
		organizations, names = append(organizations, c.organization), append(names, c.name)
	}
	return organizations, names
}

// Of the first due chores, this locks the first that no server does. The lock is the
// session's: it costs no open transaction, which would hold the horizon back for every
// reader of the history, and lapses with the connection. Chores that the session itself
// does are left out, since it would be given their locks again.
const lockNext = `
select c.org_id, c.chore
from (
  select d.org_id, d.chore
  from platform.chores d
  where d.due_time <= now()
  and d.chore = any($1)
  and not exists (
    select
    from unnest($2::uuid[], $3::text[]) as u (org_id, chore)
    where u.org_id = d.org_id
    and u.chore = d.chore
  )
  order by d.turn_time, d.due_time, d.org_id, d.chore
  limit 100
) c
where pg_try_advisory_lock(hashtextextended('chore ' || c.org_id || ' ' || c.chore, 0))
limit 1`

// An organization that has a turn is put behind all others, with all its chores.
const takeTurn = `
update platform.chores c
set turn_time = clock_timestamp()
from (
  select l.chore
  from platform.chores l
  where l.org_id = $1
  order by l.chore
  for update
) o
where c.org_id = $1
and c.chore = o.chore
returning c.chore, c.due_count, coalesce(c.due_time <= now(), false)`

const unlock = `
select pg_advisory_unlock(hashtextextended('chore ' || $1::uuid || ' ' || $2::text, 0))`

// claim takes the next chore whose turn it is and that nobody does, and returns how often
// it became due until now. busy are the chores that the connection has claimed; found is
// false if nothing is left.
func claim(
	ctx context.Context, conn *pgxpool.Conn, known []string, busy map[dueChore]bool,
) (c dueChore, count int64, found bool, err error) {
	organizations, names := split(busy)
	for {
		err = conn.QueryRow(ctx, lockNext, known, organizations, names).Scan(&c.organization, &c.name)
		if errors.Is(err, pgx.ErrNoRows) {
			return c, 0, false, nil
		}
		if err != nil {
			return c, 0, false, err
		}
		var due bool
		if count, due, err = begin(ctx, conn, c); err != nil || due {
			return c, count, due, err
		}
		// Another server did it between the look at the row and the lock.
		if _, err := conn.Exec(ctx, unlock, c.organization, c.name); err != nil {
			return c, 0, false, err
		}
	}
}

// begin gives the chore's organization a turn, and tells whether the chore is still due.
func begin(ctx context.Context, conn *pgxpool.Conn, c dueChore) (count int64, due bool, err error) {
	rows, err := conn.Query(ctx, takeTurn, c.organization)
	if err != nil {
		return 0, false, err
	}
	var (
		name  string
		times int64
		yet   bool
	)
	_, err = pgx.ForEachRow(rows, []any{&name, &times, &yet}, func() error {
		if name == c.name {
			count, due = times, yet
		}
		return nil
	})
	return count, due, err
}

// A chore that became due again while it was done stays due.
const endDone = `
update platform.chores
set due_time = case when due_count = $3 then null else now() end,
  failure_count = 0
where org_id = $1
and chore = $2`

const endAgain = `
update platform.chores
set due_time = now(),
  failure_count = 0
where org_id = $1
and chore = $2`

const endFailed = `
update platform.chores
set due_time = now() + least(interval '1 second' * power(2, least(failure_count, 10)), interval '1 minute'),
  failure_count = failure_count + 1
where org_id = $1
and chore = $2`

// end notes what became of a chore, and lets others have it.
func end(ctx context.Context, conn *pgxpool.Conn, c dueChore, count int64, result error) error {
	args := []any{c.organization, c.name}
	sql := endFailed
	switch {
	case result == nil:
		sql, args = endDone, append(args, count)
	case errors.Is(result, ErrAgain):
		sql = endAgain
	}
	if _, err := conn.Exec(ctx, sql, args...); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, unlock, c.organization, c.name)
	return err
}
