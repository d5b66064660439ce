-- +goose Up
-- The balances of accounts in foreign currencies. Whoever posts to one locks its row just before
-- the commit, so that exchange differences are computed one after another.
create table finance.currency_positions (
  org_id uuid not null,
  account_id uuid not null,
  currency text not null,
  amount_minor bigint not null,
  base_amount_minor bigint not null,
  constraint currency_positions_pkey primary key (org_id, account_id, currency),
  constraint currency_positions_account_exists foreign key (org_id, account_id) references finance.accounts (org_id, id) on delete cascade
);
comment on table finance.currency_positions is 'The balance of an asset or liability account in a foreign currency: the sums of all posted lines. Updated by each posting in that currency.';
select platform.tenant_table('finance.currency_positions', 'select, insert, update, delete');

insert into finance.currency_positions (org_id, account_id, currency, amount_minor, base_amount_minor)
select l.org_id, l.account_id, l.amount_currency, sum(l.amount_minor), sum(l.base_amount_minor)
from finance.journal_lines l
join finance.accounts a on a.org_id = l.org_id and a.id = l.account_id
join platform.organizations o on o.org_id = l.org_id
where l.amount_currency <> o.currency_code
and a.type in ('ASSET', 'LIABILITY')
group by l.org_id, l.account_id, l.amount_currency;

-- The account of a bank account holds its currency only. The account knows the bank account, so that
-- postings need not look it up.
alter table finance.accounts add column bank_account_id uuid;
update finance.accounts a
set bank_account_id = b.id
from finance.bank_accounts b
where b.org_id = a.org_id
and b.ledger_account_id = a.id
and b.archive_time is null
-- Accounts in the organization's currency accepted others before. Those that have some stay as they are.
and not exists (
  select
  from finance.currency_positions p
  where p.org_id = a.org_id
  and p.account_id = a.id
  and p.currency <> a.currency_code
);

-- +goose Down
alter table finance.accounts drop column bank_account_id;
drop table finance.currency_positions;
