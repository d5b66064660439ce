package jobs

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"backoffice/internal/platform/history"
)

// dueChore is a row of platform.chores: a chore of an organization.
type dueChore struct {
	organization uuid.UUID
	name         string
}

// markDueQuery makes chores due. Like updateTurnQuery it locks rows in primary key order, so that
// the relay and the servers cannot deadlock.
const markDueQuery = `
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

// markChoresDue stores the chores that a page of events makes due, each once for an
// organization.
func (j *Jobs) markChoresDue(ctx context.Context, tx pgx.Tx, page []history.Occurrence) error {
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
	organizations, names := columnsOf(due)
	_, err := tx.Exec(ctx, markDueQuery, organizations, names)
	return err
}

// markDueByTimeQuery makes a chore due in organizations in which it is not due yet.
const markDueByTimeQuery = `
insert into platform.chores as c (org_id, chore, due_time, turn_time)
select u.org_id, $2, now(), coalesce((
  select max(o.turn_time)
  from platform.chores o
  where o.org_id = u.org_id
), '-infinity')
from unnest($1::uuid[]) as u (org_id)
where not exists (
  select
  from platform.chores d
  where d.org_id = u.org_id
  and d.chore = $2
  and d.due_time is not null
)
order by u.org_id
on conflict (org_id, chore) do update
set due_time = coalesce(c.due_time, excluded.due_time),
  due_count = c.due_count + 1`

// markDueIn makes a chore due in the organizations that its DueOrganizations returns.
func markDueIn(ctx context.Context, conn *pgxpool.Conn, c Chore) error {
	rows, err := conn.Query(ctx, c.DueOrganizations)
	if err != nil {
		return err
	}
	organizations, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil || len(organizations) == 0 {
		return err
	}
	_, err = conn.Exec(ctx, markDueByTimeQuery, organizations, c.Name)
	return err
}

// columnsOf returns the organizations and names of chores as two parallel lists.
func columnsOf(chores map[dueChore]bool) (organizations []uuid.UUID, names []string) {
	for c := range chores {
		organizations, names = append(organizations, c.organization), append(names, c.name)
	}
	return organizations, names
}

// lockNextQuery locks the first due chore that no server is running. It uses an advisory lock of
// the session, which ends with the connection. An open transaction instead would delay the horizon
// for every reader of the history. Chores that this session is running are excluded, because
// PostgreSQL would grant the session their locks again.
const lockNextQuery = `
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

// updateTurnQuery moves an organization, with all its chores, behind all other organizations.
const updateTurnQuery = `
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

// unlockQuery releases the lock that lockNextQuery acquired.
const unlockQuery = `
select pg_advisory_unlock(hashtextextended('chore ' || $1::uuid || ' ' || $2::text, 0))`

// claim locks the next due chore that no server is running. It returns the chore and the number of
// times the chore has become due so far. names lists the chores that this server can run; running
// holds the chores that the connection has claimed. found is false if no such chore is due.
func claim(
	ctx context.Context, conn *pgxpool.Conn, names []string, running map[dueChore]bool,
) (c dueChore, count int64, found bool, err error) {
	runningOrganizations, runningNames := columnsOf(running)
	for {
		err = conn.QueryRow(ctx, lockNextQuery, names, runningOrganizations, runningNames).Scan(&c.organization, &c.name)
		if errors.Is(err, pgx.ErrNoRows) {
			return c, 0, false, nil
		}
		if err != nil {
			return c, 0, false, err
		}
		var due bool
		if count, due, err = takeTurn(ctx, conn, c); err != nil || due {
			return c, count, due, err
		}
		// Another server finished the chore after its row was read and before it was locked.
		if _, err := conn.Exec(ctx, unlockQuery, c.organization, c.name); err != nil {
			return c, 0, false, err
		}
	}
}

// takeTurn moves the chore's organization behind all others. It returns the number of times the
// chore has become due and whether it is still due.
func takeTurn(ctx context.Context, conn *pgxpool.Conn, c dueChore) (count int64, due bool, err error) {
	rows, err := conn.Query(ctx, updateTurnQuery, c.organization)
	if err != nil {
		return 0, false, err
	}
	var (
		name     string
		rowCount int64
		rowDue   bool
	)
	_, err = pgx.ForEachRow(rows, []any{&name, &rowCount, &rowDue}, func() error {
		if name == c.name {
			count, due = rowCount, rowDue
		}
		return nil
	})
	return count, due, err
}

// saveDoneQuery stores that a chore has done its work. The chore stays due if it became due again
// while it ran.
const saveDoneQuery = `
update platform.chores
set due_time = case when due_count = $3 then null else now() end,
  failure_count = 0
where org_id = $1
and chore = $2`

// saveAgainQuery keeps a chore due that has more work to do.
const saveAgainQuery = `
update platform.chores
set due_time = now(),
  failure_count = 0
where org_id = $1
and chore = $2`

// saveAfterQuery makes a chore due after a time, or now if it became due again while it ran.
const saveAfterQuery = `
update platform.chores
set due_time = case when due_count = $3 then now() + $4 else now() end,
  failure_count = 0
where org_id = $1
and chore = $2`

// saveFailedQuery makes a chore due again after a pause, which doubles with each failure up to a
// minute.
const saveFailedQuery = `
update platform.chores
set due_time = now() + least(interval '1 second' * power(2, least(failure_count, 10)), interval '1 minute'),
  failure_count = failure_count + 1
where org_id = $1
and chore = $2`

// saveResult stores the result of a run and unlocks the chore. count is the number of times the
// chore had become due when the run began.
func saveResult(ctx context.Context, conn *pgxpool.Conn, c dueChore, count int64, result error) error {
	args := []any{c.organization, c.name}
	sql := saveFailedQuery
	var after After
	switch {
	case result == nil:
		sql, args = saveDoneQuery, append(args, count)
	case errors.Is(result, ErrAgain):
		sql = saveAgainQuery
	case errors.As(result, &after):
		sql, args = saveAfterQuery, append(args, count, time.Duration(after))
	}
	if _, err := conn.Exec(ctx, sql, args...); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, unlockQuery, c.organization, c.name)
	return err
}
