-- platform.organizations delete
delete from platform.organizations
where org_id = $1
and id = $2;

-- platform.organizations insert
insert into platform.organizations as t (org_id, id, version, create_time, update_time, display_name, currency_code, time_zone, region_code, test, fiscal_year_start_month, link_template, legal_name, address, email, phone, website, tax_number, registration, language_code, logo_file_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
returning t.id, t.version, t.create_time, t.update_time, t.display_name, t.currency_code, t.time_zone, t.region_code, t.test, t.fiscal_year_start_month, t.link_template, t.legal_name, t.address, t.email, t.phone, t.website, t.tax_number, t.registration, t.language_code, t.logo_file_id;

-- platform.organizations insert many
insert into platform.organizations as t (org_id, id, version, create_time, update_time, display_name, currency_code, time_zone, region_code, test, fiscal_year_start_month, link_template, legal_name, address, email, phone, website, tax_number, registration, language_code, logo_file_id)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::text[], $8::text[], $9::text[], $10::boolean[], $11::integer[], $12::text[], $13::text[], $14::jsonb[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[], $21::uuid[]) as u;

-- platform.organizations select
select t.id, t.version, t.create_time, t.update_time, t.display_name, t.currency_code, t.time_zone, t.region_code, t.test, t.fiscal_year_start_month, t.link_template, t.legal_name, t.address, t.email, t.phone, t.website, t.tax_number, t.registration, t.language_code, t.logo_file_id
from platform.organizations t
where t.org_id = $1
and t.id = $2;

-- platform.organizations update
update platform.organizations as t
set version = t.version + 1,
  update_time = $3,
  display_name = $4,
  currency_code = $5,
  time_zone = $6,
  region_code = $7,
  test = $8,
  fiscal_year_start_month = $9,
  link_template = $10,
  legal_name = $11,
  address = $12,
  email = $13,
  phone = $14,
  website = $15,
  tax_number = $16,
  registration = $17,
  language_code = $18,
  logo_file_id = $19
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.display_name, t.currency_code, t.time_zone, t.region_code, t.test, t.fiscal_year_start_month, t.link_template, t.legal_name, t.address, t.email, t.phone, t.website, t.tax_number, t.registration, t.language_code, t.logo_file_id;

-- platform.persons delete
delete from platform.persons
where org_id = $1
and id = $2;

-- platform.persons insert
insert into platform.persons as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, given_name, family_name, email)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.given_name, t.family_name, t.email;

-- platform.persons insert many
insert into platform.persons as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, given_name, family_name, email)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[], $8::text[], $9::jsonb[], $10::text[], $11::text[], $12::text[], $13::text[]) as u;

-- platform.persons select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.given_name, t.family_name, t.email
from platform.persons t
where t.org_id = $1
and t.id = $2;

-- platform.persons update
update platform.persons as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  custom_fields = $7,
  display_name = $8,
  given_name = $9,
  family_name = $10,
  email = $11
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.given_name, t.family_name, t.email;

-- platform.api_keys delete
delete from platform.api_keys
where org_id = $1
and id = $2;

-- platform.api_keys insert
insert into platform.api_keys as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, display_name, person_id, maker_id, role, scopes, state, expire_time, last_use_time)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.person_id, t.maker_id, t.role, t.scopes, t.state, t.expire_time, t.last_use_time;

-- platform.api_keys select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.person_id, t.maker_id, t.role, t.scopes, t.state, t.expire_time, t.last_use_time
from platform.api_keys t
where t.org_id = $1
and t.id = $2;

-- platform.api_keys update
update platform.api_keys as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  display_name = $7,
  person_id = $8,
  maker_id = $9,
  role = $10,
  scopes = $11,
  state = $12,
  expire_time = $13,
  last_use_time = $14
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.person_id, t.maker_id, t.role, t.scopes, t.state, t.expire_time, t.last_use_time;

-- platform.custom_fields delete
delete from platform.custom_fields
where org_id = $1
and id = $2;

-- platform.custom_fields insert
insert into platform.custom_fields as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, resource, key, display_name, description, type, choices, required, currency_code, unit, referenced_resource)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.resource, t.key, t.display_name, t.description, t.type, t.choices, t.required, t.currency_code, t.unit, t.referenced_resource;

-- platform.custom_fields insert many
insert into platform.custom_fields as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, resource, key, display_name, description, type, choices, required, currency_code, unit, referenced_resource)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::jsonb[], $15::boolean[], $16::text[], $17::text[], $18::text[]) as u;

-- platform.custom_fields select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.resource, t.key, t.display_name, t.description, t.type, t.choices, t.required, t.currency_code, t.unit, t.referenced_resource
from platform.custom_fields t
where t.org_id = $1
and t.id = $2;

-- platform.custom_fields update
update platform.custom_fields as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  resource = $7,
  key = $8,
  display_name = $9,
  description = $10,
  type = $11,
  choices = $12,
  required = $13,
  currency_code = $14,
  unit = $15,
  referenced_resource = $16
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.resource, t.key, t.display_name, t.description, t.type, t.choices, t.required, t.currency_code, t.unit, t.referenced_resource;

-- platform.events delete
delete from platform.events
where org_id = $1
and id = $2;

-- platform.events insert
insert into platform.events as t (org_id, id, create_time, type, subject_id, record_id, actor_id, api_key_id, method, request_id, changes, correlation_id, causation_id, depth)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
returning t.id, t.create_time, t.type, t.subject_id, t.record_id, t.actor_id, t.api_key_id, t.method, t.request_id, t.changes, t.correlation_id, t.causation_id, t.depth;

-- platform.events insert many
insert into platform.events as t (org_id, id, create_time, type, subject_id, record_id, actor_id, api_key_id, method, request_id, changes, correlation_id, causation_id, depth)
select $1, u.*
from unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::uuid[], $9::text[], $10::text[], $11::jsonb[], $12::uuid[], $13::uuid[], $14::integer[]) as u;

-- platform.events select
select t.id, t.create_time, t.type, t.subject_id, t.record_id, t.actor_id, t.api_key_id, t.method, t.request_id, t.changes, t.correlation_id, t.causation_id, t.depth
from platform.events t
where t.org_id = $1
and t.id = $2;

-- platform.files delete
delete from platform.files
where org_id = $1
and id = $2;

-- platform.files insert
insert into platform.files as t (org_id, id, version, create_time, file_name, media_type, size_bytes, person_id, sha256)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
returning t.id, t.version, t.create_time, t.file_name, t.media_type, t.size_bytes, t.person_id, t.sha256;

-- platform.files insert many
insert into platform.files as t (org_id, id, version, create_time, file_name, media_type, size_bytes, person_id, sha256)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::bigint[], $8::uuid[], $9::bytea[]) as u;

-- platform.files select
select t.id, t.version, t.create_time, t.file_name, t.media_type, t.size_bytes, t.person_id, t.sha256
from platform.files t
where t.org_id = $1
and t.id = $2;

-- platform.files update
update platform.files as t
set version = t.version + 1,
  file_name = $3,
  media_type = $4,
  size_bytes = $5,
  person_id = $6,
  sha256 = $7
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.file_name, t.media_type, t.size_bytes, t.person_id, t.sha256;

-- platform.attachments delete
delete from platform.attachments
where org_id = $1
and id = $2;

-- platform.attachments insert
insert into platform.attachments as t (org_id, id, version, create_time, update_time, kind, subject_key, file_id, display_name, purpose, person_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
returning t.id, t.version, t.create_time, t.update_time, t.kind, t.subject_key, t.file_id, t.display_name, t.purpose, t.person_id;

-- platform.attachments insert many
insert into platform.attachments as t (org_id, id, version, create_time, update_time, kind, subject_key, file_id, display_name, purpose, person_id)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::uuid[], $8::uuid[], $9::text[], $10::text[], $11::uuid[]) as u;

-- platform.attachments select
select t.id, t.version, t.create_time, t.update_time, t.kind, t.subject_key, t.file_id, t.display_name, t.purpose, t.person_id
from platform.attachments t
where t.org_id = $1
and t.id = $2;

-- platform.attachments update
update platform.attachments as t
set version = t.version + 1,
  update_time = $3,
  kind = $4,
  subject_key = $5,
  file_id = $6,
  display_name = $7,
  purpose = $8,
  person_id = $9
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.kind, t.subject_key, t.file_id, t.display_name, t.purpose, t.person_id;

-- platform.comments delete
delete from platform.comments
where org_id = $1
and id = $2;

-- platform.comments insert
insert into platform.comments as t (org_id, id, version, create_time, update_time, kind, subject_key, parent_id, author_id, body_markdown, mentioned_person_ids, unreached_person_ids, edit_time, delete_time)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
returning t.id, t.version, t.create_time, t.update_time, t.kind, t.subject_key, t.parent_id, t.author_id, t.body_markdown, t.mentioned_person_ids, t.unreached_person_ids, t.edit_time, t.delete_time;

-- platform.comments select
select t.id, t.version, t.create_time, t.update_time, t.kind, t.subject_key, t.parent_id, t.author_id, t.body_markdown, t.mentioned_person_ids, t.unreached_person_ids, t.edit_time, t.delete_time
from platform.comments t
where t.org_id = $1
and t.id = $2;

-- platform.comments update
update platform.comments as t
set version = t.version + 1,
  update_time = $3,
  kind = $4,
  subject_key = $5,
  parent_id = $6,
  author_id = $7,
  body_markdown = $8,
  mentioned_person_ids = $9,
  unreached_person_ids = $10,
  edit_time = $11,
  delete_time = $12
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.kind, t.subject_key, t.parent_id, t.author_id, t.body_markdown, t.mentioned_person_ids, t.unreached_person_ids, t.edit_time, t.delete_time;

-- platform.labels delete
delete from platform.labels
where org_id = $1
and id = $2;

-- platform.labels insert
insert into platform.labels as t (org_id, id, version, create_time, update_time, archive_time, display_name, color, description)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.display_name, t.color, t.description;

-- platform.labels insert many
insert into platform.labels as t (org_id, id, version, create_time, update_time, archive_time, display_name, color, description)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::text[], $8::text[], $9::text[]) as u;

-- platform.labels select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.display_name, t.color, t.description
from platform.labels t
where t.org_id = $1
and t.id = $2;

-- platform.labels update
update platform.labels as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  display_name = $5,
  color = $6,
  description = $7
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.display_name, t.color, t.description;

-- platform.watchers delete
delete from platform.watchers
where org_id = $1
and id = $2;

-- platform.watchers insert
insert into platform.watchers as t (org_id, id, create_time, kind, subject_key, person_id, cause)
values ($1, $2, $3, $4, $5, $6, $7)
returning t.id, t.create_time, t.kind, t.subject_key, t.person_id, t.cause;

-- platform.watchers insert many
insert into platform.watchers as t (org_id, id, create_time, kind, subject_key, person_id, cause)
select $1, u.*
from unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::uuid[], $6::uuid[], $7::text[]) as u;

-- platform.watchers select
select t.id, t.create_time, t.kind, t.subject_key, t.person_id, t.cause
from platform.watchers t
where t.org_id = $1
and t.id = $2;

-- platform.acknowledgment_requests delete
delete from platform.acknowledgment_requests
where org_id = $1
and id = $2;

-- platform.acknowledgment_requests insert
insert into platform.acknowledgment_requests as t (org_id, id, version, create_time, update_time, kind, subject_key, subject_etag, message, due_date, person_ids, roles, everyone, requester_id, state, superseded_by_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
returning t.id, t.version, t.create_time, t.update_time, t.kind, t.subject_key, t.subject_etag, t.message, t.due_date, t.person_ids, t.roles, t.everyone, t.requester_id, t.state, t.superseded_by_id;

-- platform.acknowledgment_requests select
select t.id, t.version, t.create_time, t.update_time, t.kind, t.subject_key, t.subject_etag, t.message, t.due_date, t.person_ids, t.roles, t.everyone, t.requester_id, t.state, t.superseded_by_id
from platform.acknowledgment_requests t
where t.org_id = $1
and t.id = $2;

-- platform.acknowledgment_requests update
update platform.acknowledgment_requests as t
set version = t.version + 1,
  update_time = $3,
  kind = $4,
  subject_key = $5,
  subject_etag = $6,
  message = $7,
  due_date = $8,
  person_ids = $9,
  roles = $10,
  everyone = $11,
  requester_id = $12,
  state = $13,
  superseded_by_id = $14
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.kind, t.subject_key, t.subject_etag, t.message, t.due_date, t.person_ids, t.roles, t.everyone, t.requester_id, t.state, t.superseded_by_id;

-- platform.operations delete
delete from platform.operations
where org_id = $1
and id = $2;

-- platform.operations insert
insert into platform.operations as t (org_id, id, version, create_time, update_time, method, person_id, state, done_count, total_count, result_id, error, complete_time)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
returning t.id, t.version, t.create_time, t.update_time, t.method, t.person_id, t.state, t.done_count, t.total_count, t.result_id, t.error, t.complete_time;

-- platform.operations insert many
insert into platform.operations as t (org_id, id, version, create_time, update_time, method, person_id, state, done_count, total_count, result_id, error, complete_time)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::uuid[], $8::text[], $9::integer[], $10::integer[], $11::text[], $12::jsonb[], $13::timestamptz[]) as u;

-- platform.operations select
select t.id, t.version, t.create_time, t.update_time, t.method, t.person_id, t.state, t.done_count, t.total_count, t.result_id, t.error, t.complete_time
from platform.operations t
where t.org_id = $1
and t.id = $2;

-- platform.operations update
update platform.operations as t
set version = t.version + 1,
  update_time = $3,
  method = $4,
  person_id = $5,
  state = $6,
  done_count = $7,
  total_count = $8,
  result_id = $9,
  error = $10,
  complete_time = $11
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.method, t.person_id, t.state, t.done_count, t.total_count, t.result_id, t.error, t.complete_time;

-- platform.absences delete
delete from platform.absences
where org_id = $1
and id = $2;

-- platform.absences insert
insert into platform.absences as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, person_id, start_date, end_date, deputy_id, message)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.person_id, t.start_date, t.end_date, t.deputy_id, t.message;

-- platform.absences insert many
insert into platform.absences as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, person_id, start_date, end_date, deputy_id, message)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::uuid[], $10::date[], $11::date[], $12::uuid[], $13::text[]) as u;

-- platform.absences select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.person_id, t.start_date, t.end_date, t.deputy_id, t.message
from platform.absences t
where t.org_id = $1
and t.id = $2;

-- platform.absences update
update platform.absences as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  person_id = $7,
  start_date = $8,
  end_date = $9,
  deputy_id = $10,
  message = $11
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.person_id, t.start_date, t.end_date, t.deputy_id, t.message;

-- platform.holidays delete
delete from platform.holidays
where org_id = $1
and id = $2;

-- platform.holidays insert
insert into platform.holidays as t (org_id, id, version, create_time, update_time, date, display_name, set_key, effect)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
returning t.id, t.version, t.create_time, t.update_time, t.date, t.display_name, t.set_key, t.effect;

-- platform.holidays insert many
insert into platform.holidays as t (org_id, id, version, create_time, update_time, date, display_name, set_key, effect)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::date[], $7::text[], $8::text[], $9::text[]) as u;

-- platform.holidays select
select t.id, t.version, t.create_time, t.update_time, t.date, t.display_name, t.set_key, t.effect
from platform.holidays t
where t.org_id = $1
and t.id = $2;

-- platform.holidays update
update platform.holidays as t
set version = t.version + 1,
  update_time = $3,
  date = $4,
  display_name = $5,
  set_key = $6,
  effect = $7
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.date, t.display_name, t.set_key, t.effect;

-- platform.number_series delete
delete from platform.number_series
where org_id = $1
and id = $2;

-- platform.number_series insert
insert into platform.number_series as t (org_id, id, version, create_time, update_time, kind, display_name, format, reset, date_order)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
returning t.id, t.version, t.create_time, t.update_time, t.kind, t.display_name, t.format, t.reset, t.date_order;

-- platform.number_series insert many
insert into platform.number_series as t (org_id, id, version, create_time, update_time, kind, display_name, format, reset, date_order)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[]) as u;

-- platform.number_series select
select t.id, t.version, t.create_time, t.update_time, t.kind, t.display_name, t.format, t.reset, t.date_order
from platform.number_series t
where t.org_id = $1
and t.id = $2;

-- platform.number_series update
update platform.number_series as t
set version = t.version + 1,
  update_time = $3,
  kind = $4,
  display_name = $5,
  format = $6,
  reset = $7,
  date_order = $8
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.kind, t.display_name, t.format, t.reset, t.date_order;

-- platform.schedules delete
delete from platform.schedules
where org_id = $1
and id = $2;

-- platform.schedules insert
insert into platform.schedules as t (org_id, id, version, create_time, update_time, kind, subject_id, display_name, recurrence, catch_up, state, rule_date, next_fire_time, last_fire_time, retry_time, failure_count, last_error)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
returning t.id, t.version, t.create_time, t.update_time, t.kind, t.subject_id, t.display_name, t.recurrence, t.catch_up, t.state, t.rule_date, t.next_fire_time, t.last_fire_time, t.retry_time, t.failure_count, t.last_error;

-- platform.schedules insert many
insert into platform.schedules as t (org_id, id, version, create_time, update_time, kind, subject_id, display_name, recurrence, catch_up, state, rule_date, next_fire_time, last_fire_time, retry_time, failure_count, last_error)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::text[], $8::text[], $9::jsonb[], $10::text[], $11::text[], $12::date[], $13::timestamptz[], $14::timestamptz[], $15::timestamptz[], $16::integer[], $17::jsonb[]) as u;

-- platform.schedules select
select t.id, t.version, t.create_time, t.update_time, t.kind, t.subject_id, t.display_name, t.recurrence, t.catch_up, t.state, t.rule_date, t.next_fire_time, t.last_fire_time, t.retry_time, t.failure_count, t.last_error
from platform.schedules t
where t.org_id = $1
and t.id = $2;

-- platform.schedules update
update platform.schedules as t
set version = t.version + 1,
  update_time = $3,
  kind = $4,
  subject_id = $5,
  display_name = $6,
  recurrence = $7,
  catch_up = $8,
  state = $9,
  rule_date = $10,
  next_fire_time = $11,
  last_fire_time = $12,
  retry_time = $13,
  failure_count = $14,
  last_error = $15
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.kind, t.subject_id, t.display_name, t.recurrence, t.catch_up, t.state, t.rule_date, t.next_fire_time, t.last_fire_time, t.retry_time, t.failure_count, t.last_error;

-- platform.notifications delete
delete from platform.notifications
where org_id = $1
and id = $2;

-- platform.notifications insert
insert into platform.notifications as t (org_id, id, create_time, person_id, notification_kind, category, subject_id, actor_id, title, body, state, read_time, archived_time)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
returning t.id, t.create_time, t.person_id, t.notification_kind, t.category, t.subject_id, t.actor_id, t.title, t.body, t.state, t.read_time, t.archived_time;

-- platform.notifications insert many
insert into platform.notifications as t (org_id, id, create_time, person_id, notification_kind, category, subject_id, actor_id, title, body, state, read_time, archived_time)
select $1, u.*
from unnest($2::uuid[], $3::timestamptz[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::uuid[], $9::text[], $10::text[], $11::text[], $12::timestamptz[], $13::timestamptz[]) as u;

-- platform.notifications select
select t.id, t.create_time, t.person_id, t.notification_kind, t.category, t.subject_id, t.actor_id, t.title, t.body, t.state, t.read_time, t.archived_time
from platform.notifications t
where t.org_id = $1
and t.id = $2;

-- platform.devices delete
delete from platform.devices
where org_id = $1
and id = $2;

-- platform.devices insert
insert into platform.devices as t (org_id, id, version, create_time, update_time, person_id, display_name, transport, endpoint, public_key, last_success_time, last_error)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
returning t.id, t.version, t.create_time, t.update_time, t.person_id, t.display_name, t.transport, t.endpoint, t.public_key, t.last_success_time, t.last_error;

-- platform.devices insert many
insert into platform.devices as t (org_id, id, version, create_time, update_time, person_id, display_name, transport, endpoint, public_key, last_success_time, last_error)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::text[], $11::timestamptz[], $12::text[]) as u;

-- platform.devices select
select t.id, t.version, t.create_time, t.update_time, t.person_id, t.display_name, t.transport, t.endpoint, t.public_key, t.last_success_time, t.last_error
from platform.devices t
where t.org_id = $1
and t.id = $2;

-- platform.devices update
update platform.devices as t
set version = t.version + 1,
  update_time = $3,
  person_id = $4,
  display_name = $5,
  transport = $6,
  endpoint = $7,
  public_key = $8,
  last_success_time = $9,
  last_error = $10
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.person_id, t.display_name, t.transport, t.endpoint, t.public_key, t.last_success_time, t.last_error;

-- platform.sent_emails delete
delete from platform.sent_emails
where org_id = $1
and id = $2;

-- platform.sent_emails insert
insert into platform.sent_emails as t (org_id, id, version, create_time, update_time, email_kind, subject_id, person_id, recipient_email, recipient_name, subject, language_code, state, attempt_count, last_error, message_id, send_time)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
returning t.id, t.version, t.create_time, t.update_time, t.email_kind, t.subject_id, t.person_id, t.recipient_email, t.recipient_name, t.subject, t.language_code, t.state, t.attempt_count, t.last_error, t.message_id, t.send_time;

-- platform.sent_emails insert many
insert into platform.sent_emails as t (org_id, id, version, create_time, update_time, email_kind, subject_id, person_id, recipient_email, recipient_name, subject, language_code, state, attempt_count, last_error, message_id, send_time)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::text[], $8::uuid[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::integer[], $15::text[], $16::text[], $17::timestamptz[]) as u;

-- platform.sent_emails select
select t.id, t.version, t.create_time, t.update_time, t.email_kind, t.subject_id, t.person_id, t.recipient_email, t.recipient_name, t.subject, t.language_code, t.state, t.attempt_count, t.last_error, t.message_id, t.send_time
from platform.sent_emails t
where t.org_id = $1
and t.id = $2;

-- platform.sent_emails update
update platform.sent_emails as t
set version = t.version + 1,
  update_time = $3,
  email_kind = $4,
  subject_id = $5,
  person_id = $6,
  recipient_email = $7,
  recipient_name = $8,
  subject = $9,
  language_code = $10,
  state = $11,
  attempt_count = $12,
  last_error = $13,
  message_id = $14,
  send_time = $15
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.email_kind, t.subject_id, t.person_id, t.recipient_email, t.recipient_name, t.subject, t.language_code, t.state, t.attempt_count, t.last_error, t.message_id, t.send_time;

-- platform.email_suppressions delete
delete from platform.email_suppressions
where org_id = $1
and id = $2;

-- platform.email_suppressions insert
insert into platform.email_suppressions as t (org_id, id, version, create_time, update_time, email, reason, sent_email_id)
values ($1, $2, $3, $4, $5, $6, $7, $8)
returning t.id, t.version, t.create_time, t.update_time, t.email, t.reason, t.sent_email_id;

-- platform.email_suppressions insert many
insert into platform.email_suppressions as t (org_id, id, version, create_time, update_time, email, reason, sent_email_id)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::text[], $8::uuid[]) as u;

