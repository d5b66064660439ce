-- +goose Up

create table operations.timers (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  person_id uuid not null,
  project_id uuid,
  task_id uuid,
  note text not null,
  billable boolean,
  start_time timestamptz not null,
  constraint timers_pkey primary key (org_id, id),
  constraint timers_person_exists foreign key (org_id, person_id) references platform.persons (org_id, id),
  constraint timers_project_exists foreign key (org_id, project_id) references operations.projects (org_id, id),
  constraint timers_task_exists foreign key (org_id, task_id) references operations.tasks (org_id, id)
);
comment on table operations.timers is 'Running timers, at most one for each person. A stopped timer becomes time entries.';
create unique index timer_running on operations.timers (org_id, person_id);
create index timers_by_project on operations.timers (org_id, project_id) where project_id is not null;
create index timers_by_task on operations.timers (org_id, task_id) where task_id is not null;
select platform.tenant_table('operations.timers', 'select, insert, update, delete');

-- +goose Down
drop table operations.timers;
