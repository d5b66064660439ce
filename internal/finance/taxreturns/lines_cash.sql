-- The taxes of a period as they were settled. A document counts on each day on which its open
-- amount changed: with what is recognized at the end of the day less what was before. What is
-- recognized is the tax in proportion to what is settled, rounded, so that the days add up to the
-- tax whatever the parts. Taxes without an open amount count on their date, and so do those of
-- documents until the day that stands here as '-infinity'.
select
  r.date, r.id, r.use, r.cause, r.tax_code_id, r.component_id, r.tax_agency_id, r.tax_name, r.effect, r.percent,
  r.category, r.document_id, r.document_number, r.contact_id, r.currency, r.taxable_minor, r.tax_minor,
  r.base_taxable_minor, r.base_tax_minor, r.base_recoverable_minor, r.journal_entry_id
from finance.tax_amounts r
where r.org_id = $1
and (r.item_id is null or r.date <= date '-infinity')
and r.date between $2 and $3
and ($4::timestamptz is null or r.create_time <= $4)
and ($5::uuid is null or r.tax_agency_id = $5)
union all
select
  s.date, r.id, r.use, r.cause, r.tax_code_id, r.component_id, r.tax_agency_id, r.tax_name, r.effect, r.percent,
  r.category, r.document_id, r.document_number, r.contact_id, r.currency,
  round(r.taxable_minor * s.settled / r.item_total_minor)::bigint
    - round(r.taxable_minor * s.before / r.item_total_minor)::bigint,
  round(r.tax_minor * s.settled / r.item_total_minor)::bigint
    - round(r.tax_minor * s.before / r.item_total_minor)::bigint,
  round(r.base_taxable_minor * s.settled / r.item_total_minor)::bigint
    - round(r.base_taxable_minor * s.before / r.item_total_minor)::bigint,
  round(r.base_tax_minor * s.settled / r.item_total_minor)::bigint
    - round(r.base_tax_minor * s.before / r.item_total_minor)::bigint,
  round(r.base_recoverable_minor * s.settled / r.item_total_minor)::bigint
    - round(r.base_recoverable_minor * s.before / r.item_total_minor)::bigint,
  r.journal_entry_id
from (
  select d.item_id, d.side, d.date,
    (d.total - d.open) as settled,
    case when d.first then 0 else d.total - (d.open - d.moved) end as before
  from (
    select m.item_id, m.side, m.date, sum(m.amount_minor) as moved,
      sum(sum(m.amount_minor)) over days as open,
      row_number() over days = 1 as first,
      t.total
    from finance.receivable_movements m
    join (
      -- The items that changed in the period, with what they were opened with.
      select r.item_id, r.item_side, max(r.item_total_minor)::numeric as total
      from finance.tax_amounts r
      where r.org_id = $1
      and r.item_id in (
        select p.item_id
        from finance.receivable_movements p
        where p.org_id = $1
        and p.date between $2 and $3
        and ($4::timestamptz is null or p.create_time <= $4)
      )
      group by r.item_id, r.item_side
    ) t
      on t.item_id = m.item_id
      and t.item_side = m.side
    where m.org_id = $1
    and m.date <= $3
    and ($4::timestamptz is null or m.create_time <= $4)
    group by m.item_id, m.side, m.date, t.total
    window days as (partition by m.side, m.item_id order by m.date)
  ) d
) s
join finance.tax_amounts r
  on r.org_id = $1
  and r.item_id = s.item_id
  and r.item_side = s.side
where s.date between $2 and $3
and s.settled <> s.before
and r.date > date '-infinity'
and ($4::timestamptz is null or r.create_time <= $4)
and ($5::uuid is null or r.tax_agency_id = $5)
