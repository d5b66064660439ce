-- +goose Up
-- Lists of the files that hang on the records of a kind, or on one record.
create index file_subjects_by_kind on platform.file_subjects (org_id, kind, file_id, subject_key);
create index file_subjects_by_subject on platform.file_subjects (org_id, kind, subject_key, file_id);

-- +goose Down
drop index platform.file_subjects_by_subject;
drop index platform.file_subjects_by_kind;
