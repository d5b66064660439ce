-- +goose Up
-- Opening balances are posted once. They can be replaced only after they were reversed.

create unique index opening_balances_imported on finance.journal_entries (org_id)
where source = 'OPENING_BALANCE_IMPORT' and state = 'POSTED' and reverses_id is null and reversed_by_id is null;

-- +goose Down
drop index finance.opening_balances_imported;
