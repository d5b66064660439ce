-- +goose Up
-- Lines that look like duplicates but are confirmed as distinct.

create table finance.distinct_statement_lines (
  org_id uuid not null,
  first_line_id uuid not null,
  second_line_id uuid not null,
  create_time timestamptz not null,
  constraint distinct_statement_lines_pkey primary key (org_id, first_line_id, second_line_id),
  constraint distinct_statement_lines_first_line_exists foreign key (org_id, first_line_id)
    references finance.bank_statement_lines (org_id, id) on delete cascade,
  constraint distinct_statement_lines_second_line_exists foreign key (org_id, second_line_id)
    references finance.bank_statement_lines (org_id, id) on delete cascade,
  constraint distinct_statement_lines_in_order check (first_line_id < second_line_id)
);
comment on table finance.distinct_statement_lines is 'Pairs of statement lines that look alike and are not the same money.';
create index distinct_statement_lines_by_second_line on finance.distinct_statement_lines (org_id, second_line_id);
select platform.tenant_table('finance.distinct_statement_lines', 'select, insert');

-- Duplicates are looked up by account and amount.
create index bank_statement_lines_by_amount on finance.bank_statement_lines (org_id, bank_account_id, amount_minor, booked_date);

-- +goose Down
drop index finance.bank_statement_lines_by_amount;
drop table finance.distinct_statement_lines;
