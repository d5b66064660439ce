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

// markDueQuery makes chores due now, also those that wait with After. A chore that failed keeps its
// pause. Like updateTurnsQuery it locks rows in primary key order, so that the relay and the
// servers cannot deadlock.
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
set due_time = case
    when c.failure_count > 0 then coalesce(c.due_time, excluded.due_time)
    else least(c.due_time, excluded.due_time)
  end,
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

// MarkDue makes a chore due in organizations, for a follower that finds out when it is. tx must
// belong to db.RelayRole.
func MarkDue(ctx context.Context, tx pgx.Tx, chore string, organizations ...uuid.UUID) error {
	_, err := tx.Exec(ctx, markDueQuery, organizations, slices.Repeat([]string{chore}, len(organizations)))
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

// lockNextQuery locks the first due chores that no server is running, of different organizations if
// possible. It uses advisory locks of the session, which end with the connection. An open
// transaction instead would delay the horizon for every reader of the history. Chores that this
// session is running are excluded, because PostgreSQL would grant the session their locks again.
const lockNextQuery = `
select c.org_id, c.chore
from (
  select d.org_id, d.chore, row_number() over (partition by d.org_id order by d.due_time, d.chore) as place
  from (
    select d.org_id, d.chore, d.turn_time, d.due_time
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
  ) d
  order by place, d.turn_time, d.due_time, d.org_id
) c
where pg_try_advisory_lock(hashtextextended('chore ' || c.org_id || ' ' || c.chore, 0))
limit $4`

// updateTurnsQuery moves organizations, with all their chores, behind all others.
const updateTurnsQuery = `
update platform.chores c
set turn_time = clock_timestamp()
from (
  select l.org_id, l.chore
  from platform.chores l
  where l.org_id = any($1)
  order by l.org_id, l.chore
  for update
) o
where c.org_id = o.org_id
and c.chore = o.chore
returning c.org_id, c.chore, c.due_count, coalesce(c.due_time <= now(), false)`

// unlockQuery releases locks that lockNextQuery acquired.
const unlockQuery = `
select pg_advisory_unlock(hashtextextended('chore ' || u.org_id || ' ' || u.chore, 0))
from unnest($1::uuid[], $2::text[]) as u (org_id, chore)`

// claimedChore is a chore that this server may run. count is the number of times that it has become
// due so far.
type claimedChore struct {
	chore dueChore
	count int64
}

// claim locks up to limit due chores that no server is running. names lists the chores that this
// server can run; running holds the chores that the connection has claimed. It returns nothing if
// no such chore is due.
func claim(
	ctx context.Context, conn *pgxpool.Conn, names []string, running map[dueChore]bool, limit int,
) ([]claimedChore, error) {
	runningOrganizations, runningNames := columnsOf(running)
	for {
		rows, err := conn.Query(ctx, lockNextQuery, names, runningOrganizations, runningNames, limit)
		if err != nil {
			return nil, err
		}
		locked := map[dueChore]bool{}
		var c dueChore
		if _, err := pgx.ForEachRow(rows, []any{&c.organization, &c.name}, func() error {
			locked[c] = true
			return nil
		}); err != nil || len(locked) == 0 {
			return nil, err
		}
		claimed, err := takeTurns(ctx, conn, locked)
		if err != nil {
			return nil, err
		}
		for _, c := range claimed {
			delete(locked, c.chore)
		}
		// Another server finished these after their rows were read and before they were locked.
		if err := unlock(ctx, conn, locked); err != nil || len(claimed) > 0 {
			return claimed, err
		}
	}
}

// takeTurns moves the organizations of the locked chores behind all others. It returns the chores
// that are still due.
func takeTurns(ctx context.Context, conn *pgxpool.Conn, locked map[dueChore]bool) (claimed []claimedChore, err error) {
	organizations, _ := columnsOf(locked)
	rows, err := conn.Query(ctx, updateTurnsQuery, organizations)
	if err != nil {
		return nil, err
	}
	var (
		c   claimedChore
		due bool
	)
	_, err = pgx.ForEachRow(rows, []any{&c.chore.organization, &c.chore.name, &c.count, &due}, func() error {
		if due && locked[c.chore] {
			claimed = append(claimed, c)
		}
		return nil
	})
	return claimed, err
}

// unlock releases the locks of chores.
func unlock(ctx context.Context, conn *pgxpool.Conn, chores map[dueChore]bool) error {
	if len(chores) == 0 {
		return nil
	}
	organizations, names := columnsOf(chores)
	_, err := conn.Exec(ctx, unlockQuery, organizations, names)
	return err
}

// outcome is how a run of a chore ended.
type outcome string

const (
	// done: the chore did its work. It stays due if it became due again while it ran.
	done outcome = "DONE"
	// again: the chore has more work to do, so it stays due.
	again outcome = "AGAIN"
	// later: the chore is due after a pause, or now if it became due again while it ran.
	later outcome = "LATER"
	// failed: the chore is due after a pause, which doubles with each failure up to a minute.
	failed outcome = "FAILED"
)

// saveResultsQuery stores the outcomes of runs. Like updateTurnsQuery it locks rows in primary key
// order.
const saveResultsQuery = `
update platform.chores c
set due_time = case
    when r.outcome = 'FAILED' then
      now() + least(interval '1 second' * power(2, least(c.failure_count, 10)), interval '1 minute')
    when r.outcome = 'AGAIN' or c.due_count <> r.count then now()
    when r.outcome = 'LATER' then now() + r.pause * interval '1 microsecond'
  end,
  failure_count = case when r.outcome = 'FAILED' then c.failure_count + 1 else 0 end
from (
  select l.org_id, l.chore, u.count, u.outcome, u.pause
  from unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::bigint[]) as u (org_id, chore, count, outcome, pause)
  join platform.chores l on l.org_id = u.org_id and l.chore = u.chore
  order by l.org_id, l.chore
  for update of l
) r
where c.org_id = r.org_id
and c.chore = r.chore`

// saveResults stores the results of runs, and unlocks their chores.
func saveResults(ctx context.Context, conn *pgxpool.Conn, runs []choreRun) error {
	n := len(runs)
	organizations, names, counts := make([]uuid.UUID, n), make([]string, n), make([]int64, n)
	outcomes, pauses := make([]outcome, n), make([]int64, n)
	finished := map[dueChore]bool{}
	for i, r := range runs {
		organizations[i], names[i], counts[i] = r.chore.organization, r.chore.name, r.count
		outcomes[i], pauses[i] = r.outcome()
		finished[r.chore] = true
	}
	if _, err := conn.Exec(ctx, saveResultsQuery, organizations, names, counts, outcomes, pauses); err != nil {
		return err
	}
	return unlock(ctx, conn, finished)
}

// outcome returns how the run ended, and the microseconds after which the chore is due again.
func (r choreRun) outcome() (o outcome, pause int64) {
	var after After
	switch {
	case r.result == nil:
		return done, 0
	case errors.Is(r.result, ErrAgain):
		return again, 0
	case errors.As(r.result, &after):
		return later, time.Duration(after).Microseconds()
	}
	return failed, 0
}
