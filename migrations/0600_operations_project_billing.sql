-- +goose Up
-- Projects have a state, a customer and a budget, and tasks a first day and an estimate.
alter table operations.projects add column customer_id uuid;
alter table operations.projects add constraint projects_customer_exists foreign key (org_id, customer_id) references finance.customers (org_id, id);
alter table operations.projects add column state text not null default 'STARTED';
alter table operations.projects alter column state drop default;
alter table operations.projects add constraint projects_state_known check (state in ('BACKLOG', 'UNSTARTED', 'STARTED', 'COMPLETED', 'CANCELED'));
alter table operations.projects add column billing text not null default 'NON_BILLABLE';
alter table operations.projects alter column billing drop default;
alter table operations.projects add constraint projects_billing_known check (billing in ('NON_BILLABLE', 'TIME_AND_MATERIALS', 'FIXED_PRICE'));
alter table operations.projects add constraint projects_billed_to_customer check (billing = 'NON_BILLABLE' or customer_id is not null);
alter table operations.projects add column currency_code text not null default '';
alter table operations.projects alter column currency_code drop default;
update operations.projects p
set currency_code = o.currency_code
from platform.organizations o
where o.org_id = p.org_id;
alter table operations.projects add column budget_seconds integer not null default 0;
alter table operations.projects alter column budget_seconds drop default;
alter table operations.projects add column budget_amount_currency text;
alter table operations.projects add column budget_amount_minor bigint;
alter table operations.projects add column item_id uuid;
alter table operations.projects add constraint projects_item_exists foreign key (org_id, item_id) references finance.items (org_id, id);
alter table operations.projects add column complete_time timestamptz;
alter table operations.projects add constraint projects_complete_time_once_completed check ((complete_time is not null) = (state = 'COMPLETED'));
create index projects_by_customer on operations.projects (org_id, customer_id, id);
create index projects_by_item on operations.projects (org_id, item_id, id);
drop index operations.open_projects_by_owner;
drop index operations.open_projects_by_due_date;
create index open_projects_by_due_date on operations.projects (org_id, due_date, id) where archive_time is null and state not in ('COMPLETED', 'CANCELED');
create index open_projects_by_owner on operations.projects (org_id, owner_id, due_date, id) where archive_time is null and state not in ('COMPLETED', 'CANCELED');

alter table operations.tasks add column start_date date;
alter table operations.tasks add column estimate_seconds integer not null default 0;
alter table operations.tasks alter column estimate_seconds drop default;

-- +goose Down
alter table operations.tasks drop column estimate_seconds;
alter table operations.tasks drop column start_date;
drop index operations.open_projects_by_owner;
drop index operations.open_projects_by_due_date;
create index open_projects_by_due_date on operations.projects (org_id, due_date, id) where archive_time is null;
create index open_projects_by_owner on operations.projects (org_id, owner_id, due_date, id) where archive_time is null;
drop index operations.projects_by_item;
drop index operations.projects_by_customer;
alter table operations.projects drop column complete_time;
alter table operations.projects drop column item_id;
alter table operations.projects drop column budget_amount_minor;
alter table operations.projects drop column budget_amount_currency;
alter table operations.projects drop column budget_seconds;
alter table operations.projects drop column currency_code;
alter table operations.projects drop column billing;
alter table operations.projects drop column state;
alter table operations.projects drop column customer_id;
