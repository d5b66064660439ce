-- +goose Up
-- Policies that say which steps of records wait for approval, and by whom.
create table platform.approval_policies (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  approval_kind text not null,
  display_name text not null,
  condition text not null,
  priority integer not null,
  steps jsonb,
  constraint approval_policies_pkey primary key (org_id, id)
);
comment on table platform.approval_policies is 'When a kind of step waits for approval, and who approves it. condition is an expression in CEL.';
create unique index approval_policies_external_id_taken on platform.approval_policies (org_id, external_id) where external_id is not null;
create index approval_policies_by_kind on platform.approval_policies (org_id, approval_kind, priority, id);
create index approval_policies_by_priority on platform.approval_policies (org_id, priority, id);
select platform.tenant_table('platform.approval_policies', 'select, insert, update');

-- +goose Down
drop table platform.approval_policies;
