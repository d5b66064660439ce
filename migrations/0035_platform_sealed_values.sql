-- +goose Up
-- Values of sealed fields, such as tax numbers. Each subject has a keyset that encrypts its values.
-- Deleting the keyset destroys them.
create table platform.keysets (
  org_id uuid not null,
  subject_kind text not null,
  subject_key uuid not null,
  keyset bytea not null,
  sealed_with text not null,
  create_time timestamptz not null,
  rotate_time timestamptz not null,
  constraint keysets_pkey primary key (org_id, subject_kind, subject_key)
);
comment on table platform.keysets is 'Keysets that encrypt the sealed values of one subject, such as a person. sealed_with identifies the key that encrypts the keyset itself: the master key, or one of a key management service. subject_kind is the prefix of the subject''s identifiers; rotate_time is when the keys were last replaced.';
select platform.tenant_table('platform.keysets', 'select, insert, update, delete');

create table platform.sealed_values (
  org_id uuid not null,
  kind text not null,
  record_key uuid not null,
  field text not null,
  subject_kind text not null,
  subject_key uuid not null,
  ciphertext bytea not null,
  mask text not null,
  digest bytea,
  constraint sealed_values_pkey primary key (org_id, kind, record_key, field),
  constraint sealed_values_keyset_exists foreign key (org_id, subject_kind, subject_key)
    references platform.keysets (org_id, subject_kind, subject_key) on delete cascade
);
comment on table platform.sealed_values is 'Encrypted values of sealed fields. mask is what responses show. digest is a keyed digest of the value, by which it can be found, or null.';
create index sealed_values_by_subject on platform.sealed_values (org_id, subject_kind, subject_key);
create index sealed_values_by_digest on platform.sealed_values (org_id, kind, field, digest);
select platform.tenant_table('platform.sealed_values', 'select, insert, update, delete');

-- +goose Down
drop table platform.sealed_values;
drop table platform.keysets;
