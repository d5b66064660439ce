package ledger

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// references are the records that entries reference: accounts and dimension values by id, the
// periods of their dates, and exchange rates. They also hold what the dimensions of lines must
// meet.
type references struct {
	// base is the organization's currency.
	base     string
	accounts map[string]postingAccount
	values   map[string]postingDimensionValue
	// dimensionRules are the rules of the accounts, by account.
	dimensionRules map[string][]dimensionRule
	balanced       []balancedDimension
	periods        []postingPeriod
	rates          rates
	turnover       turnover
}

// postingAccount holds the fields of an account that posting checks.
type postingAccount struct {
	archived, control bool
	subtype           string
	currency          string
	// ofBank is true if the account belongs to a bank account.
	ofBank bool
}

// holdsOneCurrency reports whether the account accepts amounts in its own currency only: if that is
// foreign, or if the account belongs to a bank account, which is in that currency.
func (a postingAccount) holdsOneCurrency(base string) bool { return a.ofBank || a.currency != base }

// isTax reports whether taxes are posted to the account. Their amounts are never changed by
// rounding.
func (a postingAccount) isTax() bool { return a.subtype == pb.Account_TAX_PAYABLE.String() }

// postingDimensionValue holds the fields of a dimension value that posting checks.
type postingDimensionValue struct {
	dimension uuid.UUID
	archived  bool
}

const (
	selectPostingAccounts = `
select id, archive_time is not null, control, subtype, currency_code, bank_account_id is not null
from finance.accounts
where org_id = $1
and id = any($2 || array(
  select balancing_account_id
  from finance.dimensions
  where org_id = $1
  and balancing_account_id is not null
))
order by id`

	selectPostingDimensionValues = `
select id, dimension_id, archive_time is not null
from finance.dimension_values
where org_id = $1
and id = any($2)
order by id`

	selectPostingPeriods = `
select start_date, end_date, state
from finance.accounting_periods
where org_id = $1
and start_date <= $2
and end_date >= $3
order by end_date`
)

// lockReferences reads and locks all records that the entries reference, in one round trip. It
// ignores malformed ids.
//
// The locks are shared, so postings do not wait for each other. Archiving an account or closing a
// period waits for the postings that lock it, and postings wait for it.
func lockReferences(ctx context.Context, tx *db.Tx, entries ...*pb.JournalEntry) (*references, error) {
	return loadReferences(ctx, tx, true, entries)
}

// loadReferences reads all records that the entries reference, in one round trip. If lock is true,
// it also locks their rows.
func loadReferences(ctx context.Context, tx *db.Tx, lock bool, entries []*pb.JournalEntry) (*references, error) {
	nameDimensionValues(entries)
	found := &references{base: tx.Call().Organization.CurrencyCode, accounts: map[string]postingAccount{},
		values: map[string]postingDimensionValue{}, dimensionRules: map[string][]dimensionRule{}}
	held := db.TxLocal[heldLocks](tx)
	b := &pgx.Batch{}
	org := tx.Call().Organization.ID
	first, last := dateRange(entries)
	until := last
	if hasForeignLine(entries, found.base) {
		until = calendar.LastBusinessDate // exchange differences may change on any later day
	}
	locksPeriods := lock && !first.IsZero() && !arePeriodsFixed(tx) && !held.holdsDays(first, until)
	if !first.IsZero() {
		sql := selectPostingPeriods
		if locksPeriods {
			sql = tx.Locking(db.RankPeriod, selectPostingPeriods+"\nfor share")
		}
		b.Queue(sql, org, until.String(), first.String()).Query(found.scanPeriods)
		if foreign := currenciesWithoutRate(entries, found.base); len(foreign) > 0 {
			found.rates.queue(b, org, append(foreign, found.base), first, last)
		}
	}
	accounts, values := referencedKeys(entries)
	queueReferences(tx, b, held, lock, "acc", selectPostingAccounts, accounts, found.scanAccounts)
	queueReferences(tx, b, held, lock, "dmv", selectPostingDimensionValues, values, found.scanDimensionValues)
	if len(accounts) > 0 {
		b.Queue(selectDimensionRules, org, accounts).Query(found.scanDimensionRules)
		b.Queue(selectBalancedDimensions, org).Query(found.scanBalancedDimensions)
	}
	if b.Len() == 0 {
		return found, nil
	}
	if err := tx.Send(ctx, b); err != nil {
		return nil, err
	}
	if locksPeriods {
		held.addPeriods(first, until, found.periods)
	} else if lock && !arePeriodsFixed(tx) && !held.holdsPeriods(found.periods) {
		return nil, db.RowsChanged("a period was created between the locked ones")
	}
	return found, nil
}

// queueReferences queues the query of accounts or dimension values. It locks them if lock is true
// and the transaction does not hold them yet.
func queueReferences(
	tx *db.Tx, b *pgx.Batch, held *heldLocks, lock bool, prefix, sql string, keys []uuid.UUID,
	scan func(pgx.Rows) error,
) {
	if len(keys) == 0 {
		return
	}
	ids := make([]string, len(keys))
	for i, key := range keys {
		ids[i] = id.Format(prefix, key)
	}
	if lock && !held.holdsRecords(ids) {
		sql = tx.Locking(db.RankAccount, sql+"\nfor share")
		held.addRecords(ids...)
	}
	b.Queue(sql, tx.Call().Organization.ID, keys).Query(scan)
}

// referencedKeys returns the distinct keys of the accounts and dimension values on the lines of
// entries.
func referencedKeys(entries []*pb.JournalEntry) (accounts, values []uuid.UUID) {
	seen := map[string]bool{}
	add := func(to *[]uuid.UUID, prefix, s string) {
		if seen[s] {
			return
		}
		seen[s] = true
		if key, err := id.Parse(prefix, s); err == nil {
			*to = append(*to, key)
		}
	}
	for _, e := range entries {
		for _, l := range e.Lines {
			add(&accounts, "acc", l.GetAccountId())
			for _, v := range l.GetDimensionValueIds() {
				add(&values, "dmv", v)
			}
		}
	}
	return accounts, values
}

func (k *references) scanAccounts(rows pgx.Rows) error {
	var key uuid.UUID
	var use postingAccount
	columns := []any{&key, &use.archived, &use.control, &use.subtype, &use.currency, &use.ofBank}
	_, err := pgx.ForEachRow(rows, columns, func() error {
		k.accounts[id.Format("acc", key)] = use
		return nil
	})
	return err
}

func (k *references) scanDimensionValues(rows pgx.Rows) error {
	var key uuid.UUID
	var use postingDimensionValue
	_, err := pgx.ForEachRow(rows, []any{&key, &use.dimension, &use.archived}, func() error {
		k.values[id.Format("dmv", key)] = use
		return nil
	})
	return err
}
