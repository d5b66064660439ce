-- +goose Up
-- What a bank wrote about a line beside its fields, and lines that may be the same payment.

alter table finance.bank_statement_lines add column details text not null default '';
alter table finance.bank_statement_lines add column corrected_reference text not null default '';
alter table finance.bank_statement_lines alter column details drop default;
alter table finance.bank_statement_lines alter column corrected_reference drop default;
create index bank_statement_lines_by_bank_reference
on finance.bank_statement_lines (org_id, bank_account_id, bank_reference) where bank_reference <> '';

create trigger keep_details
before update on finance.bank_statement_lines
for each row
when ((old.details, old.corrected_reference) is distinct from (new.details, new.corrected_reference))
execute function platform.refuse_change('bank_statement_lines_are_evidence', 'what the bank reported does not change');

alter table finance.statement_rows add column details text not null default '';
alter table finance.statement_rows add column corrected_reference text not null default '';
alter table finance.statement_rows add column suspected_line_ids uuid[] not null default '{}';
alter table finance.statement_rows alter column details drop default;
alter table finance.statement_rows alter column corrected_reference drop default;
alter table finance.statement_rows alter column suspected_line_ids drop default;

create table finance.suspected_statement_lines (
  org_id uuid not null,
  first_line_id uuid not null,
  second_line_id uuid not null,
  constraint suspected_statement_lines_pkey primary key (org_id, second_line_id, first_line_id),
  constraint suspected_statement_lines_first_line_exists foreign key (org_id, first_line_id)
    references finance.bank_statement_lines (org_id, id) on delete cascade,
  constraint suspected_statement_lines_second_line_exists foreign key (org_id, second_line_id)
    references finance.bank_statement_lines (org_id, id) on delete cascade
);
comment on table finance.suspected_statement_lines is 'Pairs of statement lines that may be the same payment, found when the second was imported.';
create index suspected_statement_lines_by_first_line on finance.suspected_statement_lines (org_id, first_line_id);
select platform.tenant_table('finance.suspected_statement_lines', 'select, insert');

-- Pairs that were suspected until now: of the same amount within three days, from files of different layouts.
insert into finance.suspected_statement_lines (org_id, first_line_id, second_line_id)
select b.org_id, a.id, b.id
from (
  select
    org_id,
    id,
    statement_import_id,
    array_agg(id) over near as near_ids,
    array_agg(statement_import_id) over near as near_imports
  from finance.bank_statement_lines
  window near as (
    partition by org_id, bank_account_id, amount_minor
    order by booked_date
    range between interval '3 days' preceding and interval '3 days' following
  )
) b
cross join lateral unnest(b.near_ids, b.near_imports) as a (id, statement_import_id)
join finance.statement_imports i on i.org_id = b.org_id and i.id = a.statement_import_id
join finance.statement_imports j on j.org_id = b.org_id and j.id = b.statement_import_id
where a.id < b.id
and a.statement_import_id <> b.statement_import_id
and (i.format <> j.format or i.csv_profile_id is distinct from j.csv_profile_id);

-- +goose Down
drop table finance.suspected_statement_lines;
alter table finance.statement_rows drop column suspected_line_ids;
alter table finance.statement_rows drop column corrected_reference;
alter table finance.statement_rows drop column details;
drop trigger keep_details on finance.bank_statement_lines;
drop index finance.bank_statement_lines_by_bank_reference;
alter table finance.bank_statement_lines drop column corrected_reference;
alter table finance.bank_statement_lines drop column details;
