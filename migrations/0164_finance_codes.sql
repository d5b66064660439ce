-- +goose Up
-- Codes are unique ignoring case, like names.
drop index finance.accounts_code_taken;
create unique index accounts_code_taken on finance.accounts (org_id, lower(code)) where code <> '';

-- +goose Down
drop index finance.accounts_code_taken;
create unique index accounts_code_taken on finance.accounts (org_id, code) where code <> '';
