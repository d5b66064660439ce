-- +goose Up
-- The attempts that decide when an email is tried next begin again when it is retried.
alter table platform.email_queue add column attempt_count integer not null default 0;
alter table platform.email_queue alter column attempt_count drop default;
comment on column platform.email_queue.attempt_count is 'Attempts since the email was queued, or since it was retried.';

-- +goose Down
alter table platform.email_queue drop column attempt_count;
