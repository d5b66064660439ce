-- +goose Up
-- The day on which an entry is reversed automatically. Its reversal is posted together with it.
alter table finance.journal_entries add column reverse_date date;

-- The entry is stored with a reference to its reversal, which is stored next.
alter table finance.journal_entries alter constraint journal_entries_reversed_by_exists deferrable initially deferred;

-- When the entries of a repeating entry are reversed.
alter table finance.repeating_entries add column reversal text not null default 'NONE';
alter table finance.repeating_entries alter column reversal drop default;
alter table finance.repeating_entries add constraint repeating_entries_reversal_known check (reversal in ('NONE', 'NEXT_DAY', 'NEXT_MONTH'));

-- An entry that is reversed automatically refers to its reversal before its lines are stored.
-- changed_since_posting tells it from an old entry that is reversed now, which must get no lines.
-- +goose StatementBegin
create or replace function finance.keep_lines_balanced() returns trigger
language plpgsql
as $$
declare
  broken text;
begin
  select case when l.balance <> 0 then 'journal_entry_unbalanced' else 'journal_entry_posted' end
  into broken
  from (
    select org_id, journal_entry_id, sum(base_amount_minor) as balance, min(date) as first, max(date) as last
    from new_lines
    group by org_id, journal_entry_id
  ) l
  -- The limit makes it a look-up for each entry; a plain join was planned, on the
  -- empty table, as a walk through all of the organization's entries.
  left join lateral (
    select e.id
    from finance.journal_entries e
    where e.org_id = l.org_id
    and e.id = l.journal_entry_id
    and e.state = 'POSTED'
    -- Its reversal and new notes are the changes of an old entry; they bring no lines.
    and not e.changed_since_posting
    and e.xmin = pg_current_xact_id()::xid
    and e.date = l.first
    and e.date = l.last
    limit 1
  ) e on true
  where l.balance <> 0
  or e.id is null
  limit 1;
  if found then
    raise exception using
      errcode = 'check_violation', schema = 'finance', table = 'journal_lines', constraint = broken,
      message = 'lines must add up to zero and be posted together with their entry, on its date';
  end if;
  return null;
end
$$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
create or replace function finance.keep_lines_balanced() returns trigger
language plpgsql
as $$
declare
  broken text;
begin
  select case when l.balance <> 0 then 'journal_entry_unbalanced' else 'journal_entry_posted' end
  into broken
  from (
    select org_id, journal_entry_id, sum(base_amount_minor) as balance, min(date) as first, max(date) as last
    from new_lines
    group by org_id, journal_entry_id
  ) l
  -- The limit makes it a look-up for each entry; a plain join was planned, on the
  -- empty table, as a walk through all of the organization's entries.
  left join lateral (
    select e.id
    from finance.journal_entries e
    where e.org_id = l.org_id
    and e.id = l.journal_entry_id
    and e.state = 'POSTED'
    -- Its reversal and new notes are the changes of an old entry; they bring no lines.
    and e.reversed_by_id is null
    and not e.changed_since_posting
    and e.xmin = pg_current_xact_id()::xid
    and e.date = l.first
    and e.date = l.last
    limit 1
  ) e on true
  where l.balance <> 0
  or e.id is null
  limit 1;
  if found then
    raise exception using
      errcode = 'check_violation', schema = 'finance', table = 'journal_lines', constraint = broken,
      message = 'lines must add up to zero and be posted together with their entry, on its date';
  end if;
  return null;
end
$$;
-- +goose StatementEnd

alter table finance.repeating_entries drop column reversal;
alter table finance.journal_entries alter constraint journal_entries_reversed_by_exists not deferrable;
alter table finance.journal_entries drop column reverse_date;
