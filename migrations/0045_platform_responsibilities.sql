-- +goose Up
-- Absences of persons, and how far deadlines have been announced.
create table platform.absences (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  person_id uuid not null,
  start_date date not null,
  end_date date not null,
  deputy_id uuid,
  message text not null,
  constraint absences_pkey primary key (org_id, id),
  constraint absences_person_exists foreign key (org_id, person_id) references platform.persons (org_id, id),
  constraint absences_deputy_exists foreign key (org_id, deputy_id) references platform.persons (org_id, id),
  constraint absences_end_date_not_before_start_date check (end_date >= start_date),
  constraint absences_deputy_other_than_person check (deputy_id <> person_id)
);
comment on table platform.absences is 'Days on which persons are away, and who acts meanwhile.';
create unique index absences_external_id_taken on platform.absences (org_id, external_id) where external_id is not null;
create index absences_by_person on platform.absences (org_id, person_id, id);
create index absences_by_deputy on platform.absences (org_id, deputy_id, id);
create index absences_by_start_date on platform.absences (org_id, start_date, id);
select platform.tenant_table('platform.absences', 'select, insert, update, delete');

create table platform.deadline_positions (
  org_id uuid not null,
  event text not null,
  due_date date not null,
  resource text not null,
  record_key uuid not null,
  next_time timestamptz not null,
  constraint deadline_positions_pkey primary key (org_id, event),
  constraint deadline_positions_event_known check (event in ('dueSoon', 'due', 'overdue'))
);
comment on table platform.deadline_positions is 'Up to which deadline an event has been recorded, in the order of due_date, resource and record_key.';
comment on column platform.deadline_positions.next_time is 'Real time of the next midnight of the organization.';
create index deadline_positions_by_next_time on platform.deadline_positions (next_time, org_id);
select platform.tenant_table('platform.deadline_positions', 'select, insert, update');
grant select (org_id, next_time) on platform.deadline_positions to backoffice_relay;
create policy relay on platform.deadline_positions for select to backoffice_relay using (true);

-- Deadlines before the upgrade are not announced.
insert into platform.deadline_positions (org_id, event, due_date, resource, record_key, next_time)
select o.org_id, e.event, current_date - e.days, '~', 'ffffffff-ffff-ffff-ffff-ffffffffffff', now()
from platform.organizations o
cross join (values ('dueSoon', -3), ('due', 0), ('overdue', 1)) as e (event, days);

-- +goose Down
drop table platform.deadline_positions;
drop table platform.absences;
