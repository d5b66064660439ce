-- +goose Up
-- Bookkeeping schedules recur as a message of the type Recurrence describes.
alter table finance.bookkeeping_schedules add column recurrence jsonb;
update finance.bookkeeping_schedules
set recurrence = jsonb_build_object(
  'frequency', frequency,
  'interval', interval_count,
  'weekStart', 'MONDAY',
  'clamp', 'BACKWARD',
  'startDate', start_date::text
);
alter table finance.bookkeeping_schedules alter column recurrence set not null;
alter table finance.bookkeeping_schedules drop column frequency;
alter table finance.bookkeeping_schedules drop column interval_count;
alter table finance.bookkeeping_schedules drop column start_date;

-- +goose Down
-- Loses what the columns cannot express: other days, shifts, intervals above 12 and daily or longer yearly
-- rules.
alter table finance.bookkeeping_schedules add column frequency text;
alter table finance.bookkeeping_schedules add column interval_count integer;
alter table finance.bookkeeping_schedules add column start_date date;
update finance.bookkeeping_schedules
set
  frequency = coalesce(nullif(recurrence ->> 'frequency', 'DAILY'), 'WEEKLY'),
  interval_count = least(coalesce((recurrence ->> 'interval')::integer, 1), 12),
  start_date = (recurrence ->> 'startDate')::date;
update finance.bookkeeping_schedules set frequency = 'MONTHLY', interval_count = 12 where frequency = 'YEARLY';
alter table finance.bookkeeping_schedules alter column frequency set not null;
alter table finance.bookkeeping_schedules alter column interval_count set not null;
alter table finance.bookkeeping_schedules alter column start_date set not null;
alter table finance.bookkeeping_schedules
add constraint bookkeeping_schedules_frequency_known check (frequency in ('WEEKLY', 'MONTHLY'));
alter table finance.bookkeeping_schedules
add constraint bookkeeping_schedules_interval_counts check (interval_count between 1 and 12);
alter table finance.bookkeeping_schedules drop column recurrence;
