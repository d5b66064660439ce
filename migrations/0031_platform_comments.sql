-- +goose Up
-- Comments on records of any kind.
create table platform.comments (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  kind text not null,
  subject_key uuid not null,
  parent_id uuid,
  author_id uuid,
  body_markdown text not null,
  mentioned_person_ids uuid[] not null,
  unreached_person_ids uuid[] not null,
  edit_time timestamptz,
  delete_time timestamptz,
  constraint comments_pkey primary key (org_id, id),
  constraint comments_parent_exists foreign key (org_id, parent_id) references platform.comments (org_id, id),
  constraint comments_author_exists foreign key (org_id, author_id) references platform.persons (org_id, id)
);
comment on table platform.comments is 'Remarks on records. kind is the prefix of the record''s identifier, subject_key the rest.';
create index comments_by_kind on platform.comments (org_id, kind, id, subject_key);
create index comments_by_subject on platform.comments (org_id, kind, subject_key, id);
create index comments_by_parent on platform.comments (org_id, parent_id) where parent_id is not null;
create index comments_by_author on platform.comments (org_id, author_id, id);
select platform.tenant_table('platform.comments', 'select, insert, update, delete');

create table platform.comment_mentions (
  org_id uuid not null,
  person_id uuid not null,
  comment_id uuid not null,
  constraint comment_mentions_pkey primary key (org_id, person_id, comment_id),
  constraint comment_mentions_comment_exists foreign key (org_id, comment_id) references platform.comments (org_id, id) on delete cascade,
  constraint comment_mentions_person_exists foreign key (org_id, person_id) references platform.persons (org_id, id)
);
comment on table platform.comment_mentions is 'mentioned_person_ids of comments, by person.';
create index comment_mentions_by_comment on platform.comment_mentions (org_id, comment_id);
select platform.tenant_table('platform.comment_mentions', 'select, insert, delete');

create table platform.comment_versions (
  org_id uuid not null,
  comment_id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  body_markdown text not null,
  constraint comment_versions_pkey primary key (org_id, comment_id, version),
  constraint comment_versions_comment_exists foreign key (org_id, comment_id) references platform.comments (org_id, id) on delete cascade
);
comment on table platform.comment_versions is 'Texts that comments had before their edits. create_time is when the text was written.';
select platform.tenant_table('platform.comment_versions', 'select, insert, delete');

-- +goose Down
drop table platform.comment_versions, platform.comment_mentions, platform.comments;
