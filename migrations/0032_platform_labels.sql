-- +goose Up
-- Labels and the records that have them.
create table platform.labels (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  display_name text not null,
  display_name_key text not null generated always as (lower(display_name)) stored,
  color text not null,
  description text not null,
  constraint labels_pkey primary key (org_id, id)
);
comment on table platform.labels is 'Marks for records of any kind.';
create unique index labels_name_taken on platform.labels (org_id, display_name_key);
create index labels_by_display_name on platform.labels (org_id, display_name, id);
select platform.tenant_table('platform.labels', 'select, insert, update, delete');

create table platform.label_assignments (
  org_id uuid not null,
  label_id uuid not null,
  kind text not null,
  subject_key uuid not null,
  create_time timestamptz not null,
  person_id uuid,
  constraint label_assignments_pkey primary key (org_id, label_id, kind, subject_key),
  constraint label_assignments_label_exists foreign key (org_id, label_id) references platform.labels (org_id, id)
);
comment on table platform.label_assignments is 'Labels of records. kind is the prefix of the record''s identifier, subject_key the rest. person_id put the label on the record.';
create index label_assignments_by_subject on platform.label_assignments (org_id, kind, subject_key, label_id);
select platform.tenant_table('platform.label_assignments', 'select, insert, update, delete');

-- +goose Down
drop table platform.label_assignments, platform.labels;
