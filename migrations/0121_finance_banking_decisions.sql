-- +goose Up
-- Decisions about statement lines, and reconciliations that make them final.

create table finance.bank_rules (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  display_name text not null,
  display_name_key text not null generated always as (lower(display_name)) stored,
  position integer not null,
  bank_account_id uuid,
  direction text not null,
  texts text[] not null,
  pattern text not null,
  min_amount_currency text,
  min_amount_minor bigint,
  max_amount_currency text,
  max_amount_minor bigint,
  account_id uuid,
  personal boolean not null,
  exclude_reason text not null,
  memo text not null,
  constraint bank_rules_pkey primary key (org_id, id),
  constraint bank_rules_bank_account_exists foreign key (org_id, bank_account_id) references finance.bank_accounts (org_id, id),
  constraint bank_rules_account_exists foreign key (org_id, account_id) references finance.accounts (org_id, id)
);
comment on table finance.bank_rules is 'Rules that decide statement lines, in the order of their positions.';
create unique index bank_rules_name_taken on finance.bank_rules (org_id, display_name_key);
create index bank_rules_by_display_name on finance.bank_rules (org_id, display_name, id);
create index bank_rules_by_position on finance.bank_rules (org_id, position, id);
create index bank_rules_by_bank_account on finance.bank_rules (org_id, bank_account_id) where bank_account_id is not null;
create index bank_rules_by_account on finance.bank_rules (org_id, account_id) where account_id is not null;
select platform.tenant_table('finance.bank_rules', 'select, insert, update, delete');

alter table finance.bank_statement_lines
add constraint bank_statement_lines_bank_rule_exists foreign key (org_id, bank_rule_id) references finance.bank_rules (org_id, id);

create table finance.reconciliations (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  bank_account_id uuid not null,
  statement_date date not null,
  statement_balance_currency text not null,
  statement_balance_minor bigint not null,
  outstanding_journal_line_ids uuid[] not null,
  state text not null,
  complete_time timestamptz,
  reopen_reason text not null,
  constraint reconciliations_pkey primary key (org_id, id),
  constraint reconciliations_bank_account_exists foreign key (org_id, bank_account_id) references finance.bank_accounts (org_id, id),
  constraint reconciliations_state_known check (state in ('OPEN', 'COMPLETED'))
);
comment on table finance.reconciliations is 'The books of bank accounts held against their statements.';
create index reconciliations_by_statement_date on finance.reconciliations (org_id, statement_date, id);
create index reconciliations_by_bank_account on finance.reconciliations (org_id, bank_account_id, statement_date);
select platform.tenant_table('finance.reconciliations', 'select, insert, update, delete');

-- An entry that explains a statement line cannot be reversed, because the line would be
-- left unexplained. The check is deferred, since undoing a line reverses its entry before
-- it detaches the entry.
-- +goose StatementBegin
create function finance.keep_matched_entry() returns trigger
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
comment on function finance.keep_matched_entry() is 'Refuses to reverse an entry that a statement line is matched to.';
create constraint trigger keep_matched_entry
after update on finance.journal_entries
deferrable initially deferred
for each row
when (old.reversed_by_id is null and new.reversed_by_id is not null)
execute function finance.keep_matched_entry();

-- +goose Down
drop trigger keep_matched_entry on finance.journal_entries;
drop function finance.keep_matched_entry();
drop table finance.reconciliations;
alter table finance.bank_statement_lines drop constraint bank_statement_lines_bank_rule_exists;
drop table finance.bank_rules;
