-- +goose Up
-- States of imports and subtypes of accounts, in the spelling of the API. Events of the old type stay.
alter table finance.statement_imports drop constraint statement_imports_state_known;
update finance.statement_imports
set state = 'CANCELED', version = version + 1, update_time = now()
where state = 'CANCELLED';
alter table finance.statement_imports
add constraint statement_imports_state_known check (state in ('IMPORTING', 'IMPORTED', 'CANCELED', 'FAILED', 'UNDONE'));

update finance.accounts
set subtype = 'REALIZED_EXCHANGE_GAIN', version = version + 1, update_time = now()
where subtype = 'REALISED_EXCHANGE_GAIN';
update finance.accounts
set subtype = 'UNREALIZED_EXCHANGE_GAIN', version = version + 1, update_time = now()
where subtype = 'UNREALISED_EXCHANGE_GAIN';

-- +goose Down
update finance.accounts
set subtype = 'UNREALISED_EXCHANGE_GAIN', version = version + 1, update_time = now()
where subtype = 'UNREALIZED_EXCHANGE_GAIN';
update finance.accounts
set subtype = 'REALISED_EXCHANGE_GAIN', version = version + 1, update_time = now()
where subtype = 'REALIZED_EXCHANGE_GAIN';
alter table finance.statement_imports drop constraint statement_imports_state_known;
update finance.statement_imports
set state = 'CANCELLED', version = version + 1, update_time = now()
where state = 'CANCELED';
alter table finance.statement_imports
add constraint statement_imports_state_known check (state in ('IMPORTING', 'IMPORTED', 'CANCELLED', 'FAILED', 'UNDONE'));
