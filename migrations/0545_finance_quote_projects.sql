-- +goose Up
-- Projects that conversions of quotes created, and the parts that conversions asked for. Projects are
-- of a higher domain, so they are kept as texts.

alter table finance.quotes add column created_projects jsonb;
alter table finance.quote_conversions
  add column project_id text not null default '',
  add column percent text not null default '',
  add column parts jsonb;
alter table finance.quote_conversions
  alter column project_id drop default,
  alter column percent drop default;

-- +goose Down
alter table finance.quote_conversions
  drop column project_id,
  drop column percent,
  drop column parts;
alter table finance.quotes drop column created_projects;
