-- +goose Up
-- Fiscal years and their periods.

create table finance.fiscal_years (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  start_date date not null,
  end_date date not null,
  state text not null,
  closing_entry_ids uuid[] not null,
  net_income_currency text,
  net_income_minor bigint,
  close_time timestamptz,
  reopen_reason text not null,
  constraint fiscal_years_pkey primary key (org_id, id),
  constraint fiscal_years_state_known check (state in ('OPEN', 'CLOSED')),
  constraint fiscal_years_end_after_start check (end_date >= start_date)
);
comment on table finance.fiscal_years is 'Years of the books. They do not overlap.';
create index fiscal_years_by_start_date on finance.fiscal_years (org_id, start_date, id);
select platform.tenant_table('finance.fiscal_years', 'select, insert, update');

create table finance.accounting_periods (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  fiscal_year_id uuid not null,
  start_date date not null,
  end_date date not null,
  state text not null,
  close_time timestamptz,
  close_reason text not null,
  reopen_reason text not null,
  constraint accounting_periods_pkey primary key (org_id, id),
  constraint accounting_periods_fiscal_year_exists foreign key (org_id, fiscal_year_id) references finance.fiscal_years (org_id, id),
  constraint accounting_periods_state_known check (state in ('OPEN', 'CLOSED', 'LOCKED'))
);
comment on table finance.accounting_periods is 'Months of fiscal years: which dates take postings.';
create index accounting_periods_by_start_date on finance.accounting_periods (org_id, start_date, id);
-- Postings look up their period by its end, latest first.
create index accounting_periods_by_end_date on finance.accounting_periods (org_id, end_date);
create index accounting_periods_by_fiscal_year on finance.accounting_periods (org_id, fiscal_year_id);
select platform.tenant_table('finance.accounting_periods', 'select, insert, update');

-- The database enforces the same rules as the server.
-- +goose StatementBegin
create function finance.keep_periods_closed() returns trigger
language plpgsql
as $$
declare
  broken text;
begin
  select 'period_' || lower(p.state)
  into broken
  from (
    select distinct org_id, journal_entry_id, date
    from new_lines
  ) l
  join lateral (
    select a.state
    from finance.accounting_periods a
    where a.org_id = l.org_id
    and a.end_date >= l.date
    and a.start_date <= l.date
    and a.state <> 'OPEN'
    limit 1
  ) p on true
  where p.state = 'LOCKED'
  or not exists (
    select
    from finance.journal_entries e
    where e.org_id = l.org_id
    and e.id = l.journal_entry_id
    and (e.lock_exception_reason <> '' or e.source = 'YEAR_END')
  )
  limit 1;
  if found then
    raise exception using
      errcode = 'check_violation', schema = 'finance', table = 'journal_lines', constraint = broken,
      message = 'lines must be dated in an open period';
  end if;
  return null;
end
$$;
-- +goose StatementEnd
comment on function finance.keep_periods_closed() is 'Refuses lines dated in a closed period, but for exceptions that give a reason, and in a locked one.';
create trigger keep_periods_closed
after insert on finance.journal_lines
referencing new table as new_lines
for each statement execute function finance.keep_periods_closed();

-- +goose Down
drop trigger keep_periods_closed on finance.journal_lines;
drop function finance.keep_periods_closed();
drop table finance.accounting_periods, finance.fiscal_years;
