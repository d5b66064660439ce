select
  case when several then journal_entry_id end as journal_entry_id,
  account_id,
  date,
  sum(base_amount_minor)::bigint as minor
from (
  select
    l.journal_entry_id,
    l.account_id,
    l.date,
    l.base_amount_minor,
    l.cash,
    bool_or(l.cash) over entry as beside_cash,
    bool_or(l.account_id = any($5)) over entry as special,
    bool_or(l.account_id = any($6)) over entry
      or bool_or((l.base_amount_minor > 0) = l.cash) over entry
      and bool_or((l.base_amount_minor > 0) <> l.cash) over entry as several
  from (
    select journal_entry_id, account_id, date, base_amount_minor, account_id = any($4) as cash
    from finance.journal_lines
    where org_id = $1
    and date >= $2
    and date <= $3
    and not closing
  ) l
  window entry as (partition by l.journal_entry_id)
) l
where beside_cash
and not special
and (several or not cash)
and exists (
  select
  from finance.journal_entries e
  where e.org_id = $1
  and e.id = l.journal_entry_id
  and e.post_time > $7
) is false
group by 1, account_id, date, base_amount_minor > 0
-- Entries that move the amounts of such an entry to other accounts, and its cash with them. Those that
-- move cash themselves are among the entries above.
union all
select null, l.account_id, l.date, sum(l.base_amount_minor)::bigint
from finance.journal_entries e
join finance.journal_lines l on l.org_id = $1 and l.journal_entry_id = e.id
where e.org_id = $1
and e.recodes_id is not null
and e.date >= $2
and e.date <= $3
and (e.post_time > $7) is not true
and exists (
  select
  from finance.journal_lines c
  where c.org_id = $1
  and c.journal_entry_id = e.recodes_id
  and c.account_id = any($4)
)
and not exists (
  select
  from finance.journal_lines o
  where o.org_id = $1
  and o.journal_entry_id = e.id
  and o.account_id = any($4)
)
and not exists (
  select
  from finance.journal_lines s
  where s.org_id = $1
  and s.journal_entry_id = e.id
  and s.account_id = any($5)
)
group by l.account_id, l.date
order by 1, 2, 3
