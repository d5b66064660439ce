-- +goose Up
-- A reconciliation keeps the figures with which it was completed, whatever is posted to its
-- dates later.

alter table finance.reconciliations
add column book_balance_currency text,
add column book_balance_minor bigint,
add column outstanding_currency text,
add column outstanding_minor bigint;

-- For completed reconciliations, the difference was the outstanding amount.
update finance.reconciliations r
set book_balance_currency = r.statement_balance_currency,
  book_balance_minor = b.minor,
  outstanding_currency = r.statement_balance_currency,
  outstanding_minor = b.minor - r.statement_balance_minor
from (
  select
    c.org_id,
    c.id,
    coalesce(sum(case when a.currency_code = o.currency_code then l.base_amount_minor else l.amount_minor end), 0)::bigint as minor
  from finance.reconciliations c
  join platform.organizations o on o.org_id = c.org_id
  join finance.bank_accounts a on a.org_id = c.org_id and a.id = c.bank_account_id
  left join finance.journal_lines l
    on l.org_id = a.org_id
    and l.account_id = a.ledger_account_id
    and l.date <= c.statement_date
    and (a.currency_code = o.currency_code or l.amount_currency = a.currency_code)
  where c.state = 'COMPLETED'
  group by c.org_id, c.id
) b
where r.org_id = b.org_id
and r.id = b.id;

alter table finance.reconciliations
add constraint reconciliations_completed_with_figures check (state <> 'COMPLETED' or book_balance_minor is not null and outstanding_minor is not null);

-- +goose Down
alter table finance.reconciliations
drop constraint reconciliations_completed_with_figures,
drop column outstanding_minor,
drop column outstanding_currency,
drop column book_balance_minor,
drop column book_balance_currency;
