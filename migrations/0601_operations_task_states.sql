-- +goose Up
-- The workflow of tasks: states with free names, each of a fixed category.

create table operations.task_states (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  display_name text not null,
  display_name_key text not null generated always as (lower(display_name)) stored,
  category text not null,
  rank text collate "C" not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  constraint task_states_pkey primary key (org_id, id),
  constraint task_states_category_known check (category in ('BACKLOG', 'UNSTARTED', 'STARTED', 'COMPLETED', 'CANCELED'))
);
comment on table operations.task_states is 'States of tasks. Every organization has at least one of each category.';
create unique index task_states_external_id_taken on operations.task_states (org_id, external_id) where external_id is not null;
create unique index task_states_name_taken on operations.task_states (org_id, display_name_key);
create index task_states_by_rank on operations.task_states (org_id, rank, id);
select platform.tenant_table('operations.task_states', 'select, insert, update, delete');

insert into operations.task_states (org_id, id, version, create_time, update_time, display_name, category, rank)
select o.org_id, (left(o.org_id::text, 15) || substr(gen_random_uuid()::text, 16))::uuid, 1, now(), now(), s.name, s.category, s.rank
from platform.organizations o
cross join (
  values ('Backlog', 'BACKLOG', 'a0'), ('To do', 'UNSTARTED', 'a1'), ('In progress', 'STARTED', 'a2'), ('Done', 'COMPLETED', 'a3'), ('Canceled', 'CANCELED', 'a4')
) s (name, category, rank);

-- +goose Down
drop table operations.task_states;
