-- +goose Up
-- Milestones of projects, and the days on which project updates are due.

create table operations.milestones (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  project_id uuid not null,
  display_name text not null,
  description text not null,
  due_date date not null,
  amount_currency text,
  amount_minor bigint,
  state text not null,
  complete_date date,
  invoice_id uuid,
  constraint milestones_pkey primary key (org_id, id),
  constraint milestones_project_exists foreign key (org_id, project_id) references operations.projects (org_id, id),
  constraint milestones_invoice_exists foreign key (org_id, invoice_id) references finance.invoices (org_id, id),
  constraint milestones_state_known check (state in ('OPEN', 'COMPLETED')),
  constraint milestones_complete_date_once_completed check ((complete_date is not null) = (state = 'COMPLETED')),
  constraint milestones_billed_once_completed check (invoice_id is null or state = 'COMPLETED')
);
comment on table operations.milestones is 'Results that projects promise by a day. A milestone without a due date is due at infinity.';
create unique index milestones_external_id_taken on operations.milestones (org_id, external_id) where external_id is not null;
create index milestones_by_project on operations.milestones (org_id, project_id, id);
create index milestones_by_display_name on operations.milestones (org_id, display_name, id);
create index milestones_by_due_date on operations.milestones (org_id, due_date, id);
create index milestones_by_invoice on operations.milestones (org_id, invoice_id) where invoice_id is not null;
select platform.tenant_table('operations.milestones', 'select, insert, update, delete');

alter table operations.projects add column update_recurrence jsonb;
alter table operations.projects add column update_due_date date;

-- +goose Down
alter table operations.projects drop column update_due_date;
alter table operations.projects drop column update_recurrence;
drop table operations.milestones;