-- platform.email_suppressions select
select t.id, t.version, t.create_time, t.update_time, t.email, t.reason, t.sent_email_id
from platform.email_suppressions t
where t.org_id = $1
and t.id = $2;

-- platform.email_suppressions update
update platform.email_suppressions as t
set version = t.version + 1,
  update_time = $3,
  email = $4,
  reason = $5,
  sent_email_id = $6
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.email, t.reason, t.sent_email_id;

-- platform.email_templates delete
delete from platform.email_templates
where org_id = $1
and id = $2;

-- platform.email_templates insert
insert into platform.email_templates as t (org_id, id, version, create_time, update_time, email_kind, language_code, subject, text, html)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
returning t.id, t.version, t.create_time, t.update_time, t.email_kind, t.language_code, t.subject, t.text, t.html;

-- platform.email_templates insert many
insert into platform.email_templates as t (org_id, id, version, create_time, update_time, email_kind, language_code, subject, text, html)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[]) as u;

-- platform.email_templates select
select t.id, t.version, t.create_time, t.update_time, t.email_kind, t.language_code, t.subject, t.text, t.html
from platform.email_templates t
where t.org_id = $1
and t.id = $2;

-- platform.email_templates update
update platform.email_templates as t
set version = t.version + 1,
  update_time = $3,
  email_kind = $4,
  language_code = $5,
  subject = $6,
  text = $7,
  html = $8
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.email_kind, t.language_code, t.subject, t.text, t.html;

-- platform.sender_addresses delete
delete from platform.sender_addresses
where org_id = $1
and id = $2;

-- platform.sender_addresses insert
insert into platform.sender_addresses as t (org_id, id, version, create_time, update_time, email, display_name, state, verify_time, code_time)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
returning t.id, t.version, t.create_time, t.update_time, t.email, t.display_name, t.state, t.verify_time, t.code_time;

-- platform.sender_addresses insert many
insert into platform.sender_addresses as t (org_id, id, version, create_time, update_time, email, display_name, state, verify_time, code_time)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::text[], $8::text[], $9::timestamptz[], $10::timestamptz[]) as u;

-- platform.sender_addresses select
select t.id, t.version, t.create_time, t.update_time, t.email, t.display_name, t.state, t.verify_time, t.code_time
from platform.sender_addresses t
where t.org_id = $1
and t.id = $2;

-- platform.sender_addresses update
update platform.sender_addresses as t
set version = t.version + 1,
  update_time = $3,
  email = $4,
  display_name = $5,
  state = $6,
  verify_time = $7,
  code_time = $8
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.email, t.display_name, t.state, t.verify_time, t.code_time;

-- platform.inbound_addresses delete
delete from platform.inbound_addresses
where org_id = $1
and id = $2;

-- platform.inbound_addresses insert
insert into platform.inbound_addresses as t (org_id, id, version, create_time, update_time, display_name, purpose, owner_id, state, rotate_time, revoke_time)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
returning t.id, t.version, t.create_time, t.update_time, t.display_name, t.purpose, t.owner_id, t.state, t.rotate_time, t.revoke_time;

-- platform.inbound_addresses insert many
insert into platform.inbound_addresses as t (org_id, id, version, create_time, update_time, display_name, purpose, owner_id, state, rotate_time, revoke_time)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::text[], $8::uuid[], $9::text[], $10::timestamptz[], $11::timestamptz[]) as u;

-- platform.inbound_addresses select
select t.id, t.version, t.create_time, t.update_time, t.display_name, t.purpose, t.owner_id, t.state, t.rotate_time, t.revoke_time
from platform.inbound_addresses t
where t.org_id = $1
and t.id = $2;

-- platform.inbound_addresses update
update platform.inbound_addresses as t
set version = t.version + 1,
  update_time = $3,
  display_name = $4,
  purpose = $5,
  owner_id = $6,
  state = $7,
  rotate_time = $8,
  revoke_time = $9
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.display_name, t.purpose, t.owner_id, t.state, t.rotate_time, t.revoke_time;

-- platform.inbound_messages delete
delete from platform.inbound_messages
where org_id = $1
and id = $2;

-- platform.inbound_messages insert
insert into platform.inbound_messages as t (org_id, id, version, create_time, update_time, source, state, inbound_address_id, purpose, owner_id, from_name, from_email, sender_id, to_emails, cc_emails, subject, message_id, send_time, text, reply_text, automatic, bounce, malformed, truncated, sender_verified, authentication, hold_reason, raw_file_id, file_ids, subject_id, comment_id, sent_email_id, filer_id, file_time)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34)
returning t.id, t.version, t.create_time, t.update_time, t.source, t.state, t.inbound_address_id, t.purpose, t.owner_id, t.from_name, t.from_email, t.sender_id, t.to_emails, t.cc_emails, t.subject, t.message_id, t.send_time, t.text, t.reply_text, t.automatic, t.bounce, t.malformed, t.truncated, t.sender_verified, t.authentication, t.hold_reason, t.raw_file_id, t.file_ids, t.subject_id, t.comment_id, t.sent_email_id, t.filer_id, t.file_time;

-- platform.inbound_messages select
select t.id, t.version, t.create_time, t.update_time, t.source, t.state, t.inbound_address_id, t.purpose, t.owner_id, t.from_name, t.from_email, t.sender_id, t.to_emails, t.cc_emails, t.subject, t.message_id, t.send_time, t.text, t.reply_text, t.automatic, t.bounce, t.malformed, t.truncated, t.sender_verified, t.authentication, t.hold_reason, t.raw_file_id, t.file_ids, t.subject_id, t.comment_id, t.sent_email_id, t.filer_id, t.file_time
from platform.inbound_messages t
where t.org_id = $1
and t.id = $2;

-- platform.inbound_messages update
update platform.inbound_messages as t
set version = t.version + 1,
  update_time = $3,
  source = $4,
  state = $5,
  inbound_address_id = $6,
  purpose = $7,
  owner_id = $8,
  from_name = $9,
  from_email = $10,
  sender_id = $11,
  to_emails = $12,
  cc_emails = $13,
  subject = $14,
  message_id = $15,
  send_time = $16,
  text = $17,
  reply_text = $18,
  automatic = $19,
  bounce = $20,
  malformed = $21,
  truncated = $22,
  sender_verified = $23,
  authentication = $24,
  hold_reason = $25,
  raw_file_id = $26,
  file_ids = $27,
  subject_id = $28,
  comment_id = $29,
  sent_email_id = $30,
  filer_id = $31,
  file_time = $32
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.source, t.state, t.inbound_address_id, t.purpose, t.owner_id, t.from_name, t.from_email, t.sender_id, t.to_emails, t.cc_emails, t.subject, t.message_id, t.send_time, t.text, t.reply_text, t.automatic, t.bounce, t.malformed, t.truncated, t.sender_verified, t.authentication, t.hold_reason, t.raw_file_id, t.file_ids, t.subject_id, t.comment_id, t.sent_email_id, t.filer_id, t.file_time;

-- platform.approval_policies delete
delete from platform.approval_policies
where org_id = $1
and id = $2;

-- platform.approval_policies insert
insert into platform.approval_policies as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, approval_kind, display_name, condition, priority, steps)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.approval_kind, t.display_name, t.condition, t.priority, t.steps;

-- platform.approval_policies insert many
insert into platform.approval_policies as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, approval_kind, display_name, condition, priority, steps)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[], $8::text[], $9::jsonb[], $10::text[], $11::text[], $12::text[], $13::integer[], $14::jsonb[]) as u;

-- platform.approval_policies select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.approval_kind, t.display_name, t.condition, t.priority, t.steps
from platform.approval_policies t
where t.org_id = $1
and t.id = $2;

-- platform.approval_policies update
update platform.approval_policies as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  custom_fields = $7,
  approval_kind = $8,
  display_name = $9,
  condition = $10,
  priority = $11,
  steps = $12
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.approval_kind, t.display_name, t.condition, t.priority, t.steps;

-- platform.approval_requests delete
delete from platform.approval_requests
where org_id = $1
and id = $2;

-- platform.approval_requests insert
insert into platform.approval_requests as t (org_id, id, version, create_time, update_time, kind, subject_key, display_name, approval_kind, policy_id, requester_id, maker_ids, state, facts, steps, step, approver_id, approver_ids, approver_roles, approved_by_ids, missing_approvals, decisions, escalate_time, superseded_by_id, fingerprint)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
returning t.id, t.version, t.create_time, t.update_time, t.kind, t.subject_key, t.display_name, t.approval_kind, t.policy_id, t.requester_id, t.maker_ids, t.state, t.facts, t.steps, t.step, t.approver_id, t.approver_ids, t.approver_roles, t.approved_by_ids, t.missing_approvals, t.decisions, t.escalate_time, t.superseded_by_id, t.fingerprint;

-- platform.approval_requests select
select t.id, t.version, t.create_time, t.update_time, t.kind, t.subject_key, t.display_name, t.approval_kind, t.policy_id, t.requester_id, t.maker_ids, t.state, t.facts, t.steps, t.step, t.approver_id, t.approver_ids, t.approver_roles, t.approved_by_ids, t.missing_approvals, t.decisions, t.escalate_time, t.superseded_by_id, t.fingerprint
from platform.approval_requests t
where t.org_id = $1
and t.id = $2;

-- platform.approval_requests update
update platform.approval_requests as t
set version = t.version + 1,
  update_time = $3,
  kind = $4,
  subject_key = $5,
  display_name = $6,
  approval_kind = $7,
  policy_id = $8,
  requester_id = $9,
  maker_ids = $10,
  state = $11,
  facts = $12,
  steps = $13,
  step = $14,
  approver_id = $15,
  approver_ids = $16,
  approver_roles = $17,
  approved_by_ids = $18,
  missing_approvals = $19,
  decisions = $20,
  escalate_time = $21,
  superseded_by_id = $22,
  fingerprint = $23
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.kind, t.subject_key, t.display_name, t.approval_kind, t.policy_id, t.requester_id, t.maker_ids, t.state, t.facts, t.steps, t.step, t.approver_id, t.approver_ids, t.approver_roles, t.approved_by_ids, t.missing_approvals, t.decisions, t.escalate_time, t.superseded_by_id, t.fingerprint;

-- finance.accounts delete
delete from finance.accounts
where org_id = $1
and id = $2;

-- finance.accounts dimension_rules delete
delete from finance.account_dimension_rules
where org_id = $1
and account_id = $2;

-- finance.accounts dimension_rules insert
insert into finance.account_dimension_rules (org_id, account_id, line_number, dimension_id, default_value_id, required)
select $1, u.*
from unnest($2::uuid[], $3::integer[], $4::uuid[], $5::uuid[], $6::boolean[]) as u;

-- finance.accounts dimension_rules select
select account_id, dimension_id, default_value_id, required
from finance.account_dimension_rules
where org_id = $1
and account_id = any($2)
order by account_id, line_number;

-- finance.accounts insert
insert into finance.accounts as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, code, display_name, type, subtype, currency_code, parent_account_id, cash_flow_section, cash_flow_class, balance_sheet_term, current_parts, control, closing_account_id, bank_account_id, description, responsible_id, deputy_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.code, t.display_name, t.type, t.subtype, t.currency_code, t.parent_account_id, t.cash_flow_section, t.cash_flow_class, t.balance_sheet_term, t.current_parts, t.control, t.closing_account_id, t.bank_account_id, t.description, t.responsible_id, t.deputy_id;

-- finance.accounts insert many
insert into finance.accounts as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, code, display_name, type, subtype, currency_code, parent_account_id, cash_flow_section, cash_flow_class, balance_sheet_term, current_parts, control, closing_account_id, bank_account_id, description, responsible_id, deputy_id)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[], $8::text[], $9::jsonb[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::uuid[], $16::text[], $17::text[], $18::text[], $19::jsonb[], $20::boolean[], $21::uuid[], $22::uuid[], $23::text[], $24::uuid[], $25::uuid[]) as u;

-- finance.accounts select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.code, t.display_name, t.type, t.subtype, t.currency_code, t.parent_account_id, t.cash_flow_section, t.cash_flow_class, t.balance_sheet_term, t.current_parts, t.control, t.closing_account_id, t.bank_account_id, t.description, t.responsible_id, t.deputy_id
from finance.accounts t
where t.org_id = $1
and t.id = $2;

-- finance.accounts update
update finance.accounts as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  custom_fields = $7,
  code = $8,
  display_name = $9,
  type = $10,
  subtype = $11,
  currency_code = $12,
  parent_account_id = $13,
  cash_flow_section = $14,
  cash_flow_class = $15,
  balance_sheet_term = $16,
  current_parts = $17,
  control = $18,
  closing_account_id = $19,
  bank_account_id = $20,
  description = $21,
  responsible_id = $22,
  deputy_id = $23
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.code, t.display_name, t.type, t.subtype, t.currency_code, t.parent_account_id, t.cash_flow_section, t.cash_flow_class, t.balance_sheet_term, t.current_parts, t.control, t.closing_account_id, t.bank_account_id, t.description, t.responsible_id, t.deputy_id;

-- finance.dimensions delete
delete from finance.dimensions
where org_id = $1
and id = $2;

-- finance.dimensions insert
insert into finance.dimensions as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, description, kind, balancing_account_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.description, t.kind, t.balancing_account_id;

-- finance.dimensions insert many
insert into finance.dimensions as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, description, kind, balancing_account_id)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[], $8::text[], $9::jsonb[], $10::text[], $11::text[], $12::text[], $13::uuid[]) as u;

-- finance.dimensions select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.description, t.kind, t.balancing_account_id
from finance.dimensions t
where t.org_id = $1
and t.id = $2;

-- finance.dimensions update
update finance.dimensions as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  custom_fields = $7,
  display_name = $8,
  description = $9,
  kind = $10,
  balancing_account_id = $11
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.description, t.kind, t.balancing_account_id;

-- finance.dimension_values delete
delete from finance.dimension_values
where org_id = $1
and id = $2;

-- finance.dimension_values insert
insert into finance.dimension_values as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, dimension_id, display_name, code, description, subject_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.dimension_id, t.display_name, t.code, t.description, t.subject_id;

-- finance.dimension_values insert many
insert into finance.dimension_values as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, dimension_id, display_name, code, description, subject_id)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[], $8::text[], $9::jsonb[], $10::uuid[], $11::text[], $12::text[], $13::text[], $14::text[]) as u;

-- finance.dimension_values select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.dimension_id, t.display_name, t.code, t.description, t.subject_id
from finance.dimension_values t
where t.org_id = $1
and t.id = $2;

-- finance.dimension_values update
update finance.dimension_values as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  custom_fields = $7,
  dimension_id = $8,
  display_name = $9,
  code = $10,
  description = $11,
  subject_id = $12
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.dimension_id, t.display_name, t.code, t.description, t.subject_id;

-- finance.journal_entries delete
delete from finance.journal_entries
where org_id = $1
and id = $2;

-- finance.journal_entries insert
insert into finance.journal_entries as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, date, description, reference, currency_code, exchange_rate, state, source, source_id, reverses_id, reversed_by_id, reverse_date, recodes_id, price_mode, notes, lock_exception_reason, post_time, draft_lines)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.date, t.description, t.reference, t.currency_code, t.exchange_rate, t.state, t.source, t.source_id, t.reverses_id, t.reversed_by_id, t.reverse_date, t.recodes_id, t.price_mode, t.notes, t.lock_exception_reason, t.post_time, t.draft_lines;

-- finance.journal_entries insert many
insert into finance.journal_entries as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, date, description, reference, currency_code, exchange_rate, state, source, source_id, reverses_id, reversed_by_id, reverse_date, recodes_id, price_mode, notes, lock_exception_reason, post_time, draft_lines)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::date[], $10::text[], $11::text[], $12::text[], $13::numeric[], $14::text[], $15::text[], $16::text[], $17::uuid[], $18::uuid[], $19::date[], $20::uuid[], $21::text[], $22::text[], $23::text[], $24::timestamptz[], $25::jsonb[]) as u;

-- finance.journal_entries lines insert
insert into finance.journal_lines (org_id, journal_entry_id, line_number, id, account_id, amount_currency, amount_minor, base_amount_minor, exchange_rate, dimension_value_ids, memo, date, closing, tax_code_id, tax_component_id, seq, position)
select $1, u.journal_entry_id, u.line_number, u.id, u.account_id, u.amount_currency, u.amount_minor, u.base_amount_minor, u.exchange_rate, u.dimension_value_ids::uuid[], u.memo, u.date, u.closing, u.tax_code_id, u.tax_component_id, u.seq, (select platform.position())
from unnest($2::uuid[], $3::integer[], $4::uuid[], $5::uuid[], $6::text[], $7::bigint[], $8::bigint[], $9::numeric[], $10::text[], $11::text[], $12::date[], $13::boolean[], $14::uuid[], $15::uuid[], $16::bigint[]) as u (journal_entry_id, line_number, id, account_id, amount_currency, amount_minor, base_amount_minor, exchange_rate, dimension_value_ids, memo, date, closing, tax_code_id, tax_component_id, seq);

-- finance.journal_entries lines select
select journal_entry_id, id, account_id, amount_currency, amount_minor, base_amount_minor, exchange_rate, dimension_value_ids, memo, date, closing, tax_code_id, tax_component_id
from finance.journal_lines
where org_id = $1
and journal_entry_id = any($2)
order by journal_entry_id, line_number;

-- finance.journal_entries select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.date, t.description, t.reference, t.currency_code, t.exchange_rate, t.state, t.source, t.source_id, t.reverses_id, t.reversed_by_id, t.reverse_date, t.recodes_id, t.price_mode, t.notes, t.lock_exception_reason, t.post_time, t.draft_lines
from finance.journal_entries t
where t.org_id = $1
and t.id = $2;

-- finance.journal_entries update
update finance.journal_entries as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  date = $7,
  description = $8,
  reference = $9,
  currency_code = $10,
  exchange_rate = $11,
  state = $12,
  source = $13,
  source_id = $14,
  reverses_id = $15,
  reversed_by_id = $16,
  reverse_date = $17,
  recodes_id = $18,
  price_mode = $19,
  notes = $20,
  lock_exception_reason = $21,
  post_time = $22,
  draft_lines = $23
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.date, t.description, t.reference, t.currency_code, t.exchange_rate, t.state, t.source, t.source_id, t.reverses_id, t.reversed_by_id, t.reverse_date, t.recodes_id, t.price_mode, t.notes, t.lock_exception_reason, t.post_time, t.draft_lines;

-- finance.journal_lines delete
delete from finance.journal_lines
where org_id = $1
and id = $2;

-- finance.journal_lines insert
insert into finance.journal_lines as t (org_id, id, account_id, amount_currency, amount_minor, base_amount_minor, exchange_rate, dimension_value_ids, memo, journal_entry_id, date, closing, tax_code_id, tax_component_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
returning t.id, t.account_id, t.amount_currency, t.amount_minor, t.base_amount_minor, t.exchange_rate, t.dimension_value_ids, t.memo, t.journal_entry_id, t.date, t.closing, t.tax_code_id, t.tax_component_id;

-- finance.journal_lines select
select t.id, t.account_id, t.amount_currency, t.amount_minor, t.base_amount_minor, t.exchange_rate, t.dimension_value_ids, t.memo, t.journal_entry_id, t.date, t.closing, t.tax_code_id, t.tax_component_id
from finance.journal_lines t
where t.org_id = $1
and t.id = $2;

-- finance.fiscal_years delete
delete from finance.fiscal_years
where org_id = $1
and id = $2;

-- finance.fiscal_years insert
insert into finance.fiscal_years as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, start_date, end_date, state, closing_entry_ids, net_income_currency, net_income_minor, close_time, reopen_reason, reporting_framework)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.start_date, t.end_date, t.state, t.closing_entry_ids, t.net_income_currency, t.net_income_minor, t.close_time, t.reopen_reason, t.reporting_framework;

-- finance.fiscal_years select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.start_date, t.end_date, t.state, t.closing_entry_ids, t.net_income_currency, t.net_income_minor, t.close_time, t.reopen_reason, t.reporting_framework
from finance.fiscal_years t
where t.org_id = $1
and t.id = $2;

-- finance.fiscal_years update
update finance.fiscal_years as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  start_date = $7,
  end_date = $8,
  state = $9,
  closing_entry_ids = $10,
  net_income_currency = $11,
  net_income_minor = $12,
  close_time = $13,
  reopen_reason = $14,
  reporting_framework = $15
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.start_date, t.end_date, t.state, t.closing_entry_ids, t.net_income_currency, t.net_income_minor, t.close_time, t.reopen_reason, t.reporting_framework;

-- finance.accounting_periods delete
delete from finance.accounting_periods
where org_id = $1
and id = $2;

-- finance.accounting_periods insert
insert into finance.accounting_periods as t (org_id, id, version, create_time, update_time, fiscal_year_id, start_date, end_date, state, close_time, close_reason, reopen_reason)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
returning t.id, t.version, t.create_time, t.update_time, t.fiscal_year_id, t.start_date, t.end_date, t.state, t.close_time, t.close_reason, t.reopen_reason;

-- finance.accounting_periods insert many
insert into finance.accounting_periods as t (org_id, id, version, create_time, update_time, fiscal_year_id, start_date, end_date, state, close_time, close_reason, reopen_reason)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::uuid[], $7::date[], $8::date[], $9::text[], $10::timestamptz[], $11::text[], $12::text[]) as u;

-- finance.accounting_periods select
select t.id, t.version, t.create_time, t.update_time, t.fiscal_year_id, t.start_date, t.end_date, t.state, t.close_time, t.close_reason, t.reopen_reason
from finance.accounting_periods t
where t.org_id = $1
and t.id = $2;

-- finance.accounting_periods update
update finance.accounting_periods as t
set version = t.version + 1,
  update_time = $3,
  fiscal_year_id = $4,
  start_date = $5,
  end_date = $6,
  state = $7,
  close_time = $8,
  close_reason = $9,
  reopen_reason = $10
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.fiscal_year_id, t.start_date, t.end_date, t.state, t.close_time, t.close_reason, t.reopen_reason;

-- finance.exchange_rates delete
delete from finance.exchange_rates
where org_id = $1
and id = $2;

-- finance.exchange_rates insert
insert into finance.exchange_rates as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, date, from_currency_code, to_currency_code, rate, source)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.date, t.from_currency_code, t.to_currency_code, t.rate, t.source;

-- finance.exchange_rates insert many
insert into finance.exchange_rates as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, date, from_currency_code, to_currency_code, rate, source)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::date[], $10::text[], $11::text[], $12::numeric[], $13::text[]) as u;

-- finance.exchange_rates select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.date, t.from_currency_code, t.to_currency_code, t.rate, t.source
from finance.exchange_rates t
where t.org_id = $1
and t.id = $2;

-- finance.exchange_rates update
update finance.exchange_rates as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  date = $7,
  from_currency_code = $8,
  to_currency_code = $9,
  rate = $10,
  source = $11
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.date, t.from_currency_code, t.to_currency_code, t.rate, t.source;

-- finance.currency_revaluations delete
delete from finance.currency_revaluations
where org_id = $1
and id = $2;

