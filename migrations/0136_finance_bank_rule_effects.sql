-- +goose Up
-- Bank rules that match the counterparty, and those that split or pair lines.

alter table finance.bank_rules
add column counterparty_names text[] not null default '{}',
add column counterparty_accounts text[] not null default '{}',
add column splits jsonb,
add column transfer_bank_account_id uuid,
add constraint bank_rules_transfer_bank_account_exists foreign key (org_id, transfer_bank_account_id) references finance.bank_accounts (org_id, id),
add constraint bank_rules_transfer_between_two_accounts check (transfer_bank_account_id <> bank_account_id);
alter table finance.bank_rules
alter column counterparty_names drop default,
alter column counterparty_accounts drop default;
create index bank_rules_by_transfer_bank_account on finance.bank_rules (org_id, transfer_bank_account_id) where transfer_bank_account_id is not null;

-- +goose Down
drop index finance.bank_rules_by_transfer_bank_account;
alter table finance.bank_rules
drop constraint bank_rules_transfer_between_two_accounts,
drop constraint bank_rules_transfer_bank_account_exists,
drop column transfer_bank_account_id,
drop column splits,
drop column counterparty_accounts,
drop column counterparty_names;
