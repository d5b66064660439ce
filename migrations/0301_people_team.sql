-- +goose Up
-- The reporting tree as pairs, for permissions that reach a team.
insert into platform.team_members (org_id, manager_id, person_id)
with recursive above (org_id, person_id, manager_id) as (
  select e.org_id, e.person_id, e.manager_id
  from people.employees e
  where e.manager_id is not null
  union
  select a.org_id, a.person_id, m.manager_id
  from above a
  join people.employees m on m.org_id = a.org_id and m.id = a.manager_id
  where m.manager_id is not null
)
select a.org_id, m.person_id, a.person_id
from above a
join people.employees m on m.org_id = a.org_id and m.id = a.manager_id
on conflict do nothing;

-- +goose Down
delete from platform.team_members;
