-- +goose Up
-- Rejected suggestions for statement lines.

create table finance.suggestion_rejections (
  org_id uuid not null,
  bank_statement_line_id uuid not null,
  suggestion text not null,
  create_time timestamptz not null,
  constraint suggestion_rejections_pkey primary key (org_id, bank_statement_line_id, suggestion),
  constraint suggestion_rejections_bank_statement_line_exists foreign key (org_id, bank_statement_line_id)
    references finance.bank_statement_lines (org_id, id) on delete cascade
);
comment on table finance.suggestion_rejections is 'Suggestions that were rejected, each as what it suggests.';
create index suggestion_rejections_by_suggestion on finance.suggestion_rejections (org_id, suggestion);
select platform.tenant_table('finance.suggestion_rejections', 'select, insert');

-- +goose Down
drop table finance.suggestion_rejections;
