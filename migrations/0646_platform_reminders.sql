-- +goose Up
-- Notifications of which digests remind as long as they hold, such as that a record is overdue.
alter table platform.notification_deliveries drop constraint notification_deliveries_channel_known;
alter table platform.notification_deliveries add constraint notification_deliveries_channel_known
  check (channel in ('EMAIL', 'DIGEST', 'DEVICE', 'REMINDER'));

-- +goose Down
delete from platform.notification_deliveries
where channel = 'REMINDER';
alter table platform.notification_deliveries drop constraint notification_deliveries_channel_known;
alter table platform.notification_deliveries add constraint notification_deliveries_channel_known
  check (channel in ('EMAIL', 'DIGEST', 'DEVICE'));
