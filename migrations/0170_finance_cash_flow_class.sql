-- +goose Up
-- The class of an account's operating cash flows by the direct method. Empty means the class of
-- the account's subtype.
alter table finance.accounts
  add column cash_flow_class text not null default '';

-- +goose Down
alter table finance.accounts
  drop column cash_flow_class;
