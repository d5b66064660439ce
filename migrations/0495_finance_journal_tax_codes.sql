-- +goose Up
-- Tax codes of journal lines. Posting adds a line for each component of the rate. Codes that were
-- posted stay, because the tax register refers to them.
alter table finance.journal_entries add column price_mode text not null default 'EXCLUSIVE';
alter table finance.journal_entries alter column price_mode drop default;
alter table finance.journal_entries
add constraint journal_entries_price_mode_known check (price_mode in ('EXCLUSIVE', 'INCLUSIVE'));
alter table finance.journal_lines add column tax_code_id uuid;
alter table finance.journal_lines add column tax_component_id uuid;
comment on column finance.journal_lines.tax_component_id is 'The component of the tax rate, on a line that posting added for a tax.';

-- The taxes of an entry, which its reversal undoes.
create index tax_amounts_by_journal_entry on finance.tax_amounts (org_id, journal_entry_id) where journal_entry_id is not null;

-- +goose Down
drop index finance.tax_amounts_by_journal_entry;
alter table finance.journal_lines drop column tax_component_id;
alter table finance.journal_lines drop column tax_code_id;
alter table finance.journal_entries drop constraint journal_entries_price_mode_known;
alter table finance.journal_entries drop column price_mode;
