-- +goose Up
-- Pairs of keys and texts for integrations, the identifier of a record in another system, and the
-- values of custom fields.

alter table people.departments add column metadata jsonb;
alter table people.departments add column external_id text;
alter table people.departments add column custom_fields jsonb;
create unique index departments_external_id_taken on people.departments (org_id, external_id) where external_id is not null;

alter table people.employees add column metadata jsonb;
alter table people.employees add column external_id text;
alter table people.employees add column custom_fields jsonb;
create unique index employees_external_id_taken on people.employees (org_id, external_id) where external_id is not null;

-- +goose Down
drop index people.employees_external_id_taken;
alter table people.employees drop column custom_fields;
alter table people.employees drop column external_id;
alter table people.employees drop column metadata;
drop index people.departments_external_id_taken;
alter table people.departments drop column custom_fields;
alter table people.departments drop column external_id;
alter table people.departments drop column metadata;
