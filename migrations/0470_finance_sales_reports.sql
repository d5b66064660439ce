-- +goose Up
-- Reports on selling find what was open at the end of a past day: what was settled or stored later.

create index receivables_canceled on finance.receivables (org_id, date) where state = 'CANCELED';
create index customer_credits_of_credit_notes on finance.customer_credits (org_id, date) where kind = 'CREDIT_NOTE';
create index receivable_movements_by_create_time on finance.receivable_movements (org_id, side, create_time);

-- +goose Down
drop index finance.receivable_movements_by_create_time;
drop index finance.customer_credits_of_credit_notes;
drop index finance.receivables_canceled;
