-- +goose Up
-- Statement lines that pay receivables: matches record payments, and suggestions find receivables by
-- their amounts, numbers and payers.

alter table finance.bank_matches add column payments jsonb;

alter table finance.receivables
  add column number_key text not null generated always as (upper(regexp_replace(number, '[^[:alnum:]]', '', 'g'))) stored;
alter table finance.receivables
  add column discounted_amount_minor bigint generated always as (open_amount_minor - discount_amount_minor) stored;
create index receivables_open_by_amount on finance.receivables (org_id, open_amount_minor) where state = 'OPEN';
create index receivables_open_by_discounted_amount on finance.receivables (org_id, discounted_amount_minor)
  where state = 'OPEN' and discounted_amount_minor is not null;
create index receivables_open_by_number_key on finance.receivables (org_id, number_key) where state = 'OPEN';
create index receivable_movements_opening on finance.receivable_movements (org_id, account_id) where journal_entry_id is null;

alter table finance.customers
  add column legal_name_key text not null generated always as (lower(legal_name)) stored;
create index customers_by_legal_name on finance.customers (org_id, legal_name_key) where legal_name_key <> '';

-- +goose Down
drop index finance.customers_by_legal_name;
alter table finance.customers drop column legal_name_key;
drop index finance.receivable_movements_opening;
drop index finance.receivables_open_by_number_key;
drop index finance.receivables_open_by_discounted_amount;
drop index finance.receivables_open_by_amount;
alter table finance.receivables drop column number_key;
alter table finance.receivables drop column discounted_amount_minor;
alter table finance.bank_matches drop column payments;
