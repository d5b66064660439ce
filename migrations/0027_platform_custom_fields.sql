-- +goose Up
-- Fields that organizations add to records. Records keep their values in a column custom_fields.

create table platform.custom_fields (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  resource text not null,
  key text not null,
  display_name text not null,
  description text not null,
  type text not null,
  choices jsonb,
  required boolean not null,
  currency_code text not null,
  unit text not null,
  referenced_resource text not null,
  metadata jsonb,
  external_id text,
  constraint custom_fields_pkey primary key (org_id, id),
  constraint custom_fields_type_known check (type in ('TEXT', 'NUMBER', 'MONEY', 'DATE', 'CHOICE', 'PERSON', 'RECORD'))
);
comment on table platform.custom_fields is 'Fields that the organization adds to the records of a resource.';
create unique index custom_fields_key_taken on platform.custom_fields (org_id, resource, key);
create unique index custom_fields_external_id_taken on platform.custom_fields (org_id, external_id) where external_id is not null;
create index custom_fields_by_display_name on platform.custom_fields (org_id, display_name, id);
create index custom_fields_by_requirement on platform.custom_fields (org_id, resource) where required and archive_time is null;
select platform.tenant_table('platform.custom_fields', 'select, insert, update, delete');

create table platform.custom_values (
  org_id uuid not null,
  subject_key uuid not null,
  custom_field_id uuid not null,
  -- Sorts byte by byte like the value: text, or a number in the encoding of package customvalue.
  value text collate "C" not null,
  constraint custom_values_pkey primary key (org_id, subject_key, custom_field_id),
  constraint custom_values_custom_field_exists foreign key (org_id, custom_field_id) references platform.custom_fields (org_id, id)
);
comment on table platform.custom_values is 'Sort keys of the values of custom fields, by which records are filtered and ordered.';
create index custom_values_by_value on platform.custom_values (org_id, custom_field_id, value, subject_key);
select platform.tenant_table('platform.custom_values', 'select, insert, update, delete');

-- +goose Down
drop table platform.custom_values;
drop table platform.custom_fields;
