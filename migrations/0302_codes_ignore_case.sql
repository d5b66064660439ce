-- +goose Up
-- Codes are unique ignoring case, like names: people tell "A1" and "a1" apart no better than files do.
drop index finance.accounts_code_taken;
create unique index accounts_code_taken on finance.accounts (org_id, lower(code)) where code <> '';
drop index operations.projects_code_taken;
create unique index projects_code_taken on operations.projects (org_id, lower(code)) where code <> '';
drop index people.departments_code_taken;
create unique index departments_code_taken on people.departments (org_id, lower(code)) where code <> '';
drop index people.employees_number_taken;
create unique index employees_number_taken on people.employees (org_id, lower(employee_number)) where employee_number <> '';

-- +goose Down
drop index finance.accounts_code_taken;
create unique index accounts_code_taken on finance.accounts (org_id, code) where code <> '';
drop index operations.projects_code_taken;
create unique index projects_code_taken on operations.projects (org_id, code) where code <> '';
drop index people.departments_code_taken;
create unique index departments_code_taken on people.departments (org_id, code) where code <> '';
drop index people.employees_number_taken;
create unique index employees_number_taken on people.employees (org_id, employee_number) where employee_number <> '';
