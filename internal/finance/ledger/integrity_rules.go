package ledger

import "strings"

// integrityRules lists the rules that are checked by one query each.
var integrityRules = []integrityRule{
	{"Every entry adds up to zero.", `
select journal_entry_id
from finance.journal_lines
where org_id = $1
group by journal_entry_id
having sum(base_amount_minor) <> 0`},
	{"Every posted entry has at least two lines.", `
select e.id
from finance.journal_entries e
where e.org_id = $1
and e.state = 'POSTED'
and (
  select count(*)
  from finance.journal_lines l
  where l.org_id = $1
  and l.journal_entry_id = e.id
) < 2`},
	{"Every line belongs to a posted entry and has its date.", `
select distinct l.journal_entry_id
from finance.journal_lines l
where l.org_id = $1
and exists (
  select
  from finance.journal_entries e
  where e.org_id = $1
  and e.id = l.journal_entry_id
  and e.date = l.date
  and e.state = 'POSTED'
) is false`},
	{"No entry was posted into a closed period after its close without a reason.", `
select e.id
from finance.accounting_periods p
join finance.journal_entries e on e.org_id = $1 and e.date between p.start_date and p.end_date
where p.org_id = $1
and p.state <> 'OPEN'
and e.state = 'POSTED'
and e.post_time > p.close_time
and e.lock_exception_reason = ''
and e.source <> 'YEAR_END'`},
	{"No entry was posted into a closed fiscal year after its close.", `
select e.id
from finance.fiscal_years y
join finance.journal_entries e on e.org_id = $1 and e.date between y.start_date and y.end_date
where y.org_id = $1
and y.state = 'CLOSED'
and e.state = 'POSTED'
and e.post_time > y.close_time`},
	{"A closed fiscal year has carried all income and expenses to equity.", `
select distinct last.journal_entry_id
from (
  select l.account_id, y.start_date, y.end_date
  from finance.fiscal_years y
  join finance.journal_lines l on l.org_id = $1 and l.date between y.start_date and y.end_date
  where y.org_id = $1
  and y.state = 'CLOSED'
  and l.account_id = any(array(
    select a.id
    from finance.accounts a
    where a.org_id = $1
    and a.type in ('INCOME', 'EXPENSE')
  ))
  group by l.account_id, y.start_date, y.end_date
  having sum(l.base_amount_minor) <> 0
) kept
cross join lateral (
  select l.journal_entry_id
  from finance.journal_lines l
  where l.org_id = $1
  and l.account_id = kept.account_id
  and l.date between kept.start_date and kept.end_date
  order by l.date desc, l.id desc
  limit 1
) last`},
	{"Every posted entry is in an accounting period.", `
select e.id
from finance.journal_entries e
where e.org_id = $1
and e.state = 'POSTED'
and not exists (
  select
  from finance.accounting_periods p
  where p.org_id = $1
  and p.start_date <= e.date
  and p.end_date >= e.date
)`},
	{"No entry was inserted before a sealed one.", `
select l.journal_entry_id
from finance.journal_lines l
join (
  select position, seq
  from finance.journal_seals
  where org_id = $1
  order by number desc
  limit 1
) last on (l.position, l.seq) <= (last.position, last.seq)
where l.org_id = $1
and l.line_number = 1
and exists (
  select
  from finance.journal_seals s
  where s.org_id = $1
  and s.journal_entry_id = l.journal_entry_id
) is false`},
	{"Every line is on an account of the chart.", `
select distinct l.journal_entry_id
from finance.journal_lines l
where l.org_id = $1
and l.account_id not in (
  select a.id
  from finance.accounts a
  where a.org_id = $1
)`},
	{"An entry and its reversal refer to each other.", `
select e.id
from finance.journal_entries e
where e.org_id = $1
and (
  e.reverses_id is not null
  and exists (
    select
    from finance.journal_entries o
    where o.org_id = $1
    and o.id = e.reverses_id
    and o.reversed_by_id = e.id
  ) is false
  or e.reversed_by_id is not null
  and exists (
    select
    from finance.journal_entries r
    where r.org_id = $1
    and r.id = e.reversed_by_id
    and r.reverses_id = e.id
  ) is false
)`},
	{"An entry and its reversal cancel each other.", `
select r.id
from finance.journal_entries r
where r.org_id = $1
and r.reverses_id is not null
and exists (
  select
  from finance.journal_lines l
  where l.org_id = $1
  and l.journal_entry_id in (r.id, r.reverses_id)
  group by l.account_id, l.amount_currency
  having sum(l.base_amount_minor) <> 0 or sum(l.amount_minor) <> 0
)`},
	{"A monetary balance of zero in a foreign currency has a base amount of zero.", settledBalanceRule},
	{"The account of a bank account holds amounts in its own currency only.", `
select distinct l.journal_entry_id
from finance.accounts a
join finance.journal_lines l on l.org_id = $1 and l.account_id = a.id
where a.org_id = $1
and a.bank_account_id is not null
and l.amount_currency <> a.currency_code`},
	{"A realized exchange difference moves the base amount only.", `
select distinct e.id
from finance.journal_entries e
join finance.journal_lines l on l.org_id = $1 and l.journal_entry_id = e.id
where e.org_id = $1
and e.source = 'EXCHANGE_DIFFERENCE'
and l.amount_currency <> e.currency_code
and l.amount_minor <> 0`},
}

// settledBalanceRule finds the last entry on each balance that breaks the rule. Revaluations do not
// count, since they are reversed on the next day.
var settledBalanceRule = `
select distinct last.journal_entry_id
from finance.currency_positions p
join finance.accounts a on a.org_id = $1 and a.id = p.account_id
cross join lateral (
  select l.journal_entry_id
  from finance.journal_lines l
  where l.org_id = $1
  and l.account_id = p.account_id
  and l.amount_currency = p.currency
  order by l.date desc, l.id desc
  limit 1
) last
where p.org_id = $1
and p.amount_minor = 0
and p.base_amount_minor <> 0
and (
  a.subtype in (` + quotedList(settledInLineCurrency) + `)
  or a.subtype in (` + quotedList(settledInAccountCurrency) + `)
  and a.currency_code = p.currency
)`

// quotedList returns names as a list of SQL strings.
func quotedList(names []string) string { return "'" + strings.Join(names, "', '") + "'" }
