-- +goose Up
-- Projects that conversions of quotes created, and the parts that conversions asked for. Projects are
-- of a higher domain, so they are kept as texts.

alter table finance.quotes add column created_projects jsonb;
alter table finance.quote_conversions add column project_id text not null default '';
alter table finance.quote_conversions alter column project_id drop default;
alter table finance.quote_conversions add column percent text not null default '';
alter table finance.quote_conversions alter column percent drop default;
alter table finance.quote_conversions add column parts jsonb;

-- +goose Down
alter table finance.quote_conversions drop column parts;
alter table finance.quote_conversions drop column percent;
alter table finance.quote_conversions drop column project_id;
alter table finance.quotes drop column created_projects;
