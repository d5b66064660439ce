-- +goose Up
-- Removes what prevents a database from being distributed by organization. On a single
-- server nothing visible changes.

-- A key cannot contain a column twice in a distributed database.
alter table platform.organizations add constraint organizations_by_tenant unique (org_id);
alter table platform.persons drop constraint persons_organization_exists;
alter table platform.persons add constraint persons_organization_exists foreign key (org_id) references platform.organizations (org_id);
alter table platform.blobs drop constraint blobs_organization_exists;
alter table platform.blobs add constraint blobs_organization_exists foreign key (org_id) references platform.organizations (org_id);

-- A distributed database cannot plan an SQL function over all organizations. It commits a
-- statement that both deletes and counts in two phases.
-- +goose StatementBegin
create or replace function platform.forget_answers(before timestamptz) returns bigint
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  gone bigint;
begin
  delete from platform.idempotency i
  where i.create_time < before;
  get diagnostics gone = row_count;
  return gone;
end
$$;
-- +goose StatementEnd
-- +goose StatementBegin
create or replace function platform.idle_blobs(before timestamptz) returns table (org_id uuid, sha256 bytea)
language plpgsql stable security definer
set search_path = pg_catalog
as $$
begin
  return query
  select b.org_id, b.sha256
  from platform.blobs b
  where b.touch_time < before
  and not exists (
    select
    from platform.files f
    where f.org_id = b.org_id
    and f.sha256 = b.sha256
  )
  limit 10000;
end
$$;
-- +goose StatementEnd

-- An alter table can make only one change.
-- +goose StatementBegin
create or replace function platform.tenant_table(name regclass, privileges text) returns void
language plpgsql
as $$
begin
  execute format('alter table %s alter column org_id set statistics 0', name);
  execute format('alter table %s enable row level security', name);
  execute format('create policy tenant on %s to backoffice_app using (org_id = platform.org_id()) with check (org_id = platform.org_id())', name);
  execute format('grant %s on %s to backoffice_app', privileges, name);
end
$$;
-- +goose StatementEnd

-- A sequence belongs to a single server. Therefore the process numbers the events of a
-- transaction, which share one position.
alter table platform.events alter column seq drop default;
drop sequence platform.events_seq;

-- +goose Down
create sequence platform.events_seq;
select setval('platform.events_seq', (select max(seq) from platform.events));
alter table platform.events alter column seq set default nextval('platform.events_seq');
grant usage on sequence platform.events_seq to backoffice_app;
-- +goose StatementBegin
create or replace function platform.tenant_table(name regclass, privileges text) returns void
language plpgsql
as $$
begin
  execute format('alter table %s alter column org_id set statistics 0, enable row level security', name);
  execute format('create policy tenant on %s to backoffice_app using (org_id = platform.org_id()) with check (org_id = platform.org_id())', name);
  execute format('grant %s on %s to backoffice_app', privileges, name);
end
$$;
-- +goose StatementEnd
-- +goose StatementBegin
create or replace function platform.idle_blobs(before timestamptz) returns table (org_id uuid, sha256 bytea)
language sql stable security definer
set search_path = pg_catalog
as $$
  select b.org_id, b.sha256
  from platform.blobs b
  where b.touch_time < before
  and not exists (
    select
    from platform.files f
    where f.org_id = b.org_id
    and f.sha256 = b.sha256
  )
  limit 10000;
$$;
-- +goose StatementEnd
-- +goose StatementBegin
create or replace function platform.forget_answers(before timestamptz) returns bigint
language sql security definer
set search_path = pg_catalog
as $$
  with gone as (
    delete from platform.idempotency
    where create_time < before
    returning 1
  )
  select count(*) from gone;
$$;
-- +goose StatementEnd
alter table platform.blobs drop constraint blobs_organization_exists;
alter table platform.blobs add constraint blobs_organization_exists foreign key (org_id, org_id) references platform.organizations (org_id, id);
alter table platform.persons drop constraint persons_organization_exists;
alter table platform.persons add constraint persons_organization_exists foreign key (org_id, org_id) references platform.organizations (org_id, id);
alter table platform.organizations drop constraint organizations_by_tenant;
