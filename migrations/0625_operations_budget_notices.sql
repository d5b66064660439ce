-- +goose Up

create table operations.budget_notices (
  org_id uuid not null,
  project_id uuid not null,
  measure text not null,
  percent integer not null,
  budget bigint not null,
  create_time timestamptz not null,
  constraint budget_notices_pkey primary key (org_id, project_id, measure, percent),
  constraint budget_notices_project_exists foreign key (org_id, project_id) references operations.projects (org_id, id) on delete cascade,
  constraint budget_notices_measure_known check (measure in ('TIME', 'AMOUNT')),
  constraint budget_notices_percent_known check (percent in (80, 100))
);
comment on table operations.budget_notices is 'The budgets of which persons were told that a part is used. A larger budget is told anew.';
select platform.tenant_table('operations.budget_notices', 'select, insert, update, delete');

-- +goose Down
drop table operations.budget_notices;
