-- +goose Up
-- What customers say when they answer a quote by its public link.

alter table finance.quotes add column accept_comment text not null default '';
alter table finance.quotes alter column accept_comment drop default;
alter table finance.quotes add column declined_by text not null default '';
alter table finance.quotes alter column declined_by drop default;

-- +goose Down
alter table finance.quotes drop column declined_by;
alter table finance.quotes drop column accept_comment;
