-- +goose Up
-- Notifications, the events that wait to become some, and the preferences of persons.
alter table platform.organizations add column link_template text not null default '';
alter table platform.organizations alter column link_template drop default;
comment on column platform.organizations.link_template is 'URL at which a frontend shows a record, with placeholders in braces.';

create table platform.notifications (
  org_id uuid not null,
  id uuid not null,
  create_time timestamptz not null,
  person_id uuid not null,
  notification_kind text not null,
  category text not null,
  cause text not null,
  subject_id text not null,
  actor_id uuid,
  title text not null,
  body text not null,
  state text not null,
  read_time timestamptz,
  archived_time timestamptz,
  constraint notifications_pkey primary key (org_id, id),
  constraint notifications_person_exists
    foreign key (org_id, person_id) references platform.persons (org_id, id) on delete cascade,
  constraint notifications_category_known
    check (category in ('SECURITY', 'APPROVAL', 'MENTION', 'ASSIGNMENT', 'DEADLINE', 'COMMENT', 'SYSTEM')),
  constraint notifications_state_known check (state in ('UNREAD', 'READ', 'ARCHIVED'))
);
comment on table platform.notifications is 'What persons are told. A cause, such as an event, leads to one notification of a kind to a person.';
create unique index notifications_by_cause on platform.notifications (org_id, person_id, notification_kind, cause);
create index notifications_by_person on platform.notifications (org_id, person_id, id);
create index notifications_by_state on platform.notifications (org_id, person_id, state, id);
create index notifications_by_category on platform.notifications (org_id, person_id, category, id);
create index notifications_by_kind on platform.notifications (org_id, person_id, notification_kind, id);
create index notifications_by_person_and_subject on platform.notifications (org_id, person_id, subject_id, id);
create index notifications_by_subject on platform.notifications (org_id, subject_id);
create index notifications_unread on platform.notifications (org_id, person_id, category) where state = 'UNREAD';
select platform.tenant_table('platform.notifications', 'select, insert, update, delete');
-- Without statistics a person's notifications are expected to be few, whoever has most of them, so
-- that they are not read by the organization alone.
alter table platform.notifications alter column person_id set statistics 0;

create table platform.notification_causes (
  org_id uuid not null,
  event_id uuid not null,
  position bigint not null,
  seq bigint not null,
  due_time timestamptz not null,
  failure_count integer not null,
  constraint notification_causes_pkey primary key (org_id, event_id)
);
comment on table platform.notification_causes is 'Events that wait to become notifications. due_time is in real time.';
create index notification_causes_by_due on platform.notification_causes (due_time, org_id);
create index notification_causes_by_position on platform.notification_causes (org_id, position, seq);
select platform.tenant_table('platform.notification_causes', 'select, update, delete');
grant select, insert on platform.notification_causes to backoffice_relay;
create policy relay_reads on platform.notification_causes for select to backoffice_relay using (true);
create policy relay_adds on platform.notification_causes for insert to backoffice_relay with check (true);

create table platform.notification_preferences (
  org_id uuid not null,
  person_id uuid not null,
  version bigint not null,
  update_time timestamptz not null,
  preferences jsonb not null,
  constraint notification_preferences_pkey primary key (org_id, person_id),
  constraint notification_preferences_person_exists
    foreign key (org_id, person_id) references platform.persons (org_id, id) on delete cascade
);
comment on table platform.notification_preferences is 'How persons want to be told. A person without a row has the defaults.';
select platform.tenant_table('platform.notification_preferences', 'select, insert, update');

-- +goose Down
drop table platform.notification_preferences;
drop table platform.notification_causes;
drop table platform.notifications;
alter table platform.organizations drop column link_template;
