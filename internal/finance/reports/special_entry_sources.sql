select j.id, j.source, j.recodes_cash, j.reversal
from unnest($2::uuid[]) e (id)
cross join lateral (
  select
    o.id,
    o.source,
    -- It moves the amounts of an entry that moved cash, and no cash itself.
    o.recodes_id is not null and exists (
      select
      from finance.journal_lines c
      where c.org_id = $1
      and c.journal_entry_id = o.recodes_id
      and c.account_id = any($4)
    ) and not exists (
      select
      from finance.journal_lines c
      where c.org_id = $1
      and c.journal_entry_id = o.id
      and c.account_id = any($4)
    ) as recodes_cash,
    o.post_time,
    -- An entry that reverses a reversal does what the first entry did.
    case when o.reverses_id is null then false else (
      with recursive chain as (
        select o.reverses_id as id
        union all
        select p.reverses_id
        from chain c
        join finance.journal_entries p on p.org_id = $1 and p.id = c.id
        where p.reverses_id is not null
      )
      select count(*) % 2 = 1
      from chain
    ) end as reversal
  from finance.journal_entries o
  where o.org_id = $1
  and o.id = e.id
  offset 0
) j
where $3::timestamptz is null
or j.post_time <= $3