-- finance.currency_revaluations insert
insert into finance.currency_revaluations as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, date, state, journal_entry_id, reversal_entry_id, gain_currency, gain_minor, valuations)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.date, t.state, t.journal_entry_id, t.reversal_entry_id, t.gain_currency, t.gain_minor, t.valuations;

-- finance.currency_revaluations insert many
insert into finance.currency_revaluations as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, date, state, journal_entry_id, reversal_entry_id, gain_currency, gain_minor, valuations)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::date[], $10::text[], $11::uuid[], $12::uuid[], $13::text[], $14::bigint[], $15::jsonb[]) as u;

-- finance.currency_revaluations select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.date, t.state, t.journal_entry_id, t.reversal_entry_id, t.gain_currency, t.gain_minor, t.valuations
from finance.currency_revaluations t
where t.org_id = $1
and t.id = $2;

-- finance.currency_revaluations update
update finance.currency_revaluations as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  date = $7,
  state = $8,
  journal_entry_id = $9,
  reversal_entry_id = $10,
  gain_currency = $11,
  gain_minor = $12,
  valuations = $13
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.date, t.state, t.journal_entry_id, t.reversal_entry_id, t.gain_currency, t.gain_minor, t.valuations;

-- finance.journal_seals delete
delete from finance.journal_seals
where org_id = $1
and id = $2;

-- finance.journal_seals insert
insert into finance.journal_seals as t (org_id, id, create_time, number, journal_entry_id, hash)
values ($1, $2, $3, $4, $5, $6)
returning t.id, t.create_time, t.number, t.journal_entry_id, t.hash;

-- finance.journal_seals insert many
insert into finance.journal_seals as t (org_id, id, create_time, number, journal_entry_id, hash)
select $1, u.*
from unnest($2::uuid[], $3::timestamptz[], $4::bigint[], $5::uuid[], $6::bytea[]) as u;

-- finance.journal_seals select
select t.id, t.create_time, t.number, t.journal_entry_id, t.hash
from finance.journal_seals t
where t.org_id = $1
and t.id = $2;

-- finance.bookkeeping_schedules delete
delete from finance.bookkeeping_schedules
where org_id = $1
and id = $2;

-- finance.bookkeeping_schedules insert
insert into finance.bookkeeping_schedules as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, owner_id, recurrence, next_date, completed_date)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.owner_id, t.recurrence, t.next_date, t.completed_date;

-- finance.bookkeeping_schedules insert many
insert into finance.bookkeeping_schedules as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, owner_id, recurrence, next_date, completed_date)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[], $8::text[], $9::jsonb[], $10::text[], $11::uuid[], $12::jsonb[], $13::date[], $14::date[]) as u;

-- finance.bookkeeping_schedules select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.owner_id, t.recurrence, t.next_date, t.completed_date
from finance.bookkeeping_schedules t
where t.org_id = $1
and t.id = $2;

-- finance.bookkeeping_schedules update
update finance.bookkeeping_schedules as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  custom_fields = $7,
  display_name = $8,
  owner_id = $9,
  recurrence = $10,
  next_date = $11,
  completed_date = $12
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.owner_id, t.recurrence, t.next_date, t.completed_date;

-- finance.account_roles delete
delete from finance.account_roles
where org_id = $1
and id = $2;

-- finance.account_roles insert
insert into finance.account_roles as t (org_id, id, version, create_time, update_time, role, account_id)
values ($1, $2, $3, $4, $5, $6, $7)
returning t.id, t.version, t.create_time, t.update_time, t.role, t.account_id;

-- finance.account_roles insert many
insert into finance.account_roles as t (org_id, id, version, create_time, update_time, role, account_id)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::uuid[]) as u;

-- finance.account_roles select
select t.id, t.version, t.create_time, t.update_time, t.role, t.account_id
from finance.account_roles t
where t.org_id = $1
and t.id = $2;

-- finance.account_roles update
update finance.account_roles as t
set version = t.version + 1,
  update_time = $3,
  role = $4,
  account_id = $5
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.role, t.account_id;

-- finance.tax_agencies delete
delete from finance.tax_agencies
where org_id = $1
and id = $2;

-- finance.tax_agencies insert
insert into finance.tax_agencies as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, region_code, account_id, filing_basis, filing_period_months, tax_number, template_key)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.region_code, t.account_id, t.filing_basis, t.filing_period_months, t.tax_number, t.template_key;

-- finance.tax_agencies insert many
insert into finance.tax_agencies as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, region_code, account_id, filing_basis, filing_period_months, tax_number, template_key)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[], $8::text[], $9::jsonb[], $10::text[], $11::text[], $12::uuid[], $13::text[], $14::integer[], $15::text[], $16::text[]) as u;

-- finance.tax_agencies select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.region_code, t.account_id, t.filing_basis, t.filing_period_months, t.tax_number, t.template_key
from finance.tax_agencies t
where t.org_id = $1
and t.id = $2;

-- finance.tax_agencies update
update finance.tax_agencies as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  custom_fields = $7,
  display_name = $8,
  region_code = $9,
  account_id = $10,
  filing_basis = $11,
  filing_period_months = $12,
  tax_number = $13,
  template_key = $14
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.region_code, t.account_id, t.filing_basis, t.filing_period_months, t.tax_number, t.template_key;

-- finance.tax_rates components delete
delete from finance.tax_rate_components
where org_id = $1
and tax_rate_id = $2
and id = any($3);

-- finance.tax_rates components insert
insert into finance.tax_rate_components (org_id, tax_rate_id, line_number, id, display_name, tax_agency_id, account_id, effect, compound, recoverable_percent, spans)
select $1, u.*
from unnest($2::uuid[], $3::integer[], $4::uuid[], $5::text[], $6::uuid[], $7::uuid[], $8::text[], $9::boolean[], $10::text[], $11::jsonb[]) as u;

-- finance.tax_rates components select
select tax_rate_id, id, display_name, tax_agency_id, account_id, effect, compound, recoverable_percent, spans
from finance.tax_rate_components
where org_id = $1
and tax_rate_id = any($2)
order by tax_rate_id, line_number;

-- finance.tax_rates components update
update finance.tax_rate_components
set line_number = $3,
  display_name = $5,
  tax_agency_id = $6,
  account_id = $7,
  effect = $8,
  compound = $9,
  recoverable_percent = $10,
  spans = $11
where org_id = $1
and tax_rate_id = $2
and id = $4;

-- finance.tax_rates delete
delete from finance.tax_rates
where org_id = $1
and id = $2;

-- finance.tax_rates insert
insert into finance.tax_rates as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, kind, description, template_key)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.kind, t.description, t.template_key;

-- finance.tax_rates insert many
insert into finance.tax_rates as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, kind, description, template_key)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[], $8::text[], $9::jsonb[], $10::text[], $11::text[], $12::text[], $13::text[]) as u;

-- finance.tax_rates select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.kind, t.description, t.template_key
from finance.tax_rates t
where t.org_id = $1
and t.id = $2;

-- finance.tax_rates update
update finance.tax_rates as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  custom_fields = $7,
  display_name = $8,
  kind = $9,
  description = $10,
  template_key = $11
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.kind, t.description, t.template_key;

-- finance.tax_codes delete
delete from finance.tax_codes
where org_id = $1
and id = $2;

-- finance.tax_codes insert
insert into finance.tax_codes as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, code, display_name, use, sales_tax_rate_id, purchase_tax_rate_id, region_code, subdivision_code, category, legal_note, postal_codes, template_key)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.code, t.display_name, t.use, t.sales_tax_rate_id, t.purchase_tax_rate_id, t.region_code, t.subdivision_code, t.category, t.legal_note, t.postal_codes, t.template_key;

-- finance.tax_codes select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.code, t.display_name, t.use, t.sales_tax_rate_id, t.purchase_tax_rate_id, t.region_code, t.subdivision_code, t.category, t.legal_note, t.postal_codes, t.template_key
from finance.tax_codes t
where t.org_id = $1
and t.id = $2;

-- finance.tax_codes update
update finance.tax_codes as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  custom_fields = $7,
  code = $8,
  display_name = $9,
  use = $10,
  sales_tax_rate_id = $11,
  purchase_tax_rate_id = $12,
  region_code = $13,
  subdivision_code = $14,
  category = $15,
  legal_note = $16,
  postal_codes = $17,
  template_key = $18
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.code, t.display_name, t.use, t.sales_tax_rate_id, t.purchase_tax_rate_id, t.region_code, t.subdivision_code, t.category, t.legal_note, t.postal_codes, t.template_key;

-- finance.vendors bank_account_number select
select v.record_key, v.mask
from platform.sealed_values v
where v.org_id = $1
and v.kind = $2
and v.field = $3
and v.record_key = any($4);

-- finance.vendors delete
delete from finance.vendors
where org_id = $1
and id = $2;

-- finance.vendors insert
insert into finance.vendors as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, email, phone, website, reference, payment_days, expense_account_id, credit_limit_currency, credit_limit_minor, note, bank_account_holder, bank_code, responsible_id, deputy_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.email, t.phone, t.website, t.reference, t.payment_days, t.expense_account_id, t.credit_limit_currency, t.credit_limit_minor, t.note, t.bank_account_holder, t.bank_code, t.responsible_id, t.deputy_id;

-- finance.vendors insert many
insert into finance.vendors as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, email, phone, website, reference, payment_days, expense_account_id, credit_limit_currency, credit_limit_minor, note, bank_account_holder, bank_code, responsible_id, deputy_id)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[], $8::text[], $9::jsonb[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::integer[], $16::uuid[], $17::text[], $18::bigint[], $19::text[], $20::text[], $21::text[], $22::uuid[], $23::uuid[]) as u;

-- finance.vendors select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.email, t.phone, t.website, t.reference, t.payment_days, t.expense_account_id, t.credit_limit_currency, t.credit_limit_minor, t.note, t.bank_account_holder, t.bank_code, t.responsible_id, t.deputy_id
from finance.vendors t
where t.org_id = $1
and t.id = $2;

-- finance.vendors update
update finance.vendors as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  custom_fields = $7,
  display_name = $8,
  email = $9,
  phone = $10,
  website = $11,
  reference = $12,
  payment_days = $13,
  expense_account_id = $14,
  credit_limit_currency = $15,
  credit_limit_minor = $16,
  note = $17,
  bank_account_holder = $18,
  bank_code = $19,
  responsible_id = $20,
  deputy_id = $21
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.email, t.phone, t.website, t.reference, t.payment_days, t.expense_account_id, t.credit_limit_currency, t.credit_limit_minor, t.note, t.bank_account_holder, t.bank_code, t.responsible_id, t.deputy_id;

-- finance.items delete
delete from finance.items
where org_id = $1
and id = $2;

-- finance.items insert
insert into finance.items as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, code, kind, description, unit, sale_price, price_includes_tax, purchase_price, currency_code, sales_tax_code_id, purchase_tax_code_id, income_account_id, expense_account_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.code, t.kind, t.description, t.unit, t.sale_price, t.price_includes_tax, t.purchase_price, t.currency_code, t.sales_tax_code_id, t.purchase_tax_code_id, t.income_account_id, t.expense_account_id;

-- finance.items insert many
insert into finance.items as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, code, kind, description, unit, sale_price, price_includes_tax, purchase_price, currency_code, sales_tax_code_id, purchase_tax_code_id, income_account_id, expense_account_id)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[], $8::text[], $9::jsonb[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::numeric[], $16::boolean[], $17::numeric[], $18::text[], $19::uuid[], $20::uuid[], $21::uuid[], $22::uuid[]) as u;

-- finance.items select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.code, t.kind, t.description, t.unit, t.sale_price, t.price_includes_tax, t.purchase_price, t.currency_code, t.sales_tax_code_id, t.purchase_tax_code_id, t.income_account_id, t.expense_account_id
from finance.items t
where t.org_id = $1
and t.id = $2;

-- finance.items update
update finance.items as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  custom_fields = $7,
  display_name = $8,
  code = $9,
  kind = $10,
  description = $11,
  unit = $12,
  sale_price = $13,
  price_includes_tax = $14,
  purchase_price = $15,
  currency_code = $16,
  sales_tax_code_id = $17,
  purchase_tax_code_id = $18,
  income_account_id = $19,
  expense_account_id = $20
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.code, t.kind, t.description, t.unit, t.sale_price, t.price_includes_tax, t.purchase_price, t.currency_code, t.sales_tax_code_id, t.purchase_tax_code_id, t.income_account_id, t.expense_account_id;

-- finance.payment_terms delete
delete from finance.payment_terms
where org_id = $1
and id = $2;

-- finance.payment_terms insert
insert into finance.payment_terms as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, description, due, installments, discount)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.description, t.due, t.installments, t.discount;

-- finance.payment_terms insert many
insert into finance.payment_terms as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, description, due, installments, discount)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[], $8::text[], $9::jsonb[], $10::text[], $11::text[], $12::jsonb[], $13::jsonb[], $14::jsonb[]) as u;

-- finance.payment_terms select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.description, t.due, t.installments, t.discount
from finance.payment_terms t
where t.org_id = $1
and t.id = $2;

-- finance.payment_terms update
update finance.payment_terms as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  custom_fields = $7,
  display_name = $8,
  description = $9,
  due = $10,
  installments = $11,
  discount = $12
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.description, t.due, t.installments, t.discount;

-- finance.customers delete
delete from finance.customers
where org_id = $1
and id = $2;

-- finance.customers insert
insert into finance.customers as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, legal_name, contacts, recipient_emails, cc_emails, billing_address, shipping_address, tax_number, exemption_reason, exemption_certificate_number, exemption_expire_date, language_code, currency_code, payment_term_id, tax_code_id, credit_limit_currency, credit_limit_minor, credit_limit_policy, group_key, dunning_policy_id, dunning_excluded, dunning_pause_end_date, note, responsible_id, deputy_id, merged_into_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.legal_name, t.contacts, t.recipient_emails, t.cc_emails, t.billing_address, t.shipping_address, t.tax_number, t.exemption_reason, t.exemption_certificate_number, t.exemption_expire_date, t.language_code, t.currency_code, t.payment_term_id, t.tax_code_id, t.credit_limit_currency, t.credit_limit_minor, t.credit_limit_policy, t.group_key, t.dunning_policy_id, t.dunning_excluded, t.dunning_pause_end_date, t.note, t.responsible_id, t.deputy_id, t.merged_into_id;

-- finance.customers select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.legal_name, t.contacts, t.recipient_emails, t.cc_emails, t.billing_address, t.shipping_address, t.tax_number, t.exemption_reason, t.exemption_certificate_number, t.exemption_expire_date, t.language_code, t.currency_code, t.payment_term_id, t.tax_code_id, t.credit_limit_currency, t.credit_limit_minor, t.credit_limit_policy, t.group_key, t.dunning_policy_id, t.dunning_excluded, t.dunning_pause_end_date, t.note, t.responsible_id, t.deputy_id, t.merged_into_id
from finance.customers t
where t.org_id = $1
and t.id = $2;

-- finance.customers update
update finance.customers as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  custom_fields = $7,
  display_name = $8,
  legal_name = $9,
  contacts = $10,
  recipient_emails = $11,
  cc_emails = $12,
  billing_address = $13,
  shipping_address = $14,
  tax_number = $15,
  exemption_reason = $16,
  exemption_certificate_number = $17,
  exemption_expire_date = $18,
  language_code = $19,
  currency_code = $20,
  payment_term_id = $21,
  tax_code_id = $22,
  credit_limit_currency = $23,
  credit_limit_minor = $24,
  credit_limit_policy = $25,
  group_key = $26,
  dunning_policy_id = $27,
  dunning_excluded = $28,
  dunning_pause_end_date = $29,
  note = $30,
  responsible_id = $31,
  deputy_id = $32,
  merged_into_id = $33
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.legal_name, t.contacts, t.recipient_emails, t.cc_emails, t.billing_address, t.shipping_address, t.tax_number, t.exemption_reason, t.exemption_certificate_number, t.exemption_expire_date, t.language_code, t.currency_code, t.payment_term_id, t.tax_code_id, t.credit_limit_currency, t.credit_limit_minor, t.credit_limit_policy, t.group_key, t.dunning_policy_id, t.dunning_excluded, t.dunning_pause_end_date, t.note, t.responsible_id, t.deputy_id, t.merged_into_id;

-- finance.receivables delete
delete from finance.receivables
where org_id = $1
and id = $2;

-- finance.receivables insert
insert into finance.receivables as t (org_id, id, version, create_time, update_time, customer_id, document_id, kind, number, date, due_date, total_amount_currency, total_amount_minor, open_amount_currency, open_amount_minor, open_base_amount_minor, parts, taxes, discount_date, discount_grace_days, discount_amount_currency, discount_amount_minor, discount_treatment, state, settle_date, account_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)
returning t.id, t.version, t.create_time, t.update_time, t.customer_id, t.document_id, t.kind, t.number, t.date, t.due_date, t.total_amount_currency, t.total_amount_minor, t.open_amount_currency, t.open_amount_minor, t.open_base_amount_minor, t.parts, t.taxes, t.discount_date, t.discount_grace_days, t.discount_amount_currency, t.discount_amount_minor, t.discount_treatment, t.state, t.settle_date, t.account_id;

-- finance.receivables insert many
insert into finance.receivables as t (org_id, id, version, create_time, update_time, customer_id, document_id, kind, number, date, due_date, total_amount_currency, total_amount_minor, open_amount_currency, open_amount_minor, open_base_amount_minor, parts, taxes, discount_date, discount_grace_days, discount_amount_currency, discount_amount_minor, discount_treatment, state, settle_date, account_id)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::date[], $11::date[], $12::text[], $13::bigint[], $14::text[], $15::bigint[], $16::bigint[], $17::jsonb[], $18::jsonb[], $19::date[], $20::integer[], $21::text[], $22::bigint[], $23::text[], $24::text[], $25::date[], $26::uuid[]) as u;

-- finance.receivables select
select t.id, t.version, t.create_time, t.update_time, t.customer_id, t.document_id, t.kind, t.number, t.date, t.due_date, t.total_amount_currency, t.total_amount_minor, t.open_amount_currency, t.open_amount_minor, t.open_base_amount_minor, t.parts, t.taxes, t.discount_date, t.discount_grace_days, t.discount_amount_currency, t.discount_amount_minor, t.discount_treatment, t.state, t.settle_date, t.account_id
from finance.receivables t
where t.org_id = $1
and t.id = $2;

-- finance.receivables update
update finance.receivables as t
set version = t.version + 1,
  update_time = $3,
  customer_id = $4,
  document_id = $5,
  kind = $6,
  number = $7,
  date = $8,
  due_date = $9,
  total_amount_currency = $10,
  total_amount_minor = $11,
  open_amount_currency = $12,
  open_amount_minor = $13,
  open_base_amount_minor = $14,
  parts = $15,
  taxes = $16,
  discount_date = $17,
  discount_grace_days = $18,
  discount_amount_currency = $19,
  discount_amount_minor = $20,
  discount_treatment = $21,
  state = $22,
  settle_date = $23,
  account_id = $24
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.customer_id, t.document_id, t.kind, t.number, t.date, t.due_date, t.total_amount_currency, t.total_amount_minor, t.open_amount_currency, t.open_amount_minor, t.open_base_amount_minor, t.parts, t.taxes, t.discount_date, t.discount_grace_days, t.discount_amount_currency, t.discount_amount_minor, t.discount_treatment, t.state, t.settle_date, t.account_id;

-- finance.customer_credits delete
delete from finance.customer_credits
where org_id = $1
and id = $2;

-- finance.customer_credits insert
insert into finance.customer_credits as t (org_id, id, version, create_time, update_time, customer_id, document_id, kind, number, date, total_amount_currency, total_amount_minor, open_amount_currency, open_amount_minor, open_base_amount_minor, state, account_id, deposit_request_id, deposit_request_number, taxes, open_taxes)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
returning t.id, t.version, t.create_time, t.update_time, t.customer_id, t.document_id, t.kind, t.number, t.date, t.total_amount_currency, t.total_amount_minor, t.open_amount_currency, t.open_amount_minor, t.open_base_amount_minor, t.state, t.account_id, t.deposit_request_id, t.deposit_request_number, t.taxes, t.open_taxes;

-- finance.customer_credits insert many
insert into finance.customer_credits as t (org_id, id, version, create_time, update_time, customer_id, document_id, kind, number, date, total_amount_currency, total_amount_minor, open_amount_currency, open_amount_minor, open_base_amount_minor, state, account_id, deposit_request_id, deposit_request_number, taxes, open_taxes)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::date[], $11::text[], $12::bigint[], $13::text[], $14::bigint[], $15::bigint[], $16::text[], $17::uuid[], $18::uuid[], $19::text[], $20::jsonb[], $21::jsonb[]) as u;

-- finance.customer_credits select
select t.id, t.version, t.create_time, t.update_time, t.customer_id, t.document_id, t.kind, t.number, t.date, t.total_amount_currency, t.total_amount_minor, t.open_amount_currency, t.open_amount_minor, t.open_base_amount_minor, t.state, t.account_id, t.deposit_request_id, t.deposit_request_number, t.taxes, t.open_taxes
from finance.customer_credits t
where t.org_id = $1
and t.id = $2;

-- finance.customer_credits update
update finance.customer_credits as t
set version = t.version + 1,
  update_time = $3,
  customer_id = $4,
  document_id = $5,
  kind = $6,
  number = $7,
  date = $8,
  total_amount_currency = $9,
  total_amount_minor = $10,
  open_amount_currency = $11,
  open_amount_minor = $12,
  open_base_amount_minor = $13,
  state = $14,
  account_id = $15,
  deposit_request_id = $16,
  deposit_request_number = $17,
  taxes = $18,
  open_taxes = $19
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.customer_id, t.document_id, t.kind, t.number, t.date, t.total_amount_currency, t.total_amount_minor, t.open_amount_currency, t.open_amount_minor, t.open_base_amount_minor, t.state, t.account_id, t.deposit_request_id, t.deposit_request_number, t.taxes, t.open_taxes;

-- finance.payments delete
delete from finance.payments
where org_id = $1
and id = $2;

-- finance.payments insert
insert into finance.payments as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, customer_id, date, amount_currency, amount_minor, exchange_rate, account_id, method, reference, fee_currency, fee_minor, fee_account_id, state, void_date, void_reason, journal_entry_id, deposit_request_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.customer_id, t.date, t.amount_currency, t.amount_minor, t.exchange_rate, t.account_id, t.method, t.reference, t.fee_currency, t.fee_minor, t.fee_account_id, t.state, t.void_date, t.void_reason, t.journal_entry_id, t.deposit_request_id;

-- finance.payments insert many
insert into finance.payments as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, customer_id, date, amount_currency, amount_minor, exchange_rate, account_id, method, reference, fee_currency, fee_minor, fee_account_id, state, void_date, void_reason, journal_entry_id, deposit_request_id)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::uuid[], $10::date[], $11::text[], $12::bigint[], $13::numeric[], $14::uuid[], $15::text[], $16::text[], $17::text[], $18::bigint[], $19::uuid[], $20::text[], $21::date[], $22::text[], $23::uuid[], $24::uuid[]) as u;

