-- +goose Up
-- Entries that move the amounts of another entry to other accounts or dimension values.
alter table finance.journal_entries add column recodes_id uuid;
alter table finance.journal_entries
add constraint journal_entries_recodes_exists foreign key (org_id, recodes_id) references finance.journal_entries (org_id, id);
create index journal_entries_by_recoded_entry on finance.journal_entries (org_id, recodes_id) where recodes_id is not null;
create index journal_entries_recoding_by_date on finance.journal_entries (org_id, date) where recodes_id is not null;

-- +goose Down
drop index finance.journal_entries_recoding_by_date;
drop index finance.journal_entries_by_recoded_entry;
alter table finance.journal_entries drop constraint journal_entries_recodes_exists;
alter table finance.journal_entries drop column recodes_id;
