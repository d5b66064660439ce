select j.id, j.source, j.reversal
from unnest($2::uuid[]) e (id)
cross join lateral (
  select id, source, reverses_id is not null as reversal, post_time
  from finance.journal_entries
  where org_id = $1
  and id = e.id
  offset 0
) j
where $3::timestamptz is null
or j.post_time <= $3
