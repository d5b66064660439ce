-- +goose Up
-- The vendors that statement lines paid.

alter table finance.bank_rules
add column vendor_id uuid,
add constraint bank_rules_vendor_exists foreign key (org_id, vendor_id) references finance.vendors (org_id, id);
create index bank_rules_by_vendor on finance.bank_rules (org_id, vendor_id) where vendor_id is not null;

alter table finance.bank_statement_lines
add column vendor_id uuid,
add constraint bank_statement_lines_vendor_exists foreign key (org_id, vendor_id) references finance.vendors (org_id, id);
create index bank_statement_lines_by_vendor on finance.bank_statement_lines (org_id, vendor_id) where vendor_id is not null;

-- +goose Down
alter table finance.bank_statement_lines drop column vendor_id;
alter table finance.bank_rules drop column vendor_id;
