-- +goose Up
-- Imports are the subjects of the files that they have read.
insert into platform.attachments (
  org_id, id, version, create_time, update_time, kind, subject_key, file_id, display_name, purpose, person_id
)
select i.org_id, (left(f.id::text, 15) || substr(gen_random_uuid()::text, 16))::uuid, 1, f.create_time, f.create_time,
  'sim', i.id, i.file_id, f.file_name, '', f.person_id
from finance.statement_imports i
join platform.files f on f.org_id = i.org_id and f.id = i.file_id;

-- +goose Down
delete from platform.attachments
where kind = 'sim';
