-- +goose Up
-- Imports of projects, tasks and time from other tools.

create table operations.work_imports (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  file_name text not null,
  tool text not null,
  file_id uuid,
  owner_id uuid not null,
  time_billing text not null,
  include_archived boolean not null,
  people jsonb,
  task_states jsonb,
  projects jsonb,
  state text not null,
  operation_id uuid,
  row_count integer not null,
  created_count integer not null,
  duplicate_count integer not null,
  skipped_count integer not null,
  kept_count integer not null,
  warnings text[] not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  constraint work_imports_pkey primary key (org_id, id),
  constraint work_imports_tool_known check (tool in ('ASANA', 'TRELLO', 'LINEAR', 'HARVEST', 'TOGGL')),
  constraint work_imports_time_billing_known check (time_billing in ('UNBILLED', 'ALREADY_BILLED')),
  constraint work_imports_file_exists foreign key (org_id, file_id) references platform.files (org_id, id),
  constraint work_imports_owner_exists foreign key (org_id, owner_id) references platform.persons (org_id, id),
  constraint work_imports_operation_exists foreign key (org_id, operation_id) references platform.operations (org_id, id),
  constraint work_imports_state_known check (state in ('READY', 'RUNNING', 'DONE', 'CANCELED', 'FAILED', 'UNDOING', 'UNDONE'))
);
comment on table operations.work_imports is 'Files that other tools for work or time exported, and what their people, states and projects are here.';
create unique index work_imports_external_id_taken on operations.work_imports (org_id, external_id) where external_id is not null;
create unique index work_import_under_way on operations.work_imports (org_id) where state in ('RUNNING', 'UNDOING');
create index work_imports_by_file on operations.work_imports (org_id, file_id) where file_id is not null;
create index work_imports_by_owner on operations.work_imports (org_id, owner_id);
create index work_imports_by_operation on operations.work_imports (org_id, operation_id) where operation_id is not null;
select platform.tenant_table('operations.work_imports', 'select, insert, update');

create table operations.work_import_contents (
  org_id uuid not null,
  work_import_id uuid not null,
  content jsonb not null,
  constraint work_import_contents_pkey primary key (org_id, work_import_id),
  constraint work_import_contents_work_import_exists foreign key (org_id, work_import_id) references operations.work_imports (org_id, id)
);
comment on table operations.work_import_contents is 'What a file has besides its rows: the labels, and the sections of its projects. It is deleted once the import is done.';
select platform.tenant_table('operations.work_import_contents', 'select, insert, delete');

create table operations.work_import_rows (
  org_id uuid not null,
  work_import_id uuid not null,
  position integer not null,
  line_number integer not null,
  path text not null,
  title text not null,
  external_id text not null,
  outcome text not null,
  problems text[] not null,
  record_kind text not null,
  record_key uuid,
  content jsonb,
  constraint work_import_rows_pkey primary key (org_id, work_import_id, position),
  constraint work_import_rows_work_import_exists foreign key (org_id, work_import_id) references operations.work_imports (org_id, id),
  constraint work_import_rows_outcome_known check (outcome in ('PENDING', 'CREATED', 'DUPLICATE', 'SKIPPED', 'REMOVED', 'KEPT')),
  constraint work_import_rows_record_kind_known check (record_kind in ('', 'tsk', 'tim'))
);
comment on table operations.work_import_rows is 'Rows of imported files and the outcome of each. The content is deleted once the import is done.';
select platform.tenant_table('operations.work_import_rows', 'select, insert, update');

create table operations.work_import_records (
  org_id uuid not null,
  work_import_id uuid not null,
  position integer not null,
  record_kind text not null,
  record_key uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  row_position integer not null,
  state text not null,
  reason text not null,
  constraint work_import_records_pkey primary key (org_id, work_import_id, position),
  constraint work_import_records_work_import_exists foreign key (org_id, work_import_id) references operations.work_imports (org_id, id),
  constraint work_import_records_state_known check (state in ('CREATED', 'REMOVED', 'KEPT'))
);
comment on table operations.work_import_records is 'Records that imports created, with the version stored at creation. The row position is 0 for a record that no single row describes.';
create unique index work_import_records_by_record on operations.work_import_records (org_id, work_import_id, record_key);
select platform.tenant_table('operations.work_import_records', 'select, insert, update');

-- +goose Down
drop table operations.work_import_records;
drop table operations.work_import_rows;
drop table operations.work_import_contents;
drop table operations.work_imports;
