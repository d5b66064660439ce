-- +goose Up
-- The API keys by which long work was begun, whose rights it has until its end.
alter table platform.operations add column api_key_id uuid;
alter table platform.operations add constraint operations_api_key_exists foreign key (org_id, api_key_id) references platform.api_keys (org_id, id);
comment on column platform.operations.api_key_id is 'API key by which the person began the work. Null for work that began before this column, or without a key.';

-- +goose Down
alter table platform.operations drop column api_key_id;
