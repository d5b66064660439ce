-- +goose Up
-- Records that change without an event, such as entries that get their number, are queued for the search index.
create table platform.search_queue (
  org_id uuid not null,
  id uuid not null,
  kind text not null,
  record_key uuid not null,
  constraint search_queue_pkey primary key (org_id, id)
);
comment on table platform.search_queue is 'Records that are to be indexed again because they changed without an event. What changes them queues them in its transaction.';
select platform.tenant_table('platform.search_queue', 'select, insert, delete');
grant select on platform.search_queue to backoffice_relay;
create policy relay on platform.search_queue for select to backoffice_relay using (true);

-- +goose Down
drop table platform.search_queue;