-- finance.payments select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.customer_id, t.date, t.amount_currency, t.amount_minor, t.exchange_rate, t.account_id, t.method, t.reference, t.fee_currency, t.fee_minor, t.fee_account_id, t.state, t.void_date, t.void_reason, t.journal_entry_id, t.deposit_request_id
from finance.payments t
where t.org_id = $1
and t.id = $2;

-- finance.payments update
update finance.payments as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  customer_id = $7,
  date = $8,
  amount_currency = $9,
  amount_minor = $10,
  exchange_rate = $11,
  account_id = $12,
  method = $13,
  reference = $14,
  fee_currency = $15,
  fee_minor = $16,
  fee_account_id = $17,
  state = $18,
  void_date = $19,
  void_reason = $20,
  journal_entry_id = $21,
  deposit_request_id = $22
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.customer_id, t.date, t.amount_currency, t.amount_minor, t.exchange_rate, t.account_id, t.method, t.reference, t.fee_currency, t.fee_minor, t.fee_account_id, t.state, t.void_date, t.void_reason, t.journal_entry_id, t.deposit_request_id;

-- finance.allocations delete
delete from finance.allocations
where org_id = $1
and id = $2;

-- finance.allocations insert
insert into finance.allocations as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, customer_id, customer_credit_id, receivable_id, date, amount_currency, amount_minor, base_amount_minor, settled_amount_currency, settled_amount_minor, settled_base_amount_minor, take_discount, discount_reason, discount_currency, discount_minor, clear_difference, difference_currency, difference_minor, exchange_gain_currency, exchange_gain_minor, state, undo_date, journal_entry_id, released_taxes)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.customer_id, t.customer_credit_id, t.receivable_id, t.date, t.amount_currency, t.amount_minor, t.base_amount_minor, t.settled_amount_currency, t.settled_amount_minor, t.settled_base_amount_minor, t.take_discount, t.discount_reason, t.discount_currency, t.discount_minor, t.clear_difference, t.difference_currency, t.difference_minor, t.exchange_gain_currency, t.exchange_gain_minor, t.state, t.undo_date, t.journal_entry_id, t.released_taxes;

-- finance.allocations insert many
insert into finance.allocations as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, customer_id, customer_credit_id, receivable_id, date, amount_currency, amount_minor, base_amount_minor, settled_amount_currency, settled_amount_minor, settled_base_amount_minor, take_discount, discount_reason, discount_currency, discount_minor, clear_difference, difference_currency, difference_minor, exchange_gain_currency, exchange_gain_minor, state, undo_date, journal_entry_id, released_taxes)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::uuid[], $10::uuid[], $11::uuid[], $12::date[], $13::text[], $14::bigint[], $15::bigint[], $16::text[], $17::bigint[], $18::bigint[], $19::boolean[], $20::text[], $21::text[], $22::bigint[], $23::boolean[], $24::text[], $25::bigint[], $26::text[], $27::bigint[], $28::text[], $29::date[], $30::uuid[], $31::jsonb[]) as u;

-- finance.allocations select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.customer_id, t.customer_credit_id, t.receivable_id, t.date, t.amount_currency, t.amount_minor, t.base_amount_minor, t.settled_amount_currency, t.settled_amount_minor, t.settled_base_amount_minor, t.take_discount, t.discount_reason, t.discount_currency, t.discount_minor, t.clear_difference, t.difference_currency, t.difference_minor, t.exchange_gain_currency, t.exchange_gain_minor, t.state, t.undo_date, t.journal_entry_id, t.released_taxes
from finance.allocations t
where t.org_id = $1
and t.id = $2;

-- finance.allocations update
update finance.allocations as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  customer_id = $7,
  customer_credit_id = $8,
  receivable_id = $9,
  date = $10,
  amount_currency = $11,
  amount_minor = $12,
  base_amount_minor = $13,
  settled_amount_currency = $14,
  settled_amount_minor = $15,
  settled_base_amount_minor = $16,
  take_discount = $17,
  discount_reason = $18,
  discount_currency = $19,
  discount_minor = $20,
  clear_difference = $21,
  difference_currency = $22,
  difference_minor = $23,
  exchange_gain_currency = $24,
  exchange_gain_minor = $25,
  state = $26,
  undo_date = $27,
  journal_entry_id = $28,
  released_taxes = $29
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.customer_id, t.customer_credit_id, t.receivable_id, t.date, t.amount_currency, t.amount_minor, t.base_amount_minor, t.settled_amount_currency, t.settled_amount_minor, t.settled_base_amount_minor, t.take_discount, t.discount_reason, t.discount_currency, t.discount_minor, t.clear_difference, t.difference_currency, t.difference_minor, t.exchange_gain_currency, t.exchange_gain_minor, t.state, t.undo_date, t.journal_entry_id, t.released_taxes;

-- finance.refunds delete
delete from finance.refunds
where org_id = $1
and id = $2;

-- finance.refunds insert
insert into finance.refunds as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, customer_id, customer_credit_id, date, amount_currency, amount_minor, base_amount_minor, exchange_rate, account_id, reference, reason, state, void_date, exchange_gain_currency, exchange_gain_minor, journal_entry_id, released_taxes)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.customer_id, t.customer_credit_id, t.date, t.amount_currency, t.amount_minor, t.base_amount_minor, t.exchange_rate, t.account_id, t.reference, t.reason, t.state, t.void_date, t.exchange_gain_currency, t.exchange_gain_minor, t.journal_entry_id, t.released_taxes;

-- finance.refunds insert many
insert into finance.refunds as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, customer_id, customer_credit_id, date, amount_currency, amount_minor, base_amount_minor, exchange_rate, account_id, reference, reason, state, void_date, exchange_gain_currency, exchange_gain_minor, journal_entry_id, released_taxes)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::uuid[], $10::uuid[], $11::date[], $12::text[], $13::bigint[], $14::bigint[], $15::numeric[], $16::uuid[], $17::text[], $18::text[], $19::text[], $20::date[], $21::text[], $22::bigint[], $23::uuid[], $24::jsonb[]) as u;

-- finance.refunds select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.customer_id, t.customer_credit_id, t.date, t.amount_currency, t.amount_minor, t.base_amount_minor, t.exchange_rate, t.account_id, t.reference, t.reason, t.state, t.void_date, t.exchange_gain_currency, t.exchange_gain_minor, t.journal_entry_id, t.released_taxes
from finance.refunds t
where t.org_id = $1
and t.id = $2;

-- finance.refunds update
update finance.refunds as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  customer_id = $7,
  customer_credit_id = $8,
  date = $9,
  amount_currency = $10,
  amount_minor = $11,
  base_amount_minor = $12,
  exchange_rate = $13,
  account_id = $14,
  reference = $15,
  reason = $16,
  state = $17,
  void_date = $18,
  exchange_gain_currency = $19,
  exchange_gain_minor = $20,
  journal_entry_id = $21,
  released_taxes = $22
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.customer_id, t.customer_credit_id, t.date, t.amount_currency, t.amount_minor, t.base_amount_minor, t.exchange_rate, t.account_id, t.reference, t.reason, t.state, t.void_date, t.exchange_gain_currency, t.exchange_gain_minor, t.journal_entry_id, t.released_taxes;

-- finance.invoices delete
delete from finance.invoices
where org_id = $1
and id = $2;

-- finance.invoices deposits delete
delete from finance.invoice_deposits
where org_id = $1
and invoice_id = $2;

-- finance.invoices deposits insert
insert into finance.invoice_deposits (org_id, invoice_id, line_number, customer_credit_id, amount_currency, amount_minor, number, date, tax_amount_currency, tax_amount_minor)
select $1, u.*
from unnest($2::uuid[], $3::integer[], $4::uuid[], $5::text[], $6::bigint[], $7::text[], $8::date[], $9::text[], $10::bigint[]) as u;

-- finance.invoices deposits select
select invoice_id, customer_credit_id, amount_currency, amount_minor, number, date, tax_amount_currency, tax_amount_minor
from finance.invoice_deposits
where org_id = $1
and invoice_id = any($2)
order by invoice_id, line_number;

-- finance.invoices insert
insert into finance.invoices as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, number, customer_id, state, issue_date, due_date, payment_term_id, currency_code, exchange_rate, price_mode, tax_rounding, discount_percent, discount_amount_currency, discount_amount_minor, reference, introduction, closing_text, note, customer_name, billing_address, customer_tax_number, net_amount_currency, net_amount_minor, tax_amount_currency, tax_amount_minor, total_amount_currency, total_amount_minor, withheld_amount_currency, withheld_amount_minor, taxes, open_amount_currency, open_amount_minor, payment_status, pay_date, close_date, close_reason, dispute_date, dispute_reason, dunning_pause_end_date, recurring_invoice_id, journal_entry_id, issue_time, warnings, opening_date, released_source_ids, collecting)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.number, t.customer_id, t.state, t.issue_date, t.due_date, t.payment_term_id, t.currency_code, t.exchange_rate, t.price_mode, t.tax_rounding, t.discount_percent, t.discount_amount_currency, t.discount_amount_minor, t.reference, t.introduction, t.closing_text, t.note, t.customer_name, t.billing_address, t.customer_tax_number, t.net_amount_currency, t.net_amount_minor, t.tax_amount_currency, t.tax_amount_minor, t.total_amount_currency, t.total_amount_minor, t.withheld_amount_currency, t.withheld_amount_minor, t.taxes, t.open_amount_currency, t.open_amount_minor, t.payment_status, t.pay_date, t.close_date, t.close_reason, t.dispute_date, t.dispute_reason, t.dunning_pause_end_date, t.recurring_invoice_id, t.journal_entry_id, t.issue_time, t.warnings, t.opening_date, t.released_source_ids, t.collecting;

-- finance.invoices lines delete
delete from finance.invoice_lines
where org_id = $1
and invoice_id = $2
and id = any($3);

-- finance.invoices lines insert
insert into finance.invoice_lines (org_id, invoice_id, line_number, id, item_id, description, quantity, unit, unit_price, discount_percent, discount_amount_currency, discount_amount_minor, tax_code_id, account_id, dimension_value_ids, service_start_date, service_end_date, source_ids, amount_currency, amount_minor, net_amount_currency, net_amount_minor, tax_amount_currency, tax_amount_minor, taxes, legal_note)
select $1, u.invoice_id, u.line_number, u.id, u.item_id, u.description, u.quantity, u.unit, u.unit_price, u.discount_percent, u.discount_amount_currency, u.discount_amount_minor, u.tax_code_id, u.account_id, u.dimension_value_ids::uuid[], u.service_start_date, u.service_end_date, u.source_ids::text[], u.amount_currency, u.amount_minor, u.net_amount_currency, u.net_amount_minor, u.tax_amount_currency, u.tax_amount_minor, u.taxes, u.legal_note
from unnest($2::uuid[], $3::integer[], $4::uuid[], $5::uuid[], $6::text[], $7::numeric[], $8::text[], $9::numeric[], $10::numeric[], $11::text[], $12::bigint[], $13::uuid[], $14::uuid[], $15::text[], $16::date[], $17::date[], $18::text[], $19::text[], $20::bigint[], $21::text[], $22::bigint[], $23::text[], $24::bigint[], $25::jsonb[], $26::text[]) as u (invoice_id, line_number, id, item_id, description, quantity, unit, unit_price, discount_percent, discount_amount_currency, discount_amount_minor, tax_code_id, account_id, dimension_value_ids, service_start_date, service_end_date, source_ids, amount_currency, amount_minor, net_amount_currency, net_amount_minor, tax_amount_currency, tax_amount_minor, taxes, legal_note);

-- finance.invoices lines select
select invoice_id, id, item_id, description, quantity, unit, unit_price, discount_percent, discount_amount_currency, discount_amount_minor, tax_code_id, account_id, dimension_value_ids, service_start_date, service_end_date, source_ids, amount_currency, amount_minor, net_amount_currency, net_amount_minor, tax_amount_currency, tax_amount_minor, taxes, legal_note
from finance.invoice_lines
where org_id = $1
and invoice_id = any($2)
order by invoice_id, line_number;

-- finance.invoices lines update
update finance.invoice_lines
set line_number = $3,
  item_id = $5,
  description = $6,
  quantity = $7,
  unit = $8,
  unit_price = $9,
  discount_percent = $10,
  discount_amount_currency = $11,
  discount_amount_minor = $12,
  tax_code_id = $13,
  account_id = $14,
  dimension_value_ids = $15,
  service_start_date = $16,
  service_end_date = $17,
  source_ids = $18,
  amount_currency = $19,
  amount_minor = $20,
  net_amount_currency = $21,
  net_amount_minor = $22,
  tax_amount_currency = $23,
  tax_amount_minor = $24,
  taxes = $25,
  legal_note = $26
where org_id = $1
and invoice_id = $2
and id = $4;

-- finance.invoices select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.number, t.customer_id, t.state, t.issue_date, t.due_date, t.payment_term_id, t.currency_code, t.exchange_rate, t.price_mode, t.tax_rounding, t.discount_percent, t.discount_amount_currency, t.discount_amount_minor, t.reference, t.introduction, t.closing_text, t.note, t.customer_name, t.billing_address, t.customer_tax_number, t.net_amount_currency, t.net_amount_minor, t.tax_amount_currency, t.tax_amount_minor, t.total_amount_currency, t.total_amount_minor, t.withheld_amount_currency, t.withheld_amount_minor, t.taxes, t.open_amount_currency, t.open_amount_minor, t.payment_status, t.pay_date, t.close_date, t.close_reason, t.dispute_date, t.dispute_reason, t.dunning_pause_end_date, t.recurring_invoice_id, t.journal_entry_id, t.issue_time, t.warnings, t.opening_date, t.released_source_ids, t.collecting
from finance.invoices t
where t.org_id = $1
and t.id = $2;

-- finance.invoices update
update finance.invoices as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  number = $7,
  customer_id = $8,
  state = $9,
  issue_date = $10,
  due_date = $11,
  payment_term_id = $12,
  currency_code = $13,
  exchange_rate = $14,
  price_mode = $15,
  tax_rounding = $16,
  discount_percent = $17,
  discount_amount_currency = $18,
  discount_amount_minor = $19,
  reference = $20,
  introduction = $21,
  closing_text = $22,
  note = $23,
  customer_name = $24,
  billing_address = $25,
  customer_tax_number = $26,
  net_amount_currency = $27,
  net_amount_minor = $28,
  tax_amount_currency = $29,
  tax_amount_minor = $30,
  total_amount_currency = $31,
  total_amount_minor = $32,
  withheld_amount_currency = $33,
  withheld_amount_minor = $34,
  taxes = $35,
  open_amount_currency = $36,
  open_amount_minor = $37,
  payment_status = $38,
  pay_date = $39,
  close_date = $40,
  close_reason = $41,
  dispute_date = $42,
  dispute_reason = $43,
  dunning_pause_end_date = $44,
  recurring_invoice_id = $45,
  journal_entry_id = $46,
  issue_time = $47,
  warnings = $48,
  opening_date = $49,
  released_source_ids = $50,
  collecting = $51
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.number, t.customer_id, t.state, t.issue_date, t.due_date, t.payment_term_id, t.currency_code, t.exchange_rate, t.price_mode, t.tax_rounding, t.discount_percent, t.discount_amount_currency, t.discount_amount_minor, t.reference, t.introduction, t.closing_text, t.note, t.customer_name, t.billing_address, t.customer_tax_number, t.net_amount_currency, t.net_amount_minor, t.tax_amount_currency, t.tax_amount_minor, t.total_amount_currency, t.total_amount_minor, t.withheld_amount_currency, t.withheld_amount_minor, t.taxes, t.open_amount_currency, t.open_amount_minor, t.payment_status, t.pay_date, t.close_date, t.close_reason, t.dispute_date, t.dispute_reason, t.dunning_pause_end_date, t.recurring_invoice_id, t.journal_entry_id, t.issue_time, t.warnings, t.opening_date, t.released_source_ids, t.collecting;

-- finance.credit_notes delete
delete from finance.credit_notes
where org_id = $1
and id = $2;

-- finance.credit_notes insert
insert into finance.credit_notes as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, number, invoice_id, issue_date, reason, keep_as_credit, release_sources, released_source_ids, customer_id, state, net_amount_currency, net_amount_minor, tax_amount_currency, tax_amount_minor, total_amount_currency, total_amount_minor, taxes, void_date, void_reason, journal_entry_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.number, t.invoice_id, t.issue_date, t.reason, t.keep_as_credit, t.release_sources, t.released_source_ids, t.customer_id, t.state, t.net_amount_currency, t.net_amount_minor, t.tax_amount_currency, t.tax_amount_minor, t.total_amount_currency, t.total_amount_minor, t.taxes, t.void_date, t.void_reason, t.journal_entry_id;

-- finance.credit_notes lines delete
delete from finance.credit_note_lines
where org_id = $1
and credit_note_id = $2;

-- finance.credit_notes lines insert
insert into finance.credit_note_lines (org_id, credit_note_id, line_number, invoice_line_id, quantity, amount_currency, amount_minor, net_amount_currency, net_amount_minor, tax_amount_currency, tax_amount_minor, taxes, description)
select $1, u.*
from unnest($2::uuid[], $3::integer[], $4::uuid[], $5::numeric[], $6::text[], $7::bigint[], $8::text[], $9::bigint[], $10::text[], $11::bigint[], $12::jsonb[], $13::text[]) as u;

-- finance.credit_notes lines select
select credit_note_id, invoice_line_id, quantity, amount_currency, amount_minor, net_amount_currency, net_amount_minor, tax_amount_currency, tax_amount_minor, taxes, description
from finance.credit_note_lines
where org_id = $1
and credit_note_id = any($2)
order by credit_note_id, line_number;

-- finance.credit_notes select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.number, t.invoice_id, t.issue_date, t.reason, t.keep_as_credit, t.release_sources, t.released_source_ids, t.customer_id, t.state, t.net_amount_currency, t.net_amount_minor, t.tax_amount_currency, t.tax_amount_minor, t.total_amount_currency, t.total_amount_minor, t.taxes, t.void_date, t.void_reason, t.journal_entry_id
from finance.credit_notes t
where t.org_id = $1
and t.id = $2;

-- finance.credit_notes update
update finance.credit_notes as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  number = $7,
  invoice_id = $8,
  issue_date = $9,
  reason = $10,
  keep_as_credit = $11,
  release_sources = $12,
  released_source_ids = $13,
  customer_id = $14,
  state = $15,
  net_amount_currency = $16,
  net_amount_minor = $17,
  tax_amount_currency = $18,
  tax_amount_minor = $19,
  total_amount_currency = $20,
  total_amount_minor = $21,
  taxes = $22,
  void_date = $23,
  void_reason = $24,
  journal_entry_id = $25
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.number, t.invoice_id, t.issue_date, t.reason, t.keep_as_credit, t.release_sources, t.released_source_ids, t.customer_id, t.state, t.net_amount_currency, t.net_amount_minor, t.tax_amount_currency, t.tax_amount_minor, t.total_amount_currency, t.total_amount_minor, t.taxes, t.void_date, t.void_reason, t.journal_entry_id;

-- finance.deposit_requests delete
delete from finance.deposit_requests
where org_id = $1
and id = $2;

-- finance.deposit_requests insert
insert into finance.deposit_requests as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, number, customer_id, state, issue_date, due_date, currency_code, price_mode, tax_rounding, reference, introduction, closing_text, note, customer_name, billing_address, customer_tax_number, net_amount_currency, net_amount_minor, tax_amount_currency, tax_amount_minor, total_amount_currency, total_amount_minor, taxes, void_date, void_reason, issue_time)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.number, t.customer_id, t.state, t.issue_date, t.due_date, t.currency_code, t.price_mode, t.tax_rounding, t.reference, t.introduction, t.closing_text, t.note, t.customer_name, t.billing_address, t.customer_tax_number, t.net_amount_currency, t.net_amount_minor, t.tax_amount_currency, t.tax_amount_minor, t.total_amount_currency, t.total_amount_minor, t.taxes, t.void_date, t.void_reason, t.issue_time;

-- finance.deposit_requests insert many
insert into finance.deposit_requests as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, number, customer_id, state, issue_date, due_date, currency_code, price_mode, tax_rounding, reference, introduction, closing_text, note, customer_name, billing_address, customer_tax_number, net_amount_currency, net_amount_minor, tax_amount_currency, tax_amount_minor, total_amount_currency, total_amount_minor, taxes, void_date, void_reason, issue_time)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::text[], $10::uuid[], $11::text[], $12::date[], $13::date[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[], $21::text[], $22::jsonb[], $23::text[], $24::text[], $25::bigint[], $26::text[], $27::bigint[], $28::text[], $29::bigint[], $30::jsonb[], $31::date[], $32::text[], $33::timestamptz[]) as u;

-- finance.deposit_requests lines delete
delete from finance.deposit_request_lines
where org_id = $1
and deposit_request_id = $2
and id = any($3);

-- finance.deposit_requests lines insert
insert into finance.deposit_request_lines (org_id, deposit_request_id, line_number, id, item_id, description, quantity, unit, unit_price, discount_percent, discount_amount_currency, discount_amount_minor, tax_code_id, account_id, dimension_value_ids, service_start_date, service_end_date, source_ids, amount_currency, amount_minor, net_amount_currency, net_amount_minor, tax_amount_currency, tax_amount_minor, taxes, legal_note)
select $1, u.deposit_request_id, u.line_number, u.id, u.item_id, u.description, u.quantity, u.unit, u.unit_price, u.discount_percent, u.discount_amount_currency, u.discount_amount_minor, u.tax_code_id, u.account_id, u.dimension_value_ids::uuid[], u.service_start_date, u.service_end_date, u.source_ids::text[], u.amount_currency, u.amount_minor, u.net_amount_currency, u.net_amount_minor, u.tax_amount_currency, u.tax_amount_minor, u.taxes, u.legal_note
from unnest($2::uuid[], $3::integer[], $4::uuid[], $5::uuid[], $6::text[], $7::numeric[], $8::text[], $9::numeric[], $10::numeric[], $11::text[], $12::bigint[], $13::uuid[], $14::uuid[], $15::text[], $16::date[], $17::date[], $18::text[], $19::text[], $20::bigint[], $21::text[], $22::bigint[], $23::text[], $24::bigint[], $25::jsonb[], $26::text[]) as u (deposit_request_id, line_number, id, item_id, description, quantity, unit, unit_price, discount_percent, discount_amount_currency, discount_amount_minor, tax_code_id, account_id, dimension_value_ids, service_start_date, service_end_date, source_ids, amount_currency, amount_minor, net_amount_currency, net_amount_minor, tax_amount_currency, tax_amount_minor, taxes, legal_note);

-- finance.deposit_requests lines select
select deposit_request_id, id, item_id, description, quantity, unit, unit_price, discount_percent, discount_amount_currency, discount_amount_minor, tax_code_id, account_id, dimension_value_ids, service_start_date, service_end_date, source_ids, amount_currency, amount_minor, net_amount_currency, net_amount_minor, tax_amount_currency, tax_amount_minor, taxes, legal_note
from finance.deposit_request_lines
where org_id = $1
and deposit_request_id = any($2)
order by deposit_request_id, line_number;

