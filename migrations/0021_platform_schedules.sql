-- +goose Up
-- Recurring work, and the days that organizations add to holiday sets or remove from them.

create table platform.schedules (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  kind text not null,
  subject_id text not null,
  display_name text not null,
  recurrence jsonb not null,
  catch_up text not null,
  state text not null,
  rule_date date,
  next_fire_time timestamptz,
  last_fire_time timestamptz,
  retry_time timestamptz,
  failure_count integer not null,
  last_error jsonb,
  due_time timestamptz,
  constraint schedules_pkey primary key (org_id, id),
  constraint schedules_catch_up_known check (catch_up in ('RUN_ONCE', 'RUN_ALL', 'SKIP')),
  constraint schedules_state_known check (state in ('ACTIVE', 'PAUSED', 'ENDED'))
);
comment on table platform.schedules is 'Recurring work. Its times are on the organization''s clock, except due_time.';
comment on column platform.schedules.due_time is 'Real time of the next attempt to fire; null unless the schedule is active.';
create index schedules_by_due_time on platform.schedules (due_time, org_id) where due_time is not null;
create index schedules_by_organization on platform.schedules (org_id, due_time, id) where due_time is not null;

-- +goose StatementBegin
create function platform.set_schedule_due_time() returns trigger
language plpgsql
as $$
begin
  new.due_time := (
    select coalesce(new.retry_time, new.next_fire_time) - o.clock_offset_micros * interval '1 microsecond'
    from platform.organizations o
    where o.org_id = new.org_id
    and new.state = 'ACTIVE'
  );
  return new;
end
$$;
-- +goose StatementEnd
comment on function platform.set_schedule_due_time() is 'Sets the real time of the next attempt of a schedule from its time on the organization''s clock.';
create trigger set_schedule_due_time
before insert or update on platform.schedules
for each row
execute function platform.set_schedule_due_time();
select platform.tenant_table('platform.schedules', 'select, insert, update, delete');
grant select (org_id, due_time) on platform.schedules to backoffice_relay;
create policy relay on platform.schedules for select to backoffice_relay using (true);

create table platform.holidays (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  date date not null,
  display_name text not null,
  set_key text not null,
  effect text not null,
  constraint holidays_pkey primary key (org_id, id),
  constraint holidays_effect_known check (effect in ('ADDED', 'REMOVED'))
);
comment on table platform.holidays is 'Days that an organization adds to holiday sets or removes from them.';
create unique index holidays_date_taken on platform.holidays (org_id, date, set_key);
create index holidays_by_date on platform.holidays (org_id, date, id);
select platform.tenant_table('platform.holidays', 'select, insert, update, delete');

-- +goose Down
drop table platform.holidays;
drop table platform.schedules;
drop function platform.set_schedule_due_time();
