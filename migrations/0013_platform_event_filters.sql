-- +goose Up
-- Filters of the list of events. What tells who may see an event is in the indexes whose
-- values many events share, so that a caller who sees few of them reads no others.
create index events_by_type on platform.events (org_id, type, id) include (kind, owner_id, was_owner_id);
create index events_by_actor on platform.events (org_id, actor_id, id) include (kind, owner_id, was_owner_id);
create index events_by_request on platform.events (org_id, request_id, id);
-- Most events begin their chain, and are found by their own identifiers.
create index events_by_chain on platform.events (org_id, correlation_id, id) where correlation_id <> id;

-- +goose Down
drop index platform.events_by_chain;
drop index platform.events_by_request;
drop index platform.events_by_actor;
drop index platform.events_by_type;