-- finance.deposit_requests lines update
update finance.deposit_request_lines
set line_number = $3,
  item_id = $5,
  description = $6,
  quantity = $7,
  unit = $8,
  unit_price = $9,
  discount_percent = $10,
  discount_amount_currency = $11,
  discount_amount_minor = $12,
  tax_code_id = $13,
  account_id = $14,
  dimension_value_ids = $15,
  service_start_date = $16,
  service_end_date = $17,
  source_ids = $18,
  amount_currency = $19,
  amount_minor = $20,
  net_amount_currency = $21,
  net_amount_minor = $22,
  tax_amount_currency = $23,
  tax_amount_minor = $24,
  taxes = $25,
  legal_note = $26
where org_id = $1
and deposit_request_id = $2
and id = $4;

-- finance.deposit_requests select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.number, t.customer_id, t.state, t.issue_date, t.due_date, t.currency_code, t.price_mode, t.tax_rounding, t.reference, t.introduction, t.closing_text, t.note, t.customer_name, t.billing_address, t.customer_tax_number, t.net_amount_currency, t.net_amount_minor, t.tax_amount_currency, t.tax_amount_minor, t.total_amount_currency, t.total_amount_minor, t.taxes, t.void_date, t.void_reason, t.issue_time
from finance.deposit_requests t
where t.org_id = $1
and t.id = $2;

-- finance.deposit_requests update
update finance.deposit_requests as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  number = $7,
  customer_id = $8,
  state = $9,
  issue_date = $10,
  due_date = $11,
  currency_code = $12,
  price_mode = $13,
  tax_rounding = $14,
  reference = $15,
  introduction = $16,
  closing_text = $17,
  note = $18,
  customer_name = $19,
  billing_address = $20,
  customer_tax_number = $21,
  net_amount_currency = $22,
  net_amount_minor = $23,
  tax_amount_currency = $24,
  tax_amount_minor = $25,
  total_amount_currency = $26,
  total_amount_minor = $27,
  taxes = $28,
  void_date = $29,
  void_reason = $30,
  issue_time = $31
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.number, t.customer_id, t.state, t.issue_date, t.due_date, t.currency_code, t.price_mode, t.tax_rounding, t.reference, t.introduction, t.closing_text, t.note, t.customer_name, t.billing_address, t.customer_tax_number, t.net_amount_currency, t.net_amount_minor, t.tax_amount_currency, t.tax_amount_minor, t.total_amount_currency, t.total_amount_minor, t.taxes, t.void_date, t.void_reason, t.issue_time;

-- finance.quotes conversions delete
delete from finance.quote_conversions
where org_id = $1
and quote_id = $2;

-- finance.quotes conversions insert
insert into finance.quote_conversions (org_id, quote_id, line_number, invoice_id, date, project_id, percent, parts)
select $1, u.*
from unnest($2::uuid[], $3::integer[], $4::uuid[], $5::date[], $6::text[], $7::text[], $8::jsonb[]) as u;

-- finance.quotes conversions select
select quote_id, invoice_id, date, project_id, percent, parts
from finance.quote_conversions
where org_id = $1
and quote_id = any($2)
order by quote_id, line_number;

-- finance.quotes delete
delete from finance.quotes
where org_id = $1
and id = $2;

-- finance.quotes insert
insert into finance.quotes as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, number, customer_id, prospect, state, quote_date, expire_date, payment_term_id, currency_code, price_mode, tax_rounding, discount_percent, discount_amount_currency, discount_amount_minor, reference, introduction, closing_text, note, revision, customer_name, billing_address, customer_tax_number, net_amount_currency, net_amount_minor, tax_amount_currency, tax_amount_minor, total_amount_currency, total_amount_minor, withheld_amount_currency, withheld_amount_minor, taxes, send_time, accept_date, accepted_by, accept_time, accept_ip_address, accept_comment, decline_date, decline_reason, declined_by, deposit_percent, deposit_amount_currency, deposit_amount_minor, deposit_taxed, deposit_request_id, created_projects)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.number, t.customer_id, t.prospect, t.state, t.quote_date, t.expire_date, t.payment_term_id, t.currency_code, t.price_mode, t.tax_rounding, t.discount_percent, t.discount_amount_currency, t.discount_amount_minor, t.reference, t.introduction, t.closing_text, t.note, t.revision, t.customer_name, t.billing_address, t.customer_tax_number, t.net_amount_currency, t.net_amount_minor, t.tax_amount_currency, t.tax_amount_minor, t.total_amount_currency, t.total_amount_minor, t.withheld_amount_currency, t.withheld_amount_minor, t.taxes, t.send_time, t.accept_date, t.accepted_by, t.accept_time, t.accept_ip_address, t.accept_comment, t.decline_date, t.decline_reason, t.declined_by, t.deposit_percent, t.deposit_amount_currency, t.deposit_amount_minor, t.deposit_taxed, t.deposit_request_id, t.created_projects;

-- finance.quotes insert many
insert into finance.quotes as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, number, customer_id, prospect, state, quote_date, expire_date, payment_term_id, currency_code, price_mode, tax_rounding, discount_percent, discount_amount_currency, discount_amount_minor, reference, introduction, closing_text, note, revision, customer_name, billing_address, customer_tax_number, net_amount_currency, net_amount_minor, tax_amount_currency, tax_amount_minor, total_amount_currency, total_amount_minor, withheld_amount_currency, withheld_amount_minor, taxes, send_time, accept_date, accepted_by, accept_time, accept_ip_address, accept_comment, decline_date, decline_reason, declined_by, deposit_percent, deposit_amount_currency, deposit_amount_minor, deposit_taxed, deposit_request_id, created_projects)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::text[], $10::uuid[], $11::jsonb[], $12::text[], $13::date[], $14::date[], $15::uuid[], $16::text[], $17::text[], $18::text[], $19::numeric[], $20::text[], $21::bigint[], $22::text[], $23::text[], $24::text[], $25::text[], $26::integer[], $27::text[], $28::jsonb[], $29::text[], $30::text[], $31::bigint[], $32::text[], $33::bigint[], $34::text[], $35::bigint[], $36::text[], $37::bigint[], $38::jsonb[], $39::timestamptz[], $40::date[], $41::text[], $42::timestamptz[], $43::text[], $44::text[], $45::date[], $46::text[], $47::text[], $48::numeric[], $49::text[], $50::bigint[], $51::boolean[], $52::uuid[], $53::jsonb[]) as u;

-- finance.quotes lines delete
delete from finance.quote_lines
where org_id = $1
and quote_id = $2
and id = any($3);

-- finance.quotes lines insert
insert into finance.quote_lines (org_id, quote_id, line_number, id, item_id, description, quantity, unit, unit_price, discount_percent, discount_amount_currency, discount_amount_minor, tax_code_id, account_id, dimension_value_ids, service_start_date, service_end_date, source_ids, amount_currency, amount_minor, net_amount_currency, net_amount_minor, tax_amount_currency, tax_amount_minor, taxes, legal_note)
select $1, u.quote_id, u.line_number, u.id, u.item_id, u.description, u.quantity, u.unit, u.unit_price, u.discount_percent, u.discount_amount_currency, u.discount_amount_minor, u.tax_code_id, u.account_id, u.dimension_value_ids::uuid[], u.service_start_date, u.service_end_date, u.source_ids::text[], u.amount_currency, u.amount_minor, u.net_amount_currency, u.net_amount_minor, u.tax_amount_currency, u.tax_amount_minor, u.taxes, u.legal_note
from unnest($2::uuid[], $3::integer[], $4::uuid[], $5::uuid[], $6::text[], $7::numeric[], $8::text[], $9::numeric[], $10::numeric[], $11::text[], $12::bigint[], $13::uuid[], $14::uuid[], $15::text[], $16::date[], $17::date[], $18::text[], $19::text[], $20::bigint[], $21::text[], $22::bigint[], $23::text[], $24::bigint[], $25::jsonb[], $26::text[]) as u (quote_id, line_number, id, item_id, description, quantity, unit, unit_price, discount_percent, discount_amount_currency, discount_amount_minor, tax_code_id, account_id, dimension_value_ids, service_start_date, service_end_date, source_ids, amount_currency, amount_minor, net_amount_currency, net_amount_minor, tax_amount_currency, tax_amount_minor, taxes, legal_note);

-- finance.quotes lines select
select quote_id, id, item_id, description, quantity, unit, unit_price, discount_percent, discount_amount_currency, discount_amount_minor, tax_code_id, account_id, dimension_value_ids, service_start_date, service_end_date, source_ids, amount_currency, amount_minor, net_amount_currency, net_amount_minor, tax_amount_currency, tax_amount_minor, taxes, legal_note
from finance.quote_lines
where org_id = $1
and quote_id = any($2)
order by quote_id, line_number;

-- finance.quotes lines update
update finance.quote_lines
set line_number = $3,
  item_id = $5,
  description = $6,
  quantity = $7,
  unit = $8,
  unit_price = $9,
  discount_percent = $10,
  discount_amount_currency = $11,
  discount_amount_minor = $12,
  tax_code_id = $13,
  account_id = $14,
  dimension_value_ids = $15,
  service_start_date = $16,
  service_end_date = $17,
  source_ids = $18,
  amount_currency = $19,
  amount_minor = $20,
  net_amount_currency = $21,
  net_amount_minor = $22,
  tax_amount_currency = $23,
  tax_amount_minor = $24,
  taxes = $25,
  legal_note = $26
where org_id = $1
and quote_id = $2
and id = $4;

-- finance.quotes select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.number, t.customer_id, t.prospect, t.state, t.quote_date, t.expire_date, t.payment_term_id, t.currency_code, t.price_mode, t.tax_rounding, t.discount_percent, t.discount_amount_currency, t.discount_amount_minor, t.reference, t.introduction, t.closing_text, t.note, t.revision, t.customer_name, t.billing_address, t.customer_tax_number, t.net_amount_currency, t.net_amount_minor, t.tax_amount_currency, t.tax_amount_minor, t.total_amount_currency, t.total_amount_minor, t.withheld_amount_currency, t.withheld_amount_minor, t.taxes, t.send_time, t.accept_date, t.accepted_by, t.accept_time, t.accept_ip_address, t.accept_comment, t.decline_date, t.decline_reason, t.declined_by, t.deposit_percent, t.deposit_amount_currency, t.deposit_amount_minor, t.deposit_taxed, t.deposit_request_id, t.created_projects
from finance.quotes t
where t.org_id = $1
and t.id = $2;

-- finance.quotes update
update finance.quotes as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  number = $7,
  customer_id = $8,
  prospect = $9,
  state = $10,
  quote_date = $11,
  expire_date = $12,
  payment_term_id = $13,
  currency_code = $14,
  price_mode = $15,
  tax_rounding = $16,
  discount_percent = $17,
  discount_amount_currency = $18,
  discount_amount_minor = $19,
  reference = $20,
  introduction = $21,
  closing_text = $22,
  note = $23,
  revision = $24,
  customer_name = $25,
  billing_address = $26,
  customer_tax_number = $27,
  net_amount_currency = $28,
  net_amount_minor = $29,
  tax_amount_currency = $30,
  tax_amount_minor = $31,
  total_amount_currency = $32,
  total_amount_minor = $33,
  withheld_amount_currency = $34,
  withheld_amount_minor = $35,
  taxes = $36,
  send_time = $37,
  accept_date = $38,
  accepted_by = $39,
  accept_time = $40,
  accept_ip_address = $41,
  accept_comment = $42,
  decline_date = $43,
  decline_reason = $44,
  declined_by = $45,
  deposit_percent = $46,
  deposit_amount_currency = $47,
  deposit_amount_minor = $48,
  deposit_taxed = $49,
  deposit_request_id = $50,
  created_projects = $51
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.number, t.customer_id, t.prospect, t.state, t.quote_date, t.expire_date, t.payment_term_id, t.currency_code, t.price_mode, t.tax_rounding, t.discount_percent, t.discount_amount_currency, t.discount_amount_minor, t.reference, t.introduction, t.closing_text, t.note, t.revision, t.customer_name, t.billing_address, t.customer_tax_number, t.net_amount_currency, t.net_amount_minor, t.tax_amount_currency, t.tax_amount_minor, t.total_amount_currency, t.total_amount_minor, t.withheld_amount_currency, t.withheld_amount_minor, t.taxes, t.send_time, t.accept_date, t.accepted_by, t.accept_time, t.accept_ip_address, t.accept_comment, t.decline_date, t.decline_reason, t.declined_by, t.deposit_percent, t.deposit_amount_currency, t.deposit_amount_minor, t.deposit_taxed, t.deposit_request_id, t.created_projects;

-- finance.recurring_invoices delete
delete from finance.recurring_invoices
where org_id = $1
and id = $2;

-- finance.recurring_invoices insert
insert into finance.recurring_invoices as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, customer_id, state, mode, recurrence, period, payment_term_id, currency_code, price_mode, tax_rounding, lines, discount_percent, discount_amount_currency, discount_amount_minor, reference, introduction, closing_text, note, responsible_id, recurrence_change_date, last_date, created_count, skips, skipped_count)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.customer_id, t.state, t.mode, t.recurrence, t.period, t.payment_term_id, t.currency_code, t.price_mode, t.tax_rounding, t.lines, t.discount_percent, t.discount_amount_currency, t.discount_amount_minor, t.reference, t.introduction, t.closing_text, t.note, t.responsible_id, t.recurrence_change_date, t.last_date, t.created_count, t.skips, t.skipped_count;

-- finance.recurring_invoices insert many
insert into finance.recurring_invoices as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, customer_id, state, mode, recurrence, period, payment_term_id, currency_code, price_mode, tax_rounding, lines, discount_percent, discount_amount_currency, discount_amount_minor, reference, introduction, closing_text, note, responsible_id, recurrence_change_date, last_date, created_count, skips, skipped_count)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[], $8::text[], $9::jsonb[], $10::text[], $11::uuid[], $12::text[], $13::text[], $14::jsonb[], $15::text[], $16::uuid[], $17::text[], $18::text[], $19::text[], $20::jsonb[], $21::numeric[], $22::text[], $23::bigint[], $24::text[], $25::text[], $26::text[], $27::text[], $28::uuid[], $29::date[], $30::date[], $31::integer[], $32::jsonb[], $33::integer[]) as u;

-- finance.recurring_invoices select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.customer_id, t.state, t.mode, t.recurrence, t.period, t.payment_term_id, t.currency_code, t.price_mode, t.tax_rounding, t.lines, t.discount_percent, t.discount_amount_currency, t.discount_amount_minor, t.reference, t.introduction, t.closing_text, t.note, t.responsible_id, t.recurrence_change_date, t.last_date, t.created_count, t.skips, t.skipped_count
from finance.recurring_invoices t
where t.org_id = $1
and t.id = $2;

-- finance.recurring_invoices update
update finance.recurring_invoices as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  custom_fields = $7,
  display_name = $8,
  customer_id = $9,
  state = $10,
  mode = $11,
  recurrence = $12,
  period = $13,
  payment_term_id = $14,
  currency_code = $15,
  price_mode = $16,
  tax_rounding = $17,
  lines = $18,
  discount_percent = $19,
  discount_amount_currency = $20,
  discount_amount_minor = $21,
  reference = $22,
  introduction = $23,
  closing_text = $24,
  note = $25,
  responsible_id = $26,
  recurrence_change_date = $27,
  last_date = $28,
  created_count = $29,
  skips = $30,
  skipped_count = $31
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.customer_id, t.state, t.mode, t.recurrence, t.period, t.payment_term_id, t.currency_code, t.price_mode, t.tax_rounding, t.lines, t.discount_percent, t.discount_amount_currency, t.discount_amount_minor, t.reference, t.introduction, t.closing_text, t.note, t.responsible_id, t.recurrence_change_date, t.last_date, t.created_count, t.skips, t.skipped_count;

-- finance.dunning_policies delete
delete from finance.dunning_policies
where org_id = $1
and id = $2;

-- finance.dunning_policies insert
insert into finance.dunning_policies as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, default_policy, group_key, steps, statutory_rate, interest_rates, day_count, tax_code_id, automatic, send_emails, send_thanks, last_run_date, pending_run_date, failures)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.default_policy, t.group_key, t.steps, t.statutory_rate, t.interest_rates, t.day_count, t.tax_code_id, t.automatic, t.send_emails, t.send_thanks, t.last_run_date, t.pending_run_date, t.failures;

-- finance.dunning_policies insert many
insert into finance.dunning_policies as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, default_policy, group_key, steps, statutory_rate, interest_rates, day_count, tax_code_id, automatic, send_emails, send_thanks, last_run_date, pending_run_date, failures)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[], $8::text[], $9::jsonb[], $10::text[], $11::boolean[], $12::text[], $13::jsonb[], $14::text[], $15::jsonb[], $16::text[], $17::uuid[], $18::boolean[], $19::boolean[], $20::boolean[], $21::date[], $22::date[], $23::jsonb[]) as u;

-- finance.dunning_policies select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.default_policy, t.group_key, t.steps, t.statutory_rate, t.interest_rates, t.day_count, t.tax_code_id, t.automatic, t.send_emails, t.send_thanks, t.last_run_date, t.pending_run_date, t.failures
from finance.dunning_policies t
where t.org_id = $1
and t.id = $2;

-- finance.dunning_policies update
update finance.dunning_policies as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  custom_fields = $7,
  display_name = $8,
  default_policy = $9,
  group_key = $10,
  steps = $11,
  statutory_rate = $12,
  interest_rates = $13,
  day_count = $14,
  tax_code_id = $15,
  automatic = $16,
  send_emails = $17,
  send_thanks = $18,
  last_run_date = $19,
  pending_run_date = $20,
  failures = $21
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.default_policy, t.group_key, t.steps, t.statutory_rate, t.interest_rates, t.day_count, t.tax_code_id, t.automatic, t.send_emails, t.send_thanks, t.last_run_date, t.pending_run_date, t.failures;

-- finance.dunning_notices delete
delete from finance.dunning_notices
where org_id = $1
and id = $2;

-- finance.dunning_notices insert
insert into finance.dunning_notices as t (org_id, id, version, create_time, update_time, number, customer_id, customer_name, dunning_policy_id, date, currency_code, state, open_amount_currency, open_amount_minor, fee_currency, fee_minor, fixed_sum_currency, fixed_sum_minor, interest_amount_currency, interest_amount_minor, tax_amount_currency, tax_amount_minor, charged_amount_currency, charged_amount_minor, total_amount_currency, total_amount_minor, receivable_id, journal_entry_id, language_code, subject, body, email_state, recipient_emails, send_time, email_error, earlier_charges, earlier_charged_amount_currency, earlier_charged_amount_minor, write_off_date, write_off_reason, void_date, void_reason)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42)
returning t.id, t.version, t.create_time, t.update_time, t.number, t.customer_id, t.customer_name, t.dunning_policy_id, t.date, t.currency_code, t.state, t.open_amount_currency, t.open_amount_minor, t.fee_currency, t.fee_minor, t.fixed_sum_currency, t.fixed_sum_minor, t.interest_amount_currency, t.interest_amount_minor, t.tax_amount_currency, t.tax_amount_minor, t.charged_amount_currency, t.charged_amount_minor, t.total_amount_currency, t.total_amount_minor, t.receivable_id, t.journal_entry_id, t.language_code, t.subject, t.body, t.email_state, t.recipient_emails, t.send_time, t.email_error, t.earlier_charges, t.earlier_charged_amount_currency, t.earlier_charged_amount_minor, t.write_off_date, t.write_off_reason, t.void_date, t.void_reason;

-- finance.dunning_notices lines delete
delete from finance.dunning_notice_lines
where org_id = $1
and dunning_notice_id = $2;

-- finance.dunning_notices lines insert
insert into finance.dunning_notice_lines (org_id, dunning_notice_id, line_number, receivable_id, document_id, number, date, due_date, days_overdue, open_amount_minor, step_days, step_name, passed_over_steps, interest_end_date, interest_spans, interest_amount_minor, fixed_sum_minor, repeatable, missing_rate_date)
select $1, u.*
from unnest($2::uuid[], $3::integer[], $4::uuid[], $5::text[], $6::text[], $7::date[], $8::date[], $9::integer[], $10::bigint[], $11::integer[], $12::text[], $13::jsonb[], $14::date[], $15::jsonb[], $16::bigint[], $17::bigint[], $18::boolean[], $19::date[]) as u;

-- finance.dunning_notices lines select
select dunning_notice_id, receivable_id, document_id, number, date, due_date, days_overdue, open_amount_minor, step_days, step_name, passed_over_steps, interest_end_date, interest_spans, interest_amount_minor, fixed_sum_minor, repeatable, missing_rate_date
from finance.dunning_notice_lines
where org_id = $1
and dunning_notice_id = any($2)
order by dunning_notice_id, line_number;

-- finance.dunning_notices select
select t.id, t.version, t.create_time, t.update_time, t.number, t.customer_id, t.customer_name, t.dunning_policy_id, t.date, t.currency_code, t.state, t.open_amount_currency, t.open_amount_minor, t.fee_currency, t.fee_minor, t.fixed_sum_currency, t.fixed_sum_minor, t.interest_amount_currency, t.interest_amount_minor, t.tax_amount_currency, t.tax_amount_minor, t.charged_amount_currency, t.charged_amount_minor, t.total_amount_currency, t.total_amount_minor, t.receivable_id, t.journal_entry_id, t.language_code, t.subject, t.body, t.email_state, t.recipient_emails, t.send_time, t.email_error, t.earlier_charges, t.earlier_charged_amount_currency, t.earlier_charged_amount_minor, t.write_off_date, t.write_off_reason, t.void_date, t.void_reason
from finance.dunning_notices t
where t.org_id = $1
and t.id = $2;

-- finance.dunning_notices update
update finance.dunning_notices as t
set version = t.version + 1,
  update_time = $3,
  number = $4,
  customer_id = $5,
  customer_name = $6,
  dunning_policy_id = $7,
  date = $8,
  currency_code = $9,
  state = $10,
  open_amount_currency = $11,
  open_amount_minor = $12,
  fee_currency = $13,
  fee_minor = $14,
  fixed_sum_currency = $15,
  fixed_sum_minor = $16,
  interest_amount_currency = $17,
  interest_amount_minor = $18,
  tax_amount_currency = $19,
  tax_amount_minor = $20,
  charged_amount_currency = $21,
  charged_amount_minor = $22,
  total_amount_currency = $23,
  total_amount_minor = $24,
  receivable_id = $25,
  journal_entry_id = $26,
  language_code = $27,
  subject = $28,
  body = $29,
  email_state = $30,
  recipient_emails = $31,
  send_time = $32,
  email_error = $33,
  earlier_charges = $34,
  earlier_charged_amount_currency = $35,
  earlier_charged_amount_minor = $36,
  write_off_date = $37,
  write_off_reason = $38,
  void_date = $39,
  void_reason = $40
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.number, t.customer_id, t.customer_name, t.dunning_policy_id, t.date, t.currency_code, t.state, t.open_amount_currency, t.open_amount_minor, t.fee_currency, t.fee_minor, t.fixed_sum_currency, t.fixed_sum_minor, t.interest_amount_currency, t.interest_amount_minor, t.tax_amount_currency, t.tax_amount_minor, t.charged_amount_currency, t.charged_amount_minor, t.total_amount_currency, t.total_amount_minor, t.receivable_id, t.journal_entry_id, t.language_code, t.subject, t.body, t.email_state, t.recipient_emails, t.send_time, t.email_error, t.earlier_charges, t.earlier_charged_amount_currency, t.earlier_charged_amount_minor, t.write_off_date, t.write_off_reason, t.void_date, t.void_reason;

