-- +goose Up
-- Mail in: secret addresses, and the messages that arrived.
create table platform.inbound_addresses (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  display_name text not null,
  purpose text not null,
  owner_id uuid,
  state text not null,
  rotate_time timestamptz,
  revoke_time timestamptz,
  constraint inbound_addresses_pkey primary key (org_id, id),
  constraint inbound_addresses_owner_exists foreign key (org_id, owner_id) references platform.persons (org_id, id),
  constraint inbound_addresses_state_known check (state in ('ACTIVE', 'REVOKED'))
);
comment on table platform.inbound_addresses is 'Secret addresses of the organization that receive email.';
create index inbound_addresses_by_owner on platform.inbound_addresses (org_id, owner_id, id);
select platform.tenant_table('platform.inbound_addresses', 'select, insert, update');

create table platform.inbound_tokens (
  org_id uuid not null,
  inbound_address_id uuid not null,
  token text not null,
  constraint inbound_tokens_pkey primary key (org_id, token),
  constraint inbound_tokens_inbound_address_exists
    foreign key (org_id, inbound_address_id) references platform.inbound_addresses (org_id, id) on delete cascade
);
create index inbound_tokens_by_inbound_address on platform.inbound_tokens (org_id, inbound_address_id);
comment on table platform.inbound_tokens is 'The secret part of each inbound address that receives email. It is apart from the address so that no event contains it.';
select platform.tenant_table('platform.inbound_tokens', 'select, insert, delete');

create table platform.inbound_messages (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  source text not null,
  state text not null,
  inbound_address_id uuid,
  purpose text not null,
  owner_id uuid,
  from_name text not null,
  from_email text not null,
  sender_id uuid,
  to_emails text[] not null,
  cc_emails text[] not null,
  subject text not null,
  message_id text not null,
  send_time timestamptz,
  text text not null,
  reply_text text not null,
  automatic boolean not null,
  bounce boolean not null,
  malformed boolean not null,
  truncated boolean not null,
  sender_verified boolean not null,
  authentication text not null,
  hold_reason text not null,
  raw_file_id uuid not null,
  file_ids uuid[] not null,
  subject_id text not null,
  comment_id text not null,
  sent_email_id uuid,
  filer_id uuid,
  file_time timestamptz,
  constraint inbound_messages_pkey primary key (org_id, id),
  constraint inbound_messages_inbound_address_exists
    foreign key (org_id, inbound_address_id) references platform.inbound_addresses (org_id, id),
  constraint inbound_messages_owner_exists foreign key (org_id, owner_id) references platform.persons (org_id, id),
  constraint inbound_messages_sender_exists foreign key (org_id, sender_id) references platform.persons (org_id, id),
  constraint inbound_messages_raw_file_exists foreign key (org_id, raw_file_id) references platform.files (org_id, id),
  constraint inbound_messages_sent_email_exists
    foreign key (org_id, sent_email_id) references platform.sent_emails (org_id, id),
  constraint inbound_messages_filer_exists foreign key (org_id, filer_id) references platform.persons (org_id, id),
  constraint inbound_messages_source_known check (source in ('ADDRESS', 'REPLY', 'IMPORT')),
  constraint inbound_messages_state_known check (state in ('NEW', 'FILED', 'DISCARDED')),
  constraint inbound_messages_hold_reason_known check (hold_reason in (
    '', 'SENDER_UNKNOWN', 'SENDER_UNVERIFIED', 'SENDER_CANNOT_COMMENT', 'SUBJECT_DELETED', 'AUTOMATIC_MESSAGE',
    'NOT_ADDRESSED', 'EMPTY', 'COMMENT_REFUSED'
  ))
);
comment on table platform.inbound_messages is 'Emails that the organization received. subject_id and comment_id outlive the records that they name.';
create index inbound_messages_by_state on platform.inbound_messages (org_id, state, id);
create index inbound_messages_by_owner on platform.inbound_messages (org_id, owner_id, id);
create index inbound_messages_by_inbound_address on platform.inbound_messages (org_id, inbound_address_id, id);
create index inbound_messages_by_subject on platform.inbound_messages (org_id, subject_id, id);
create index inbound_messages_by_from on platform.inbound_messages (org_id, from_email, id);
create index inbound_messages_by_sender on platform.inbound_messages (org_id, sender_id) where sender_id is not null;
create index inbound_messages_by_filer on platform.inbound_messages (org_id, filer_id) where filer_id is not null;
create index inbound_messages_by_sent_email on platform.inbound_messages (org_id, sent_email_id) where sent_email_id is not null;
create index inbound_messages_by_raw_file on platform.inbound_messages (org_id, raw_file_id);
select platform.tenant_table('platform.inbound_messages', 'select, insert, update');

create table platform.inbound_digests (
  org_id uuid not null,
  digest bytea not null,
  inbound_message_id uuid not null,
  constraint inbound_digests_pkey primary key (org_id, digest)
);
comment on table platform.inbound_digests is 'Messages that were received, each with where it was sent to, by SHA-256. A message that is delivered again is recognized by it.';
select platform.tenant_table('platform.inbound_digests', 'select, insert');

-- +goose Down
drop table platform.inbound_digests;
drop table platform.inbound_messages;
drop table platform.inbound_tokens;
drop table platform.inbound_addresses;
