-- +goose Up

create table operations.budget_checks (
  org_id uuid not null,
  check_time timestamptz not null,
  constraint budget_checks_pkey primary key (org_id)
);
comment on table operations.budget_checks is 'When the budgets of projects were last checked. Only those that changed since are checked again.';
select platform.tenant_table('operations.budget_checks', 'select, insert, update');

-- +goose Down
drop table operations.budget_checks;
