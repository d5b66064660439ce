-- +goose Up

create table operations.cost_rates (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  person_id uuid,
  hourly_cost_currency text not null,
  hourly_cost_minor bigint not null,
  start_date date not null,
  end_date date,
  effective_end_date date,
  scope text not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  constraint cost_rates_pkey primary key (org_id, id),
  constraint cost_rates_person_exists foreign key (org_id, person_id) references platform.persons (org_id, id),
  constraint cost_rates_dates_overlap exclude using gist (
    org_id with =,
    scope with =,
    daterange(start_date, effective_end_date, '[]') with &&
  ) deferrable initially deferred
);
comment on table operations.cost_rates is 'What an hour of a person costs the company, or of persons without a rate. The rates of one scope follow one another.';
create unique index cost_rates_external_id_taken on operations.cost_rates (org_id, external_id) where external_id is not null;
create index cost_rates_by_person on operations.cost_rates (org_id, person_id, id) where person_id is not null;
create index cost_rates_by_scope on operations.cost_rates (org_id, scope, id);
create index cost_rates_by_start_date on operations.cost_rates (org_id, start_date, id);
select platform.tenant_table('operations.cost_rates', 'select, insert, update, delete');

-- +goose Down
drop table operations.cost_rates;
