-- +goose Up

create table operations.billing_rates (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  person_id uuid,
  project_id uuid,
  task_id uuid,
  customer_id uuid,
  hourly_rate_currency text not null,
  hourly_rate_minor bigint not null,
  start_date date not null,
  end_date date,
  effective_end_date date,
  scope text not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  constraint billing_rates_pkey primary key (org_id, id),
  constraint billing_rates_person_exists foreign key (org_id, person_id) references platform.persons (org_id, id),
  constraint billing_rates_project_exists foreign key (org_id, project_id) references operations.projects (org_id, id),
  constraint billing_rates_task_exists foreign key (org_id, task_id) references operations.tasks (org_id, id),
  constraint billing_rates_customer_exists foreign key (org_id, customer_id) references finance.customers (org_id, id),
  constraint billing_rates_one_kind_of_work check (num_nonnulls(project_id, task_id, customer_id) <= 1),
  constraint billing_rates_dates_overlap exclude using gist (
    org_id with =,
    scope with =,
    daterange(start_date, effective_end_date, '[]') with &&
  ) deferrable initially deferred
);
comment on table operations.billing_rates is 'What an hour costs the customer. The rates of one scope follow one another.';
create unique index billing_rates_external_id_taken on operations.billing_rates (org_id, external_id) where external_id is not null;
create index billing_rates_by_person on operations.billing_rates (org_id, person_id, id) where person_id is not null;
create index billing_rates_by_project on operations.billing_rates (org_id, project_id, id) where project_id is not null;
create index billing_rates_by_task on operations.billing_rates (org_id, task_id, id) where task_id is not null;
create index billing_rates_by_customer on operations.billing_rates (org_id, customer_id, id) where customer_id is not null;
create index billing_rates_by_scope on operations.billing_rates (org_id, scope, id);
create index billing_rates_by_start_date on operations.billing_rates (org_id, start_date, id);
select platform.tenant_table('operations.billing_rates', 'select, insert, update, delete');

-- +goose Down
drop table operations.billing_rates;
