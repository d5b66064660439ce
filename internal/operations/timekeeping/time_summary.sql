-- Adds up time by up to two of person, project, task, customer and period ($2 to $6). $7 and $8 are
-- the first and last day, $9 to $11 the persons, projects and tasks, $12 whether it is billable; null
-- selects all. $13 is the first day of the week.
select case when $2 then t.person_id end as person_id,
  case when $3 then t.project_id end as project_id,
  case when $4 then t.task_id end as task_id,
  case when $5 then p.customer_id end as customer_id,
  case
    when $6::text = 'DAY' then t.work_date
    when $6 = 'WEEK' then t.work_date - (extract(isodow from t.work_date)::integer - $13::integer + 7) % 7
    when $6 = 'MONTH' then date_trunc('month', t.work_date::timestamp)::date
  end as start_date,
  sum(t.duration_seconds)::bigint as duration,
  coalesce(sum(t.duration_seconds) filter (where t.billing_state = 'UNBILLED'), 0)::bigint as unbilled,
  coalesce(sum(t.duration_seconds) filter (where t.billing_state = 'ON_DRAFT'), 0)::bigint as on_draft,
  coalesce(sum(t.duration_seconds) filter (where t.billing_state = 'BILLED'), 0)::bigint as billed,
  count(*) as entries
from operations.time_entries t
left join operations.projects p on p.org_id = $1 and p.id = t.project_id
where t.org_id = $1
and ($7::date is null or t.work_date >= $7)
and ($8::date is null or t.work_date <= $8)
and ($9::uuid[] is null or t.person_id = any($9))
and ($10::uuid[] is null or t.project_id = any($10))
and ($11::uuid[] is null or t.task_id = any($11))
and ($12::boolean is null or t.billable = $12)
group by 1, 2, 3, 4, 5
order by 5, 1, 2, 3, 4
limit 10001
