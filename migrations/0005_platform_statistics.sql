-- +goose Up
-- Disables planner statistics for org_id. The frequencies of large organizations add up to
-- all rows, so the planner expects one row for any other organization. It therefore chose
-- nested loops over all lines for the reports of a new organization.

-- +goose StatementBegin
create or replace function platform.tenant_table(name regclass, privileges text) returns void
language plpgsql
as $$
begin
  execute format('alter table %s alter column org_id set statistics 0, enable row level security', name);
  execute format('create policy tenant on %s to backoffice_app using (org_id = platform.org_id()) with check (org_id = platform.org_id())', name);
  execute format('grant %s on %s to backoffice_app', privileges, name);
end
$$;
-- +goose StatementEnd
comment on function platform.tenant_table(regclass, text) is 'Puts a table behind row-level security, keeps its organizations out of the planner''s statistics, and grants the server what it may do with it.';

-- A partition does not inherit the statistics target of its parent's column.
-- +goose StatementBegin
create or replace function platform.make_event_partitions(months integer) returns integer
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  first timestamptz;
  name text;
  made integer := 0;
begin
  for ahead in 0..months loop
    first := (date_trunc('month', now() at time zone 'UTC') + make_interval(months => ahead)) at time zone 'UTC';
    name := 'events_' || to_char(first at time zone 'UTC', 'YYYY_MM');
    continue when to_regclass('platform.' || name) is not null;
    begin
      execute format('create table platform.%I partition of platform.events for values from (%L) to (%L)',
        name, first, ((first at time zone 'UTC') + interval '1 month') at time zone 'UTC');
      execute format('alter table platform.%I alter column org_id set statistics 0', name);
      made := made + 1;
    exception
      when duplicate_table then null;
    end;
  end loop;
  return made;
end
$$;
-- +goose StatementEnd

-- Applies to existing tables and their partitions. Setting the target keeps statistics that
-- were already gathered. Setting the column's type again removes them without rewriting the
-- table or its indexes. A policy on the column prevents that, so it is dropped and created
-- again.
-- +goose StatementBegin
do $$
declare
  name regclass;
begin
  for name in select polrelid from pg_policy where polname = 'tenant' loop
    execute format('drop policy tenant on %s', name);
    execute format('alter table %s alter column org_id type uuid', name);
    -- The server reads all of them.
    perform platform.tenant_table(name, 'select');
  end loop;
end
$$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
do $$
declare
  name regclass;
begin
  for name in select polrelid from pg_policy where polname = 'tenant' loop
    execute format('alter table %s alter column org_id set statistics -1', name);
  end loop;
end
$$;
-- +goose StatementEnd
-- +goose StatementBegin
create or replace function platform.tenant_table(name regclass, privileges text) returns void
language plpgsql
as $$
begin
  execute format('alter table %s enable row level security', name);
  execute format('create policy tenant on %s to backoffice_app using (org_id = platform.org_id()) with check (org_id = platform.org_id())', name);
  execute format('grant %s on %s to backoffice_app', privileges, name);
end
$$;
-- +goose StatementEnd
