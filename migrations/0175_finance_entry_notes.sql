-- +goose Up
-- Notes of entries. They can change after posting; everything else of a posted entry stays.
alter table finance.journal_entries add column notes text not null default '';
alter table finance.journal_entries add column changed_since_posting boolean not null default false;
alter table finance.journal_entries alter column notes drop default;
comment on column finance.journal_entries.changed_since_posting is 'Whether the posted row changed. It then accepts no lines, not even from the transaction that changed it.';

drop trigger keep_posted_entry on finance.journal_entries;
create trigger keep_posted_entry
before update on finance.journal_entries
for each row
when (
  old.state = 'POSTED'
  and (
    old.reversed_by_id is not null and new.reversed_by_id is distinct from old.reversed_by_id
    or new.reversed_by_id is not distinct from old.reversed_by_id and new.notes = old.notes
    or to_jsonb(old) - '{version,update_time,reversed_by_id,notes,changed_since_posting}'::text[] is distinct from to_jsonb(new) - '{version,update_time,reversed_by_id,notes,changed_since_posting}'::text[]
  )
)
execute function platform.refuse_change('journal_entry_posted', 'a posted entry is immutable');

-- +goose StatementBegin
create function finance.mark_changed_entry() returns trigger
language plpgsql
as $$
begin
  new.changed_since_posting := true;
  return new;
end
$$;
-- +goose StatementEnd
comment on function finance.mark_changed_entry() is 'Marks a posted entry that changes.';
create trigger mark_changed_entry
before update on finance.journal_entries
for each row
when (old.state = 'POSTED')
execute function finance.mark_changed_entry();

-- New notes give the row a new transaction, as posting does, and must not let it accept lines.
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
  left join lateral (
    select e.id
    from finance.journal_entries e
    where e.org_id = l.org_id
    and e.id = l.journal_entry_id
    and e.state = 'POSTED'
    and e.reversed_by_id is null
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
drop trigger mark_changed_entry on finance.journal_entries;
drop function finance.mark_changed_entry();
drop trigger keep_posted_entry on finance.journal_entries;
create trigger keep_posted_entry
before update on finance.journal_entries
for each row
when (
  old.state = 'POSTED'
  and (
    old.reversed_by_id is not null
    or new.reversed_by_id is null
    or to_jsonb(old) - '{version,update_time,reversed_by_id,notes,changed_since_posting}'::text[] is distinct from to_jsonb(new) - '{version,update_time,reversed_by_id,notes,changed_since_posting}'::text[]
  )
)
execute function platform.refuse_change('journal_entry_posted', 'a posted entry is immutable');
alter table finance.journal_entries drop column notes;
alter table finance.journal_entries drop column changed_since_posting;
