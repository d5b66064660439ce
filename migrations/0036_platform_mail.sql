-- +goose Up
-- Mail out: sent emails and their outcomes, the queue, the texts, the senders, and the addresses
-- that get no mail.
create table platform.sent_emails (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  email_kind text not null,
  subject_id text not null,
  person_id uuid,
  recipient_email text not null,
  recipient_name text not null,
  subject text not null,
  language_code text not null,
  state text not null,
  attempt_count integer not null,
  last_error text not null,
  message_id text not null,
  send_time timestamptz,
  constraint sent_emails_pkey primary key (org_id, id),
  constraint sent_emails_person_exists foreign key (org_id, person_id) references platform.persons (org_id, id),
  constraint sent_emails_state_known
    check (state in ('QUEUED', 'SENT', 'DELIVERED', 'BOUNCED', 'COMPLAINED', 'FAILED', 'SUPPRESSED'))
);
comment on table platform.sent_emails is 'Emails to one recipient each, with their outcomes.';
create index sent_emails_by_person on platform.sent_emails (org_id, person_id, id);
create index sent_emails_by_recipient on platform.sent_emails (org_id, recipient_email, id);
create index sent_emails_by_subject on platform.sent_emails (org_id, subject_id, id);
create index sent_emails_by_state on platform.sent_emails (org_id, state, id);
select platform.tenant_table('platform.sent_emails', 'select, insert, update');

create table platform.sent_email_subjects (
  org_id uuid not null,
  sent_email_id uuid not null,
  kind text not null,
  subject_key uuid not null,
  constraint sent_email_subjects_pkey primary key (org_id, sent_email_id),
  constraint sent_email_subjects_sent_email_exists
    foreign key (org_id, sent_email_id) references platform.sent_emails (org_id, id) on delete cascade
);
comment on table platform.sent_email_subjects is 'Records that emails are about. Whoever may read one of them may read the email. kind is the prefix of the record''s identifiers.';
create index sent_email_subjects_by_kind on platform.sent_email_subjects (org_id, kind, sent_email_id, subject_key);
create index sent_email_subjects_by_subject on platform.sent_email_subjects (org_id, kind, subject_key, sent_email_id);
select platform.tenant_table('platform.sent_email_subjects', 'select, insert');

create table platform.email_causes (
  org_id uuid not null,
  cause text not null,
  email_key text not null,
  sent_email_id uuid not null,
  constraint email_causes_pkey primary key (org_id, cause, email_key)
);
comment on table platform.email_causes is 'Causes that led to an email. A cause leads to one email to a recipient. email_key is the recipient''s address in lower case.';
select platform.tenant_table('platform.email_causes', 'select, insert');

create table platform.email_contents (
  org_id uuid not null,
  sent_email_id uuid not null,
  token_key bigint not null,
  text text not null,
  html text not null,
  reply_to text not null,
  digest boolean not null,
  security boolean not null,
  file_ids uuid[] not null,
  constraint email_contents_pkey primary key (org_id, sent_email_id),
  constraint email_contents_sent_email_exists
    foreign key (org_id, sent_email_id) references platform.sent_emails (org_id, id) on delete cascade
);
comment on table platform.email_contents is 'Texts of emails as they are sent. token_key identifies the email in the tokens of its Reply-To address and of its unsubscribe URL.';
create unique index email_contents_by_token on platform.email_contents (org_id, token_key);
select platform.tenant_table('platform.email_contents', 'select, insert');

create table platform.email_queue (
  org_id uuid not null,
  sent_email_id uuid not null,
  queue_time timestamptz not null,
  due_time timestamptz not null,
  constraint email_queue_pkey primary key (org_id, sent_email_id),
  constraint email_queue_sent_email_exists
    foreign key (org_id, sent_email_id) references platform.sent_emails (org_id, id) on delete cascade
);
comment on table platform.email_queue is 'Emails that wait to be sent, in real time. A server that claims an email moves due_time ahead, so that no other server sends it.';
create index email_queue_by_due on platform.email_queue (org_id, due_time, sent_email_id);
select platform.tenant_table('platform.email_queue', 'select, insert, update, delete');

create table platform.email_suppressions (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  email text not null,
  email_key text not null generated always as (lower(email)) stored,
  reason text not null,
  sent_email_id uuid,
  constraint email_suppressions_pkey primary key (org_id, id),
  constraint email_suppressions_sent_email_exists
    foreign key (org_id, sent_email_id) references platform.sent_emails (org_id, id),
  constraint email_suppressions_reason_known check (reason in ('BOUNCE', 'COMPLAINT', 'UNSUBSCRIBED', 'MANUAL'))
);
comment on table platform.email_suppressions is 'Addresses that get no email.';
create unique index email_suppressions_email_taken on platform.email_suppressions (org_id, email_key);
create index email_suppressions_by_sent_email on platform.email_suppressions (org_id, sent_email_id) where sent_email_id is not null;
select platform.tenant_table('platform.email_suppressions', 'select, insert, update, delete');

create table platform.email_templates (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  email_kind text not null,
  language_code text not null,
  subject text not null,
  text text not null,
  html text not null,
  constraint email_templates_pkey primary key (org_id, id)
);
comment on table platform.email_templates is 'Texts that replace the built-in ones of a kind of email.';
create unique index email_templates_language_taken on platform.email_templates (org_id, email_kind, language_code);
select platform.tenant_table('platform.email_templates', 'select, insert, update, delete');

create table platform.sender_addresses (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  email text not null,
  email_key text not null generated always as (lower(email)) stored,
  display_name text not null,
  state text not null,
  verify_time timestamptz,
  code_time timestamptz not null,
  select_time timestamptz,
  constraint sender_addresses_pkey primary key (org_id, id),
  constraint sender_addresses_state_known check (state in ('PENDING', 'VERIFIED'))
);
comment on table platform.sender_addresses is 'Addresses that email is sent from. The default is the one with the latest select_time.';
create unique index sender_addresses_email_taken on platform.sender_addresses (org_id, email_key);
select platform.tenant_table('platform.sender_addresses', 'select, insert, update, delete');

-- +goose Down
drop table platform.sender_addresses;
drop table platform.email_templates;
drop table platform.email_suppressions;
drop table platform.email_queue;
drop table platform.email_contents;
drop table platform.email_causes;
drop table platform.sent_email_subjects;
drop table platform.sent_emails;
