-- +goose Up
-- An index that serves only the lookup of lines by their bank reference. Like those of 0178, it does not begin
-- with the bank account.
drop index finance.bank_statement_lines_by_bank_reference;
create index bank_statement_lines_by_bank_reference
on finance.bank_statement_lines (org_id, bank_reference) where bank_reference <> '';

-- +goose Down
drop index finance.bank_statement_lines_by_bank_reference;
create index bank_statement_lines_by_bank_reference
on finance.bank_statement_lines (org_id, bank_account_id, bank_reference) where bank_reference <> '';
