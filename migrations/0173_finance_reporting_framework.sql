-- +goose Up
-- The standards by which the statements of a fiscal year are presented.
alter table finance.fiscal_years add column reporting_framework text not null default 'IFRS';
alter table finance.fiscal_years alter column reporting_framework drop default;
update finance.fiscal_years y
set reporting_framework = 'US_GAAP'
from platform.organizations o
where o.org_id = y.org_id
and o.region_code = 'US';

-- +goose Down
alter table finance.fiscal_years drop column reporting_framework;
