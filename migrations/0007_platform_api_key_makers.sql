-- +goose Up
alter table platform.api_keys
add column maker_id uuid,
add constraint api_keys_maker_exists foreign key (org_id, maker_id) references platform.persons (org_id, id);

comment on column platform.api_keys.maker_id is 'Person who made the key, which may be another than the one it acts for. Null for keys made before this column.';

-- Supports the lookup of references when a person is deleted.
create index api_keys_by_maker on platform.api_keys (org_id, maker_id);

-- +goose Down
alter table platform.api_keys drop column maker_id;
