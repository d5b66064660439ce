-- +goose Up
-- Whether the dates of numbered documents must ascend.
alter table platform.number_series add column date_order text not null default 'ANY';
alter table platform.number_series alter column date_order drop default;
alter table platform.number_series add constraint number_series_date_order_known check (date_order in ('ANY', 'ASCENDING'));
alter table platform.number_series add column last_date date;

-- +goose Down
alter table platform.number_series drop column last_date;
alter table platform.number_series drop column date_order;
