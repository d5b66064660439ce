-- +goose Up
-- Fiscal years that are open and empty can be deleted with their periods.
grant delete on finance.fiscal_years, finance.accounting_periods to backoffice_app;

-- +goose Down
revoke delete on finance.fiscal_years, finance.accounting_periods from backoffice_app;
