-- +goose Up

create table people.compensations (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  employee_id uuid not null,
  start_date date not null,
  end_date date,
  effective_end_date date,
  amount_currency text not null,
  amount_minor bigint not null,
  period text not null,
  reason text not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  constraint compensations_pkey primary key (org_id, id),
  constraint compensations_employee_exists foreign key (org_id, employee_id) references people.employees (org_id, id),
  constraint compensations_period_known check (period in ('HOUR', 'DAY', 'WEEK', 'MONTH', 'YEAR')),
  constraint compensations_dates_overlap exclude using gist (
    org_id with =,
    employee_id with =,
    daterange(start_date, effective_end_date, '[]') with &&
  ) deferrable initially deferred
);
comment on table people.compensations is 'What employees are paid. Each row is in effect from start_date to effective_end_date, or without end; at most one is in effect on a day.';
create unique index compensations_external_id_taken on people.compensations (org_id, external_id) where external_id is not null;
create index compensations_by_employee on people.compensations (org_id, employee_id, id);
create index compensations_by_start_date on people.compensations (org_id, start_date, id);
select platform.tenant_table('people.compensations', 'select, insert, update, delete');

-- +goose Down
drop table people.compensations;
