-- +goose Up
-- The existence of the entry and the accounts is checked once for all lines of a statement.
-- A foreign key checks each row. Without table statistics, it uses an index that scans all
-- entries of the organization.

-- keep_lines_balanced rejects lines of a missing entry, and a posted entry is never
-- deleted.
alter table finance.journal_lines
  drop constraint journal_lines_journal_entry_exists,
  drop constraint journal_lines_account_exists;
-- Verifying the chain detects a seal of a missing entry.
alter table finance.journal_seals
  drop constraint journal_seals_journal_entry_exists;

-- +goose StatementBegin
create function finance.keep_lines_on_accounts() returns trigger
language plpgsql
as $$
begin
  perform
  from (
    select distinct org_id, account_id
    from new_lines
  ) l
  left join lateral (
    select a.id
    from finance.accounts a
    where a.org_id = l.org_id
    and a.id = l.account_id
    limit 1
    -- Until the lines are committed, so that the account is not deleted meanwhile.
    for key share
  ) a on true
  where a.id is null
  limit 1;
  if found then
    raise exception using
      errcode = 'foreign_key_violation', schema = 'finance', table = 'journal_lines', constraint = 'journal_lines_account_exists',
      message = 'lines must be on accounts that exist';
  end if;
  return null;
end
$$;
-- +goose StatementEnd
comment on function finance.keep_lines_on_accounts() is 'Refuses lines on an account that does not exist.';
create trigger keep_lines_on_accounts
after insert on finance.journal_lines
referencing new table as new_lines
for each statement execute function finance.keep_lines_on_accounts();

-- +goose StatementBegin
create function finance.keep_account_of_lines() returns trigger
language plpgsql
as $$
begin
  perform
  from finance.journal_lines l
  where l.org_id = old.org_id
  and l.account_id = old.id
  limit 1;
  if found then
    raise exception using
      errcode = 'foreign_key_violation', schema = 'finance', table = 'journal_lines', constraint = 'journal_lines_account_exists',
      message = 'the account has lines';
  end if;
  return old;
end
$$;
-- +goose StatementEnd
comment on function finance.keep_account_of_lines() is 'Refuses to delete an account that has lines.';
create trigger keep_account_of_lines
before delete on finance.accounts
for each row execute function finance.keep_account_of_lines();

-- +goose Down
drop trigger keep_account_of_lines on finance.accounts;
drop trigger keep_lines_on_accounts on finance.journal_lines;
drop function finance.keep_account_of_lines();
drop function finance.keep_lines_on_accounts();
alter table finance.journal_seals
  add constraint journal_seals_journal_entry_exists foreign key (org_id, journal_entry_id) references finance.journal_entries (org_id, id);
alter table finance.journal_lines
  add constraint journal_lines_journal_entry_exists foreign key (org_id, journal_entry_id) references finance.journal_entries (org_id, id),
  add constraint journal_lines_account_exists foreign key (org_id, account_id) references finance.accounts (org_id, id);
