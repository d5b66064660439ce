package ledger

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// known is what there is to know of the records that entries name, by identifier.
type known struct {
	// base is the currency of the books.
	base     string
	accounts map[string]accountUse
	values   map[string]valueUse
	periods  []periodUse
	rates    rates
	turnover turnover
}

// accountUse is what posting needs to know of an account.
type accountUse struct {
	archived, control bool
	currency          string
}

// valueUse is what posting needs to know of a dimension's value.
type valueUse struct {
	dimension uuid.UUID
	archived  bool
}

const (
	selectAccountUse = `
select id, archive_time is not null, control, currency_code
from finance.accounts
where org_id = $1
and id = any($2)
order by id`

	selectValueUse = `
select id, dimension_id, archive_time is not null
from finance.dimension_values
where org_id = $1
and id = any($2)
order by id`

	selectPeriodUse = `
select start_date, end_date, state
from finance.accounting_periods
where org_id = $1
and start_date <= $2
and end_date >= $3
order by end_date`
)

// lookUp reads all records that the entries name, in one round trip. What is no identifier
// names none.
//
// The rows are locked, so that none is archived between the look at it and the posting.
// Postings do not wait for one another, only for a change of such a row, as it does for them.
func lookUp(ctx context.Context, tx *db.Tx, entries ...*pb.JournalEntry) (*known, error) {
	return readKnown(ctx, tx, true, entries)
}

// readKnown is lookUp, which locks the rows, or a look at them as they are now.
func readKnown(ctx context.Context, tx *db.Tx, lock bool, entries []*pb.JournalEntry) (*known, error) {
	found := &known{base: tx.Call().Organization.CurrencyCode, accounts: map[string]accountUse{}, values: map[string]valueUse{}}
	held := db.TxLocal[locked](tx)
	b := &pgx.Batch{}
	org := tx.Call().Organization.ID
	first, last := span(entries)
	locksPeriods := lock && !first.IsZero() && !periodsStay(tx) && !held.holdsDays(first, last)
	if !first.IsZero() {
		sql := selectPeriodUse
		if locksPeriods {
			sql = tx.Locking(db.RankPeriod, selectPeriodUse+"\nfor share")
		}
		b.Queue(sql, org, last.String(), first.String()).Query(found.takePeriods)
		if foreign := unpriced(entries, found.base); len(foreign) > 0 {
			found.rates.queue(b, org, append(foreign, found.base), first, last)
		}
	}
	accounts, values := named(entries)
	queueUse(tx, b, held, lock, "acc", selectAccountUse, accounts, found.takeAccounts)
	queueUse(tx, b, held, lock, "dmv", selectValueUse, values, found.takeValues)
	if b.Len() == 0 {
		return found, nil
	}
	if err := tx.Send(ctx, b); err != nil {
		return nil, err
	}
	if locksPeriods {
		held.addPeriods(first, last, found.periods)
	} else if lock && !periodsStay(tx) && !held.holdsPeriods(found.periods) {
		return nil, db.RowsChanged("a period was made among those that are held")
	}
	return found, nil
}

// queueUse queues the look at accounts or dimension values, and locks them if it is asked to and
// they are not held.
func queueUse(tx *db.Tx, b *pgx.Batch, held *locked, lock bool, prefix, sql string, keys []uuid.UUID, take func(pgx.Rows) error) {
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
	b.Queue(sql, tx.Call().Organization.ID, keys).Query(take)
}

// named are the keys of the accounts and dimension values on the entries' lines, each
// once.
func named(entries []*pb.JournalEntry) (accounts, values []uuid.UUID) {
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

func (k *known) takeAccounts(rows pgx.Rows) error {
	var key uuid.UUID
	var use accountUse
	_, err := pgx.ForEachRow(rows, []any{&key, &use.archived, &use.control, &use.currency}, func() error {
		k.accounts[id.Format("acc", key)] = use
		return nil
	})
	return err
}

func (k *known) takeValues(rows pgx.Rows) error {
	var key uuid.UUID
	var use valueUse
	_, err := pgx.ForEachRow(rows, []any{&key, &use.dimension, &use.archived}, func() error {
		k.values[id.Format("dmv", key)] = use
		return nil
	})
	return err
}
