-- +goose Up
-- Transfers between the organization's bank accounts.

create table finance.bank_transfers (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  from_bank_account_id uuid not null,
  to_bank_account_id uuid not null,
  outgoing_line_id uuid,
  incoming_line_id uuid,
  fee jsonb,
  exchange_rate numeric,
  description text not null,
  date date not null,
  sent_amount_currency text not null,
  sent_amount_minor bigint not null,
  received_amount_currency text not null,
  received_amount_minor bigint not null,
  state text not null,
  journal_entry_id uuid not null,
  constraint bank_transfers_pkey primary key (org_id, id),
  constraint bank_transfers_from_bank_account_exists foreign key (org_id, from_bank_account_id) references finance.bank_accounts (org_id, id),
  constraint bank_transfers_to_bank_account_exists foreign key (org_id, to_bank_account_id) references finance.bank_accounts (org_id, id),
  -- The lines of an undone import are deleted. An undone transfer then loses its references
  -- to them.
  constraint bank_transfers_outgoing_line_exists foreign key (org_id, outgoing_line_id)
    references finance.bank_statement_lines (org_id, id) on delete set null (outgoing_line_id),
  constraint bank_transfers_incoming_line_exists foreign key (org_id, incoming_line_id)
    references finance.bank_statement_lines (org_id, id) on delete set null (incoming_line_id),
  constraint bank_transfers_journal_entry_exists foreign key (org_id, journal_entry_id) references finance.journal_entries (org_id, id),
  constraint bank_transfers_state_known check (state in ('OPEN', 'PAIRED', 'UNDONE')),
  constraint bank_transfers_between_two_accounts check (from_bank_account_id <> to_bank_account_id),
  constraint bank_transfers_paired_by_two_lines check (state <> 'PAIRED' or outgoing_line_id is not null and incoming_line_id is not null)
);
comment on table finance.bank_transfers is 'Money moved between own bank accounts, with the statement lines of both sides.';
create index bank_transfers_by_date on finance.bank_transfers (org_id, date, id);
create index bank_transfers_by_from_bank_account on finance.bank_transfers (org_id, from_bank_account_id, state);
create index bank_transfers_by_to_bank_account on finance.bank_transfers (org_id, to_bank_account_id, state);
create index bank_transfers_by_journal_entry on finance.bank_transfers (org_id, journal_entry_id);
create index bank_transfers_by_outgoing_line on finance.bank_transfers (org_id, outgoing_line_id) where outgoing_line_id is not null;
create index bank_transfers_by_incoming_line on finance.bank_transfers (org_id, incoming_line_id) where incoming_line_id is not null;
select platform.tenant_table('finance.bank_transfers', 'select, insert, update');

alter table finance.bank_statement_lines
add column bank_transfer_id uuid,
-- Lines and transfers reference each other. Both must exist at the end of the transaction.
add constraint bank_statement_lines_bank_transfer_exists foreign key (org_id, bank_transfer_id)
  references finance.bank_transfers (org_id, id) deferrable initially deferred;
create index bank_statement_lines_by_bank_transfer on finance.bank_statement_lines (org_id, bank_transfer_id) where bank_transfer_id is not null;

-- +goose Down
alter table finance.bank_statement_lines
drop constraint bank_statement_lines_bank_transfer_exists,
drop column bank_transfer_id;
drop table finance.bank_transfers;
