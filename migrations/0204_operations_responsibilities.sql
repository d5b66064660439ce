-- +goose Up
-- Deputies of the owners of projects, and the order of deadlines. A project without a due date is due at infinity, as a
-- task is.
alter table operations.projects add column deputy_id uuid;
alter table operations.projects add constraint projects_deputy_exists foreign key (org_id, deputy_id) references platform.persons (org_id, id);
alter table operations.projects add constraint projects_deputy_other_than_owner check (deputy_id <> owner_id);
update operations.projects
set due_date = 'infinity'
where due_date is null;
alter table operations.projects alter column due_date set not null;
create index open_projects_by_due_date on operations.projects (org_id, due_date, id) where archive_time is null;
create index open_projects_by_owner on operations.projects (org_id, owner_id, due_date, id) where archive_time is null;
create index projects_by_deputy on operations.projects (org_id, deputy_id, due_date, id);

create index open_tasks_by_due_date on operations.tasks (org_id, due_date, id) where state not in ('COMPLETED', 'CANCELED');
create index open_tasks_by_owner on operations.tasks (org_id, owner_id, due_date, id) where state not in ('COMPLETED', 'CANCELED');

-- +goose Down
drop index operations.open_tasks_by_owner;
drop index operations.open_tasks_by_due_date;
drop index operations.open_projects_by_owner;
drop index operations.open_projects_by_due_date;
alter table operations.projects alter column due_date drop not null;
update operations.projects
set due_date = null
where due_date = 'infinity';
alter table operations.projects drop column deputy_id;
