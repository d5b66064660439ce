select e.id, e.date::text as date, e.description, e.reference
from finance.journal_lines l
join finance.journal_entries e on e.org_id = l.org_id and e.id = l.journal_entry_id
where l.org_id = $1
and l.account_id = $2
and l.amount_minor = $3
and l.date between $4::text::date - 30 and $4::text::date + 30
and e.reversed_by_id is null
and e.reverses_id is null
and not exists (
  select
  from finance.bank_statement_lines b
  where b.org_id = l.org_id
  and b.journal_entry_id = e.id
  and b.bank_account_id = $5
)
order by abs(l.date - $4::text::date), e.id
limit 50
