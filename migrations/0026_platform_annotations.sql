-- +goose Up
-- Pairs of keys and texts for integrations, the identifier of a record in another system, and the
-- values of custom fields.

alter table platform.persons add column metadata jsonb;
alter table platform.persons add column external_id text;
alter table platform.persons add column custom_fields jsonb;
create unique index persons_external_id_taken on platform.persons (org_id, external_id) where external_id is not null;

alter table platform.api_keys add column metadata jsonb;
alter table platform.api_keys add column external_id text;
alter table platform.api_keys add column custom_fields jsonb;
create unique index api_keys_external_id_taken on platform.api_keys (org_id, external_id) where external_id is not null;

-- +goose Down
drop index platform.api_keys_external_id_taken;
alter table platform.api_keys drop column custom_fields;
alter table platform.api_keys drop column external_id;
alter table platform.api_keys drop column metadata;
drop index platform.persons_external_id_taken;
alter table platform.persons drop column custom_fields;
alter table platform.persons drop column external_id;
alter table platform.persons drop column metadata;
