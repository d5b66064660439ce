-- Open tasks of persons with the time that is tracked on them. $2 are the persons. PostgreSQL looks up the tasks of each
-- person by the index of their owners, because of the offset.
select t.owner_id, t.id, t.display_name, t.start_date, nullif(t.due_date, 'infinity') as due_date, t.estimate_seconds,
  case
    when t.estimate_seconds > 0 then (
      select coalesce(sum(e.duration_seconds), 0)
      from operations.time_entries e
      where e.org_id = $1
      and e.task_id = t.id
    )
    else 0
  end as tracked_seconds
from unnest($2::uuid[]) as v (person_id)
cross join lateral (
  select *
  from operations.tasks t
  where t.org_id = $1
  and t.owner_id = v.person_id
  and t.state not in ('COMPLETED', 'CANCELED')
  offset 0
) t
order by t.owner_id, t.due_date, t.id
