package approval

import "backoffice/internal/platform/resource"

// waiting says for whom requests wait: for those who may decide them, and for the requester who is
// asked a question.
var waiting = []resource.Waiting{{
	Relation: "APPROVER", Action: "approve", Permission: writeRequests, Condition: decidableByCaller,
	Due: "(t.escalate_time at time zone :zone)::date", Stalls: tooFewOthers,
}, {
	Relation: "REQUESTER", Action: "answer", Permission: writeRequests,
	Condition: "t.state = 'ASKED_BACK' and t.requester_id = :person",
}}

// tooFewOthers is the condition that the current step of a request t needs the approval of a person
// who is away: that too few are left of the others whom it asks, without those who are away too,
// and with the deputy.
const tooFewOthers = `(
  select count(distinct v.person_id)
  from (` + askedPersons + `) a
  join platform.persons p on p.org_id = $1 and p.id = a.person_id and p.archive_time is null
  cross join lateral (
    select case when a.person_id = :person then :deputy else a.person_id end as person_id
  ) v
  where a.person_id <> t.requester_id
  and a.person_id <> all(t.maker_ids)
  and a.person_id <> all(t.approved_by_ids)
  and v.person_id <> t.requester_id
  and v.person_id <> all(t.maker_ids)
  and v.person_id <> all(t.approved_by_ids)
  and not exists (
    select
    from platform.absences b
    where b.org_id = $1
    and b.person_id = v.person_id
    and b.start_date <= :start
    and b.end_date >= :end
  )
) < greatest(t.missing_approvals, 1)`