-- finance.payment_promises delete
delete from finance.payment_promises
where org_id = $1
and id = $2;

-- finance.payment_promises insert
insert into finance.payment_promises as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, invoice_id, customer_id, date, amount_currency, amount_minor, promise_date, promised_by, note)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.invoice_id, t.customer_id, t.date, t.amount_currency, t.amount_minor, t.promise_date, t.promised_by, t.note;

-- finance.payment_promises insert many
insert into finance.payment_promises as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, invoice_id, customer_id, date, amount_currency, amount_minor, promise_date, promised_by, note)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::uuid[], $10::uuid[], $11::date[], $12::text[], $13::bigint[], $14::date[], $15::text[], $16::text[]) as u;

-- finance.payment_promises select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.invoice_id, t.customer_id, t.date, t.amount_currency, t.amount_minor, t.promise_date, t.promised_by, t.note
from finance.payment_promises t
where t.org_id = $1
and t.id = $2;

-- finance.payment_promises update
update finance.payment_promises as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  invoice_id = $7,
  customer_id = $8,
  date = $9,
  amount_currency = $10,
  amount_minor = $11,
  promise_date = $12,
  promised_by = $13,
  note = $14
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.invoice_id, t.customer_id, t.date, t.amount_currency, t.amount_minor, t.promise_date, t.promised_by, t.note;

-- finance.follow_ups delete
delete from finance.follow_ups
where org_id = $1
and id = $2;

-- finance.follow_ups insert
insert into finance.follow_ups as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, customer_id, invoice_id, kind, date, contact_name, note, next_step, next_step_date, responsible_id, state, complete_time)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.customer_id, t.invoice_id, t.kind, t.date, t.contact_name, t.note, t.next_step, t.next_step_date, t.responsible_id, t.state, t.complete_time;

-- finance.follow_ups insert many
insert into finance.follow_ups as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, customer_id, invoice_id, kind, date, contact_name, note, next_step, next_step_date, responsible_id, state, complete_time)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::uuid[], $10::uuid[], $11::text[], $12::date[], $13::text[], $14::text[], $15::text[], $16::date[], $17::uuid[], $18::text[], $19::timestamptz[]) as u;

-- finance.follow_ups select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.customer_id, t.invoice_id, t.kind, t.date, t.contact_name, t.note, t.next_step, t.next_step_date, t.responsible_id, t.state, t.complete_time
from finance.follow_ups t
where t.org_id = $1
and t.id = $2;

-- finance.follow_ups update
update finance.follow_ups as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  customer_id = $7,
  invoice_id = $8,
  kind = $9,
  date = $10,
  contact_name = $11,
  note = $12,
  next_step = $13,
  next_step_date = $14,
  responsible_id = $15,
  state = $16,
  complete_time = $17
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.customer_id, t.invoice_id, t.kind, t.date, t.contact_name, t.note, t.next_step, t.next_step_date, t.responsible_id, t.state, t.complete_time;

-- finance.bank_accounts delete
delete from finance.bank_accounts
where org_id = $1
and id = $2;

-- finance.bank_accounts insert
insert into finance.bank_accounts as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, kind, currency_code, ledger_account_id, bank_code, account_number, for_customers, responsible_id, deputy_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.kind, t.currency_code, t.ledger_account_id, t.bank_code, t.account_number, t.for_customers, t.responsible_id, t.deputy_id;

-- finance.bank_accounts insert many
insert into finance.bank_accounts as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, kind, currency_code, ledger_account_id, bank_code, account_number, for_customers, responsible_id, deputy_id)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[], $8::text[], $9::jsonb[], $10::text[], $11::text[], $12::text[], $13::uuid[], $14::text[], $15::text[], $16::boolean[], $17::uuid[], $18::uuid[]) as u;

-- finance.bank_accounts select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.kind, t.currency_code, t.ledger_account_id, t.bank_code, t.account_number, t.for_customers, t.responsible_id, t.deputy_id
from finance.bank_accounts t
where t.org_id = $1
and t.id = $2;

-- finance.bank_accounts update
update finance.bank_accounts as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  custom_fields = $7,
  display_name = $8,
  kind = $9,
  currency_code = $10,
  ledger_account_id = $11,
  bank_code = $12,
  account_number = $13,
  for_customers = $14,
  responsible_id = $15,
  deputy_id = $16
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.kind, t.currency_code, t.ledger_account_id, t.bank_code, t.account_number, t.for_customers, t.responsible_id, t.deputy_id;

-- finance.csv_profiles delete
delete from finance.csv_profiles
where org_id = $1
and id = $2;

-- finance.csv_profiles insert
insert into finance.csv_profiles as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, delimiter, charset, skip_row_count, headerless, date_order, decimal_mark, money_out_positive, date_column, amount_column, debit_column, credit_column, description_columns, counterparty_column, counterparty_account_column, reference_column, balance_column, currency_column, direction_column, money_out_words, money_in_words, status_column, booked_words, left_out_words, check_number_column, transaction_type_column, fee_column, account_column, bank_layout)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.delimiter, t.charset, t.skip_row_count, t.headerless, t.date_order, t.decimal_mark, t.money_out_positive, t.date_column, t.amount_column, t.debit_column, t.credit_column, t.description_columns, t.counterparty_column, t.counterparty_account_column, t.reference_column, t.balance_column, t.currency_column, t.direction_column, t.money_out_words, t.money_in_words, t.status_column, t.booked_words, t.left_out_words, t.check_number_column, t.transaction_type_column, t.fee_column, t.account_column, t.bank_layout;

-- finance.csv_profiles select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.delimiter, t.charset, t.skip_row_count, t.headerless, t.date_order, t.decimal_mark, t.money_out_positive, t.date_column, t.amount_column, t.debit_column, t.credit_column, t.description_columns, t.counterparty_column, t.counterparty_account_column, t.reference_column, t.balance_column, t.currency_column, t.direction_column, t.money_out_words, t.money_in_words, t.status_column, t.booked_words, t.left_out_words, t.check_number_column, t.transaction_type_column, t.fee_column, t.account_column, t.bank_layout
from finance.csv_profiles t
where t.org_id = $1
and t.id = $2;

-- finance.csv_profiles update
update finance.csv_profiles as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  custom_fields = $7,
  display_name = $8,
  delimiter = $9,
  charset = $10,
  skip_row_count = $11,
  headerless = $12,
  date_order = $13,
  decimal_mark = $14,
  money_out_positive = $15,
  date_column = $16,
  amount_column = $17,
  debit_column = $18,
  credit_column = $19,
  description_columns = $20,
  counterparty_column = $21,
  counterparty_account_column = $22,
  reference_column = $23,
  balance_column = $24,
  currency_column = $25,
  direction_column = $26,
  money_out_words = $27,
  money_in_words = $28,
  status_column = $29,
  booked_words = $30,
  left_out_words = $31,
  check_number_column = $32,
  transaction_type_column = $33,
  fee_column = $34,
  account_column = $35,
  bank_layout = $36
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.delimiter, t.charset, t.skip_row_count, t.headerless, t.date_order, t.decimal_mark, t.money_out_positive, t.date_column, t.amount_column, t.debit_column, t.credit_column, t.description_columns, t.counterparty_column, t.counterparty_account_column, t.reference_column, t.balance_column, t.currency_column, t.direction_column, t.money_out_words, t.money_in_words, t.status_column, t.booked_words, t.left_out_words, t.check_number_column, t.transaction_type_column, t.fee_column, t.account_column, t.bank_layout;

-- finance.bank_rules delete
delete from finance.bank_rules
where org_id = $1
and id = $2;

-- finance.bank_rules insert
insert into finance.bank_rules as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, position, bank_account_id, direction, texts, pattern, min_amount_currency, min_amount_minor, max_amount_currency, max_amount_minor, account_id, personal, exclude_reason, counterparty_names, counterparty_accounts, transfer_bank_account_id, vendor_id, tax_code_id, memo)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.position, t.bank_account_id, t.direction, t.texts, t.pattern, t.min_amount_currency, t.min_amount_minor, t.max_amount_currency, t.max_amount_minor, t.account_id, t.personal, t.exclude_reason, t.counterparty_names, t.counterparty_accounts, t.transfer_bank_account_id, t.vendor_id, t.tax_code_id, t.memo;

-- finance.bank_rules select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.position, t.bank_account_id, t.direction, t.texts, t.pattern, t.min_amount_currency, t.min_amount_minor, t.max_amount_currency, t.max_amount_minor, t.account_id, t.personal, t.exclude_reason, t.counterparty_names, t.counterparty_accounts, t.transfer_bank_account_id, t.vendor_id, t.tax_code_id, t.memo
from finance.bank_rules t
where t.org_id = $1
and t.id = $2;

-- finance.bank_rules splits delete
delete from finance.bank_rule_splits
where org_id = $1
and bank_rule_id = $2;

-- finance.bank_rules splits insert
insert into finance.bank_rule_splits (org_id, bank_rule_id, line_number, account_id, amount_currency, amount_minor, percent, memo, dimension_value_ids, tax_code_id)
select $1, u.bank_rule_id, u.line_number, u.account_id, u.amount_currency, u.amount_minor, u.percent, u.memo, u.dimension_value_ids::uuid[], u.tax_code_id
from unnest($2::uuid[], $3::integer[], $4::uuid[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::uuid[]) as u (bank_rule_id, line_number, account_id, amount_currency, amount_minor, percent, memo, dimension_value_ids, tax_code_id);

-- finance.bank_rules splits select
select bank_rule_id, account_id, amount_currency, amount_minor, percent, memo, dimension_value_ids, tax_code_id
from finance.bank_rule_splits
where org_id = $1
and bank_rule_id = any($2)
order by bank_rule_id, line_number;

-- finance.bank_rules update
update finance.bank_rules as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  custom_fields = $7,
  display_name = $8,
  position = $9,
  bank_account_id = $10,
  direction = $11,
  texts = $12,
  pattern = $13,
  min_amount_currency = $14,
  min_amount_minor = $15,
  max_amount_currency = $16,
  max_amount_minor = $17,
  account_id = $18,
  personal = $19,
  exclude_reason = $20,
  counterparty_names = $21,
  counterparty_accounts = $22,
  transfer_bank_account_id = $23,
  vendor_id = $24,
  tax_code_id = $25,
  memo = $26
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.position, t.bank_account_id, t.direction, t.texts, t.pattern, t.min_amount_currency, t.min_amount_minor, t.max_amount_currency, t.max_amount_minor, t.account_id, t.personal, t.exclude_reason, t.counterparty_names, t.counterparty_accounts, t.transfer_bank_account_id, t.vendor_id, t.tax_code_id, t.memo;

-- finance.bank_matches delete
delete from finance.bank_matches
where org_id = $1
and id = $2;

-- finance.bank_matches entries delete
delete from finance.bank_match_entries
where org_id = $1
and bank_match_id = $2;

-- finance.bank_matches entries insert
insert into finance.bank_match_entries (org_id, bank_match_id, line_number, journal_entry_id, account_id, amount_currency, amount_minor, base_amount_minor)
select $1, u.*
from unnest($2::uuid[], $3::integer[], $4::uuid[], $5::uuid[], $6::text[], $7::bigint[], $8::bigint[]) as u;

-- finance.bank_matches entries select
select bank_match_id, journal_entry_id, account_id, amount_currency, amount_minor, base_amount_minor
from finance.bank_match_entries
where org_id = $1
and bank_match_id = any($2)
order by bank_match_id, line_number;

-- finance.bank_matches insert
insert into finance.bank_matches as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, bank_account_id, fees, payments, exchange_difference, exchange_rate, description, state, exchange_gain_currency, exchange_gain_minor, journal_entry_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.bank_account_id, t.fees, t.payments, t.exchange_difference, t.exchange_rate, t.description, t.state, t.exchange_gain_currency, t.exchange_gain_minor, t.journal_entry_id;

-- finance.bank_matches insert many
insert into finance.bank_matches as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, bank_account_id, fees, payments, exchange_difference, exchange_rate, description, state, exchange_gain_currency, exchange_gain_minor, journal_entry_id)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::uuid[], $10::jsonb[], $11::jsonb[], $12::boolean[], $13::numeric[], $14::text[], $15::text[], $16::text[], $17::bigint[], $18::uuid[]) as u;

-- finance.bank_matches lines delete
delete from finance.bank_match_lines
where org_id = $1
and bank_match_id = $2;

-- finance.bank_matches lines insert
insert into finance.bank_match_lines (org_id, bank_match_id, line_number, bank_statement_line_id, amount_currency, amount_minor)
select $1, u.*
from unnest($2::uuid[], $3::integer[], $4::uuid[], $5::text[], $6::bigint[]) as u;

-- finance.bank_matches lines select
select bank_match_id, bank_statement_line_id, amount_currency, amount_minor
from finance.bank_match_lines
where org_id = $1
and bank_match_id = any($2)
order by bank_match_id, line_number;

-- finance.bank_matches select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.bank_account_id, t.fees, t.payments, t.exchange_difference, t.exchange_rate, t.description, t.state, t.exchange_gain_currency, t.exchange_gain_minor, t.journal_entry_id
from finance.bank_matches t
where t.org_id = $1
and t.id = $2;

-- finance.bank_matches update
update finance.bank_matches as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  bank_account_id = $7,
  fees = $8,
  payments = $9,
  exchange_difference = $10,
  exchange_rate = $11,
  description = $12,
  state = $13,
  exchange_gain_currency = $14,
  exchange_gain_minor = $15,
  journal_entry_id = $16
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.bank_account_id, t.fees, t.payments, t.exchange_difference, t.exchange_rate, t.description, t.state, t.exchange_gain_currency, t.exchange_gain_minor, t.journal_entry_id;

-- finance.bank_transfers delete
delete from finance.bank_transfers
where org_id = $1
and id = $2;

-- finance.bank_transfers insert
insert into finance.bank_transfers as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, from_bank_account_id, to_bank_account_id, outgoing_line_id, incoming_line_id, fee, exchange_rate, description, date, sent_amount_currency, sent_amount_minor, received_amount_currency, received_amount_minor, state, journal_entry_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.from_bank_account_id, t.to_bank_account_id, t.outgoing_line_id, t.incoming_line_id, t.fee, t.exchange_rate, t.description, t.date, t.sent_amount_currency, t.sent_amount_minor, t.received_amount_currency, t.received_amount_minor, t.state, t.journal_entry_id;

-- finance.bank_transfers insert many
insert into finance.bank_transfers as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, from_bank_account_id, to_bank_account_id, outgoing_line_id, incoming_line_id, fee, exchange_rate, description, date, sent_amount_currency, sent_amount_minor, received_amount_currency, received_amount_minor, state, journal_entry_id)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::uuid[], $10::uuid[], $11::uuid[], $12::uuid[], $13::jsonb[], $14::numeric[], $15::text[], $16::date[], $17::text[], $18::bigint[], $19::text[], $20::bigint[], $21::text[], $22::uuid[]) as u;

-- finance.bank_transfers select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.from_bank_account_id, t.to_bank_account_id, t.outgoing_line_id, t.incoming_line_id, t.fee, t.exchange_rate, t.description, t.date, t.sent_amount_currency, t.sent_amount_minor, t.received_amount_currency, t.received_amount_minor, t.state, t.journal_entry_id
from finance.bank_transfers t
where t.org_id = $1
and t.id = $2;

-- finance.bank_transfers update
update finance.bank_transfers as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  from_bank_account_id = $7,
  to_bank_account_id = $8,
  outgoing_line_id = $9,
  incoming_line_id = $10,
  fee = $11,
  exchange_rate = $12,
  description = $13,
  date = $14,
  sent_amount_currency = $15,
  sent_amount_minor = $16,
  received_amount_currency = $17,
  received_amount_minor = $18,
  state = $19,
  journal_entry_id = $20
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.from_bank_account_id, t.to_bank_account_id, t.outgoing_line_id, t.incoming_line_id, t.fee, t.exchange_rate, t.description, t.date, t.sent_amount_currency, t.sent_amount_minor, t.received_amount_currency, t.received_amount_minor, t.state, t.journal_entry_id;

-- finance.private_expenses delete
delete from finance.private_expenses
where org_id = $1
and id = $2;

-- finance.private_expenses insert
insert into finance.private_expenses as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, date, description, payer, person_id, splits, total_amount_currency, total_amount_minor, account_id, exchange_rate, private_amount_currency, private_amount_minor, state, journal_entry_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.date, t.description, t.payer, t.person_id, t.splits, t.total_amount_currency, t.total_amount_minor, t.account_id, t.exchange_rate, t.private_amount_currency, t.private_amount_minor, t.state, t.journal_entry_id;

-- finance.private_expenses insert many
insert into finance.private_expenses as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, date, description, payer, person_id, splits, total_amount_currency, total_amount_minor, account_id, exchange_rate, private_amount_currency, private_amount_minor, state, journal_entry_id)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::date[], $10::text[], $11::text[], $12::uuid[], $13::jsonb[], $14::text[], $15::bigint[], $16::uuid[], $17::numeric[], $18::text[], $19::bigint[], $20::text[], $21::uuid[]) as u;

-- finance.private_expenses select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.date, t.description, t.payer, t.person_id, t.splits, t.total_amount_currency, t.total_amount_minor, t.account_id, t.exchange_rate, t.private_amount_currency, t.private_amount_minor, t.state, t.journal_entry_id
from finance.private_expenses t
where t.org_id = $1
and t.id = $2;

-- finance.private_expenses update
update finance.private_expenses as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  date = $7,
  description = $8,
  payer = $9,
  person_id = $10,
  splits = $11,
  total_amount_currency = $12,
  total_amount_minor = $13,
  account_id = $14,
  exchange_rate = $15,
  private_amount_currency = $16,
  private_amount_minor = $17,
  state = $18,
  journal_entry_id = $19
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.date, t.description, t.payer, t.person_id, t.splits, t.total_amount_currency, t.total_amount_minor, t.account_id, t.exchange_rate, t.private_amount_currency, t.private_amount_minor, t.state, t.journal_entry_id;

-- finance.reconciliations delete
delete from finance.reconciliations
where org_id = $1
and id = $2;

-- finance.reconciliations insert
insert into finance.reconciliations as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, bank_account_id, statement_date, statement_balance_currency, statement_balance_minor, outstanding_journal_line_ids, state, complete_time, bank_statement_id, book_balance_currency, book_balance_minor, outstanding_currency, outstanding_minor, posted_later_currency, posted_later_minor, reopen_reason)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.bank_account_id, t.statement_date, t.statement_balance_currency, t.statement_balance_minor, t.outstanding_journal_line_ids, t.state, t.complete_time, t.bank_statement_id, t.book_balance_currency, t.book_balance_minor, t.outstanding_currency, t.outstanding_minor, t.posted_later_currency, t.posted_later_minor, t.reopen_reason;

-- finance.reconciliations select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.bank_account_id, t.statement_date, t.statement_balance_currency, t.statement_balance_minor, t.outstanding_journal_line_ids, t.state, t.complete_time, t.bank_statement_id, t.book_balance_currency, t.book_balance_minor, t.outstanding_currency, t.outstanding_minor, t.posted_later_currency, t.posted_later_minor, t.reopen_reason
from finance.reconciliations t
where t.org_id = $1
and t.id = $2;

-- finance.reconciliations update
update finance.reconciliations as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  bank_account_id = $7,
  statement_date = $8,
  statement_balance_currency = $9,
  statement_balance_minor = $10,
  outstanding_journal_line_ids = $11,
  state = $12,
  complete_time = $13,
  bank_statement_id = $14,
  book_balance_currency = $15,
  book_balance_minor = $16,
  outstanding_currency = $17,
  outstanding_minor = $18,
  posted_later_currency = $19,
  posted_later_minor = $20,
  reopen_reason = $21
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.bank_account_id, t.statement_date, t.statement_balance_currency, t.statement_balance_minor, t.outstanding_journal_line_ids, t.state, t.complete_time, t.bank_statement_id, t.book_balance_currency, t.book_balance_minor, t.outstanding_currency, t.outstanding_minor, t.posted_later_currency, t.posted_later_minor, t.reopen_reason;

-- finance.statement_imports delete
delete from finance.statement_imports
where org_id = $1
and id = $2;

-- finance.statement_imports insert
insert into finance.statement_imports as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, bank_account_id, file_name, format, state, row_count, new_count, duplicate_count, invalid_count, statements, warnings, closing_balance_currency, closing_balance_minor, csv_profile_id, csv_layout, balance_date, file_id, operation_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.bank_account_id, t.file_name, t.format, t.state, t.row_count, t.new_count, t.duplicate_count, t.invalid_count, t.statements, t.warnings, t.closing_balance_currency, t.closing_balance_minor, t.csv_profile_id, t.csv_layout, t.balance_date, t.file_id, t.operation_id;

-- finance.statement_imports select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.bank_account_id, t.file_name, t.format, t.state, t.row_count, t.new_count, t.duplicate_count, t.invalid_count, t.statements, t.warnings, t.closing_balance_currency, t.closing_balance_minor, t.csv_profile_id, t.csv_layout, t.balance_date, t.file_id, t.operation_id
from finance.statement_imports t
where t.org_id = $1
and t.id = $2;

-- finance.statement_imports update
update finance.statement_imports as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  bank_account_id = $7,
  file_name = $8,
  format = $9,
  state = $10,
  row_count = $11,
  new_count = $12,
  duplicate_count = $13,
  invalid_count = $14,
  statements = $15,
  warnings = $16,
  closing_balance_currency = $17,
  closing_balance_minor = $18,
  csv_profile_id = $19,
  csv_layout = $20,
  balance_date = $21,
  file_id = $22,
  operation_id = $23
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.bank_account_id, t.file_name, t.format, t.state, t.row_count, t.new_count, t.duplicate_count, t.invalid_count, t.statements, t.warnings, t.closing_balance_currency, t.closing_balance_minor, t.csv_profile_id, t.csv_layout, t.balance_date, t.file_id, t.operation_id;

-- finance.bank_statements delete
delete from finance.bank_statements
where org_id = $1
and id = $2;

-- finance.bank_statements insert
insert into finance.bank_statements as t (org_id, id, create_time, bank_account_id, statement_import_id, number, currency_code, start_date, end_date, opening_balance_currency, opening_balance_minor, closing_balance_currency, closing_balance_minor, line_count, line_total_currency, line_total_minor, ordinal)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
returning t.id, t.create_time, t.bank_account_id, t.statement_import_id, t.number, t.currency_code, t.start_date, t.end_date, t.opening_balance_currency, t.opening_balance_minor, t.closing_balance_currency, t.closing_balance_minor, t.line_count, t.line_total_currency, t.line_total_minor, t.ordinal;

