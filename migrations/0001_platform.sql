-- +goose Up
-- Schemas and roles, the event history with its positions, and tenants.

create schema platform;
create schema finance;
create schema operations;
create schema people;
create schema river;

-- Roles belong to the cluster and not to the database. Another database, or a concurrent
-- migration, may already have created them.
-- +goose StatementBegin
do $$
declare
  name text;
begin
  foreach name in array array['backoffice_app', 'backoffice_relay'] loop
    begin
      if not exists (select from pg_roles where rolname = name) then
        execute format('create role %I nologin', name);
      end if;
    exception
      when duplicate_object or unique_violation then null;
      when insufficient_privilege then
        raise exception using message = format(
          'the database user may not create roles; let an administrator run: create role backoffice_app nologin; create role backoffice_relay nologin; grant backoffice_app, backoffice_relay to %I', current_user);
    end;
    if not pg_has_role(current_user, name, 'member') then
      begin
        execute format('grant %I to %I', name, current_user);
      exception
        when unique_violation then null;
        when insufficient_privilege then
          raise exception using message = format(
            'the database user is not a member of the server''s roles; let an administrator run: grant backoffice_app, backoffice_relay to %I', current_user);
      end;
    end if;
  end loop;
end
$$;
-- +goose StatementEnd

grant usage on schema platform, finance, operations, people to backoffice_app;
grant usage on schema platform to backoffice_relay;

-- Returns the organization of the transaction. Outside of an organization it is null, which
-- equals no row.
create function platform.org_id() returns uuid
language sql stable parallel safe
return nullif(current_setting('app.org_id', true), '')::uuid;
comment on function platform.org_id() is 'The organization that the transaction has entered.';

-- +goose StatementBegin
create function platform.tenant_table(name regclass, privileges text) returns void
language plpgsql
as $$
begin
  execute format('alter table %s enable row level security', name);
  execute format('create policy tenant on %s to backoffice_app using (org_id = platform.org_id()) with check (org_id = platform.org_id())', name);
  execute format('grant %s on %s to backoffice_app', privileges, name);
end
$$;
-- +goose StatementEnd
comment on function platform.tenant_table(regclass, text) is 'Puts a table behind row-level security and grants the server what it may do with it.';

-- +goose StatementBegin
create function platform.refuse_change() returns trigger
language plpgsql
as $$
begin
  raise exception using
    errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name, constraint = tg_argv[0], message = tg_argv[1];
end
$$;
-- +goose StatementEnd
comment on function platform.refuse_change() is 'Trigger that refuses what its condition finds, by the name of a rule and in words.';

-- Positions. PostgreSQL exposes no commit order. A position is the transaction's ID plus an
-- offset that survives dump and restore. All rows below the horizon are visible, and none
-- will be added below it.
create table platform.cluster (
  singleton boolean not null default true,
  position_offset bigint not null,
  system_identifier bigint not null,
  canary bytea,
  constraint cluster_pkey primary key (singleton),
  constraint cluster_is_one check (singleton)
);
comment on table platform.cluster is 'One row: the database cluster the positions were counted on, what to add to its transaction ids, and a text sealed by the master key, by which a wrong key is known.';
insert into platform.cluster (position_offset, system_identifier)
select 0, system_identifier from pg_control_system();

-- The function is in plpgsql, which caches its plan. An SQL function with a query is
-- planned again by every statement that calls it, and every write does.
-- +goose StatementBegin
create function platform.position() returns bigint
language plpgsql stable parallel safe
as $$
begin
  return pg_current_xact_id()::text::bigint + (select c.position_offset from platform.cluster c);
end
$$;
-- +goose StatementEnd
comment on function platform.position() is 'Place of this transaction in the order in which readers follow the history.';

create function platform.horizon() returns bigint
language sql stable parallel safe
return (select pg_snapshot_xmin(pg_current_snapshot())::text::bigint + c.position_offset from platform.cluster c);
comment on function platform.horizon() is 'Positions below it are complete: nothing will be added there.';

-- A restored or moved database restarts its transaction IDs. Without a new offset,
-- positions would be used twice or stay beyond the horizon.
-- +goose StatementBegin
create function platform.settle_position() returns boolean
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  highest bigint;
  moved boolean;
begin
  select coalesce(max(position), 0) into highest from platform.events;
  select c.system_identifier <> s.system_identifier or highest >= platform.position()
  into moved
  from platform.cluster c, pg_control_system() s
  for update of c;
  if moved then
    update platform.cluster
    set position_offset = greatest(position_offset, highest + 1 - pg_current_xact_id()::text::bigint + 1),
      system_identifier = (select system_identifier from pg_control_system());
  end if;
  return moved;
end
$$;
-- +goose StatementEnd
comment on function platform.settle_position() is 'Raises the offset after a restore or move; true when it did.';
revoke all on function platform.settle_position() from public;
grant execute on function platform.settle_position() to backoffice_app;
grant select, update (canary) on platform.cluster to backoffice_app;
grant select on platform.cluster to backoffice_relay;

-- History.
create sequence platform.events_seq;
create table platform.events (
  org_id uuid not null,
  id uuid not null,
  position bigint not null default platform.position(),
  seq bigint not null default nextval('platform.events_seq'),
  type text not null,
  subject_id text not null,
  actor_id uuid,
  api_key_id uuid,
  method text not null,
  request_id text not null,
  changes jsonb,
  correlation_id uuid not null,
  causation_id uuid,
  depth integer not null,
  create_time timestamptz not null,
  record_time timestamptz not null,
  constraint events_pkey primary key (org_id, id, record_time)
) partition by range (record_time);
comment on table platform.events is 'What happened to which record, by whom: audit trail, outbox and change feed in one. Partitioned by month of real time.';
create index events_by_subject on platform.events (org_id, subject_id, id);
create index events_by_position on platform.events (position, seq);
select platform.tenant_table('platform.events', 'select, insert');
grant usage on sequence platform.events_seq to backoffice_app;
grant select on platform.events to backoffice_relay;
create policy relay on platform.events for select to backoffice_relay using (true);

