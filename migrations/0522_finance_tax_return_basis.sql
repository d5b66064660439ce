-- +goose Up
-- Until when earlier returns reported documents as posted, if this one reports them as paid.
alter table finance.tax_returns add column accrued_end_date date;

-- +goose Down
alter table finance.tax_returns drop column accrued_end_date;
