-- +goose Up
-- Which account plays which role in postings. Every organization has a row for each role.
create table finance.account_roles (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  role text not null,
  account_id uuid,
  constraint account_roles_pkey primary key (org_id, id),
  constraint account_roles_account_exists foreign key (org_id, account_id) references finance.accounts (org_id, id)
);
comment on table finance.account_roles is 'The account that postings of a purpose go to, such as rounding differences. Without an account, the first posting uses or adds the usual one.';
create unique index account_roles_by_role on finance.account_roles (org_id, role);
create index account_roles_by_account on finance.account_roles (org_id, account_id) where account_id is not null;
select platform.tenant_table('finance.account_roles', 'select, insert, update, delete');

insert into finance.account_roles (org_id, id, version, create_time, update_time, role)
select o.org_id, gen_random_uuid(), 1, now(), now(), r.role
from platform.organizations o
cross join unnest(array[
  'RECEIVABLE', 'CUSTOMER_DEPOSITS', 'UNDEPOSITED_FUNDS', 'DISCOUNTS_GIVEN', 'LATE_FEES', 'BAD_DEBTS', 'ROUNDING',
  'PAYABLE', 'DISCOUNTS_TAKEN', 'EMPLOYEE_REIMBURSEMENTS', 'NET_PAY_CLEARING', 'WAGES', 'EMPLOYER_TAXES',
  'PAYROLL_LIABILITIES', 'REALIZED_GAINS', 'UNREALIZED_GAINS', 'RETAINED_EARNINGS', 'OPENING_BALANCES',
  'OWNER_EQUITY', 'OWNER_DRAW', 'SALES_TAX'
]) as r (role);

-- +goose Down
drop table finance.account_roles;
