-- +goose Up
-- Indexes for listing the records that a person owns.
drop index finance.bookkeeping_schedules_by_owner;
create index bookkeeping_schedules_by_owner on finance.bookkeeping_schedules (org_id, owner_id, id);
drop index finance.private_expenses_by_person;
create index private_expenses_by_person on finance.private_expenses (org_id, person_id, id);

-- +goose Down
drop index finance.private_expenses_by_person;
create index private_expenses_by_person on finance.private_expenses (org_id, person_id) where person_id is not null;
drop index finance.bookkeeping_schedules_by_owner;
create index bookkeeping_schedules_by_owner on finance.bookkeeping_schedules (org_id, owner_id) where owner_id is not null;
