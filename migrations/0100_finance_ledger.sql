-- +goose Up
-- The chart of accounts and the journal.

create table finance.accounts (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  code text not null,
  display_name text not null,
  type text not null,
  subtype text not null,
  currency_code text not null,
  parent_account_id uuid,
  cash_flow_section text not null,
  control boolean not null,
  description text not null,
  constraint accounts_pkey primary key (org_id, id),
  constraint accounts_parent_account_exists foreign key (org_id, parent_account_id) references finance.accounts (org_id, id),
  constraint accounts_type_known check (type in ('ASSET', 'LIABILITY', 'EQUITY', 'INCOME', 'EXPENSE')),
  constraint account_parent_refused check (parent_account_id <> id)
);
comment on table finance.accounts is 'The chart of accounts.';
create unique index accounts_code_taken on finance.accounts (org_id, code) where code <> '';
create index accounts_by_code on finance.accounts (org_id, code, id);
create index accounts_by_display_name on finance.accounts (org_id, display_name, id);
create index accounts_by_parent_account on finance.accounts (org_id, parent_account_id) where parent_account_id is not null;
select platform.tenant_table('finance.accounts', 'select, insert, update, delete');

create table finance.dimensions (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  display_name text not null,
  display_name_key text not null generated always as (lower(display_name)) stored,
  description text not null,
  constraint dimensions_pkey primary key (org_id, id)
);
comment on table finance.dimensions is 'Questions that journal lines answer beside their account.';
create unique index dimensions_name_taken on finance.dimensions (org_id, display_name_key);
create index dimensions_by_display_name on finance.dimensions (org_id, display_name, id);
select platform.tenant_table('finance.dimensions', 'select, insert, update, delete');

create table finance.dimension_values (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  dimension_id uuid not null,
  display_name text not null,
  display_name_key text not null generated always as (lower(display_name)) stored,
  code text not null,
  description text not null,
  constraint dimension_values_pkey primary key (org_id, id),
  constraint dimension_values_dimension_exists foreign key (org_id, dimension_id) references finance.dimensions (org_id, id)
);
comment on table finance.dimension_values is 'Answers to the dimensions'' questions.';
create unique index dimension_values_name_taken on finance.dimension_values (org_id, dimension_id, display_name_key);
create index dimension_values_by_display_name on finance.dimension_values (org_id, display_name, id);
select platform.tenant_table('finance.dimension_values', 'select, insert, update, delete');

create table finance.journal_entries (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  date date not null,
  description text not null,
  reference text not null,
  currency_code text not null,
  exchange_rate numeric,
  state text not null,
  source text not null,
  source_id text not null,
  reverses_id uuid,
  reversed_by_id uuid,
  post_time timestamptz,
  draft_lines jsonb,
  lock_exception_reason text not null,
  constraint journal_entries_pkey primary key (org_id, id),
  constraint journal_entries_reverses_exists foreign key (org_id, reverses_id) references finance.journal_entries (org_id, id),
  constraint journal_entries_reversed_by_exists foreign key (org_id, reversed_by_id) references finance.journal_entries (org_id, id),
  constraint journal_entries_state_known check (state in ('DRAFT', 'POSTED')),
  constraint journal_entries_posted_at_once check ((state = 'POSTED') = (post_time is not null)),
  constraint journal_entries_lines_in_one_place check (state = 'DRAFT' or draft_lines is null)
);
comment on table finance.journal_entries is 'The journal: business facts in double-entry form. A posted entry has its lines in journal_lines and stays as it is; a draft keeps them in draft_lines.';
create index journal_entries_by_date on finance.journal_entries (org_id, date, id);
create index journal_entries_by_source on finance.journal_entries (org_id, source_id) where source_id <> '';
create unique index journal_entry_reversed on finance.journal_entries (org_id, reverses_id) where reverses_id is not null;
select platform.tenant_table('finance.journal_entries', 'select, insert, update, delete');

create sequence finance.journal_lines_seq;
create table finance.journal_lines (
  org_id uuid not null,
  id uuid not null,
  journal_entry_id uuid not null,
  line_number integer not null,
  account_id uuid not null,
  amount_currency text not null,
  amount_minor bigint not null,
  base_amount_minor bigint not null,
  exchange_rate numeric,
  dimension_value_ids uuid[] not null,
  memo text not null,
  date date not null,
  closing boolean not null,
  position bigint not null default platform.position(),
  seq bigint not null default nextval('finance.journal_lines_seq'),
  constraint journal_lines_pkey primary key (org_id, id),
  constraint journal_lines_journal_entry_exists foreign key (org_id, journal_entry_id) references finance.journal_entries (org_id, id),
  constraint journal_lines_account_exists foreign key (org_id, account_id) references finance.accounts (org_id, id),
  constraint journal_lines_move_something check (amount_minor <> 0 or base_amount_minor <> 0)
);
comment on table finance.journal_lines is 'The lines of posted entries: debits positive, credits negative, in their own currency and, as the base amount, in the organization''s. Append-only; the date is the entry''s.';
create index journal_lines_by_journal_entry on finance.journal_lines (org_id, journal_entry_id, line_number);
create index journal_lines_by_account on finance.journal_lines (org_id, account_id, date, id);
create index journal_lines_by_date on finance.journal_lines (org_id, date, id);
create index journal_lines_by_position on finance.journal_lines (org_id, position, seq);
select platform.tenant_table('finance.journal_lines', 'select, insert');
grant usage on sequence finance.journal_lines_seq to backoffice_app;

-- An entry gets its lines in the transaction that posts it, on the entry's date. The lines
-- of each statement add up to zero, and therefore all lines always do.
-- +goose StatementBegin
create function finance.keep_lines_balanced() returns trigger
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
    -- A reversal is the one change of an old entry; it brings no lines.
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
comment on function finance.keep_lines_balanced() is 'Refuses lines that do not add up to zero, and lines for an entry that this transaction did not post.';
create trigger keep_lines_balanced
after insert on finance.journal_lines
referencing new table as new_lines
for each statement execute function finance.keep_lines_balanced();

create trigger keep_posted_entry
before update on finance.journal_entries
for each row
when (
  old.state = 'POSTED'
  and (
    old.reversed_by_id is not null
    or new.reversed_by_id is null
    or to_jsonb(old) - '{version,update_time,reversed_by_id}'::text[] is distinct from to_jsonb(new) - '{version,update_time,reversed_by_id}'::text[]
  )
)
execute function platform.refuse_change('journal_entry_posted', 'a posted entry is immutable');
create trigger keep_posted_entry_for_good
before delete on finance.journal_entries
for each row
when (old.state = 'POSTED')
execute function platform.refuse_change('journal_entry_posted', 'a posted entry is immutable');

-- +goose Down
drop table finance.journal_lines, finance.journal_entries, finance.dimension_values, finance.dimensions, finance.accounts;
drop sequence finance.journal_lines_seq;
drop function finance.keep_lines_balanced();
