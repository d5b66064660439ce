-- +goose Up
-- Pairs of keys and texts for integrations, the identifier of a record in another system, and the
-- values of custom fields.

alter table operations.projects add column metadata jsonb;
alter table operations.projects add column external_id text;
alter table operations.projects add column custom_fields jsonb;
create unique index projects_external_id_taken on operations.projects (org_id, external_id) where external_id is not null;

alter table operations.tasks add column metadata jsonb;
alter table operations.tasks add column external_id text;
alter table operations.tasks add column custom_fields jsonb;
create unique index tasks_external_id_taken on operations.tasks (org_id, external_id) where external_id is not null;

-- +goose Down
drop index operations.tasks_external_id_taken;
alter table operations.tasks drop column custom_fields;
alter table operations.tasks drop column external_id;
alter table operations.tasks drop column metadata;
drop index operations.projects_external_id_taken;
alter table operations.projects drop column custom_fields;
alter table operations.projects drop column external_id;
alter table operations.projects drop column metadata;
