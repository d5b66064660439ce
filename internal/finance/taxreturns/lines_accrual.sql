-- The taxes of a period as they were posted.
select
  r.date, r.id, r.use, r.cause, r.tax_code_id, r.component_id, r.tax_agency_id, r.tax_name, r.effect, r.percent,
  r.category, r.document_id, r.document_number, r.contact_id, r.currency, r.taxable_minor, r.tax_minor,
  r.base_taxable_minor, r.base_tax_minor, r.base_recoverable_minor, r.journal_entry_id
from finance.tax_amounts r
where r.org_id = $1
and r.date between $2 and $3
and ($4::timestamptz is null or r.create_time <= $4)
and ($5::uuid is null or r.tax_agency_id = $5)
