-- +goose Up
-- Bank statements as separate records, with their lines.

create table finance.bank_statements (
  org_id uuid not null,
  id uuid not null,
  create_time timestamptz not null,
  bank_account_id uuid not null,
  statement_import_id uuid not null,
  ordinal integer not null,
  number text not null,
  currency_code text not null,
  start_date date not null,
  end_date date not null,
  opening_balance_currency text,
  opening_balance_minor bigint,
  closing_balance_currency text,
  closing_balance_minor bigint,
  line_count integer not null,
  line_total_currency text,
  line_total_minor bigint,
  constraint bank_statements_pkey primary key (org_id, id),
  constraint bank_statements_bank_account_exists foreign key (org_id, bank_account_id) references finance.bank_accounts (org_id, id),
  constraint bank_statements_statement_import_exists foreign key (org_id, statement_import_id) references finance.statement_imports (org_id, id)
);
comment on table finance.bank_statements is 'What banks said of an account and a period. ordinal is the place in the file, from 1.';
create index bank_statements_by_end_date on finance.bank_statements (org_id, end_date, id);
create index bank_statements_by_bank_account on finance.bank_statements (org_id, bank_account_id, end_date, id);
create index bank_statements_by_statement_import on finance.bank_statements (org_id, statement_import_id, ordinal);
select platform.tenant_table('finance.bank_statements', 'select, insert, delete');

alter table finance.bank_statement_lines
add column bank_statement_id uuid,
add constraint bank_statement_lines_bank_statement_exists foreign key (org_id, bank_statement_id) references finance.bank_statements (org_id, id);
create index bank_statement_lines_by_bank_statement on finance.bank_statement_lines (org_id, bank_statement_id) where bank_statement_id is not null;

alter table finance.reconciliations
add column bank_statement_id uuid,
add constraint reconciliations_bank_statement_exists foreign key (org_id, bank_statement_id) references finance.bank_statements (org_id, id);
create index reconciliations_by_bank_statement on finance.reconciliations (org_id, bank_statement_id) where bank_statement_id is not null;

create trigger keep_statement
before update on finance.bank_statement_lines
for each row
when (old.bank_statement_id is distinct from new.bank_statement_id)
execute function platform.refuse_change('bank_statement_lines_are_evidence', 'what the bank reported does not change');

-- +goose Down
drop trigger keep_statement on finance.bank_statement_lines;
alter table finance.reconciliations drop column bank_statement_id;
alter table finance.bank_statement_lines drop column bank_statement_id;
drop table finance.bank_statements;
