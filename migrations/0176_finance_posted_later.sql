-- +goose Up
-- Statement lines whose entries are dated after the statement are timing items of a reconciliation.
-- Those completed before have none, since such a line was a difference.
alter table finance.reconciliations add column posted_later_currency text;
alter table finance.reconciliations add column posted_later_minor bigint;
update finance.reconciliations
set posted_later_currency = statement_balance_currency, posted_later_minor = 0
where state = 'COMPLETED';
alter table finance.reconciliations drop constraint reconciliations_completed_with_figures;
alter table finance.reconciliations add constraint reconciliations_completed_with_figures check (state <> 'COMPLETED' or book_balance_minor is not null and outstanding_minor is not null and posted_later_minor is not null);

-- +goose Down
alter table finance.reconciliations drop constraint reconciliations_completed_with_figures;
alter table finance.reconciliations add constraint reconciliations_completed_with_figures check (state <> 'COMPLETED' or book_balance_minor is not null and outstanding_minor is not null);
alter table finance.reconciliations drop column posted_later_minor;
alter table finance.reconciliations drop column posted_later_currency;
