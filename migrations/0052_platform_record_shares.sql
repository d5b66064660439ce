-- +goose Up
-- Persons with whom records of any kind are shared. kind is the prefix of the record's identifier, record_key the rest.
create table platform.record_shares (
  org_id uuid not null,
  kind text not null,
  record_key uuid not null,
  person_id uuid not null,
  constraint record_shares_pkey primary key (org_id, kind, record_key, person_id),
  constraint record_shares_person_exists foreign key (org_id, person_id) references platform.persons (org_id, id)
);
comment on table platform.record_shares is 'Persons with whom records are shared, such as the members of a project. They reach the record as its owner does.';
create index record_shares_by_person on platform.record_shares (org_id, person_id, kind, record_key);
select platform.tenant_table('platform.record_shares', 'select, insert, update, delete');

-- +goose Down
drop table platform.record_shares;
