-- +goose Up
-- Whether a balance sheet shows an account as current, and the parts of non-current balances that
-- are due within twelve months. An empty term means that of the account's subtype.
alter table finance.accounts add column balance_sheet_term text not null default '';
alter table finance.accounts add column current_parts jsonb;

-- +goose Down
alter table finance.accounts drop column current_parts;
alter table finance.accounts drop column balance_sheet_term;
