-- +goose Up
-- Projects and departments are values of built-in dimensions.
alter table finance.dimensions add column kind text not null default 'CUSTOM';
alter table finance.dimensions add column balancing_account_id uuid;
alter table finance.dimensions add constraint dimensions_balancing_account_exists foreign key (org_id, balancing_account_id) references finance.accounts (org_id, id);
alter table finance.dimensions alter column kind drop default;
create unique index dimensions_by_kind on finance.dimensions (org_id, kind) where kind <> 'CUSTOM';
create index dimensions_by_balancing_account on finance.dimensions (org_id, balancing_account_id) where balancing_account_id is not null;

alter table finance.dimension_values add column subject_id text not null default '';
alter table finance.dimension_values alter column subject_id drop default;
create unique index dimension_values_by_subject on finance.dimension_values (org_id, subject_id) where subject_id <> '';
drop index finance.dimension_values_name_taken;
create unique index dimension_values_name_taken on finance.dimension_values (org_id, dimension_id, display_name_key) where subject_id = '';
create index dimension_values_by_dimension on finance.dimension_values (org_id, dimension_id);

-- The name is the first that no other dimension of the organization has.
insert into finance.dimensions (org_id, id, version, create_time, update_time, display_name, description, kind)
select o.org_id, gen_random_uuid(), 1, now(), now(), n.display_name, '', k.kind
from platform.organizations o
cross join (
  values
  ('PROJECT', array['Project', 'Projects', 'Project records']),
  ('DEPARTMENT', array['Department', 'Departments', 'Department records'])
) as k (kind, names)
cross join lateral (
  select n.display_name
  from unnest(k.names) with ordinality as n (display_name, position)
  where not exists (
    select
    from finance.dimensions d
    where d.org_id = o.org_id
    and d.display_name_key = lower(n.display_name)
  )
  order by n.position
  limit 1
) n;

create table finance.account_dimension_rules (
  org_id uuid not null,
  account_id uuid not null,
  line_number integer not null,
  dimension_id uuid not null,
  default_value_id uuid,
  required boolean not null,
  constraint account_dimension_rules_pkey primary key (org_id, account_id, line_number),
  constraint account_dimension_rules_account_exists foreign key (org_id, account_id) references finance.accounts (org_id, id) on delete cascade,
  constraint account_dimension_rules_dimension_exists foreign key (org_id, dimension_id) references finance.dimensions (org_id, id),
  constraint account_dimension_rules_default_value_exists foreign key (org_id, default_value_id) references finance.dimension_values (org_id, id)
);
comment on table finance.account_dimension_rules is 'Which values of dimensions the lines of an account have.';
create index account_dimension_rules_by_dimension on finance.account_dimension_rules (org_id, dimension_id);
create index account_dimension_rules_by_default_value on finance.account_dimension_rules (org_id, default_value_id) where default_value_id is not null;
select platform.tenant_table('finance.account_dimension_rules', 'select, insert, delete');

-- +goose Down
drop table finance.account_dimension_rules;
delete from finance.dimension_values where subject_id <> '';
drop index finance.dimension_values_by_dimension;
drop index finance.dimension_values_name_taken;
alter table finance.dimension_values drop column subject_id;
create unique index dimension_values_name_taken on finance.dimension_values (org_id, dimension_id, display_name_key);
delete from finance.dimensions where kind <> 'CUSTOM';
alter table finance.dimensions drop column kind;
alter table finance.dimensions drop column balancing_account_id;
