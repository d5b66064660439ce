-- +goose Up
-- The payees of statement lines, which package payee derives from the bank's text. Keys are compared byte
-- by byte, so that the keys with one first word are a range of the index.

drop index finance.bank_statement_lines_by_payee;
alter table finance.bank_statement_lines drop column payee_key;
alter table finance.bank_statement_lines add column payee text collate "C" not null default '';
alter table finance.bank_statement_lines alter column payee drop default;
create index bank_statement_lines_by_payee on finance.bank_statement_lines (org_id, payee, state, booked_date, id);

-- The server derives the payees of the lines that are stored already.
insert into platform.chores (org_id, chore, due_time, turn_time)
select distinct org_id, 'payees', now(), '-infinity'::timestamptz
from finance.bank_statement_lines
on conflict (org_id, chore) do update
set due_time = excluded.due_time;

-- +goose Down
delete from platform.chores
where chore = 'payees';
drop index finance.bank_statement_lines_by_payee;
alter table finance.bank_statement_lines drop column payee;
alter table finance.bank_statement_lines
add column payee_key text not null generated always as (lower(case when counterparty_name <> '' then counterparty_name else description end)) stored;
create index bank_statement_lines_by_payee on finance.bank_statement_lines (org_id, payee_key, state);
