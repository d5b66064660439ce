select
  l.id,
  e.id as entry,
  l.date::text as date,
  e.description,
  e.reference,
  case when a.currency_code = $4 then l.base_amount_minor else l.amount_minor end as minor,
  t.taken
from finance.bank_accounts a
join finance.journal_lines l
  on l.org_id = $1
  and l.account_id = a.ledger_account_id
  and l.date <= $3
  and (a.currency_code = $4 or l.amount_currency = a.currency_code)
join finance.journal_entries e on e.org_id = $1 and e.id = l.journal_entry_id
-- The part of the entry that the bank has booked by $3: the matched amount, in proportion to the
-- statement lines of the match up to that day.
left join lateral (
  select coalesce(sum(round(case when a.currency_code = $4 then m.base_amount_minor else m.amount_minor end::numeric * c.booked / c.whole)), 0)::bigint as taken
  from finance.bank_match_entries m
  -- The offset makes the planner read one match at a time. It expects one match of the account, so a
  -- plain join could read all of them.
  cross join lateral (
    select n.id, n.bank_account_id, n.state
    from finance.bank_matches n
    where n.org_id = $1
    and n.id = m.bank_match_id
    offset 0
  ) b
  join lateral (
    select
      coalesce(sum(k.amount_minor) filter (where s.booked_date <= $3), 0) as booked,
      sum(k.amount_minor) as whole
    from finance.bank_match_lines k
    join finance.bank_statement_lines s on s.org_id = $1 and s.id = k.bank_statement_line_id
    where k.org_id = $1
    and k.bank_match_id = b.id
  ) c on c.whole <> 0
  where m.org_id = $1
  and m.journal_entry_id = e.id
  and m.account_id = a.ledger_account_id
  and b.bank_account_id = a.id
  and b.state = 'MATCHED'
) t on true
where a.org_id = $1
and a.id = $2
and case
  when $5::uuid[] is not null then l.journal_entry_id in (
    select n.journal_entry_id
    from finance.journal_lines n
    where n.org_id = $1
    and n.id = any($5)
  )
  -- The bank's first balance includes the opening balance. The bank has booked everything that an
  -- earlier completed reconciliation includes, except the lines that it lists as outstanding.
  else e.source <> 'OPENING_BALANCE_IMPORT'
  and ($6::date is null or l.date > $6 or e.post_time > $7 or l.id = any($8))
end
-- An entry that was posted to explain lines of the account is booked by the bank with the last of
-- them.
and e.id not in (
  select s.journal_entry_id
  from finance.bank_statement_lines s
  where s.org_id = $1
  and s.journal_entry_id is not null
  and s.bank_account_id = $2
  and not s.existing_entry
  and s.booked_date <= $3
)
and e.id not in (
  select b.journal_entry_id
  from finance.bank_matches b
  where b.org_id = $1
  and b.journal_entry_id is not null
  and b.bank_account_id = $2
  and b.state = 'MATCHED'
)
-- An entry and its reversal add up to zero.
and e.reverses_id is null
and not exists (
  select
  from finance.journal_entries r
  where r.org_id = $1
  and r.id = e.reversed_by_id
  and r.date <= $3
)
order by l.date, e.id, l.line_number