-- finance.bank_statements insert many
insert into finance.bank_statements as t (org_id, id, create_time, bank_account_id, statement_import_id, number, currency_code, start_date, end_date, opening_balance_currency, opening_balance_minor, closing_balance_currency, closing_balance_minor, line_count, line_total_currency, line_total_minor, ordinal)
select $1, u.*
from unnest($2::uuid[], $3::timestamptz[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::date[], $9::date[], $10::text[], $11::bigint[], $12::text[], $13::bigint[], $14::integer[], $15::text[], $16::bigint[], $17::integer[]) as u;

-- finance.bank_statements select
select t.id, t.create_time, t.bank_account_id, t.statement_import_id, t.number, t.currency_code, t.start_date, t.end_date, t.opening_balance_currency, t.opening_balance_minor, t.closing_balance_currency, t.closing_balance_minor, t.line_count, t.line_total_currency, t.line_total_minor, t.ordinal
from finance.bank_statements t
where t.org_id = $1
and t.id = $2;

-- finance.bank_statement_lines delete
delete from finance.bank_statement_lines
where org_id = $1
and id = $2;

-- finance.bank_statement_lines insert
insert into finance.bank_statement_lines as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, bank_account_id, statement_import_id, bank_statement_id, booked_date, amount_currency, amount_minor, description, counterparty_name, payee, counterparty_account, bank_reference, details, corrected_reference, check_number, transaction_type, deduplication_key, state, journal_entry_id, splits, personal, exclude_reason, hold_reason, bank_rule_id, vendor_id, existing_entry, bank_transfer_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.bank_account_id, t.statement_import_id, t.bank_statement_id, t.booked_date, t.amount_currency, t.amount_minor, t.description, t.counterparty_name, t.payee, t.counterparty_account, t.bank_reference, t.details, t.corrected_reference, t.check_number, t.transaction_type, t.deduplication_key, t.state, t.journal_entry_id, t.splits, t.personal, t.exclude_reason, t.hold_reason, t.bank_rule_id, t.vendor_id, t.existing_entry, t.bank_transfer_id;

-- finance.bank_statement_lines insert many
insert into finance.bank_statement_lines as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, bank_account_id, statement_import_id, bank_statement_id, booked_date, amount_currency, amount_minor, description, counterparty_name, payee, counterparty_account, bank_reference, details, corrected_reference, check_number, transaction_type, deduplication_key, state, journal_entry_id, splits, personal, exclude_reason, hold_reason, bank_rule_id, vendor_id, existing_entry, bank_transfer_id)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::uuid[], $10::uuid[], $11::uuid[], $12::date[], $13::text[], $14::bigint[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[], $21::text[], $22::text[], $23::text[], $24::text[], $25::text[], $26::uuid[], $27::jsonb[], $28::boolean[], $29::text[], $30::text[], $31::uuid[], $32::uuid[], $33::boolean[], $34::uuid[]) as u;

-- finance.bank_statement_lines select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.bank_account_id, t.statement_import_id, t.bank_statement_id, t.booked_date, t.amount_currency, t.amount_minor, t.description, t.counterparty_name, t.payee, t.counterparty_account, t.bank_reference, t.details, t.corrected_reference, t.check_number, t.transaction_type, t.deduplication_key, t.state, t.journal_entry_id, t.splits, t.personal, t.exclude_reason, t.hold_reason, t.bank_rule_id, t.vendor_id, t.existing_entry, t.bank_transfer_id
from finance.bank_statement_lines t
where t.org_id = $1
and t.id = $2;

-- finance.bank_statement_lines update
update finance.bank_statement_lines as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  bank_account_id = $7,
  statement_import_id = $8,
  bank_statement_id = $9,
  booked_date = $10,
  amount_currency = $11,
  amount_minor = $12,
  description = $13,
  counterparty_name = $14,
  payee = $15,
  counterparty_account = $16,
  bank_reference = $17,
  details = $18,
  corrected_reference = $19,
  check_number = $20,
  transaction_type = $21,
  deduplication_key = $22,
  state = $23,
  journal_entry_id = $24,
  splits = $25,
  personal = $26,
  exclude_reason = $27,
  hold_reason = $28,
  bank_rule_id = $29,
  vendor_id = $30,
  existing_entry = $31,
  bank_transfer_id = $32
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.bank_account_id, t.statement_import_id, t.bank_statement_id, t.booked_date, t.amount_currency, t.amount_minor, t.description, t.counterparty_name, t.payee, t.counterparty_account, t.bank_reference, t.details, t.corrected_reference, t.check_number, t.transaction_type, t.deduplication_key, t.state, t.journal_entry_id, t.splits, t.personal, t.exclude_reason, t.hold_reason, t.bank_rule_id, t.vendor_id, t.existing_entry, t.bank_transfer_id;

-- finance.document_links delete
delete from finance.document_links
where org_id = $1
and id = $2;

-- finance.document_links insert
insert into finance.document_links as t (org_id, id, version, create_time, update_time, document_id, expire_date, state, view_count, last_view_time, revoke_time)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
returning t.id, t.version, t.create_time, t.update_time, t.document_id, t.expire_date, t.state, t.view_count, t.last_view_time, t.revoke_time;

-- finance.document_links insert many
insert into finance.document_links as t (org_id, id, version, create_time, update_time, document_id, expire_date, state, view_count, last_view_time, revoke_time)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::date[], $8::text[], $9::bigint[], $10::timestamptz[], $11::timestamptz[]) as u;

-- finance.document_links select
select t.id, t.version, t.create_time, t.update_time, t.document_id, t.expire_date, t.state, t.view_count, t.last_view_time, t.revoke_time
from finance.document_links t
where t.org_id = $1
and t.id = $2;

-- finance.document_links update
update finance.document_links as t
set version = t.version + 1,
  update_time = $3,
  document_id = $4,
  expire_date = $5,
  state = $6,
  view_count = $7,
  last_view_time = $8,
  revoke_time = $9
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.document_id, t.expire_date, t.state, t.view_count, t.last_view_time, t.revoke_time;

-- finance.payment_provider_accounts delete
delete from finance.payment_provider_accounts
where org_id = $1
and id = $2;

-- finance.payment_provider_accounts insert
insert into finance.payment_provider_accounts as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, provider, display_name, clearing_account_id, fee_account_id, bank_account_id, state)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.provider, t.display_name, t.clearing_account_id, t.fee_account_id, t.bank_account_id, t.state;

-- finance.payment_provider_accounts insert many
insert into finance.payment_provider_accounts as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, provider, display_name, clearing_account_id, fee_account_id, bank_account_id, state)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::text[], $10::text[], $11::uuid[], $12::uuid[], $13::uuid[], $14::text[]) as u;

-- finance.payment_provider_accounts select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.provider, t.display_name, t.clearing_account_id, t.fee_account_id, t.bank_account_id, t.state
from finance.payment_provider_accounts t
where t.org_id = $1
and t.id = $2;

-- finance.payment_provider_accounts update
update finance.payment_provider_accounts as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  provider = $7,
  display_name = $8,
  clearing_account_id = $9,
  fee_account_id = $10,
  bank_account_id = $11,
  state = $12
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.provider, t.display_name, t.clearing_account_id, t.fee_account_id, t.bank_account_id, t.state;

-- finance.checkouts delete
delete from finance.checkouts
where org_id = $1
and id = $2;

-- finance.checkouts insert
insert into finance.checkouts as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, document_id, payment_provider_account_id, customer_id, document_number, document_link_id, amount_currency, amount_minor, return_url, state, url, provider_checkout_id, expire_time, payment_id, last_error)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.document_id, t.payment_provider_account_id, t.customer_id, t.document_number, t.document_link_id, t.amount_currency, t.amount_minor, t.return_url, t.state, t.url, t.provider_checkout_id, t.expire_time, t.payment_id, t.last_error;

-- finance.checkouts insert many
insert into finance.checkouts as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, document_id, payment_provider_account_id, customer_id, document_number, document_link_id, amount_currency, amount_minor, return_url, state, url, provider_checkout_id, expire_time, payment_id, last_error)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::text[], $10::uuid[], $11::uuid[], $12::text[], $13::uuid[], $14::text[], $15::bigint[], $16::text[], $17::text[], $18::text[], $19::text[], $20::timestamptz[], $21::uuid[], $22::text[]) as u;

-- finance.checkouts select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.document_id, t.payment_provider_account_id, t.customer_id, t.document_number, t.document_link_id, t.amount_currency, t.amount_minor, t.return_url, t.state, t.url, t.provider_checkout_id, t.expire_time, t.payment_id, t.last_error
from finance.checkouts t
where t.org_id = $1
and t.id = $2;

-- finance.checkouts update
update finance.checkouts as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  document_id = $7,
  payment_provider_account_id = $8,
  customer_id = $9,
  document_number = $10,
  document_link_id = $11,
  amount_currency = $12,
  amount_minor = $13,
  return_url = $14,
  state = $15,
  url = $16,
  provider_checkout_id = $17,
  expire_time = $18,
  payment_id = $19,
  last_error = $20
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.document_id, t.payment_provider_account_id, t.customer_id, t.document_number, t.document_link_id, t.amount_currency, t.amount_minor, t.return_url, t.state, t.url, t.provider_checkout_id, t.expire_time, t.payment_id, t.last_error;

-- finance.payment_provider_events delete
delete from finance.payment_provider_events
where org_id = $1
and id = $2;

-- finance.payment_provider_events insert
insert into finance.payment_provider_events as t (org_id, id, version, create_time, update_time, payment_provider_account_id, provider_event_id, type, provider_type, event_time, provider_checkout_id, provider_payment_id, provider_object_id, amount_currency, amount_minor, fee_currency, fee_minor, reference, message, transactions, body_digest, state, error, checkout_id, payment_id, refund_ids, payout_id, journal_entry_ids, attempt_count)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29)
returning t.id, t.version, t.create_time, t.update_time, t.payment_provider_account_id, t.provider_event_id, t.type, t.provider_type, t.event_time, t.provider_checkout_id, t.provider_payment_id, t.provider_object_id, t.amount_currency, t.amount_minor, t.fee_currency, t.fee_minor, t.reference, t.message, t.transactions, t.body_digest, t.state, t.error, t.checkout_id, t.payment_id, t.refund_ids, t.payout_id, t.journal_entry_ids, t.attempt_count;

-- finance.payment_provider_events select
select t.id, t.version, t.create_time, t.update_time, t.payment_provider_account_id, t.provider_event_id, t.type, t.provider_type, t.event_time, t.provider_checkout_id, t.provider_payment_id, t.provider_object_id, t.amount_currency, t.amount_minor, t.fee_currency, t.fee_minor, t.reference, t.message, t.transactions, t.body_digest, t.state, t.error, t.checkout_id, t.payment_id, t.refund_ids, t.payout_id, t.journal_entry_ids, t.attempt_count
from finance.payment_provider_events t
where t.org_id = $1
and t.id = $2;

-- finance.payment_provider_events update
update finance.payment_provider_events as t
set version = t.version + 1,
  update_time = $3,
  payment_provider_account_id = $4,
  provider_event_id = $5,
  type = $6,
  provider_type = $7,
  event_time = $8,
  provider_checkout_id = $9,
  provider_payment_id = $10,
  provider_object_id = $11,
  amount_currency = $12,
  amount_minor = $13,
  fee_currency = $14,
  fee_minor = $15,
  reference = $16,
  message = $17,
  transactions = $18,
  body_digest = $19,
  state = $20,
  error = $21,
  checkout_id = $22,
  payment_id = $23,
  refund_ids = $24,
  payout_id = $25,
  journal_entry_ids = $26,
  attempt_count = $27
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.payment_provider_account_id, t.provider_event_id, t.type, t.provider_type, t.event_time, t.provider_checkout_id, t.provider_payment_id, t.provider_object_id, t.amount_currency, t.amount_minor, t.fee_currency, t.fee_minor, t.reference, t.message, t.transactions, t.body_digest, t.state, t.error, t.checkout_id, t.payment_id, t.refund_ids, t.payout_id, t.journal_entry_ids, t.attempt_count;

-- finance.payouts delete
delete from finance.payouts
where org_id = $1
and id = $2;

-- finance.payouts insert
insert into finance.payouts as t (org_id, id, version, create_time, update_time, payment_provider_account_id, provider_payout_id, reference, date, amount_currency, amount_minor, fee_currency, fee_minor, transactions, state, journal_entry_id, fail_date)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
returning t.id, t.version, t.create_time, t.update_time, t.payment_provider_account_id, t.provider_payout_id, t.reference, t.date, t.amount_currency, t.amount_minor, t.fee_currency, t.fee_minor, t.transactions, t.state, t.journal_entry_id, t.fail_date;

-- finance.payouts insert many
insert into finance.payouts as t (org_id, id, version, create_time, update_time, payment_provider_account_id, provider_payout_id, reference, date, amount_currency, amount_minor, fee_currency, fee_minor, transactions, state, journal_entry_id, fail_date)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::uuid[], $7::text[], $8::text[], $9::date[], $10::text[], $11::bigint[], $12::text[], $13::bigint[], $14::jsonb[], $15::text[], $16::uuid[], $17::date[]) as u;

-- finance.payouts select
select t.id, t.version, t.create_time, t.update_time, t.payment_provider_account_id, t.provider_payout_id, t.reference, t.date, t.amount_currency, t.amount_minor, t.fee_currency, t.fee_minor, t.transactions, t.state, t.journal_entry_id, t.fail_date
from finance.payouts t
where t.org_id = $1
and t.id = $2;

-- finance.payouts update
update finance.payouts as t
set version = t.version + 1,
  update_time = $3,
  payment_provider_account_id = $4,
  provider_payout_id = $5,
  reference = $6,
  date = $7,
  amount_currency = $8,
  amount_minor = $9,
  fee_currency = $10,
  fee_minor = $11,
  transactions = $12,
  state = $13,
  journal_entry_id = $14,
  fail_date = $15
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.payment_provider_account_id, t.provider_payout_id, t.reference, t.date, t.amount_currency, t.amount_minor, t.fee_currency, t.fee_minor, t.transactions, t.state, t.journal_entry_id, t.fail_date;

-- finance.tax_returns delete
delete from finance.tax_returns
where org_id = $1
and id = $2;

-- finance.tax_returns insert
insert into finance.tax_returns as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, tax_agency_id, start_date, end_date, basis, form, state, boxes, net_tax_minor, open_amount_minor, known_time, adjusted_start_date, adjusted_end_date, adjusted_since_time, adjusted_basis, accrued_end_date, file_date, file_reference, payments, note)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.tax_agency_id, t.start_date, t.end_date, t.basis, t.form, t.state, t.boxes, t.net_tax_minor, t.open_amount_minor, t.known_time, t.adjusted_start_date, t.adjusted_end_date, t.adjusted_since_time, t.adjusted_basis, t.accrued_end_date, t.file_date, t.file_reference, t.payments, t.note;

-- finance.tax_returns insert many
insert into finance.tax_returns as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, tax_agency_id, start_date, end_date, basis, form, state, boxes, net_tax_minor, open_amount_minor, known_time, adjusted_start_date, adjusted_end_date, adjusted_since_time, adjusted_basis, accrued_end_date, file_date, file_reference, payments, note)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::uuid[], $10::date[], $11::date[], $12::text[], $13::text[], $14::text[], $15::jsonb[], $16::bigint[], $17::bigint[], $18::timestamptz[], $19::date[], $20::date[], $21::timestamptz[], $22::text[], $23::date[], $24::date[], $25::text[], $26::jsonb[], $27::text[]) as u;

-- finance.tax_returns select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.tax_agency_id, t.start_date, t.end_date, t.basis, t.form, t.state, t.boxes, t.net_tax_minor, t.open_amount_minor, t.known_time, t.adjusted_start_date, t.adjusted_end_date, t.adjusted_since_time, t.adjusted_basis, t.accrued_end_date, t.file_date, t.file_reference, t.payments, t.note
from finance.tax_returns t
where t.org_id = $1
and t.id = $2;

-- finance.tax_returns update
update finance.tax_returns as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  tax_agency_id = $7,
  start_date = $8,
  end_date = $9,
  basis = $10,
  form = $11,
  state = $12,
  boxes = $13,
  net_tax_minor = $14,
  open_amount_minor = $15,
  known_time = $16,
  adjusted_start_date = $17,
  adjusted_end_date = $18,
  adjusted_since_time = $19,
  adjusted_basis = $20,
  accrued_end_date = $21,
  file_date = $22,
  file_reference = $23,
  payments = $24,
  note = $25
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.tax_agency_id, t.start_date, t.end_date, t.basis, t.form, t.state, t.boxes, t.net_tax_minor, t.open_amount_minor, t.known_time, t.adjusted_start_date, t.adjusted_end_date, t.adjusted_since_time, t.adjusted_basis, t.accrued_end_date, t.file_date, t.file_reference, t.payments, t.note;

-- finance.repeating_entries delete
delete from finance.repeating_entries
where org_id = $1
and id = $2;

-- finance.repeating_entries insert
insert into finance.repeating_entries as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, mode, recurrence, description, reference, currency_code, lines, reversal, price_mode, last_date, created_count, skips, skipped_count)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.mode, t.recurrence, t.description, t.reference, t.currency_code, t.lines, t.reversal, t.price_mode, t.last_date, t.created_count, t.skips, t.skipped_count;

-- finance.repeating_entries insert many
insert into finance.repeating_entries as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, mode, recurrence, description, reference, currency_code, lines, reversal, price_mode, last_date, created_count, skips, skipped_count)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[], $8::text[], $9::jsonb[], $10::text[], $11::text[], $12::jsonb[], $13::text[], $14::text[], $15::text[], $16::jsonb[], $17::text[], $18::text[], $19::date[], $20::integer[], $21::jsonb[], $22::integer[]) as u;

-- finance.repeating_entries select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.mode, t.recurrence, t.description, t.reference, t.currency_code, t.lines, t.reversal, t.price_mode, t.last_date, t.created_count, t.skips, t.skipped_count
from finance.repeating_entries t
where t.org_id = $1
and t.id = $2;

-- finance.repeating_entries update
update finance.repeating_entries as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  custom_fields = $7,
  display_name = $8,
  mode = $9,
  recurrence = $10,
  description = $11,
  reference = $12,
  currency_code = $13,
  lines = $14,
  reversal = $15,
  price_mode = $16,
  last_date = $17,
  created_count = $18,
  skips = $19,
  skipped_count = $20
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.mode, t.recurrence, t.description, t.reference, t.currency_code, t.lines, t.reversal, t.price_mode, t.last_date, t.created_count, t.skips, t.skipped_count;

-- operations.projects delete
delete from operations.projects
where org_id = $1
and id = $2;

-- operations.projects insert
insert into operations.projects as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, code, description, owner_id, start_date, due_date, deputy_id, customer_id, state, billing, currency_code, budget_seconds, budget_amount_currency, budget_amount_minor, item_id, complete_time, update_recurrence, update_due_date)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.code, t.description, t.owner_id, t.start_date, t.due_date, t.deputy_id, t.customer_id, t.state, t.billing, t.currency_code, t.budget_seconds, t.budget_amount_currency, t.budget_amount_minor, t.item_id, t.complete_time, t.update_recurrence, t.update_due_date;

-- operations.projects insert many
insert into operations.projects as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, code, description, owner_id, start_date, due_date, deputy_id, customer_id, state, billing, currency_code, budget_seconds, budget_amount_currency, budget_amount_minor, item_id, complete_time, update_recurrence, update_due_date)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[], $8::text[], $9::jsonb[], $10::text[], $11::text[], $12::text[], $13::uuid[], $14::date[], $15::date[], $16::uuid[], $17::uuid[], $18::text[], $19::text[], $20::text[], $21::integer[], $22::text[], $23::bigint[], $24::uuid[], $25::timestamptz[], $26::jsonb[], $27::date[]) as u;

-- operations.projects member_ids delete
delete from platform.record_shares
where org_id = $1
and kind = $2
and record_key = $3;

-- operations.projects member_ids insert
insert into platform.record_shares (org_id, kind, record_key, person_id)
select o.org_id, $2, u.*
from platform.organizations o
cross join unnest($3::uuid[], $4::uuid[]) as u
where o.org_id = $1;

-- operations.projects member_ids remove
delete from platform.record_shares
where org_id = $1
and kind = $2
and record_key = $3
and person_id = any($4);

-- operations.projects member_ids select
select record_key, person_id
from platform.record_shares
where org_id = $1
and kind = $2
and record_key = any($3)
order by record_key, person_id;

-- operations.projects select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.code, t.description, t.owner_id, t.start_date, t.due_date, t.deputy_id, t.customer_id, t.state, t.billing, t.currency_code, t.budget_seconds, t.budget_amount_currency, t.budget_amount_minor, t.item_id, t.complete_time, t.update_recurrence, t.update_due_date
from operations.projects t
where t.org_id = $1
and t.id = $2;

-- operations.projects update
update operations.projects as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  custom_fields = $7,
  display_name = $8,
  code = $9,
  description = $10,
  owner_id = $11,
  start_date = $12,
  due_date = $13,
  deputy_id = $14,
  customer_id = $15,
  state = $16,
  billing = $17,
  currency_code = $18,
  budget_seconds = $19,
  budget_amount_currency = $20,
  budget_amount_minor = $21,
  item_id = $22,
  complete_time = $23,
  update_recurrence = $24,
  update_due_date = $25
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.code, t.description, t.owner_id, t.start_date, t.due_date, t.deputy_id, t.customer_id, t.state, t.billing, t.currency_code, t.budget_seconds, t.budget_amount_currency, t.budget_amount_minor, t.item_id, t.complete_time, t.update_recurrence, t.update_due_date;

-- operations.project_sections delete
delete from operations.project_sections
where org_id = $1
and id = $2;

-- operations.project_sections insert
insert into operations.project_sections as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, project_id, display_name, rank)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.project_id, t.display_name, t.rank;

-- operations.project_sections insert many
insert into operations.project_sections as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, project_id, display_name, rank)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::uuid[], $10::text[], $11::text[]) as u;

-- operations.project_sections select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.project_id, t.display_name, t.rank
from operations.project_sections t
where t.org_id = $1
and t.id = $2;

-- operations.project_sections update
update operations.project_sections as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  project_id = $7,
  display_name = $8,
  rank = $9
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.project_id, t.display_name, t.rank;

-- operations.milestones delete
delete from operations.milestones
where org_id = $1
and id = $2;

-- operations.milestones insert
insert into operations.milestones as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, project_id, display_name, description, due_date, amount_currency, amount_minor, complete_date, invoice_id, state)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.project_id, t.display_name, t.description, t.due_date, t.amount_currency, t.amount_minor, t.complete_date, t.invoice_id, t.state;

-- operations.milestones insert many
insert into operations.milestones as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, project_id, display_name, description, due_date, amount_currency, amount_minor, complete_date, invoice_id, state)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::uuid[], $10::text[], $11::text[], $12::date[], $13::text[], $14::bigint[], $15::date[], $16::uuid[], $17::text[]) as u;

-- operations.milestones select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.project_id, t.display_name, t.description, t.due_date, t.amount_currency, t.amount_minor, t.complete_date, t.invoice_id, t.state
from operations.milestones t
where t.org_id = $1
and t.id = $2;

-- operations.milestones update
update operations.milestones as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  project_id = $7,
  display_name = $8,
  description = $9,
  due_date = $10,
  amount_currency = $11,
  amount_minor = $12,
  complete_date = $13,
  invoice_id = $14,
  state = $15
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.project_id, t.display_name, t.description, t.due_date, t.amount_currency, t.amount_minor, t.complete_date, t.invoice_id, t.state;

