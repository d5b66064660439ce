-- +goose Up
-- Imports are the subjects of the files that they have read.
insert into platform.file_subjects (org_id, file_id, kind, subject_key)
select i.org_id, i.file_id, 'sim', i.id
from finance.statement_imports i
where i.file_id is not null;

-- +goose Down
delete from platform.file_subjects
where kind = 'sim';
