-- +goose Up
-- Schedules by which the books are brought up to date.

create table finance.bookkeeping_schedules (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  display_name text not null,
  owner_id uuid,
  frequency text not null,
  interval_count integer not null,
  start_date date not null,
  next_date date not null,
  completed_date date,
  constraint bookkeeping_schedules_pkey primary key (org_id, id),
  constraint bookkeeping_schedules_owner_exists foreign key (org_id, owner_id) references platform.persons (org_id, id),
  constraint bookkeeping_schedules_frequency_known check (frequency in ('WEEKLY', 'MONTHLY')),
  constraint bookkeeping_schedules_interval_counts check (interval_count between 1 and 12)
);
comment on table finance.bookkeeping_schedules is 'When somebody brings the books up to date, and which day is due.';
create index bookkeeping_schedules_by_next_date on finance.bookkeeping_schedules (org_id, next_date, id);
create index bookkeeping_schedules_by_owner on finance.bookkeeping_schedules (org_id, owner_id) where owner_id is not null;
select platform.tenant_table('finance.bookkeeping_schedules', 'select, insert, update, delete');

-- +goose Down
drop table finance.bookkeeping_schedules;
