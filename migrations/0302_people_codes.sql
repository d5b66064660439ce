-- +goose Up
-- Codes and employee numbers are unique ignoring case, like names.
drop index people.departments_code_taken;
create unique index departments_code_taken on people.departments (org_id, lower(code)) where code <> '';
drop index people.employees_number_taken;
create unique index employees_number_taken on people.employees (org_id, lower(employee_number)) where employee_number <> '';

-- +goose Down
drop index people.departments_code_taken;
create unique index departments_code_taken on people.departments (org_id, code) where code <> '';
drop index people.employees_number_taken;
create unique index employees_number_taken on people.employees (org_id, employee_number) where employee_number <> '';
