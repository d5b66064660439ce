-- +goose Up

create table operations.timesheets (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  person_id uuid not null,
  start_date date not null,
  end_date date not null,
  target_seconds integer not null,
  reason text not null,
  state text not null,
  submit_time timestamptz,
  approve_time timestamptz,
  approver_id uuid,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  constraint timesheets_pkey primary key (org_id, id),
  constraint timesheets_person_exists foreign key (org_id, person_id) references platform.persons (org_id, id),
  constraint timesheets_approver_exists foreign key (org_id, approver_id) references platform.persons (org_id, id),
  constraint timesheets_state_known check (state in ('OPEN', 'SUBMITTED', 'APPROVED', 'REJECTED')),
  constraint timesheets_dates_in_order check (start_date <= end_date)
);
comment on table operations.timesheets is 'The time of persons in weeks, which someone else approves. The weeks of a person do not overlap.';
create unique index timesheets_external_id_taken on operations.timesheets (org_id, external_id) where external_id is not null;
create unique index timesheets_week_taken on operations.timesheets (org_id, person_id, start_date);
create index timesheets_by_person on operations.timesheets (org_id, person_id, id);
create index timesheets_by_approver on operations.timesheets (org_id, approver_id, id) where approver_id is not null;
create index timesheets_by_start_date on operations.timesheets (org_id, start_date, id);
create index timesheets_by_state on operations.timesheets (org_id, state, id);
select platform.tenant_table('operations.timesheets', 'select, insert, update, delete');

-- +goose Down
drop table operations.timesheets;
