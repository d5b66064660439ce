package timekeeping

import "backoffice/internal/platform/resource"

// waitingTimesheets says for whom timesheets wait: those of past weeks for their person, and those
// that are submitted for the person's manager, as resource.Manager finds it.
var waitingTimesheets = []resource.Waiting{{
	Relation: "OWNER", Action: "submit", Permission: "operations.timesheets.write", Due: "t.end_date",
	Condition: "t.person_id = :person and t.state in ('OPEN', 'REJECTED') and t.end_date < :today",
}, {
	Relation: "APPROVER", Action: "approve", Permission: "operations.timesheets.approve",
	Condition: `t.state = 'SUBMITTED' and t.person_id <> :person and exists (
  select
  from platform.team_members m
  where m.org_id = $1
  and m.manager_id = :person
  and m.person_id = t.person_id
  and not exists (
    select
    from platform.team_members o
    join platform.team_members b on b.org_id = $1 and b.manager_id = m.manager_id and b.person_id = o.manager_id
    where o.org_id = $1
    and o.person_id = m.person_id
    and o.manager_id <> m.manager_id
  )
)`,
}}
