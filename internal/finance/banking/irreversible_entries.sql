-- Selects the entries that cannot be reversed on their own date, or on the first open date after it:
-- they are matched, or a completed reconciliation up to $3 includes them. The constraints
-- journal_entry_matched and journal_entry_reconciled check the same at commit.
select e.id, m.matched
from finance.journal_entries e
cross join lateral (
  select exists (
    select
    from finance.bank_match_entries t
    join finance.bank_matches b on b.org_id = $1 and b.id = t.bank_match_id
    where t.org_id = $1
    and t.journal_entry_id = e.id
    and b.state = 'MATCHED'
  ) as matched
) m
where e.org_id = $1
and e.id = any($2)
and (
  m.matched
  or e.date <= $3::date
  and exists (
    select
    from finance.journal_lines l
    join finance.bank_accounts a on a.org_id = $1 and a.ledger_account_id = l.account_id
    join finance.reconciliations c on c.org_id = $1 and c.bank_account_id = a.id
    where l.org_id = $1
    and l.journal_entry_id = e.id
    and l.amount_minor <> 0
    and c.state = 'COMPLETED'
    and c.complete_time >= e.post_time
    and l.id <> all(c.outstanding_journal_line_ids)
    and c.statement_date >= coalesce(
      (
        select e.date
        from finance.accounting_periods p
        where p.org_id = $1
        and p.start_date <= e.date
        and p.end_date >= e.date
        and p.state = 'OPEN'
      ),
      (
        select min(p.start_date)
        from finance.accounting_periods p
        where p.org_id = $1
        and p.start_date > e.date
        and p.state = 'OPEN'
      ),
      (
        select max(p.end_date) + 1
        from finance.accounting_periods p
        where p.org_id = $1
      )
    )
  )
)
