-- Returns the customers who may be the payers of lines: those whose payments explain up to $4 of the
-- latest lines of each payee $2, and those with one of the names $3, in lower case.
select distinct p.payee as name, y.customer_id as customer
from unnest($2::text[]) as p (payee)
cross join lateral (
  select l.journal_entry_id
  from finance.bank_statement_lines l
  where l.org_id = $1
  and l.payee = p.payee
  and l.state = 'MATCHED'
  order by l.booked_date desc, l.id desc
  limit $4
) l
join finance.payments y on y.org_id = $1 and y.journal_entry_id = l.journal_entry_id
where y.state = 'RECORDED'
union
select c.display_name_key, c.id
from finance.customers c
where c.org_id = $1
and c.display_name_key = any($3)
union
select c.legal_name_key, c.id
from finance.customers c
where c.org_id = $1
and c.legal_name_key <> ''
and c.legal_name_key = any($3)
