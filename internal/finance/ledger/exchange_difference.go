package ledger

import (
	"cmp"
	"context"
	_ "embed"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger/carryingvalue"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

var (
	//go:embed currency_position_add.sql
	addToCurrencyPositions string
	//go:embed currency_flow.sql
	selectCurrencyFlows string
)

// currencyPair names a balance in a foreign currency.
type currencyPair struct {
	account  uuid.UUID
	currency string
}

// foreignPosting is an entry with amounts in foreign currencies that a transaction posted.
type foreignPosting struct {
	entry *pb.JournalEntry
	call  *call.Call
}

// foreignPostings are the foreign postings of a transaction.
type foreignPostings struct {
	all []foreignPosting
}

// noteForeignPosting notes an entry with foreign amounts. Before the transaction is committed, the
// exchange differences that it realizes are posted.
func noteForeignPosting(tx *db.Tx, e *pb.JournalEntry) {
	if !hasForeignLine([]*pb.JournalEntry{e}, tx.Call().Organization.CurrencyCode) {
		return
	}
	noteSettlement(tx, e)
}

// noteSettlement notes an entry whose lines name balances that may have been settled. If the entry
// has no identifier, it is not posted itself.
func noteSettlement(tx *db.Tx, e *pb.JournalEntry) {
	noted := db.TxLocal[foreignPostings](tx)
	if noted.all == nil {
		tx.BeforeCommit(postExchangeDifferences)
	}
	noted.all = append(noted.all, foreignPosting{e, tx.Call()})
}

// noteForeignPostingRule is noteForeignPosting as a rule.
func noteForeignPostingRule(_ context.Context, tx *db.Tx, _, e *pb.JournalEntry) error {
	noteForeignPosting(tx, e)
	return nil
}

// postExchangeDifferences posts the exchange differences that the transaction's postings realize.
// An entry dated before others can change what later settlements realized. The change is posted on
// their days, so that the books do not depend on the order of posting.
func postExchangeDifferences(ctx context.Context, tx *db.Tx) error {
	// They note their own foreign amounts.
	if err := postAutomaticReversals(ctx, tx); err != nil {
		return err
	}
	gains, err := RoleAccount(ctx, tx, pb.AccountRole_REALIZED_GAINS)
	if err != nil {
		return err
	}
	noted := db.TxLocal[foreignPostings](tx).all
	var entries []*pb.JournalEntry
	for _, n := range noted {
		if n.entry.Id != "" {
			entries = append(entries, n.entry)
		}
	}
	b := &pgx.Batch{}
	if err := queuePositions(tx, b, entries); err != nil {
		return err
	}
	first := firstPostings(tx.Call().Organization.CurrencyCode, noted)
	if len(entries) < len(noted) {
		queuePositionLocks(tx, b, first)
	}
	var found []currencyFlow
	queueFlows(tx, b, first, &found)
	if err := tx.Send(ctx, b); err != nil {
		return err
	}
	return postDifferences(ctx, tx, gains, first, found)
}

// queuePositions queues the statement that adds entries to the currency positions and locks them.
// They are the last rows that a transaction locks.
func queuePositions(tx *db.Tx, b *pgx.Batch, entries []*pb.JournalEntry) error {
	keys := make([]uuid.UUID, len(entries))
	for i, e := range entries {
		var err error
		if keys[i], err = id.Parse("jrn", e.Id); err != nil {
			return err
		}
	}
	org := tx.Call().Organization
	b.Queue(tx.Locking(db.RankCurrencyPosition, addToCurrencyPositions), org.ID, keys, org.CurrencyCode)
	return nil
}

// queuePositionLocks queues the lock of the positions of balances to which nothing was posted.
func queuePositionLocks(tx *db.Tx, b *pgx.Batch, first map[currencyPair]foreignPosting) {
	var accounts []uuid.UUID
	for pair := range first {
		accounts = append(accounts, pair.account)
	}
	b.Queue(tx.Locking(db.RankCurrencyPosition, `
select
from finance.currency_positions
where org_id = $1
and account_id = any($2)
order by account_id, currency
for update`), tx.Call().Organization.ID, accounts)
}

// firstPostings returns the earliest foreign posting to each balance.
func firstPostings(base string, noted []foreignPosting) map[currencyPair]foreignPosting {
	first := map[currencyPair]foreignPosting{}
	for _, n := range noted {
		for _, l := range n.entry.Lines {
			key, err := id.Parse("acc", l.AccountId)
			if err != nil || l.Amount.CurrencyCode == base {
				continue
			}
			pair := currencyPair{key, l.Amount.CurrencyCode}
			if earlier, ok := first[pair]; !ok || n.entry.Date < earlier.entry.Date {
				first[pair] = n
			}
		}
	}
	return first
}

// currencyFlow is a sum of lines of one kind that moved a balance on a day, and that balance after
// all lines.
type currencyFlow struct {
	AccountID                 uuid.UUID
	Currency                  string
	BalanceMinor, BalanceBase int64
	Date                      calendar.Date
	Kind                      string
	Minor, Base               int64
}

// queueFlows queues the query of the flows of monetary balances since their first posting.
func queueFlows(tx *db.Tx, b *pgx.Batch, first map[currencyPair]foreignPosting, found *[]currencyFlow) {
	var accounts []uuid.UUID
	var currencies, dates []string
	for pair, posting := range first {
		accounts, currencies = append(accounts, pair.account), append(currencies, pair.currency)
		dates = append(dates, posting.entry.Date)
	}
	b.Queue(selectCurrencyFlows, tx.Call().Organization.ID, accounts, currencies, dates, settledInLineCurrency,
		settledInAccountCurrency).Query(func(rows pgx.Rows) (err error) {
		*found, err = pgx.CollectRows(rows, pgx.RowToStructByName[currencyFlow])
		return err
	})
}

// postDifferences posts the exchange differences that are missing in the flows.
func postDifferences(
	ctx context.Context, tx *db.Tx, gains string, first map[currencyPair]foreignPosting, found []currencyFlow,
) error {
	var posted []*pb.JournalEntry
	now := tx.Call()
	defer tx.ActAs(now)
	for len(found) > 0 {
		pair := currencyPair{found[0].AccountID, found[0].Currency}
		n := slices.IndexFunc(found, func(f currencyFlow) bool { return pair != currencyPair{f.AccountID, f.Currency} })
		if n < 0 {
			n = len(found)
		}
		cause := first[pair]
		for _, missing := range carryingvalue.Missing(readFlows(cause.entry.Date, found[:n])) {
			tx.ActAs(cause.call)
			e := newDifferenceEntry(pair, missing, cause.entry, gains, now.Organization.CurrencyCode)
			if err := clearNeedlessReason(ctx, tx, e); err != nil {
				return err
			}
			// Skip the turnover check. The differences cannot exceed the turnover, and an int64
			// holds twice maxTurnover.
			if err := journalEntries.Insert(ctx, tx, e, setPostedRule); err != nil {
				return err
			}
			recordLockException(tx, e)
			posted = append(posted, e)
		}
		found = found[n:]
	}
	if len(posted) == 0 {
		return nil
	}
	b := &pgx.Batch{}
	if err := queuePositions(tx, b, posted); err != nil {
		return err
	}
	return tx.Send(ctx, b)
}

// clearNeedlessReason clears the reason for an exception if the entry lies in an open period.
func clearNeedlessReason(ctx context.Context, tx *db.Tx, e *pb.JournalEntry) error {
	if e.LockExceptionReason == "" {
		return nil
	}
	open, err := db.CollectColumn[bool](ctx, tx, `
select state = 'OPEN'
from finance.accounting_periods
where org_id = $1
and start_date <= $2
and end_date >= $2`, tx.Call().Organization.ID, e.Date)
	if err == nil && len(open) > 0 && open[0] {
		e.LockExceptionReason = ""
	}
	return err
}

// readFlows returns the opening balance and the flows of each day of one balance, from the first
// day even if nothing moved then.
func readFlows(first string, found []currencyFlow) (opening carryingvalue.Position, days []carryingvalue.Day) {
	opening = carryingvalue.Position{Minor: found[0].BalanceMinor, Base: found[0].BalanceBase}
	since, _ := calendar.ParseDate(first)
	days = []carryingvalue.Day{{Date: since}}
	for _, f := range found {
		if days[len(days)-1].Date != f.Date {
			days = append(days, carryingvalue.Day{Date: f.Date})
		}
		day, flow := &days[len(days)-1], carryingvalue.Position{Minor: f.Minor, Base: f.Base}
		switch f.Kind {
		case "DEBIT":
			day.Debits = flow
		case "CREDIT":
			day.Credits = flow
		case "AT_CARRYING_VALUE":
			day.AtCarryingValue = flow
		case "REVALUED":
			day.Revalued = flow.Base
		case "UNREVALUED":
			day.Unrevalued = flow.Base
		case "DIFFERENCE":
			day.Difference = flow.Base
		}
		opening = opening.Minus(flow)
	}
	return opening, days
}

// newDifferenceEntry returns the entry that adds an exchange difference to a balance, but not to
// its foreign amount, against the account for realized gains.
func newDifferenceEntry(
	pair currencyPair, missing carryingvalue.Difference, cause *pb.JournalEntry, gains, base string,
) *pb.JournalEntry {
	description := strings.TrimSuffix("Exchange difference: "+cause.Description, ": ")
	return &pb.JournalEntry{
		Date: missing.Date.String(), Description: truncateDescription(description), CurrencyCode: base,
		Source: pb.JournalEntry_EXCHANGE_DIFFERENCE, SourceId: cmp.Or(cause.Id, cause.SourceId),
		LockExceptionReason: cause.LockExceptionReason,
		Lines: []*pb.JournalLine{
			{
				AccountId: id.Format("acc", pair.account), Amount: money.ToProto(0, pair.currency),
				BaseAmount: money.ToProto(missing.Minor, base),
			},
			{
				AccountId: gains, Amount: money.ToProto(-missing.Minor, base),
				BaseAmount: money.ToProto(-missing.Minor, base),
			},
		},
	}
}