-- operations.tasks checklist delete
delete from operations.task_checklist_items
where org_id = $1
and task_id = $2
and id = any($3);

-- operations.tasks checklist insert
insert into operations.task_checklist_items (org_id, task_id, line_number, id, text, checked, checker_id, check_time)
select $1, u.*
from unnest($2::uuid[], $3::integer[], $4::uuid[], $5::text[], $6::boolean[], $7::uuid[], $8::timestamptz[]) as u;

-- operations.tasks checklist select
select task_id, id, text, checked, checker_id, check_time
from operations.task_checklist_items
where org_id = $1
and task_id = any($2)
order by task_id, line_number;

-- operations.tasks checklist update
update operations.task_checklist_items
set line_number = $3,
  text = $5,
  checked = $6,
  checker_id = $7,
  check_time = $8
where org_id = $1
and task_id = $2
and id = $4;

-- operations.tasks collaborator_ids delete
delete from platform.record_shares
where org_id = $1
and kind = $2
and record_key = $3;

-- operations.tasks collaborator_ids insert
insert into platform.record_shares (org_id, kind, record_key, person_id)
select o.org_id, $2, u.*
from platform.organizations o
cross join unnest($3::uuid[], $4::uuid[]) as u
where o.org_id = $1;

-- operations.tasks collaborator_ids remove
delete from platform.record_shares
where org_id = $1
and kind = $2
and record_key = $3
and person_id = any($4);

-- operations.tasks collaborator_ids select
select record_key, person_id
from platform.record_shares
where org_id = $1
and kind = $2
and record_key = any($3)
order by record_key, person_id;

-- operations.tasks delete
delete from operations.tasks
where org_id = $1
and id = $2;

-- operations.tasks dependencies delete
delete from operations.task_dependencies
where org_id = $1
and task_id = $2;

-- operations.tasks dependencies insert
insert into operations.task_dependencies (org_id, task_id, line_number, predecessor_id, type, lag_days)
select $1, u.*
from unnest($2::uuid[], $3::integer[], $4::uuid[], $5::text[], $6::integer[]) as u;

-- operations.tasks dependencies select
select task_id, predecessor_id, type, lag_days
from operations.task_dependencies
where org_id = $1
and task_id = any($2)
order by task_id, line_number;

-- operations.tasks insert
insert into operations.tasks as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, display_name, description, project_id, owner_id, priority, due_date, start_date, estimate_seconds, state, task_state_id, rank, section_id, milestone_id, parent_id, begin_time, complete_time, task_series_id, occurrence_date)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.description, t.project_id, t.owner_id, t.priority, t.due_date, t.start_date, t.estimate_seconds, t.state, t.task_state_id, t.rank, t.section_id, t.milestone_id, t.parent_id, t.begin_time, t.complete_time, t.task_series_id, t.occurrence_date;

-- operations.tasks insert many
insert into operations.tasks as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, display_name, description, project_id, owner_id, priority, due_date, start_date, estimate_seconds, state, task_state_id, rank, section_id, milestone_id, parent_id, begin_time, complete_time, task_series_id, occurrence_date)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::text[], $10::text[], $11::uuid[], $12::uuid[], $13::text[], $14::date[], $15::date[], $16::integer[], $17::text[], $18::uuid[], $19::text[], $20::uuid[], $21::uuid[], $22::uuid[], $23::timestamptz[], $24::timestamptz[], $25::uuid[], $26::date[]) as u;

-- operations.tasks select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.description, t.project_id, t.owner_id, t.priority, t.due_date, t.start_date, t.estimate_seconds, t.state, t.task_state_id, t.rank, t.section_id, t.milestone_id, t.parent_id, t.begin_time, t.complete_time, t.task_series_id, t.occurrence_date
from operations.tasks t
where t.org_id = $1
and t.id = $2;

-- operations.tasks update
update operations.tasks as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  display_name = $7,
  description = $8,
  project_id = $9,
  owner_id = $10,
  priority = $11,
  due_date = $12,
  start_date = $13,
  estimate_seconds = $14,
  state = $15,
  task_state_id = $16,
  rank = $17,
  section_id = $18,
  milestone_id = $19,
  parent_id = $20,
  begin_time = $21,
  complete_time = $22,
  task_series_id = $23,
  occurrence_date = $24
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.description, t.project_id, t.owner_id, t.priority, t.due_date, t.start_date, t.estimate_seconds, t.state, t.task_state_id, t.rank, t.section_id, t.milestone_id, t.parent_id, t.begin_time, t.complete_time, t.task_series_id, t.occurrence_date;

-- operations.task_states delete
delete from operations.task_states
where org_id = $1
and id = $2;

-- operations.task_states insert
insert into operations.task_states as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, display_name, category, rank)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.category, t.rank;

-- operations.task_states insert many
insert into operations.task_states as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, display_name, category, rank)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::text[], $10::text[], $11::text[]) as u;

-- operations.task_states select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.category, t.rank
from operations.task_states t
where t.org_id = $1
and t.id = $2;

-- operations.task_states update
update operations.task_states as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  display_name = $7,
  category = $8,
  rank = $9
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.category, t.rank;

-- operations.time_entries delete
delete from operations.time_entries
where org_id = $1
and id = $2;

-- operations.time_entries insert
insert into operations.time_entries as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, person_id, work_date, duration_seconds, start_time, project_id, task_id, note, billable, billing_state, invoice_id, timesheet_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.person_id, t.work_date, t.duration_seconds, t.start_time, t.project_id, t.task_id, t.note, t.billable, t.billing_state, t.invoice_id, t.timesheet_id;

-- operations.time_entries insert many
insert into operations.time_entries as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, person_id, work_date, duration_seconds, start_time, project_id, task_id, note, billable, billing_state, invoice_id, timesheet_id)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::uuid[], $10::date[], $11::integer[], $12::timestamptz[], $13::uuid[], $14::uuid[], $15::text[], $16::boolean[], $17::text[], $18::uuid[], $19::uuid[]) as u;

-- operations.time_entries select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.person_id, t.work_date, t.duration_seconds, t.start_time, t.project_id, t.task_id, t.note, t.billable, t.billing_state, t.invoice_id, t.timesheet_id
from operations.time_entries t
where t.org_id = $1
and t.id = $2;

-- operations.time_entries update
update operations.time_entries as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  person_id = $7,
  work_date = $8,
  duration_seconds = $9,
  start_time = $10,
  project_id = $11,
  task_id = $12,
  note = $13,
  billable = $14,
  billing_state = $15,
  invoice_id = $16,
  timesheet_id = $17
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.person_id, t.work_date, t.duration_seconds, t.start_time, t.project_id, t.task_id, t.note, t.billable, t.billing_state, t.invoice_id, t.timesheet_id;

-- operations.timers delete
delete from operations.timers
where org_id = $1
and id = $2;

-- operations.timers insert
insert into operations.timers as t (org_id, id, version, create_time, update_time, person_id, project_id, task_id, note, billable, start_time)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
returning t.id, t.version, t.create_time, t.update_time, t.person_id, t.project_id, t.task_id, t.note, t.billable, t.start_time;

-- operations.timers insert many
insert into operations.timers as t (org_id, id, version, create_time, update_time, person_id, project_id, task_id, note, billable, start_time)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::uuid[], $7::uuid[], $8::uuid[], $9::text[], $10::boolean[], $11::timestamptz[]) as u;

-- operations.timers select
select t.id, t.version, t.create_time, t.update_time, t.person_id, t.project_id, t.task_id, t.note, t.billable, t.start_time
from operations.timers t
where t.org_id = $1
and t.id = $2;

-- operations.timers update
update operations.timers as t
set version = t.version + 1,
  update_time = $3,
  person_id = $4,
  project_id = $5,
  task_id = $6,
  note = $7,
  billable = $8,
  start_time = $9
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.person_id, t.project_id, t.task_id, t.note, t.billable, t.start_time;

-- operations.timesheets delete
delete from operations.timesheets
where org_id = $1
and id = $2;

-- operations.timesheets insert
insert into operations.timesheets as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, person_id, start_date, end_date, target_seconds, reason, state, submit_time, approve_time, approver_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.person_id, t.start_date, t.end_date, t.target_seconds, t.reason, t.state, t.submit_time, t.approve_time, t.approver_id;

-- operations.timesheets insert many
insert into operations.timesheets as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, person_id, start_date, end_date, target_seconds, reason, state, submit_time, approve_time, approver_id)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::uuid[], $10::date[], $11::date[], $12::integer[], $13::text[], $14::text[], $15::timestamptz[], $16::timestamptz[], $17::uuid[]) as u;

-- operations.timesheets select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.person_id, t.start_date, t.end_date, t.target_seconds, t.reason, t.state, t.submit_time, t.approve_time, t.approver_id
from operations.timesheets t
where t.org_id = $1
and t.id = $2;

-- operations.timesheets update
update operations.timesheets as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  person_id = $7,
  start_date = $8,
  end_date = $9,
  target_seconds = $10,
  reason = $11,
  state = $12,
  submit_time = $13,
  approve_time = $14,
  approver_id = $15
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.person_id, t.start_date, t.end_date, t.target_seconds, t.reason, t.state, t.submit_time, t.approve_time, t.approver_id;

-- operations.billing_rates delete
delete from operations.billing_rates
where org_id = $1
and id = $2;

-- operations.billing_rates insert
insert into operations.billing_rates as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, person_id, project_id, task_id, customer_id, hourly_rate_currency, hourly_rate_minor, start_date, end_date, effective_end_date, scope)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.person_id, t.project_id, t.task_id, t.customer_id, t.hourly_rate_currency, t.hourly_rate_minor, t.start_date, t.end_date, t.effective_end_date, t.scope;

-- operations.billing_rates insert many
insert into operations.billing_rates as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, person_id, project_id, task_id, customer_id, hourly_rate_currency, hourly_rate_minor, start_date, end_date, effective_end_date, scope)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::uuid[], $10::uuid[], $11::uuid[], $12::uuid[], $13::text[], $14::bigint[], $15::date[], $16::date[], $17::date[], $18::text[]) as u;

-- operations.billing_rates select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.person_id, t.project_id, t.task_id, t.customer_id, t.hourly_rate_currency, t.hourly_rate_minor, t.start_date, t.end_date, t.effective_end_date, t.scope
from operations.billing_rates t
where t.org_id = $1
and t.id = $2;

-- operations.billing_rates update
update operations.billing_rates as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  person_id = $7,
  project_id = $8,
  task_id = $9,
  customer_id = $10,
  hourly_rate_currency = $11,
  hourly_rate_minor = $12,
  start_date = $13,
  end_date = $14,
  effective_end_date = $15,
  scope = $16
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.person_id, t.project_id, t.task_id, t.customer_id, t.hourly_rate_currency, t.hourly_rate_minor, t.start_date, t.end_date, t.effective_end_date, t.scope;

-- operations.project_templates delete
delete from operations.project_templates
where org_id = $1
and id = $2;

-- operations.project_templates insert
insert into operations.project_templates as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, description, billing, currency_code, budget_seconds, budget_amount_currency, budget_amount_minor, item_id, business_days, holiday_sets, due_offset_days, roles, sections, milestones, tasks)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.description, t.billing, t.currency_code, t.budget_seconds, t.budget_amount_currency, t.budget_amount_minor, t.item_id, t.business_days, t.holiday_sets, t.due_offset_days, t.roles, t.sections, t.milestones, t.tasks;

-- operations.project_templates select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.description, t.billing, t.currency_code, t.budget_seconds, t.budget_amount_currency, t.budget_amount_minor, t.item_id, t.business_days, t.holiday_sets, t.due_offset_days, t.roles, t.sections, t.milestones, t.tasks
from operations.project_templates t
where t.org_id = $1
and t.id = $2;

-- operations.project_templates update
update operations.project_templates as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  custom_fields = $7,
  display_name = $8,
  description = $9,
  billing = $10,
  currency_code = $11,
  budget_seconds = $12,
  budget_amount_currency = $13,
  budget_amount_minor = $14,
  item_id = $15,
  business_days = $16,
  holiday_sets = $17,
  due_offset_days = $18,
  roles = $19,
  sections = $20,
  milestones = $21,
  tasks = $22
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.description, t.billing, t.currency_code, t.budget_seconds, t.budget_amount_currency, t.budget_amount_minor, t.item_id, t.business_days, t.holiday_sets, t.due_offset_days, t.roles, t.sections, t.milestones, t.tasks;

-- operations.project_updates delete
delete from operations.project_updates
where org_id = $1
and id = $2;

-- operations.project_updates insert
insert into operations.project_updates as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, project_id, status, body_markdown, author_id, due_date, figures, edit_time)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.project_id, t.status, t.body_markdown, t.author_id, t.due_date, t.figures, t.edit_time;

-- operations.project_updates insert many
insert into operations.project_updates as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, project_id, status, body_markdown, author_id, due_date, figures, edit_time)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::uuid[], $10::text[], $11::text[], $12::uuid[], $13::date[], $14::jsonb[], $15::timestamptz[]) as u;

-- operations.project_updates select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.project_id, t.status, t.body_markdown, t.author_id, t.due_date, t.figures, t.edit_time
from operations.project_updates t
where t.org_id = $1
and t.id = $2;

-- operations.project_updates update
update operations.project_updates as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  project_id = $7,
  status = $8,
  body_markdown = $9,
  author_id = $10,
  due_date = $11,
  figures = $12,
  edit_time = $13
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.project_id, t.status, t.body_markdown, t.author_id, t.due_date, t.figures, t.edit_time;

-- operations.task_series delete
delete from operations.task_series
where org_id = $1
and id = $2;

-- operations.task_series insert
insert into operations.task_series as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, display_name, description, project_id, section_id, owner_id, priority, estimate_seconds, collaborator_ids, checklist, recurrence, repeat_from, lead_days, start_offset_days, state, pause_reason, from_date, last_date, created_count, previous_series_id, creator_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.description, t.project_id, t.section_id, t.owner_id, t.priority, t.estimate_seconds, t.collaborator_ids, t.checklist, t.recurrence, t.repeat_from, t.lead_days, t.start_offset_days, t.state, t.pause_reason, t.from_date, t.last_date, t.created_count, t.previous_series_id, t.creator_id;

-- operations.task_series select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.description, t.project_id, t.section_id, t.owner_id, t.priority, t.estimate_seconds, t.collaborator_ids, t.checklist, t.recurrence, t.repeat_from, t.lead_days, t.start_offset_days, t.state, t.pause_reason, t.from_date, t.last_date, t.created_count, t.previous_series_id, t.creator_id
from operations.task_series t
where t.org_id = $1
and t.id = $2;

-- operations.task_series update
update operations.task_series as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  display_name = $7,
  description = $8,
  project_id = $9,
  section_id = $10,
  owner_id = $11,
  priority = $12,
  estimate_seconds = $13,
  collaborator_ids = $14,
  checklist = $15,
  recurrence = $16,
  repeat_from = $17,
  lead_days = $18,
  start_offset_days = $19,
  state = $20,
  pause_reason = $21,
  from_date = $22,
  last_date = $23,
  created_count = $24,
  previous_series_id = $25,
  creator_id = $26
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.description, t.project_id, t.section_id, t.owner_id, t.priority, t.estimate_seconds, t.collaborator_ids, t.checklist, t.recurrence, t.repeat_from, t.lead_days, t.start_offset_days, t.state, t.pause_reason, t.from_date, t.last_date, t.created_count, t.previous_series_id, t.creator_id;

-- operations.cost_rates delete
delete from operations.cost_rates
where org_id = $1
and id = $2;

-- operations.cost_rates insert
insert into operations.cost_rates as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, person_id, hourly_cost_currency, hourly_cost_minor, start_date, end_date, effective_end_date, scope)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.person_id, t.hourly_cost_currency, t.hourly_cost_minor, t.start_date, t.end_date, t.effective_end_date, t.scope;

-- operations.cost_rates insert many
insert into operations.cost_rates as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, person_id, hourly_cost_currency, hourly_cost_minor, start_date, end_date, effective_end_date, scope)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::uuid[], $10::text[], $11::bigint[], $12::date[], $13::date[], $14::date[], $15::text[]) as u;

-- operations.cost_rates select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.person_id, t.hourly_cost_currency, t.hourly_cost_minor, t.start_date, t.end_date, t.effective_end_date, t.scope
from operations.cost_rates t
where t.org_id = $1
and t.id = $2;

-- operations.cost_rates update
update operations.cost_rates as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  person_id = $7,
  hourly_cost_currency = $8,
  hourly_cost_minor = $9,
  start_date = $10,
  end_date = $11,
  effective_end_date = $12,
  scope = $13
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.person_id, t.hourly_cost_currency, t.hourly_cost_minor, t.start_date, t.end_date, t.effective_end_date, t.scope;

-- operations.work_imports delete
delete from operations.work_imports
where org_id = $1
and id = $2;

-- operations.work_imports insert
insert into operations.work_imports as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, file_name, tool, file_id, owner_id, time_billing, include_archived, people, task_states, projects, state, operation_id, row_count, created_count, duplicate_count, skipped_count, kept_count, warnings)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.file_name, t.tool, t.file_id, t.owner_id, t.time_billing, t.include_archived, t.people, t.task_states, t.projects, t.state, t.operation_id, t.row_count, t.created_count, t.duplicate_count, t.skipped_count, t.kept_count, t.warnings;

-- operations.work_imports select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.file_name, t.tool, t.file_id, t.owner_id, t.time_billing, t.include_archived, t.people, t.task_states, t.projects, t.state, t.operation_id, t.row_count, t.created_count, t.duplicate_count, t.skipped_count, t.kept_count, t.warnings
from operations.work_imports t
where t.org_id = $1
and t.id = $2;

-- operations.work_imports update
update operations.work_imports as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  file_name = $7,
  tool = $8,
  file_id = $9,
  owner_id = $10,
  time_billing = $11,
  include_archived = $12,
  people = $13,
  task_states = $14,
  projects = $15,
  state = $16,
  operation_id = $17,
  row_count = $18,
  created_count = $19,
  duplicate_count = $20,
  skipped_count = $21,
  kept_count = $22,
  warnings = $23
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.file_name, t.tool, t.file_id, t.owner_id, t.time_billing, t.include_archived, t.people, t.task_states, t.projects, t.state, t.operation_id, t.row_count, t.created_count, t.duplicate_count, t.skipped_count, t.kept_count, t.warnings;

-- people.departments delete
delete from people.departments
where org_id = $1
and id = $2;

-- people.departments insert
insert into people.departments as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, code, parent_department_id, head_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.code, t.parent_department_id, t.head_id;

-- people.departments insert many
insert into people.departments as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, display_name, code, parent_department_id, head_id)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[], $8::text[], $9::jsonb[], $10::text[], $11::text[], $12::uuid[], $13::uuid[]) as u;

-- people.departments select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.code, t.parent_department_id, t.head_id
from people.departments t
where t.org_id = $1
and t.id = $2;

-- people.departments update
update people.departments as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  custom_fields = $7,
  display_name = $8,
  code = $9,
  parent_department_id = $10,
  head_id = $11
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.display_name, t.code, t.parent_department_id, t.head_id;

-- people.employees bank_account_number select
select v.record_key, v.mask
from platform.sealed_values v
where v.org_id = $1
and v.kind = $2
and v.field = $3
and v.record_key = any($4);

-- people.employees delete
delete from people.employees
where org_id = $1
and id = $2;

-- people.employees insert
insert into people.employees as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, person_id, display_name, given_name, family_name, work_email, employee_number, job_title, department_id, manager_id, hire_date, end_date, bank_account_holder, bank_code)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.person_id, t.display_name, t.given_name, t.family_name, t.work_email, t.employee_number, t.job_title, t.department_id, t.manager_id, t.hire_date, t.end_date, t.bank_account_holder, t.bank_code;

-- people.employees insert many
insert into people.employees as t (org_id, id, version, create_time, update_time, archive_time, metadata, external_id, custom_fields, person_id, display_name, given_name, family_name, work_email, employee_number, job_title, department_id, manager_id, hire_date, end_date, bank_account_holder, bank_code)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[], $8::text[], $9::jsonb[], $10::uuid[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::uuid[], $18::uuid[], $19::date[], $20::date[], $21::text[], $22::text[]) as u;

-- people.employees select
select t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.person_id, t.display_name, t.given_name, t.family_name, t.work_email, t.employee_number, t.job_title, t.department_id, t.manager_id, t.hire_date, t.end_date, t.bank_account_holder, t.bank_code
from people.employees t
where t.org_id = $1
and t.id = $2;

-- people.employees tax_number select
select v.record_key, v.mask
from platform.sealed_values v
where v.org_id = $1
and v.kind = $2
and v.field = $3
and v.record_key = any($4);

-- people.employees update
update people.employees as t
set version = t.version + 1,
  update_time = $3,
  archive_time = $4,
  metadata = $5,
  external_id = $6,
  custom_fields = $7,
  person_id = $8,
  display_name = $9,
  given_name = $10,
  family_name = $11,
  work_email = $12,
  employee_number = $13,
  job_title = $14,
  department_id = $15,
  manager_id = $16,
  hire_date = $17,
  end_date = $18,
  bank_account_holder = $19,
  bank_code = $20
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.archive_time, t.metadata, t.external_id, t.custom_fields, t.person_id, t.display_name, t.given_name, t.family_name, t.work_email, t.employee_number, t.job_title, t.department_id, t.manager_id, t.hire_date, t.end_date, t.bank_account_holder, t.bank_code;

-- people.compensations delete
delete from people.compensations
where org_id = $1
and id = $2;

-- people.compensations insert
insert into people.compensations as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, employee_id, start_date, end_date, effective_end_date, amount_currency, amount_minor, period, reason)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.employee_id, t.start_date, t.end_date, t.effective_end_date, t.amount_currency, t.amount_minor, t.period, t.reason;

-- people.compensations insert many
insert into people.compensations as t (org_id, id, version, create_time, update_time, metadata, external_id, custom_fields, employee_id, start_date, end_date, effective_end_date, amount_currency, amount_minor, period, reason)
select $1, u.*
from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[], $8::jsonb[], $9::uuid[], $10::date[], $11::date[], $12::date[], $13::text[], $14::bigint[], $15::text[], $16::text[]) as u;

-- people.compensations select
select t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.employee_id, t.start_date, t.end_date, t.effective_end_date, t.amount_currency, t.amount_minor, t.period, t.reason
from people.compensations t
where t.org_id = $1
and t.id = $2;

-- people.compensations update
update people.compensations as t
set version = t.version + 1,
  update_time = $3,
  metadata = $4,
  external_id = $5,
  custom_fields = $6,
  employee_id = $7,
  start_date = $8,
  end_date = $9,
  effective_end_date = $10,
  amount_currency = $11,
  amount_minor = $12,
  period = $13,
  reason = $14
where t.org_id = $1
and t.id = $2
returning t.id, t.version, t.create_time, t.update_time, t.metadata, t.external_id, t.custom_fields, t.employee_id, t.start_date, t.end_date, t.effective_end_date, t.amount_currency, t.amount_minor, t.period, t.reason;

