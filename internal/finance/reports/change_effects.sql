-- Sums the lines of the entries that changes_since_close.sql selects, with the same arguments.
select
  l.account_id,
  a.code,
  a.display_name,
  a.type,
  sum(greatest(l.base_amount_minor, 0)) filter (where not l.closing)::bigint as debit,
  sum(greatest(-l.base_amount_minor, 0)) filter (where not l.closing)::bigint as credit,
  sum(l.base_amount_minor) filter (where l.closing)::bigint as year_end
from unnest($2::date[], $3::date[], $4::timestamptz[], $5::boolean[]) as p (start_date, end_date, first_close, reopened)
join finance.journal_entries e on e.org_id = $1 and e.date >= p.start_date and e.date <= p.end_date
join finance.journal_lines l on l.org_id = $1 and l.journal_entry_id = e.id
join finance.accounts a on a.org_id = $1 and a.id = l.account_id
where e.state = 'POSTED'
and (
  e.lock_exception_reason <> ''
  or e.post_time > p.first_close and (p.reopened or e.source = 'YEAR_END')
)
and ($6::timestamptz is null or e.post_time > $6)
group by l.account_id, a.code, a.display_name, a.type
order by a.code, a.display_name, l.account_id
