-- +goose Up
-- Tax codes of what bank rules categorize lines to.
alter table finance.bank_rules add column tax_code_id uuid;
alter table finance.bank_rules
add constraint bank_rules_tax_code_exists foreign key (org_id, tax_code_id) references finance.tax_codes (org_id, id);
create index bank_rules_by_tax_code on finance.bank_rules (org_id, tax_code_id) where tax_code_id is not null;
alter table finance.bank_rule_splits add column tax_code_id uuid;
alter table finance.bank_rule_splits
add constraint bank_rule_splits_tax_code_exists foreign key (org_id, tax_code_id) references finance.tax_codes (org_id, id);
create index bank_rule_splits_by_tax_code on finance.bank_rule_splits (org_id, tax_code_id) where tax_code_id is not null;

-- +goose Down
drop index finance.bank_rule_splits_by_tax_code;
alter table finance.bank_rule_splits drop constraint bank_rule_splits_tax_code_exists;
alter table finance.bank_rule_splits drop column tax_code_id;
drop index finance.bank_rules_by_tax_code;
alter table finance.bank_rules drop constraint bank_rules_tax_code_exists;
alter table finance.bank_rules drop column tax_code_id;
