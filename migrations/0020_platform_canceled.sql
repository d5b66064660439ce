-- +goose Up
-- An operation that was stopped is CANCELED, in the spelling of the API. Events of the old type stay.
alter table platform.operations drop constraint operations_state_known;
update platform.operations
set state = 'CANCELED', version = version + 1, update_time = now()
where state = 'CANCELLED';
alter table platform.operations
add constraint operations_state_known check (state in ('RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED'));

-- +goose Down
alter table platform.operations drop constraint operations_state_known;
update platform.operations
set state = 'CANCELLED', version = version + 1, update_time = now()
where state = 'CANCELED';
alter table platform.operations
add constraint operations_state_known check (state in ('RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'));
