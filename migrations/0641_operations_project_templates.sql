-- +goose Up
-- Templates from which projects are created.

create table operations.project_templates (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  display_name text not null,
  display_name_key text not null generated always as (lower(display_name)) stored,
  description text not null,
  billing text not null,
  currency_code text not null,
  budget_seconds integer not null,
  budget_amount_currency text,
  budget_amount_minor bigint,
  item_id uuid,
  business_days boolean not null,
  holiday_sets text[] not null,
  due_offset_days integer,
  roles jsonb,
  sections jsonb,
  milestones jsonb,
  tasks jsonb,
  constraint project_templates_pkey primary key (org_id, id),
  constraint project_templates_billing_known check (billing in ('', 'NON_BILLABLE', 'TIME_AND_MATERIALS', 'FIXED_PRICE')),
  constraint project_templates_item_exists foreign key (org_id, item_id) references finance.items (org_id, id)
);
comment on table operations.project_templates is 'Plans from which projects are created, with offsets in days from their start.';
create unique index project_templates_external_id_taken on operations.project_templates (org_id, external_id) where external_id is not null;
create unique index project_templates_name_taken on operations.project_templates (org_id, display_name_key);
create index project_templates_by_display_name on operations.project_templates (org_id, display_name, id);
create index project_templates_by_item on operations.project_templates (org_id, item_id) where item_id is not null;
select platform.tenant_table('operations.project_templates', 'select, insert, update, delete');

-- +goose Down
drop table operations.project_templates;
