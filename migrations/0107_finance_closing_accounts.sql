-- +goose Up
-- Results that the year-end closing keeps separate, such as a non-profit's restricted
-- funds.
alter table finance.accounts
  add column closing_account_id uuid,
  add constraint accounts_closing_account_exists foreign key (org_id, closing_account_id) references finance.accounts (org_id, id),
  add constraint accounts_closing_of_results check (closing_account_id is null or type in ('INCOME', 'EXPENSE'));
create index accounts_by_closing_account on finance.accounts (org_id, closing_account_id) where closing_account_id is not null;

-- +goose Down
alter table finance.accounts
  drop column closing_account_id;
