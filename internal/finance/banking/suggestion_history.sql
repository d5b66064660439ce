-- Counts how decided lines with the text $2 or the counterparty $3 were categorized, for the last
-- 100 lines with the sign of $4, and how many times each such suggestion was rejected.
select
  h.account,
  h.personal,
  h.same_text,
  h.same_counterparty,
  (
    select count(*)
    from finance.suggestion_rejections r
    join finance.bank_statement_lines x on x.org_id = $1 and x.id = r.bank_statement_line_id
    where r.org_id = $1
    and r.suggestion = case when h.personal then 'personal' else 'account ' || h.account end
    and (lower(x.counterparty_name || ' ' || x.description) = lower($2) or $3 <> '' and lower(x.counterparty_name) = lower($3))
  )::integer as rejected
from (
  select
    s ->> 'accountId' as account,
    b.personal,
    (count(*) filter (where b.written = lower($2)))::integer as same_text,
    (count(*) filter (where b.written <> lower($2)))::integer as same_counterparty
  from (
    select splits, personal, lower(counterparty_name || ' ' || description) as written
    from finance.bank_statement_lines
    where org_id = $1
    and state = 'MATCHED'
    and splits is not null
    and jsonb_array_length(splits) = 1
    and (lower(counterparty_name || ' ' || description) = lower($2) or $3 <> '' and lower(counterparty_name) = lower($3))
    and sign(amount_minor) = sign($4::bigint)
    order by booked_date desc
    limit 100
  ) b
  cross join lateral jsonb_array_elements(b.splits) as s
  group by 1, 2
) h
order by h.same_text desc, h.same_counterparty desc, h.account, h.personal
limit 5
