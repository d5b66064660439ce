package receivables

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// ownSources are the sources of the entries that post to the accounts of receivables and credits.
var ownSources = []string{
	pb.JournalEntry_INVOICE.String(), pb.JournalEntry_CUSTOMER_PAYMENT.String(), pb.JournalEntry_ALLOCATION.String(),
	pb.JournalEntry_REFUND.String(), pb.JournalEntry_CREDIT_NOTE.String(), pb.JournalEntry_WRITE_OFF.String(),
	pb.JournalEntry_DUNNING_NOTICE.String(),
}

// LedgerHooks returns the checks that compare the accounts with the movements.
func LedgerHooks() ledger.Hooks {
	return ledger.Hooks{SubLedgers: []ledger.SubLedger{{Collection: "receivables", Differ: differingAccounts}}}
}

// differingAccounts returns the accounts of receivables and credits to which the package's entries
// posted other amounts than its movements say, until the end of a day. Documents that were taken
// over have no entry of the package. Once there are any on an account, the imported opening
// balances of the account count too.
func differingAccounts(ctx context.Context, tx *db.Tx, on calendar.Date) ([]string, error) {
	keys, err := db.CollectColumn[uuid.UUID](ctx, tx, `
with moved as (
  select
    account_id,
    sum(base_amount_minor) filter (where side = 'RECEIVABLE') as owed,
    sum(base_amount_minor) filter (where side = 'CREDIT') as credited,
    bool_or(journal_entry_id is null) as has_opening
  from finance.receivable_movements
  where org_id = $1
  and date <= $2
  group by account_id
), posted as (
  select l.account_id, sum(l.base_amount_minor) as base
  from finance.journal_lines l
  join finance.journal_entries e on e.org_id = $1 and e.id = l.journal_entry_id
  where l.org_id = $1
  and l.date <= $2
  and l.account_id = any(array(select account_id from moved))
  and (
    e.source = any($3)
    or e.source = 'OPENING_BALANCE_IMPORT'
    and l.account_id = any(array(
      select account_id
      from moved
      where has_opening
    ))
  )
  group by l.account_id
)
select m.account_id
from moved m
left join posted p on p.account_id = m.account_id
where coalesce(m.owed, 0) - coalesce(m.credited, 0) <> coalesce(p.base, 0)
order by m.account_id`, tx.Call().Organization.ID, on.String(), ownSources)
	out := make([]string, len(keys))
	for i, key := range keys {
		out[i] = id.Format("acc", key)
	}
	return out, err
}
