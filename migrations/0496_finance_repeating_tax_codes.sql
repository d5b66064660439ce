-- +goose Up
-- Whether the amounts of repeating entries include the taxes of their lines.
alter table finance.repeating_entries add column price_mode text not null default 'EXCLUSIVE';
alter table finance.repeating_entries alter column price_mode drop default;
alter table finance.repeating_entries
add constraint repeating_entries_price_mode_known check (price_mode in ('EXCLUSIVE', 'INCLUSIVE'));

-- +goose Down
alter table finance.repeating_entries drop constraint repeating_entries_price_mode_known;
alter table finance.repeating_entries drop column price_mode;
