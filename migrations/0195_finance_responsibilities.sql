-- +goose Up
-- Persons who are responsible for accounts, bank accounts and vendors, and their deputies.

alter table finance.accounts add column responsible_id uuid;
alter table finance.accounts add column deputy_id uuid;
alter table finance.accounts add constraint accounts_responsible_exists foreign key (org_id, responsible_id) references platform.persons (org_id, id);
alter table finance.accounts add constraint accounts_deputy_exists foreign key (org_id, deputy_id) references platform.persons (org_id, id);
alter table finance.accounts add constraint accounts_deputy_other_than_responsible check (deputy_id <> responsible_id);
create index accounts_by_responsible on finance.accounts (org_id, responsible_id, id);
create index accounts_by_deputy on finance.accounts (org_id, deputy_id, id);

alter table finance.bank_accounts add column responsible_id uuid;
alter table finance.bank_accounts add column deputy_id uuid;
alter table finance.bank_accounts add constraint bank_accounts_responsible_exists foreign key (org_id, responsible_id) references platform.persons (org_id, id);
alter table finance.bank_accounts add constraint bank_accounts_deputy_exists foreign key (org_id, deputy_id) references platform.persons (org_id, id);
alter table finance.bank_accounts add constraint bank_accounts_deputy_other_than_responsible check (deputy_id <> responsible_id);
create index bank_accounts_by_responsible on finance.bank_accounts (org_id, responsible_id, id);
create index bank_accounts_by_deputy on finance.bank_accounts (org_id, deputy_id, id);

alter table finance.vendors add column responsible_id uuid;
alter table finance.vendors add column deputy_id uuid;
alter table finance.vendors add constraint vendors_responsible_exists foreign key (org_id, responsible_id) references platform.persons (org_id, id);
alter table finance.vendors add constraint vendors_deputy_exists foreign key (org_id, deputy_id) references platform.persons (org_id, id);
alter table finance.vendors add constraint vendors_deputy_other_than_responsible check (deputy_id <> responsible_id);
create index vendors_by_responsible on finance.vendors (org_id, responsible_id, id);
create index vendors_by_deputy on finance.vendors (org_id, deputy_id, id);

-- +goose Down
alter table finance.vendors drop column deputy_id;
alter table finance.vendors drop column responsible_id;
alter table finance.bank_accounts drop column deputy_id;
alter table finance.bank_accounts drop column responsible_id;
alter table finance.accounts drop column deputy_id;
alter table finance.accounts drop column responsible_id;
