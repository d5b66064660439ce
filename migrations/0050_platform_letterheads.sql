-- +goose Up
-- What the documents of an organization say of it.

alter table platform.organizations add column legal_name text not null default '';
alter table platform.organizations alter column legal_name drop default;
alter table platform.organizations add column address jsonb;
alter table platform.organizations add column email text not null default '';
alter table platform.organizations alter column email drop default;
alter table platform.organizations add column phone text not null default '';
alter table platform.organizations alter column phone drop default;
alter table platform.organizations add column website text not null default '';
alter table platform.organizations alter column website drop default;
alter table platform.organizations add column tax_number text not null default '';
alter table platform.organizations alter column tax_number drop default;
alter table platform.organizations add column registration text not null default '';
alter table platform.organizations alter column registration drop default;
alter table platform.organizations add column language_code text not null default '';
alter table platform.organizations alter column language_code drop default;
alter table platform.organizations add column logo_file_id uuid;
alter table platform.organizations add constraint organizations_logo_exists
  foreign key (org_id, logo_file_id) references platform.files (org_id, id);
create index organizations_by_logo on platform.organizations (org_id, logo_file_id);

-- +goose Down
alter table platform.organizations drop column legal_name;
alter table platform.organizations drop column address;
alter table platform.organizations drop column email;
alter table platform.organizations drop column phone;
alter table platform.organizations drop column website;
alter table platform.organizations drop column tax_number;
alter table platform.organizations drop column registration;
alter table platform.organizations drop column language_code;
alter table platform.organizations drop column logo_file_id;
