-- +goose Up
-- Open acknowledgment requests are looked through for the work of a person.
create index open_acknowledgment_requests on platform.acknowledgment_requests (org_id, id) where state = 'OPEN';

-- +goose Down
drop index platform.open_acknowledgment_requests;
