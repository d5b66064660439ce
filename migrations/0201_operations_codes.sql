-- +goose Up
-- Codes are unique ignoring case, like names.
drop index operations.projects_code_taken;
create unique index projects_code_taken on operations.projects (org_id, lower(code)) where code <> '';

-- +goose Down
drop index operations.projects_code_taken;
create unique index projects_code_taken on operations.projects (org_id, code) where code <> '';
