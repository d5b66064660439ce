-- +goose Up
create index time_entries_by_person_and_state on operations.time_entries (org_id, person_id, billing_state, id);

-- +goose Down
drop index operations.time_entries_by_person_and_state;
