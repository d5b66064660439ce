-- +goose Up
-- Notices list what is open of earlier charges, can be written off, and say why they were not mailed.

alter table finance.dunning_notices add column email_error text not null default '';
alter table finance.dunning_notices alter column email_error drop default;
alter table finance.dunning_notices add column earlier_charges jsonb;
alter table finance.dunning_notices add column earlier_charged_amount_currency text;
alter table finance.dunning_notices add column earlier_charged_amount_minor bigint;
update finance.dunning_notices
set earlier_charged_amount_currency = currency_code, earlier_charged_amount_minor = 0;
alter table finance.dunning_notices alter column earlier_charged_amount_currency set not null;
alter table finance.dunning_notices alter column earlier_charged_amount_minor set not null;
alter table finance.dunning_notices add column write_off_date date;
alter table finance.dunning_notices add column write_off_reason text not null default '';
alter table finance.dunning_notices alter column write_off_reason drop default;
alter table finance.dunning_notices drop constraint dunning_notices_email_state_known;
alter table finance.dunning_notices add constraint dunning_notices_email_state_known
  check (email_state in ('', 'QUEUED', 'SENT', 'NO_RECIPIENTS', 'FAILED'));
alter table finance.dunning_notice_lines add column missing_rate_date date;

-- +goose Down
alter table finance.dunning_notice_lines drop column missing_rate_date;
alter table finance.dunning_notices drop constraint dunning_notices_email_state_known;
update finance.dunning_notices
set email_state = ''
where email_state = 'FAILED';
alter table finance.dunning_notices add constraint dunning_notices_email_state_known
  check (email_state in ('', 'QUEUED', 'SENT', 'NO_RECIPIENTS'));
alter table finance.dunning_notices drop column write_off_reason;
alter table finance.dunning_notices drop column write_off_date;
alter table finance.dunning_notices drop column earlier_charged_amount_minor;
alter table finance.dunning_notices drop column earlier_charged_amount_currency;
alter table finance.dunning_notices drop column earlier_charges;
alter table finance.dunning_notices drop column email_error;
