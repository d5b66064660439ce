-- +goose Up
-- An operation that was stopped is CANCELED, in the spelling of the API. Events of the old type stay.
alter table platform.operations drop constraint operations_state_known;
update platform.operations set state = 'CANCELED' where state = 'CANCELLED';
alter table platform.operations
add constraint operations_state_known check (state in ('RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED'));

-- +goose Down
alter table platform.operations drop constraint operations_state_known;
update platform.operations set state = 'CANCELLED' where state = 'CANCELED';
alter table platform.operations
add constraint operations_state_known check (state in ('RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'));
