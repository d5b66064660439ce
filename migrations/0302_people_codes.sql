-- +goose Up
-- Codes and employee numbers are unique ignoring case, like names. Of records that
-- differ in case only, the later ones get a number.
update people.departments r
set code = left(r.code, 14) || '~' || d.number
from (
  select org_id, id, row_number() over (partition by org_id, lower(code) order by id) as number
  from people.departments
  where code <> ''
) d
where d.org_id = r.org_id
and d.id = r.id
and d.number > 1;
drop index people.departments_code_taken;
alter table people.departments add column code_key text not null generated always as (lower(code)) stored;
create unique index departments_code_taken on people.departments (org_id, code_key) where code_key <> '';
update people.employees r
set employee_number = left(r.employee_number, 14) || '~' || d.number
from (
  select org_id, id, row_number() over (partition by org_id, lower(employee_number) order by id) as number
  from people.employees
  where employee_number <> ''
) d
where d.org_id = r.org_id
and d.id = r.id
and d.number > 1;
drop index people.employees_number_taken;
alter table people.employees add column employee_number_key text not null generated always as (lower(employee_number)) stored;
create unique index employees_number_taken on people.employees (org_id, employee_number_key) where employee_number_key <> '';

-- +goose Down
drop index people.departments_code_taken;
alter table people.departments drop column code_key;
create unique index departments_code_taken on people.departments (org_id, code) where code <> '';
drop index people.employees_number_taken;
alter table people.employees drop column employee_number_key;
create unique index employees_number_taken on people.employees (org_id, employee_number) where employee_number <> '';
