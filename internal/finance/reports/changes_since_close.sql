-- Selects the entries posted after their periods were first closed: by exception, while a period was
-- reopened, and at the end of a year. An exception has its reason only in a closed period, so the
-- time does not matter for it. $2 to $5 are the periods, the times of their first close, and whether
-- they were reopened. $6 limits the entries to those posted after a time.
select
  e.id,
  e.date::text as date,
  e.description,
  e.reference,
  e.source,
  e.lock_exception_reason,
  e.post_time,
  d.minor,
  count(*) over () as total
from unnest($2::date[], $3::date[], $4::timestamptz[], $5::boolean[]) as p (start_date, end_date, first_close, reopened)
join finance.journal_entries e on e.org_id = $1 and e.date >= p.start_date and e.date <= p.end_date
cross join lateral (
  select coalesce(sum(l.base_amount_minor) filter (where l.base_amount_minor > 0), 0)::bigint as minor
  from finance.journal_lines l
  where l.org_id = $1
  and l.journal_entry_id = e.id
) d
where e.state = 'POSTED'
and (
  e.lock_exception_reason <> ''
  or e.post_time > p.first_close and (p.reopened or e.source = 'YEAR_END')
)
and ($6::timestamptz is null or e.post_time > $6)
order by e.post_time, e.id
limit $7
