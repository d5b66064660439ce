-- The expenses of each day, with the payee and the vendor of the bank statement line that paid them. name is
-- the payee as the bank writes it.
select
  coalesce(b.payee, '') as payee,
  coalesce(max(b.counterparty_name), '') as name,
  b.vendor_id,
  s.date,
  sum(s.minor)::bigint as minor
from (
  -- A line that was recoded keeps the entry that paid it.
  select coalesce(r.recodes_id, l.journal_entry_id) as journal_entry_id, l.date, sum(l.base_amount_minor) as minor
  from finance.journal_lines l
  left join finance.journal_entries r on r.org_id = $1 and r.id = l.journal_entry_id and r.recodes_id is not null
  where l.org_id = $1
  and l.account_id = any(array(
    select a.id
    from finance.accounts a
    where a.org_id = $1
    and a.type = 'EXPENSE'
  ))
  and l.date >= $2
  and l.date <= $3
  and not l.closing
  and l.dimension_value_ids @> $4
  and exists (
    select
    from finance.journal_entries e
    where e.org_id = $1
    and e.id = l.journal_entry_id
    and e.post_time > $5
  ) is false
  group by 1, l.date
) s
-- An entry may be matched to several lines. It counts once, for the first.
left join lateral (
  select p.payee, p.counterparty_name, p.vendor_id
  from finance.bank_statement_lines p
  where p.org_id = $1
  and p.id = (
    select min(c.id::text)::uuid
    from (
      select d.id
      from finance.bank_statement_lines d
      where d.org_id = $1
      and d.journal_entry_id = s.journal_entry_id
      union all
      select n.bank_statement_line_id
      from finance.bank_match_entries k
      join finance.bank_matches m on m.org_id = $1 and m.id = k.bank_match_id and m.state = 'MATCHED'
      join finance.bank_match_lines n on n.org_id = $1 and n.bank_match_id = k.bank_match_id
      where k.org_id = $1
      and k.journal_entry_id = s.journal_entry_id
    ) c
  )
) b on true
group by b.payee, b.vendor_id, s.date
order by s.date, 1, 2, 3
