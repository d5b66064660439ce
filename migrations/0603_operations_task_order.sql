-- +goose Up
-- Tasks have a state of the workflow, a section, a parent and a manual order. Their order at first is that of their creation:
-- the ranks are d and four digits.
alter table operations.tasks add column section_id uuid;
alter table operations.tasks add constraint tasks_section_exists foreign key (org_id, section_id) references operations.project_sections (org_id, id);
alter table operations.tasks add column parent_id uuid;
alter table operations.tasks add constraint tasks_parent_exists foreign key (org_id, parent_id) references operations.tasks (org_id, id);
alter table operations.tasks add column task_state_id uuid;
update operations.tasks t
set task_state_id = s.id
from operations.task_states s
where s.org_id = t.org_id
and s.category = t.state;
alter table operations.tasks alter column task_state_id set not null;
alter table operations.tasks add constraint tasks_task_state_exists foreign key (org_id, task_state_id) references operations.task_states (org_id, id);
alter table operations.tasks add column rank text collate "C";
update operations.tasks t
set rank = 'd' || substr(n.digits, n.place / 238328 % 62 + 1, 1) || substr(n.digits, n.place / 3844 % 62 + 1, 1)
  || substr(n.digits, n.place / 62 % 62 + 1, 1) || substr(n.digits, n.place % 62 + 1, 1)
from (
  select p.org_id, p.id, (row_number() over (partition by p.org_id order by p.id))::integer as place,
    '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz' as digits
  from operations.tasks p
) n
where n.org_id = t.org_id
and n.id = t.id;
alter table operations.tasks alter column rank set not null;
alter table operations.tasks add column begin_time timestamptz;
update operations.tasks
set begin_time = coalesce(complete_time, update_time)
where state in ('STARTED', 'COMPLETED');
alter table operations.tasks add column task_series_id uuid;
alter table operations.tasks add column occurrence_date date;
alter table operations.tasks add constraint tasks_start_date_not_after_due_date check (start_date <= due_date);
create index tasks_by_rank on operations.tasks (org_id, rank, id);
create index tasks_by_section on operations.tasks (org_id, section_id, id);
create index tasks_by_parent on operations.tasks (org_id, parent_id, id);
create index tasks_by_task_state on operations.tasks (org_id, task_state_id, id);
create index tasks_by_series on operations.tasks (org_id, task_series_id, occurrence_date, id) where task_series_id is not null;

create table operations.task_checklist_items (
  org_id uuid not null,
  id uuid not null,
  task_id uuid not null,
  line_number integer not null,
  text text not null,
  checked boolean not null,
  checker_id uuid,
  check_time timestamptz,
  constraint task_checklist_items_pkey primary key (org_id, id),
  constraint task_checklist_items_task_exists foreign key (org_id, task_id) references operations.tasks (org_id, id) on delete cascade,
  constraint task_checklist_items_checker_exists foreign key (org_id, checker_id) references platform.persons (org_id, id),
  constraint task_checklist_items_checker_once_checked check (check_time is null or checked)
);
comment on table operations.task_checklist_items is 'Steps of tasks that someone ticks off.';
create index task_checklist_items_by_task on operations.task_checklist_items (org_id, task_id, line_number);
create index task_checklist_items_by_checker on operations.task_checklist_items (org_id, checker_id, id);
select platform.tenant_table('operations.task_checklist_items', 'select, insert, update, delete');

create table operations.task_dependencies (
  org_id uuid not null,
  task_id uuid not null,
  line_number integer not null,
  predecessor_id uuid not null,
  type text not null,
  lag_days integer not null,
  constraint task_dependencies_pkey primary key (org_id, task_id, line_number),
  constraint task_dependencies_task_exists foreign key (org_id, task_id) references operations.tasks (org_id, id) on delete cascade,
  constraint task_dependencies_predecessor_exists foreign key (org_id, predecessor_id) references operations.tasks (org_id, id),
  constraint task_dependencies_type_known check (type in ('FINISH_TO_START', 'START_TO_START', 'FINISH_TO_FINISH', 'START_TO_FINISH')),
  constraint task_dependencies_other_than_task check (predecessor_id <> task_id)
);
comment on table operations.task_dependencies is 'Which tasks come before others. They contain no cycle.';
create unique index task_dependencies_by_task_and_predecessor on operations.task_dependencies (org_id, task_id, predecessor_id);
create index task_dependencies_by_predecessor on operations.task_dependencies (org_id, predecessor_id, task_id);
select platform.tenant_table('operations.task_dependencies', 'select, insert, update, delete');

create table operations.task_networks (
  org_id uuid not null,
  constraint task_networks_pkey primary key (org_id)
);
comment on table operations.task_networks is 'One row for each organization. Whoever adds a dependency or nests a task locks it, so that no cycle arises from two changes at once.';
select platform.tenant_table('operations.task_networks', 'select, insert, update, delete');

-- +goose Down
drop table operations.task_networks;
drop table operations.task_dependencies;
drop table operations.task_checklist_items;
drop index operations.tasks_by_series;
drop index operations.tasks_by_task_state;
drop index operations.tasks_by_parent;
drop index operations.tasks_by_section;
drop index operations.tasks_by_rank;
alter table operations.tasks drop constraint tasks_start_date_not_after_due_date;
alter table operations.tasks drop column occurrence_date;
alter table operations.tasks drop column task_series_id;
alter table operations.tasks drop column begin_time;
alter table operations.tasks drop column rank;
alter table operations.tasks drop column task_state_id;
alter table operations.tasks drop column parent_id;
alter table operations.tasks drop column section_id;
