-- +goose Up
-- Secret URLs at which customers read their documents.

create table finance.document_links (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  document_id text not null,
  expire_date date,
  state text not null,
  view_count bigint not null,
  last_view_time timestamptz,
  revoke_time timestamptz,
  constraint document_links_pkey primary key (org_id, id),
  constraint document_links_state_known check (state in ('ACTIVE', 'REVOKED')),
  constraint document_links_revoked_at_a_time check ((state = 'REVOKED') = (revoke_time is not null))
);
comment on table finance.document_links is 'Secret URLs at which customers read a document without an API key.';
create index document_links_by_document on finance.document_links (org_id, document_id, id);
select platform.tenant_table('finance.document_links', 'select, insert, update');

-- +goose Down
drop table finance.document_links;
