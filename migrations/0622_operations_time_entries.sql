-- +goose Up

create table operations.time_entries (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  person_id uuid not null,
  work_date date not null,
  duration_seconds integer not null,
  start_time timestamptz,
  project_id uuid,
  task_id uuid,
  note text not null,
  billable boolean not null,
  billing_state text not null,
  invoice_id uuid,
  timesheet_id uuid not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  constraint time_entries_pkey primary key (org_id, id),
  constraint time_entries_person_exists foreign key (org_id, person_id) references platform.persons (org_id, id),
  constraint time_entries_project_exists foreign key (org_id, project_id) references operations.projects (org_id, id),
  constraint time_entries_task_exists foreign key (org_id, task_id) references operations.tasks (org_id, id),
  constraint time_entries_invoice_exists foreign key (org_id, invoice_id) references finance.invoices (org_id, id),
  constraint time_entries_timesheet_exists foreign key (org_id, timesheet_id) references operations.timesheets (org_id, id),
  constraint time_entries_duration_within_day check (duration_seconds between 1 and 86400),
  constraint time_entries_billing_state_known check (billing_state in ('', 'UNBILLED', 'ON_DRAFT', 'BILLED')),
  constraint time_entries_billing_state_if_billable check (billable = (billing_state <> '')),
  constraint time_entries_invoice_if_billed check ((invoice_id is not null) = (billing_state in ('ON_DRAFT', 'BILLED')))
);
comment on table operations.time_entries is 'Time that persons worked, each on one day.';
create unique index time_entries_external_id_taken on operations.time_entries (org_id, external_id) where external_id is not null;
create index time_entries_by_person on operations.time_entries (org_id, person_id, id);
create index time_entries_by_person_and_day on operations.time_entries (org_id, person_id, work_date, id);
create index time_entries_by_work_date on operations.time_entries (org_id, work_date, id);
create index time_entries_by_project_and_day on operations.time_entries (org_id, project_id, work_date);
create index time_entries_by_project on operations.time_entries (org_id, project_id, id);
create index time_entries_by_task on operations.time_entries (org_id, task_id, work_date) where task_id is not null;
create index time_entries_by_timesheet on operations.time_entries (org_id, timesheet_id, id);
create index time_entries_by_invoice on operations.time_entries (org_id, invoice_id, id) where invoice_id is not null;
create index time_entries_by_billing_state on operations.time_entries (org_id, billing_state, id);
select platform.tenant_table('operations.time_entries', 'select, insert, update, delete');

-- +goose Down
drop table operations.time_entries;
