-- +goose Up
-- A credit note can release what its lines bill, such as time, so that it can be billed again.
alter table finance.credit_notes add column release_sources boolean not null default false;
alter table finance.credit_notes alter column release_sources drop default;
alter table finance.credit_notes add column released_source_ids text[] not null default '{}';
alter table finance.credit_notes alter column released_source_ids drop default;

-- +goose Down
alter table finance.credit_notes drop column released_source_ids;
alter table finance.credit_notes drop column release_sources;
