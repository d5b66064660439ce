-- +goose Up
-- Steps of records that wait for approval, and what became of them.
create table platform.approval_requests (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  kind text not null,
  subject_key uuid not null,
  display_name text not null,
  approval_kind text not null,
  policy_id uuid not null,
  requester_id uuid not null,
  maker_ids uuid[] not null,
  state text not null,
  facts jsonb,
  steps jsonb,
  step integer not null,
  approver_id uuid,
  approver_ids uuid[] not null,
  approver_roles text[] not null,
  approved_by_ids uuid[] not null,
  missing_approvals integer not null,
  decisions jsonb,
  escalate_time timestamptz,
  escalate_due_time timestamptz,
  superseded_by_id uuid,
  fingerprint text not null,
  constraint approval_requests_pkey primary key (org_id, id),
  constraint approval_requests_policy_exists foreign key (org_id, policy_id) references platform.approval_policies (org_id, id),
  constraint approval_requests_requester_exists foreign key (org_id, requester_id) references platform.persons (org_id, id),
  constraint approval_requests_approver_exists foreign key (org_id, approver_id) references platform.persons (org_id, id),
  constraint approval_requests_superseded_by_exists foreign key (org_id, superseded_by_id) references platform.approval_requests (org_id, id),
  constraint approval_requests_state_known check (state in ('PENDING', 'ASKED_BACK', 'APPROVED', 'REJECTED', 'WITHDRAWN', 'SUPERSEDED', 'RELEASED'))
);
comment on table platform.approval_requests is 'Which step of which record waits for whose approval. kind is the prefix of the record''s identifier, subject_key the rest.';
comment on column platform.approval_requests.escalate_due_time is 'Real time of escalate_time, which is on the organization''s clock.';
create index approval_requests_by_kind on platform.approval_requests (org_id, kind, id, subject_key);
create index approval_requests_by_subject on platform.approval_requests (org_id, kind, subject_key, id);
create index approval_requests_by_policy on platform.approval_requests (org_id, policy_id, id);
create index approval_requests_by_requester on platform.approval_requests (org_id, requester_id, id);
create index approval_requests_by_approver on platform.approval_requests (org_id, approver_id, id);
create index approval_requests_by_superseded_by on platform.approval_requests (org_id, superseded_by_id) where superseded_by_id is not null;
create index approval_requests_open on platform.approval_requests (org_id, id) where state in ('PENDING', 'ASKED_BACK');
create index approval_requests_by_escalate_due_time on platform.approval_requests (escalate_due_time, org_id) where state = 'PENDING' and escalate_due_time is not null;
select platform.tenant_table('platform.approval_requests', 'select, insert, update, delete');
grant select (org_id, state, escalate_due_time) on platform.approval_requests to backoffice_relay;
create policy relay on platform.approval_requests for select to backoffice_relay using (true);

-- +goose Down
drop table platform.approval_requests;
