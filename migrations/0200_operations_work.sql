-- +goose Up
-- Projects and tasks.

create table operations.projects (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  display_name text not null,
  code text not null,
  description text not null,
  owner_id uuid,
  start_date date,
  due_date date,
  constraint projects_pkey primary key (org_id, id),
  constraint projects_owner_exists foreign key (org_id, owner_id) references platform.persons (org_id, id),
  constraint projects_due_date_not_before_start_date check (due_date >= start_date)
);
comment on table operations.projects is 'Pieces of work with an end, for a customer or for the company itself.';
create unique index projects_code_taken on operations.projects (org_id, code) where code <> '';
create index projects_by_display_name on operations.projects (org_id, display_name, id);
create index projects_by_owner on operations.projects (org_id, owner_id, id);
select platform.tenant_table('operations.projects', 'select, insert, update, delete');

create table operations.tasks (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  display_name text not null,
  description text not null,
  project_id uuid,
  owner_id uuid not null,
  priority text not null,
  due_date date not null,
  state text not null,
  complete_time timestamptz,
  constraint tasks_pkey primary key (org_id, id),
  constraint tasks_project_exists foreign key (org_id, project_id) references operations.projects (org_id, id),
  constraint tasks_owner_exists foreign key (org_id, owner_id) references platform.persons (org_id, id),
  constraint tasks_priority_known check (priority in ('', 'LOW', 'MEDIUM', 'HIGH', 'URGENT')),
  constraint tasks_state_known check (state in ('BACKLOG', 'UNSTARTED', 'STARTED', 'COMPLETED', 'CANCELED')),
  constraint tasks_complete_time_once_completed check ((complete_time is not null) = (state = 'COMPLETED'))
);
comment on table operations.tasks is 'Pieces of work with exactly one accountable owner. A task without a due date is due at infinity.';
create index tasks_by_due_date on operations.tasks (org_id, due_date, id);
create index tasks_by_display_name on operations.tasks (org_id, display_name, id);
create index tasks_by_project on operations.tasks (org_id, project_id, id);
create index tasks_by_owner on operations.tasks (org_id, owner_id, id);
select platform.tenant_table('operations.tasks', 'select, insert, update, delete');

-- +goose Down
drop table operations.tasks;
drop table operations.projects;
