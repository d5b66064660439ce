-- Adds up the time on projects $2, and with $3 also that without a project, from $4 to $5, null if open.
-- Rows are split where one of the days $6 begins, or those of a person ($7 and $8), which then count
-- instead. With $9, rows are split by the tasks $9. $10 selects only unbilled time. Unbilled time is
-- also added up rounded: each entry plus $11, down to a multiple of $12.
with changes as materialized (
  select u.person_id, u.days::date[] as days
  from unnest($7::uuid[], $8::text[]) u(person_id, days)
)
select e.project_id,
  e.person_id,
  case when e.task_id = any($9) then e.task_id end as task_id,
  min(e.work_date)::text as first_date,
  max(e.work_date)::text as last_date,
  sum(e.duration_seconds)::bigint as seconds,
  coalesce(sum(e.duration_seconds) filter (where e.billable), 0)::bigint as billable,
  coalesce(sum(e.duration_seconds) filter (where e.billing_state = 'UNBILLED'), 0)::bigint as unbilled,
  coalesce(sum(e.duration_seconds) filter (where e.billing_state = 'ON_DRAFT'), 0)::bigint as on_draft,
  coalesce(sum(e.duration_seconds) filter (where e.billing_state = 'BILLED'), 0)::bigint as billed,
  coalesce(sum((e.duration_seconds + $11::bigint) / $12::bigint * $12) filter (where e.billing_state = 'UNBILLED'), 0)::bigint
    as unbilled_rounded
from operations.time_entries e
left join changes c on c.person_id = e.person_id
where e.org_id = $1
and (e.project_id = any($2) or $3 and e.project_id is null)
and ($4::date is null or e.work_date >= $4)
and ($5::date is null or e.work_date <= $5)
and (not $10 or e.billing_state = 'UNBILLED')
group by e.project_id, e.person_id, case when e.task_id = any($9) then e.task_id end,
  width_bucket(e.work_date, coalesce(c.days, $6::date[]))
