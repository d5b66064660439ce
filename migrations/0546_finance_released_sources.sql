-- +goose Up
-- What was billed of the records that credit notes released, to compare when they are voided.

create table finance.released_sources (
  org_id uuid not null,
  credit_note_id uuid not null,
  source_id text not null,
  billed text not null,
  constraint released_sources_pkey primary key (org_id, credit_note_id, source_id),
  constraint released_sources_credit_note_exists foreign key (org_id, credit_note_id) references finance.credit_notes (org_id, id)
);
comment on table finance.released_sources is 'Records that a credit note released, and what was billed of each.';
select platform.tenant_table('finance.released_sources', 'select, insert');

-- +goose Down
drop table finance.released_sources;
