-- +goose Up
-- Indexes that each serve one lookup. Several began with the organization and the bank account. The planner
-- expects a single line for the two, as long as it counts few lines for each account, and then chose any of
-- them: it read all lines of an account for each line of an import.

drop index finance.bank_statement_lines_by_deduplication_key;
create unique index bank_statement_lines_by_deduplication_key
on finance.bank_statement_lines (org_id, deduplication_key, bank_account_id);

drop index finance.bank_statement_lines_by_amount;
create index bank_statement_lines_by_amount
on finance.bank_statement_lines (org_id, amount_minor, bank_account_id);

drop index finance.bank_statement_lines_by_state;
create index bank_statement_lines_undecided
on finance.bank_statement_lines (org_id, bank_account_id, booked_date)
where state in ('UNMATCHED', 'HELD', 'PARTIALLY_MATCHED');
create index bank_statement_lines_by_bank_account
on finance.bank_statement_lines (org_id, bank_account_id, booked_date);

-- An import cannot be undone while a later one contains its lines. This needs the pairs of imports only, not
-- each line that two imports have in common.
create table finance.repeated_imports (
  org_id uuid not null,
  earlier_import_id uuid not null,
  later_import_id uuid not null,
  constraint repeated_imports_pkey primary key (org_id, earlier_import_id, later_import_id),
  constraint repeated_imports_earlier_import_exists foreign key (org_id, earlier_import_id) references finance.statement_imports (org_id, id),
  constraint repeated_imports_later_import_exists foreign key (org_id, later_import_id) references finance.statement_imports (org_id, id)
);
comment on table finance.repeated_imports is 'Pairs of imports of which the later contains lines that the earlier stored.';
create index repeated_imports_by_later_import on finance.repeated_imports (org_id, later_import_id);
select platform.tenant_table('finance.repeated_imports', 'select, insert, delete');

insert into finance.repeated_imports (org_id, earlier_import_id, later_import_id)
select distinct s.org_id, l.statement_import_id, s.statement_import_id
from finance.statement_sightings s
join finance.bank_statement_lines l on l.org_id = s.org_id and l.id = s.bank_statement_line_id;

drop table finance.statement_sightings;

-- +goose Down
create table finance.statement_sightings (
  org_id uuid not null,
  statement_import_id uuid not null,
  bank_statement_line_id uuid not null,
  constraint statement_sightings_pkey primary key (org_id, bank_statement_line_id, statement_import_id),
  constraint statement_sightings_statement_import_exists foreign key (org_id, statement_import_id) references finance.statement_imports (org_id, id),
  constraint statement_sightings_bank_statement_line_exists foreign key (org_id, bank_statement_line_id) references finance.bank_statement_lines (org_id, id)
);
comment on table finance.statement_sightings is 'Lines that an import saw again, which another had brought.';
create index statement_sightings_by_statement_import on finance.statement_sightings (org_id, statement_import_id);
select platform.tenant_table('finance.statement_sightings', 'select, insert, delete');

insert into finance.statement_sightings (org_id, statement_import_id, bank_statement_line_id)
select distinct r.org_id, r.statement_import_id, l.id
from finance.statement_rows r
join finance.bank_statement_lines l on l.org_id = r.org_id and l.id = r.bank_statement_line_id
join finance.repeated_imports p
  on p.org_id = r.org_id
  and p.earlier_import_id = l.statement_import_id
  and p.later_import_id = r.statement_import_id
where r.outcome = 'DUPLICATE';

drop table finance.repeated_imports;
drop index finance.bank_statement_lines_by_bank_account;
drop index finance.bank_statement_lines_undecided;
create index bank_statement_lines_by_state on finance.bank_statement_lines (org_id, bank_account_id, state);
drop index finance.bank_statement_lines_by_amount;
create index bank_statement_lines_by_amount
on finance.bank_statement_lines (org_id, bank_account_id, amount_minor, booked_date);
drop index finance.bank_statement_lines_by_deduplication_key;
create unique index bank_statement_lines_by_deduplication_key
on finance.bank_statement_lines (org_id, bank_account_id, deduplication_key);
