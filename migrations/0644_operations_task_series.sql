-- +goose Up
-- Series that create tasks.

create table operations.task_series (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  display_name text not null,
  description text not null,
  project_id uuid,
  section_id uuid,
  owner_id uuid not null,
  priority text not null,
  estimate_seconds integer not null,
  collaborator_ids uuid[] not null,
  checklist text[] not null,
  recurrence jsonb not null,
  repeat_from text not null,
  lead_days integer not null,
  start_offset_days integer,
  state text not null,
  pause_reason text not null,
  from_date date not null,
  last_date date,
  created_count integer not null,
  previous_series_id uuid,
  creator_id uuid,
  constraint task_series_pkey primary key (org_id, id),
  constraint task_series_project_exists foreign key (org_id, project_id) references operations.projects (org_id, id),
  constraint task_series_section_exists foreign key (org_id, section_id) references operations.project_sections (org_id, id),
  constraint task_series_owner_exists foreign key (org_id, owner_id) references platform.persons (org_id, id),
  constraint task_series_creator_exists foreign key (org_id, creator_id) references platform.persons (org_id, id),
  constraint task_series_previous_series_exists foreign key (org_id, previous_series_id) references operations.task_series (org_id, id),
  constraint task_series_priority_known check (priority in ('', 'LOW', 'MEDIUM', 'HIGH', 'URGENT')),
  constraint task_series_repeat_from_known check (repeat_from in ('SCHEDULE', 'COMPLETION')),
  constraint task_series_state_known check (state in ('ACTIVE', 'PAUSED', 'ENDED'))
);
comment on table operations.task_series is 'Work that recurs. Each series creates a task for each of its days.';
create unique index task_series_external_id_taken on operations.task_series (org_id, external_id) where external_id is not null;
create index task_series_by_display_name on operations.task_series (org_id, display_name, id);
create index task_series_by_project on operations.task_series (org_id, project_id, id) where project_id is not null;
create index task_series_by_section on operations.task_series (org_id, section_id) where section_id is not null;
create index task_series_by_owner on operations.task_series (org_id, owner_id, id);
create index task_series_by_creator on operations.task_series (org_id, creator_id) where creator_id is not null;
create index task_series_by_previous_series on operations.task_series (org_id, previous_series_id) where previous_series_id is not null;
create index task_series_from_completion on operations.task_series (org_id, id) where state = 'ACTIVE' and repeat_from = 'COMPLETION';
select platform.tenant_table('operations.task_series', 'select, insert, update, delete');

alter table operations.tasks add constraint tasks_task_series_exists foreign key (org_id, task_series_id) references operations.task_series (org_id, id);
create unique index tasks_by_occurrence on operations.tasks (org_id, task_series_id, occurrence_date) where task_series_id is not null;

-- +goose Down
drop index operations.tasks_by_occurrence;
alter table operations.tasks drop constraint tasks_task_series_exists;
drop table operations.task_series;