-- +goose StatementBegin
create function platform.make_event_partitions(months integer) returns integer
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  first timestamptz;
  name text;
  made integer := 0;
begin
  for ahead in 0..months loop
    first := (date_trunc('month', now() at time zone 'UTC') + make_interval(months => ahead)) at time zone 'UTC';
    name := 'events_' || to_char(first at time zone 'UTC', 'YYYY_MM');
    continue when to_regclass('platform.' || name) is not null;
    begin
      execute format('create table platform.%I partition of platform.events for values from (%L) to (%L)',
        name, first, ((first at time zone 'UTC') + interval '1 month') at time zone 'UTC');
      made := made + 1;
    exception
      when duplicate_table then null;
    end;
  end loop;
  return made;
end
$$;
-- +goose StatementEnd
comment on function platform.make_event_partitions(integer) is 'Makes the partitions of this month and of so many to come; answers how many were missing.';
revoke all on function platform.make_event_partitions(integer) from public;
grant execute on function platform.make_event_partitions(integer) to backoffice_app;
select platform.make_event_partitions(3);

create table platform.relay_cursors (
  name text not null,
  position bigint not null,
  seq bigint not null,
  constraint relay_cursors_pkey primary key (name)
);
comment on table platform.relay_cursors is 'How far each reader of the history has come.';
grant select, insert, update on platform.relay_cursors to backoffice_relay;

create table platform.idempotency (
  org_id uuid not null,
  credential_id uuid not null,
  method text not null,
  key text not null,
  fingerprint bytea not null,
  answer bytea not null,
  create_time timestamptz not null,
  constraint idempotency_pkey primary key (org_id, credential_id, method, key)
);
comment on table platform.idempotency is 'Answers to requests with an idempotency key, sealed, for 30 days of real time.';
create index idempotency_by_create_time on platform.idempotency (create_time);
select platform.tenant_table('platform.idempotency', 'select, insert, delete');

-- +goose StatementBegin
create function platform.forget_answers(before timestamptz) returns bigint
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
comment on function platform.forget_answers(timestamptz) is 'Deletes the answers stored before an instant, of all organizations.';
revoke all on function platform.forget_answers(timestamptz) from public;
grant execute on function platform.forget_answers(timestamptz) to backoffice_app;

-- Tenants.
create table platform.organizations (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  display_name text not null,
  currency_code text not null,
  time_zone text not null,
  region_code text not null,
  test boolean not null,
  fiscal_year_start_month integer not null,
  clock_offset_micros bigint not null default 0,
  constraint organizations_pkey primary key (org_id, id),
  constraint organizations_are_their_own_tenant check (org_id = id),
  constraint organizations_clock_moves_in_tests check (test or clock_offset_micros = 0)
);
comment on table platform.organizations is 'The tenants.';
select platform.tenant_table('platform.organizations', 'select, insert, update');

create table platform.persons (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  display_name text not null,
  given_name text not null,
  family_name text not null,
  email text not null,
  constraint persons_pkey primary key (org_id, id),
  constraint persons_organization_exists foreign key (org_id, org_id) references platform.organizations (org_id, id)
);
comment on table platform.persons is 'Who owns, does, approves and signs.';
create unique index persons_email_taken on platform.persons (org_id, email) where email <> '';
create index persons_by_display_name on platform.persons (org_id, display_name, id);
select platform.tenant_table('platform.persons', 'select, insert, update, delete');

create table platform.api_keys (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  display_name text not null,
  person_id uuid not null,
  role text not null,
  scopes text[] not null,
  state text not null,
  expire_time timestamptz,
  last_use_time timestamptz,
  constraint api_keys_pkey primary key (org_id, id),
  constraint api_keys_person_exists foreign key (org_id, person_id) references platform.persons (org_id, id),
  constraint api_keys_state_known check (state in ('ACTIVE', 'REVOKED'))
);
comment on table platform.api_keys is 'Credentials by which programs act for persons.';
create index api_keys_by_display_name on platform.api_keys (org_id, display_name, id);
create index api_keys_by_person on platform.api_keys (org_id, person_id);
select platform.tenant_table('platform.api_keys', 'select, insert, update');

-- Tables that are read before the organization is known.
create table platform.credentials (
  public_id text not null,
  secret_hash bytea not null,
  org_id uuid not null,
  api_key_id uuid not null,
  constraint credentials_pkey primary key (public_id),
  constraint credentials_one_per_key unique (org_id, api_key_id)
);
comment on table platform.credentials is 'From the public part of an API key to its organization. Outside row-level security: it is read before the organization is known.';
grant select, insert, update, delete on platform.credentials to backoffice_app;

create table platform.logins (
  email text not null,
  org_id uuid not null,
  person_id uuid not null,
  password_hash text not null,
  constraint logins_pkey primary key (email, org_id)
);
comment on table platform.logins is 'Who may sign in with an e-mail address and a password, whose argon2id hash is kept. Outside row-level security: it is read before the organization is known.';
grant select, insert, update, delete on platform.logins to backoffice_app;

-- +goose Down
drop schema river, people, operations, finance, platform cascade;
