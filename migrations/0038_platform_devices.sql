-- +goose Up
-- Devices of persons, and the notifications that wait to be sent by email or to a device.
create table platform.devices (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  person_id uuid not null,
  display_name text not null,
  transport text not null,
  endpoint text not null,
  public_key text not null,
  last_success_time timestamptz,
  last_error text not null,
  constraint devices_pkey primary key (org_id, id),
  constraint devices_person_exists
    foreign key (org_id, person_id) references platform.persons (org_id, id) on delete cascade,
  constraint devices_transport_known check (transport in ('WEB_PUSH', 'WEBHOOK'))
);
comment on table platform.devices is 'Browsers and servers of persons to which notifications are sent.';
create unique index devices_endpoint_taken on platform.devices (org_id, person_id, endpoint);
create index devices_by_person on platform.devices (org_id, person_id, id);
select platform.tenant_table('platform.devices', 'select, insert, update, delete');

create table platform.notification_deliveries (
  org_id uuid not null,
  notification_id uuid not null,
  channel text not null,
  device_key uuid not null,
  person_id uuid not null,
  due_time timestamptz not null,
  attempt_count integer not null,
  unread_only boolean not null,
  constraint notification_deliveries_pkey primary key (org_id, notification_id, channel, device_key),
  constraint notification_deliveries_notification_exists
    foreign key (org_id, notification_id) references platform.notifications (org_id, id) on delete cascade,
  constraint notification_deliveries_channel_known check (channel in ('EMAIL', 'DIGEST', 'DEVICE'))
);
comment on table platform.notification_deliveries is 'Notifications that wait to be sent. due_time is on the clock of the organization; a server that sends to a device moves it ahead. device_key is zero unless the channel is DEVICE.';
create index notification_deliveries_by_due on platform.notification_deliveries (org_id, due_time);
create index notification_deliveries_by_person on platform.notification_deliveries (org_id, person_id, channel, due_time);
create index notification_deliveries_by_device on platform.notification_deliveries (org_id, device_key);
select platform.tenant_table('platform.notification_deliveries', 'select, insert, update, delete');

create table platform.notification_wakeups (
  org_id uuid not null,
  next_time timestamptz not null,
  constraint notification_wakeups_pkey primary key (org_id)
);
comment on table platform.notification_wakeups is 'Real time at which the next notification of an organization is to be sent.';
create index notification_wakeups_by_next_time on platform.notification_wakeups (next_time, org_id);
select platform.tenant_table('platform.notification_wakeups', 'select, insert, update');
grant select on platform.notification_wakeups to backoffice_relay;
create policy relay on platform.notification_wakeups for select to backoffice_relay using (true);

-- +goose Down
drop table platform.notification_wakeups;
drop table platform.notification_deliveries;
drop table platform.devices;
