-- +goose Up

create table operations.profitability_settings (
  org_id uuid not null,
  version bigint not null,
  update_time timestamptz not null,
  settings jsonb not null,
  constraint profitability_settings_pkey primary key (org_id)
);
comment on table operations.profitability_settings is 'How the cost of an hour is computed. An organization without a row has the defaults.';
select platform.tenant_table('operations.profitability_settings', 'select, insert, update');

-- +goose Down
drop table operations.profitability_settings;
