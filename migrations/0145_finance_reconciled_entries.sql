-- +goose Up
-- Entries that a completed reconciliation found on both sides, in the statement and in the
-- books, stay in the books up to its date. Lines that it lists as outstanding, or that were
-- posted later, are on neither side and can be reversed. Any entry can be reversed on a
-- later date, which the next reconciliation covers. The check is deferred, since opening
-- balances are reversed before others replace them.

-- +goose StatementBegin
create function finance.keep_reconciled_entry() returns trigger
language plpgsql
as $$
begin
  if exists (
    select
    from finance.journal_entries r
    join finance.journal_lines l on l.org_id = r.org_id and l.journal_entry_id = new.id
    join finance.bank_accounts b on b.org_id = l.org_id and b.ledger_account_id = l.account_id
    join finance.reconciliations c on c.org_id = b.org_id and c.bank_account_id = b.id
    where r.org_id = new.org_id
    and r.id = new.reversed_by_id
    -- Of no amount is what only values money in another currency.
    and l.amount_minor <> 0
    and c.state = 'COMPLETED'
    and c.statement_date >= r.date
    and c.complete_time >= new.post_time
    and l.id <> all(c.outstanding_journal_line_ids)
    and not (
      new.source = 'OPENING_BALANCE_IMPORT'
      and exists (
        select
        from finance.journal_entries o
        join finance.journal_lines n on n.org_id = o.org_id and n.journal_entry_id = o.id
        where o.org_id = new.org_id
        and o.source = new.source
        and o.reverses_id is null
        and o.reversed_by_id is null
        and o.date <= c.statement_date
        and n.account_id = l.account_id
        and n.amount_currency = l.amount_currency
        and n.amount_minor = l.amount_minor
      )
    )
  ) then
    raise exception using
      errcode = 'check_violation', schema = 'finance', table = 'journal_entries', constraint = 'journal_entry_reconciled',
      message = 'an entry that a completed reconciliation rests on is not reversed up to its day; reopen the reconciliation first';
  end if;
  return null;
end
$$;
-- +goose StatementEnd
comment on function finance.keep_reconciled_entry() is 'Refuses to reverse an entry within the days of a completed reconciliation that rests on it.';
create constraint trigger keep_reconciled_entry
after update on finance.journal_entries
deferrable initially deferred
for each row
when (old.reversed_by_id is null and new.reversed_by_id is not null)
execute function finance.keep_reconciled_entry();

-- +goose Down
drop trigger keep_reconciled_entry on finance.journal_entries;
drop function finance.keep_reconciled_entry();
