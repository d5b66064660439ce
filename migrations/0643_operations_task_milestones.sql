-- +goose Up
-- Tasks contribute to milestones.

alter table operations.tasks add column milestone_id uuid;
alter table operations.tasks add constraint tasks_milestone_exists foreign key (org_id, milestone_id) references operations.milestones (org_id, id);
create index tasks_by_milestone on operations.tasks (org_id, milestone_id, id) where milestone_id is not null;

-- +goose Down
drop index operations.tasks_by_milestone;
alter table operations.tasks drop column milestone_id;
