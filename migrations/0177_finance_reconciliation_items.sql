-- +goose Up
-- A completed reconciliation keeps the items of its report, with their amounts at that time.
create table finance.reconciliation_items (
  org_id uuid not null,
  reconciliation_id uuid not null,
  item_number integer not null,
  kind text not null,
  journal_entry_id uuid not null,
  journal_line_id uuid,
  bank_statement_line_id uuid,
  posting_date date,
  amount_minor bigint not null,
  constraint reconciliation_items_pkey primary key (org_id, reconciliation_id, item_number),
  constraint reconciliation_items_reconciliation_exists foreign key (org_id, reconciliation_id) references finance.reconciliations (org_id, id),
  constraint reconciliation_items_journal_entry_exists foreign key (org_id, journal_entry_id) references finance.journal_entries (org_id, id),
  constraint reconciliation_items_journal_line_exists foreign key (org_id, journal_line_id) references finance.journal_lines (org_id, id),
  constraint reconciliation_items_bank_statement_line_exists foreign key (org_id, bank_statement_line_id) references finance.bank_statement_lines (org_id, id),
  constraint reconciliation_items_kind_known check (kind = 'OUTSTANDING' and journal_line_id is not null or kind = 'POSTED_LATER' and bank_statement_line_id is not null and posting_date is not null)
);
comment on table finance.reconciliation_items is 'Items between statement and books when a reconciliation was completed.';
create index reconciliation_items_by_bank_statement_line on finance.reconciliation_items (org_id, bank_statement_line_id) where bank_statement_line_id is not null;
select platform.tenant_table('finance.reconciliation_items', 'select, insert, delete');

-- +goose Down
drop table finance.reconciliation_items;
