select l.account_id, l.date, sum(l.base_amount_minor)::bigint as minor
from finance.journal_lines l
join finance.accounts a on a.org_id = l.org_id and a.id = l.account_id
join finance.journal_entries e on e.org_id = l.org_id and e.id = l.journal_entry_id
where l.org_id = $1
and l.date >= $2
and l.date <= $3
and a.cash_flow_section = 'CASH_AND_EQUIVALENTS'
and e.source = 'CURRENCY_REVALUATION'
and ($4::timestamptz is null or e.post_time <= $4)
group by l.account_id, l.date
