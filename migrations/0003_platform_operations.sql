-- +goose Up
-- Long-running operations that outlive a request.

create table platform.operations (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  method text not null,
  person_id uuid,
  state text not null,
  done_count integer not null,
  total_count integer not null,
  result_id text not null,
  error jsonb,
  complete_time timestamptz,
  step_time timestamptz,
  failure_count integer not null default 0,
  constraint operations_pkey primary key (org_id, id),
  constraint operations_person_exists foreign key (org_id, person_id) references platform.persons (org_id, id),
  constraint operations_state_known check (state in ('RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
  constraint operations_complete_when_ended check ((state = 'RUNNING') = (complete_time is null))
);
comment on table platform.operations is 'Long work and how far it has come. step_time, in real time, tells that somebody does it; failure_count how often a step went wrong since one went well.';
create index operations_by_person on platform.operations (org_id, person_id) where person_id is not null;
create index operations_by_running on platform.operations (org_id, step_time) where state = 'RUNNING';
select platform.tenant_table('platform.operations', 'select, insert, update');

-- +goose StatementBegin
create function platform.idle_operations(before timestamptz) returns table (org_id uuid)
language sql stable security definer
set search_path = pg_catalog
as $$
  select distinct o.org_id
  from platform.operations o
  where o.state = 'RUNNING'
  and coalesce(o.step_time < before, true);
$$;
-- +goose StatementEnd
comment on function platform.idle_operations(timestamptz) is 'Organizations with an operation under way of which no part was done since an instant.';
revoke all on function platform.idle_operations(timestamptz) from public;
grant execute on function platform.idle_operations(timestamptz) to backoffice_app;

-- +goose Down
drop function platform.idle_operations(timestamptz);
drop table platform.operations;
