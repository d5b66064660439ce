-- +goose Up
-- Documents keep the legal note of their tax codes.

alter table finance.invoice_lines add column legal_note text not null default '';
alter table finance.invoice_lines alter column legal_note drop default;
alter table finance.quote_lines add column legal_note text not null default '';
alter table finance.quote_lines alter column legal_note drop default;
alter table finance.deposit_request_lines add column legal_note text not null default '';
alter table finance.deposit_request_lines alter column legal_note drop default;

update finance.invoice_lines l
set legal_note = c.legal_note
from finance.tax_codes c
where c.org_id = l.org_id
and c.id = l.tax_code_id
and c.legal_note <> '';
update finance.quote_lines l
set legal_note = c.legal_note
from finance.tax_codes c
where c.org_id = l.org_id
and c.id = l.tax_code_id
and c.legal_note <> '';
update finance.deposit_request_lines l
set legal_note = c.legal_note
from finance.tax_codes c
where c.org_id = l.org_id
and c.id = l.tax_code_id
and c.legal_note <> '';

-- +goose Down
alter table finance.deposit_request_lines drop column legal_note;
alter table finance.quote_lines drop column legal_note;
alter table finance.invoice_lines drop column legal_note;
