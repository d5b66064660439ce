-- The expenses of each day, with the payee and the vendor of the bank statement line that paid them.
select
  coalesce(b.counterparty_name, '') as payee,
  b.vendor_id,
  s.date,
  sum(s.minor)::bigint as minor
from (
  select l.journal_entry_id, l.date, sum(l.base_amount_minor) as minor
  from finance.journal_lines l
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
  group by l.journal_entry_id, l.date
) s
-- An entry may be matched to several lines. It counts once, for the first.
left join lateral (
  select p.counterparty_name, p.vendor_id
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
group by 1, 2, 3
