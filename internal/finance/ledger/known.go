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

// The rows are held, so that none is archived between the look at it and the posting.
// Postings do not wait for one another, only for a change of such a row, as it does
// for them.
const (
	selectAccountUse = `
select id, archive_time is not null, control, currency_code
from finance.accounts
where org_id = $1
and id = any($2)
for share`

	selectValueUse = `
select id, dimension_id, archive_time is not null
from finance.dimension_values
where org_id = $1
and id = any($2)
for share`

	selectPeriodUse = `
select start_date, end_date, state
from finance.accounting_periods
where org_id = $1
and start_date <= $2
and end_date >= $3
order by end_date
for share`
)

// lookUp reads all records that the entries name, in one round trip. What is no
// identifier names none.
func lookUp(ctx context.Context, tx *db.Tx, entries ...*pb.JournalEntry) (*known, error) {
	found := &known{base: tx.Call().Organization.CurrencyCode, accounts: map[string]accountUse{}, values: map[string]valueUse{}}
	accounts, values := named(entries)
	b := &pgx.Batch{}
	org := tx.Call().Organization.ID
	if len(accounts) > 0 {
		b.Queue(selectAccountUse, org, accounts).Query(found.takeAccounts)
	}
	if len(values) > 0 {
		b.Queue(selectValueUse, org, values).Query(found.takeValues)
	}
	if first, last := span(entries); !first.IsZero() {
		b.Queue(selectPeriodUse, org, last.String(), first.String()).Query(found.takePeriods)
		if foreign := unpriced(entries, found.base); len(foreign) > 0 {
			found.rates.queue(b, org, append(foreign, found.base), first, last)
		}
	}
	if b.Len() == 0 {
		return found, nil
	}
	return found, tx.Send(ctx, b)
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
