-- +goose Up
-- The server now removes the lines of an undone import from transfers before it deletes
-- them. In a database distributed by organization, a key cannot set only one of its columns
-- to null.
alter table finance.bank_transfers drop constraint bank_transfers_outgoing_line_exists;
alter table finance.bank_transfers add constraint bank_transfers_outgoing_line_exists foreign key (org_id, outgoing_line_id)
  references finance.bank_statement_lines (org_id, id);
alter table finance.bank_transfers drop constraint bank_transfers_incoming_line_exists;
alter table finance.bank_transfers add constraint bank_transfers_incoming_line_exists foreign key (org_id, incoming_line_id)
  references finance.bank_statement_lines (org_id, id);

-- A sequence belongs to a single server. Therefore the process numbers the lines of a
-- transaction, which share one position.
alter table finance.journal_lines alter column seq drop default;
drop sequence finance.journal_lines_seq;

-- +goose Down
create sequence finance.journal_lines_seq;
select setval('finance.journal_lines_seq', (select max(seq) from finance.journal_lines));
alter table finance.journal_lines alter column seq set default nextval('finance.journal_lines_seq');
grant usage on sequence finance.journal_lines_seq to backoffice_app;
alter table finance.bank_transfers drop constraint bank_transfers_incoming_line_exists;
alter table finance.bank_transfers add constraint bank_transfers_incoming_line_exists foreign key (org_id, incoming_line_id)
  references finance.bank_statement_lines (org_id, id) on delete set null (incoming_line_id);
alter table finance.bank_transfers drop constraint bank_transfers_outgoing_line_exists;
alter table finance.bank_transfers add constraint bank_transfers_outgoing_line_exists foreign key (org_id, outgoing_line_id)
  references finance.bank_statement_lines (org_id, id) on delete set null (outgoing_line_id);
