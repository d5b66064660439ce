-- +goose Up
-- Records that hold for a span of days: an exclusion constraint keeps the spans of a group apart,
-- and an event is recorded on the first day. Records before the upgrade are not announced.
create extension if not exists btree_gist with schema public;

alter table platform.deadline_positions drop constraint deadline_positions_event_known;
alter table platform.deadline_positions add constraint deadline_positions_event_known
  check (event in ('dueSoon', 'due', 'overdue', 'tookEffect'));

insert into platform.deadline_positions (org_id, event, due_date, resource, record_key, next_time)
select o.org_id, 'tookEffect', current_date, '~', 'ffffffff-ffff-ffff-ffff-ffffffffffff', now()
from platform.organizations o;

-- +goose Down
delete from platform.deadline_positions
where event = 'tookEffect';
alter table platform.deadline_positions drop constraint deadline_positions_event_known;
alter table platform.deadline_positions add constraint deadline_positions_event_known
  check (event in ('dueSoon', 'due', 'overdue'));
drop extension btree_gist;
