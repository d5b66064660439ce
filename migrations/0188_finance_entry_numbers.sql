-- +goose Up
-- Numbers of journal entries. Entries that are sealed keep the number of their seal.

alter table finance.journal_seals add column entry_number text;
update finance.journal_seals set entry_number = number::text;
alter table finance.journal_seals alter column entry_number set not null;
create index journal_seals_by_entry_number on finance.journal_seals (org_id, entry_number);

insert into platform.number_series (org_id, id, version, create_time, update_time, kind, display_name, format, reset, counters)
select o.org_id, gen_random_uuid(), 1, now(), now(), 'finance.journalEntry', 'Journal entries', '{NUMBER}', 'NEVER',
  jsonb_build_object(
    '0', 1 + coalesce((select max(s.number) from finance.journal_seals s where s.org_id = o.org_id), 0),
    'highest', coalesce((select extract(year from max(e.date))::int from finance.journal_entries e where e.org_id = o.org_id), 0))
from platform.organizations o;

-- +goose Down
delete from platform.number_series where kind = 'finance.journalEntry';
drop index finance.journal_seals_by_entry_number;
alter table finance.journal_seals drop column entry_number;
