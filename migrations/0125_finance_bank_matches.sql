-- +goose Up
-- Matches of statement lines with posted entries, many to many.

create table finance.bank_matches (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  bank_account_id uuid not null,
  fees jsonb,
  exchange_difference boolean not null,
  exchange_rate numeric,
  description text not null,
  state text not null,
  exchange_gain_currency text,
  exchange_gain_minor bigint,
  journal_entry_id uuid,
  constraint bank_matches_pkey primary key (org_id, id),
  constraint bank_matches_bank_account_exists foreign key (org_id, bank_account_id) references finance.bank_accounts (org_id, id),
  constraint bank_matches_journal_entry_exists foreign key (org_id, journal_entry_id) references finance.journal_entries (org_id, id),
  constraint bank_matches_state_known check (state in ('MATCHED', 'UNDONE'))
);
comment on table finance.bank_matches is 'Statement lines tied to posted entries, and what settles the rest.';
create index bank_matches_by_bank_account on finance.bank_matches (org_id, bank_account_id, state);
create index bank_matches_by_journal_entry on finance.bank_matches (org_id, journal_entry_id) where journal_entry_id is not null;
select platform.tenant_table('finance.bank_matches', 'select, insert, update');

create table finance.bank_match_lines (
  org_id uuid not null,
  bank_match_id uuid not null,
  line_number integer not null,
  bank_statement_line_id uuid not null,
  amount_currency text not null,
  amount_minor bigint not null,
  constraint bank_match_lines_pkey primary key (org_id, bank_match_id, line_number),
  constraint bank_match_lines_bank_match_exists foreign key (org_id, bank_match_id) references finance.bank_matches (org_id, id),
  -- The lines of an undone import are deleted, and with them the amounts of undone matches.
  constraint bank_match_lines_bank_statement_line_exists foreign key (org_id, bank_statement_line_id)
    references finance.bank_statement_lines (org_id, id) on delete cascade
);
comment on table finance.bank_match_lines is 'What matches take of statement lines.';
create index bank_match_lines_by_bank_statement_line on finance.bank_match_lines (org_id, bank_statement_line_id);
select platform.tenant_table('finance.bank_match_lines', 'select, insert, delete');

create table finance.bank_match_entries (
  org_id uuid not null,
  bank_match_id uuid not null,
  line_number integer not null,
  journal_entry_id uuid not null,
  account_id uuid not null,
  amount_currency text not null,
  amount_minor bigint not null,
  base_amount_minor bigint not null,
  constraint bank_match_entries_pkey primary key (org_id, bank_match_id, line_number),
  constraint bank_match_entries_bank_match_exists foreign key (org_id, bank_match_id) references finance.bank_matches (org_id, id),
  constraint bank_match_entries_journal_entry_exists foreign key (org_id, journal_entry_id) references finance.journal_entries (org_id, id),
  constraint bank_match_entries_account_exists foreign key (org_id, account_id) references finance.accounts (org_id, id)
);
comment on table finance.bank_match_entries is 'What matches take of posted entries, by the account on which they moved it.';
create index bank_match_entries_by_journal_entry on finance.bank_match_entries (org_id, journal_entry_id, account_id);
select platform.tenant_table('finance.bank_match_entries', 'select, insert, delete');

alter table finance.bank_statement_lines
drop constraint bank_statement_lines_state_known,
drop constraint bank_statement_lines_matched_by_an_entry,
add constraint bank_statement_lines_state_known check (state in ('UNMATCHED', 'MATCHED', 'EXCLUDED', 'HELD', 'PARTIALLY_MATCHED')),
add constraint bank_statement_lines_matched_by_an_entry check ((state in ('MATCHED', 'PARTIALLY_MATCHED')) = (journal_entry_id is not null));

-- Several lines can now share an entry. The server locks the entry and checks that the
-- matched amounts do not exceed its amount.
drop index finance.journal_entry_matched;
create index bank_statement_lines_by_journal_entry on finance.bank_statement_lines (org_id, journal_entry_id, bank_account_id) where journal_entry_id is not null;

-- Each line that was matched to an entry becomes a match with the line's ID.
insert into finance.bank_matches (org_id, id, version, create_time, update_time, bank_account_id, exchange_difference, description, state)
select org_id, id, 1, update_time, update_time, bank_account_id, false, '', 'MATCHED'
from finance.bank_statement_lines
where existing_entry
and state = 'MATCHED';
insert into finance.bank_match_lines (org_id, bank_match_id, line_number, bank_statement_line_id, amount_currency, amount_minor)
select org_id, id, 1, id, amount_currency, amount_minor
from finance.bank_statement_lines
where existing_entry
and state = 'MATCHED';
insert into finance.bank_match_entries (org_id, bank_match_id, line_number, journal_entry_id, account_id, amount_currency, amount_minor, base_amount_minor)
select l.org_id, l.id, 1, l.journal_entry_id, a.ledger_account_id, l.amount_currency, l.amount_minor, sum(j.base_amount_minor)
from finance.bank_statement_lines l
join finance.bank_accounts a on a.org_id = l.org_id and a.id = l.bank_account_id
join finance.journal_lines j on j.org_id = l.org_id and j.journal_entry_id = l.journal_entry_id and j.account_id = a.ledger_account_id
where l.existing_entry
and l.state = 'MATCHED'
group by l.org_id, l.id, l.journal_entry_id, a.ledger_account_id, l.amount_currency, l.amount_minor;

-- +goose StatementBegin
create or replace function finance.keep_matched_entry() returns trigger
language plpgsql
as $$
begin
  if exists (
    select
    from finance.bank_statement_lines l
    where l.org_id = new.org_id
    and l.journal_entry_id = new.id
  ) or exists (
    select
    from finance.bank_match_entries e
    join finance.bank_matches m on m.org_id = e.org_id and m.id = e.bank_match_id
    where e.org_id = new.org_id
    and e.journal_entry_id = new.id
    and m.state = 'MATCHED'
  ) then
    raise exception using
      errcode = 'check_violation', schema = 'finance', table = 'journal_entries', constraint = 'journal_entry_matched',
      message = 'an entry that explains a statement line is not reversed; undo the line first';
  end if;
  return null;
end
$$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
create or replace function finance.keep_matched_entry() returns trigger
language plpgsql
as $$
begin
  if exists (
    select
    from finance.bank_statement_lines l
    where l.org_id = new.org_id
    and l.journal_entry_id = new.id
  ) then
    raise exception using
      errcode = 'check_violation', schema = 'finance', table = 'journal_entries', constraint = 'journal_entry_matched',
      message = 'an entry that explains a statement line is not reversed; undo the line first';
  end if;
  return null;
end
$$;
-- +goose StatementEnd
drop table finance.bank_match_entries, finance.bank_match_lines, finance.bank_matches;
drop index finance.bank_statement_lines_by_journal_entry;
create unique index journal_entry_matched on finance.bank_statement_lines (org_id, journal_entry_id, bank_account_id) where journal_entry_id is not null;
alter table finance.bank_statement_lines
drop constraint bank_statement_lines_state_known,
drop constraint bank_statement_lines_matched_by_an_entry,
add constraint bank_statement_lines_state_known check (state in ('UNMATCHED', 'MATCHED', 'EXCLUDED', 'HELD')),
add constraint bank_statement_lines_matched_by_an_entry check ((state = 'MATCHED') = (journal_entry_id is not null));
