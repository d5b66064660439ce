-- +goose Up

create table operations.time_settings (
  org_id uuid not null,
  version bigint not null,
  update_time timestamptz not null,
  settings jsonb not null,
  constraint time_settings_pkey primary key (org_id)
);
comment on table operations.time_settings is 'How an organization records and bills time. An organization without a row has the defaults.';
select platform.tenant_table('operations.time_settings', 'select, insert, update');

-- +goose Down
drop table operations.time_settings;
