-- +goose Up
-- Imports of large files: the file, the operation, and the outcome of each row.

alter table finance.statement_imports
add column file_id uuid,
add column operation_id uuid,
add constraint statement_imports_file_exists foreign key (org_id, file_id) references platform.files (org_id, id),
add constraint statement_imports_operation_exists foreign key (org_id, operation_id) references platform.operations (org_id, id),
drop constraint statement_imports_state_known,
add constraint statement_imports_state_known check (state in ('IMPORTING', 'IMPORTED', 'CANCELLED', 'FAILED', 'UNDONE'));
create index statement_imports_by_file on finance.statement_imports (org_id, file_id) where file_id is not null;
create unique index statement_import_under_way on finance.statement_imports (org_id, bank_account_id) where state = 'IMPORTING';

create table finance.statement_rows (
  org_id uuid not null,
  statement_import_id uuid not null,
  position integer not null,
  line_number integer not null,
  outcome text not null,
  problem text not null,
  bank_statement_line_id uuid,
  statement_number integer not null,
  booked_date date,
  amount_minor bigint,
  description text not null,
  counterparty_name text not null,
  bank_reference text not null,
  check_number text not null,
  transaction_type text not null,
  deduplication_key text not null,
  constraint statement_rows_pkey primary key (org_id, statement_import_id, position),
  constraint statement_rows_statement_import_exists foreign key (org_id, statement_import_id) references finance.statement_imports (org_id, id),
  constraint statement_rows_outcome_known check (outcome in ('NEW', 'DUPLICATE', 'INVALID', 'NOT_REACHED'))
);
comment on table finance.statement_rows is 'What became of each row of an import. The line is that of the row, or the one that was here before; a row that is NEW waits with its texts until its turn to be stored.';
select platform.tenant_table('finance.statement_rows', 'select, insert, update');

-- +goose Down
drop table finance.statement_rows;
drop index finance.statement_import_under_way, finance.statement_imports_by_file;
alter table finance.statement_imports
drop constraint statement_imports_state_known,
add constraint statement_imports_state_known check (state in ('IMPORTED', 'UNDONE')),
drop column operation_id,
drop column file_id;
