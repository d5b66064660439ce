-- +goose Up
-- Requests to acknowledge a version of a record, and who has.
create table platform.acknowledgment_requests (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  kind text not null,
  subject_key uuid not null,
  subject_etag text not null,
  message text not null,
  due_date date not null,
  person_ids uuid[] not null,
  roles text[] not null,
  everyone boolean not null,
  requester_id uuid,
  state text not null,
  superseded_by_id uuid,
  constraint acknowledgment_requests_pkey primary key (org_id, id),
  constraint acknowledgment_requests_requester_exists foreign key (org_id, requester_id) references platform.persons (org_id, id),
  constraint acknowledgment_requests_superseded_by_exists foreign key (org_id, superseded_by_id) references platform.acknowledgment_requests (org_id, id),
  constraint acknowledgment_requests_state_known check (state in ('OPEN', 'SUPERSEDED', 'CANCELED'))
);
comment on table platform.acknowledgment_requests is 'Who is asked to acknowledge which version of a record by when. kind is the prefix of the record''s identifier, subject_key the rest.';
create index acknowledgment_requests_by_kind on platform.acknowledgment_requests (org_id, kind, id, subject_key);
create index acknowledgment_requests_by_subject on platform.acknowledgment_requests (org_id, kind, subject_key, id);
create index acknowledgment_requests_by_due_date on platform.acknowledgment_requests (org_id, due_date, id);
create index acknowledgment_requests_by_requester on platform.acknowledgment_requests (org_id, requester_id, id);
create index acknowledgment_requests_by_superseded_by on platform.acknowledgment_requests (org_id, superseded_by_id) where superseded_by_id is not null;
select platform.tenant_table('platform.acknowledgment_requests', 'select, insert, update, delete');

create table platform.acknowledgments (
  org_id uuid not null,
  request_id uuid not null,
  person_id uuid not null,
  acknowledge_time timestamptz not null,
  constraint acknowledgments_pkey primary key (org_id, request_id, person_id),
  constraint acknowledgments_request_exists foreign key (org_id, request_id) references platform.acknowledgment_requests (org_id, id) on delete cascade,
  constraint acknowledgments_person_exists foreign key (org_id, person_id) references platform.persons (org_id, id)
);
comment on table platform.acknowledgments is 'Who has acknowledged a version of a record.';
create index acknowledgments_by_person on platform.acknowledgments (org_id, person_id, request_id);
select platform.tenant_table('platform.acknowledgments', 'select, insert, delete');

-- +goose Down
drop table platform.acknowledgments, platform.acknowledgment_requests;
