-- +goose Up
-- Number series without gaps.

create table platform.number_series (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  kind text not null,
  display_name text not null,
  format text not null,
  reset text not null,
  counters jsonb not null default '{}',
  constraint number_series_pkey primary key (org_id, id),
  constraint number_series_reset_known check (reset in ('NEVER', 'YEARLY'))
);
comment on table platform.number_series is 'Number series. The lock of a row is held until the transaction that took a number ends, so that no number is lost.';
comment on column platform.number_series.counters is 'Next number by year; 0 is the count that never restarts. "highest" is the highest year that it numbered.';
create unique index number_series_kind_taken on platform.number_series (org_id, kind);
select platform.tenant_table('platform.number_series', 'select, insert, update');

-- +goose Down
drop table platform.number_series;
