-- +goose Up
-- Departments and employees.

create table people.departments (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  display_name text not null,
  display_name_key text not null generated always as (lower(display_name)) stored,
  code text not null,
  parent_department_id uuid,
  head_id uuid,
  constraint departments_pkey primary key (org_id, id),
  constraint departments_parent_department_exists foreign key (org_id, parent_department_id) references people.departments (org_id, id),
  constraint departments_head_exists foreign key (org_id, head_id) references platform.persons (org_id, id)
);
comment on table people.departments is 'Teams of the company, each a part of at most one other.';
create unique index departments_name_taken on people.departments (org_id, display_name_key);
create unique index departments_code_taken on people.departments (org_id, code) where code <> '';
create index departments_by_display_name on people.departments (org_id, display_name, id);
create index departments_by_parent on people.departments (org_id, parent_department_id, id);
create index departments_by_head on people.departments (org_id, head_id, id);
select platform.tenant_table('people.departments', 'select, insert, update, delete');

create table people.employees (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  person_id uuid not null,
  display_name text not null,
  given_name text not null,
  family_name text not null,
  work_email text not null,
  employee_number text not null,
  job_title text not null,
  department_id uuid,
  manager_id uuid,
  hire_date date not null,
  end_date date,
  constraint employees_pkey primary key (org_id, id),
  constraint employees_person_exists foreign key (org_id, person_id) references platform.persons (org_id, id),
  constraint employees_department_exists foreign key (org_id, department_id) references people.departments (org_id, id),
  constraint employees_manager_exists foreign key (org_id, manager_id) references people.employees (org_id, id),
  constraint employees_end_date_not_before_hire_date check (end_date >= hire_date)
);
comment on table people.employees is 'Who is or was employed by the company, each as the person they are.';
create unique index employees_person_taken on people.employees (org_id, person_id);
create unique index employees_number_taken on people.employees (org_id, employee_number) where employee_number <> '';
create index employees_by_display_name on people.employees (org_id, display_name, id);
create index employees_by_hire_date on people.employees (org_id, hire_date, id);
create index employees_by_department on people.employees (org_id, department_id, id);
create index employees_by_manager on people.employees (org_id, manager_id, id);
select platform.tenant_table('people.employees', 'select, insert, update, delete');

-- +goose Down
drop table people.employees;
drop table people.departments;
