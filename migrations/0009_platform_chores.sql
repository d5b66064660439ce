-- +goose Up
-- Chores that are due. They replace jobs in the queue, which served organizations in the
-- sequence in which their jobs were created.

create table platform.chores (
  org_id uuid not null,
  chore text not null,
  due_time timestamptz,
  due_count bigint not null default 1,
  turn_time timestamptz not null,
  failure_count integer not null default 0,
  constraint chores_pkey primary key (org_id, chore)
);
comment on table platform.chores is 'Work for an organization as a whole that events make due: when it may be done next, null while it is not due; how often it became due; when the organization last had a turn; and how often it failed since it went well. A server that does it holds an advisory lock.';
create index chores_by_turn on platform.chores (turn_time, due_time, org_id, chore) where due_time is not null;
grant select, insert, update on platform.chores to backoffice_relay;

-- Moves the jobs that wait in the queue, and the operations in progress.
insert into platform.chores (org_id, chore, due_time, turn_time)
select distinct org_id, 'operations', now(), '-infinity'::timestamptz
from platform.operations
where state = 'RUNNING';
-- +goose StatementBegin
do $$
begin
  if to_regclass('river.river_job') is null then
    return;
  end if;
  insert into platform.chores (org_id, chore, due_time, turn_time)
  select distinct (args ->> 'organization')::uuid, args ->> 'chore', now(), '-infinity'::timestamptz
  from river.river_job
  where kind = 'chore'
  and state not in ('completed', 'cancelled', 'discarded')
  on conflict (org_id, chore) do nothing;
  delete from river.river_job
  where kind in ('chore', 'watch');
end
$$;
-- +goose StatementEnd

drop function platform.idle_operations(timestamptz);
comment on table platform.operations is 'Long work and how far it has come. step_time, in real time, tells whose turn is next; failure_count how often a step went wrong since one went well.';

-- +goose Down
-- +goose StatementBegin
create function platform.idle_operations(before timestamptz) returns table (org_id uuid)
language sql stable security definer
set search_path = pg_catalog
as $$
  select distinct o.org_id
  from platform.operations o
  where o.state = 'RUNNING'
  and coalesce(o.step_time < before, true);
$$;
-- +goose StatementEnd
comment on function platform.idle_operations(timestamptz) is 'Organizations with an operation under way of which no part was done since an instant.';
revoke all on function platform.idle_operations(timestamptz) from public;
grant execute on function platform.idle_operations(timestamptz) to backoffice_app;
drop table platform.chores;
