package reports

import (
	"context"
	_ "embed"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/reports/cashflow"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
)

var (
	//go:embed operating_cash.sql
	selectOperatingCash string
	//go:embed special_entries.sql
	selectSpecialEntries string
	//go:embed special_entry_lines.sql
	selectSpecialEntryLines string
	//go:embed special_entry_sources.sql
	selectSpecialEntrySources string
)

// maxEntriesAtOnce is the maximum number of entries whose lines one statement reads.
const maxEntriesAtOnce = 10_000

// cashEntries reads the entries of a statement's columns and attributes their cash.
//
// Only entries with a special account are read for the indirect method: those with investing or
// financing, or with exchange gains. In all other entries, net income with the changes in operating
// accounts is the operating cash, and both are sums of balances.
type cashEntries struct {
	statement statement
	accounts  map[uuid.UUID]*cashflow.Account
	flows     *cashFlows
	// Accounts by what they mean for an entry: cash, special, and contextual ones.
	cash, special, contextual []uuid.UUID
}

// readCashFlows attributes the cash of the entries in all columns. Operating flows of entries
// without special accounts, which only the direct method shows, are left out unless direct is set.
func (s statement) readCashFlows(ctx context.Context, tx *db.Tx, direct bool) (*cashFlows, error) {
	sumUp := func(moved [][]movement) ([]map[uuid.UUID]int64, error) {
		return sumInCurrency(ctx, tx, moved, s.currency)
	}
	r := &cashEntries{statement: s, accounts: map[uuid.UUID]*cashflow.Account{}, flows: newCashFlows(s, sumUp)}
	for _, b := range s.balances {
		a := b.flowAccount()
		r.accounts[b.ID] = a
		switch {
		case a.IsCash():
			r.cash = append(r.cash, b.ID)
		case a.IsSpecial():
			r.special = append(r.special, b.ID)
		}
		if a.IsContextual() {
			r.contextual = append(r.contextual, b.ID)
		}
	}
	for _, p := range mergedPeriods(s.columns) {
		if err := r.readSpecial(ctx, tx, p); err != nil {
			return nil, err
		}
		if direct {
			if err := r.readOperating(ctx, tx, p); err != nil {
				return nil, err
			}
		}
	}
	return r.flows, nil
}

// flowAccount returns the properties of the account that decide where its cash flows are shown.
func (b balance) flowAccount() *cashflow.Account {
	return &cashflow.Account{
		ID:      b.ID,
		Type:    pb.Account_Type(pb.Account_Type_value[b.Type]),
		Subtype: pb.Account_Subtype(pb.Account_Subtype_value[b.Subtype]),
		Section: pb.Account_CashFlowSection(pb.Account_CashFlowSection_value[b.CashFlowSection]),
		Class:   pb.Account_CashFlowClass(pb.Account_CashFlowClass_value[b.CashFlowClass]),
	}
}

// readSpecial attributes the entries of a period with a special account.
func (r *cashEntries) readSpecial(ctx context.Context, tx *db.Tx, p period) error {
	rows, err := tx.Query(ctx, selectSpecialEntries, tx.Call().Organization.ID, r.special, p.start.String(),
		p.end.String())
	if err != nil {
		return err
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		return err
	}
	for len(all) > 0 {
		n := min(len(all), maxEntriesAtOnce)
		if err := r.readEntries(ctx, tx, all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

// entryFacts are the facts of an entry that decide how its lines are attributed.
type entryFacts struct {
	source      string
	recodesCash bool
	reversal    bool
}

// readEntries attributes entries by their lines.
func (r *cashEntries) readEntries(ctx context.Context, tx *db.Tx, ids []uuid.UUID) error {
	org, known := tx.Call().Organization.ID, r.statement.columns[0].knownAtArg()
	facts := map[uuid.UUID]entryFacts{}
	b := &pgx.Batch{}
	b.Queue(selectSpecialEntrySources, org, ids, known, r.cash).Query(func(rows pgx.Rows) error {
		var entry uuid.UUID
		var f entryFacts
		_, err := pgx.ForEachRow(rows, []any{&entry, &f.source, &f.recodesCash, &f.reversal}, func() error {
			facts[entry] = f
			return nil
		})
		return err
	})
	b.Queue(selectSpecialEntryLines, org, ids).Query(func(rows pgx.Rows) error {
		return r.attributeRows(rows, func(entry uuid.UUID, e *cashflow.Entry) bool {
			f, known := facts[entry]
			e.Reversal = f.reversal
			e.Revaluation = f.source == pb.JournalEntry_CURRENCY_REVALUATION.String() ||
				f.source == pb.JournalEntry_EXCHANGE_DIFFERENCE.String()
			e.RecodesCash = f.recodesCash
			e.Opening = f.source == pb.JournalEntry_OPENING_BALANCE_IMPORT.String()
			return known
		})
	})
	return tx.Send(ctx, b)
}

// readOperating attributes the entries of a period that moved cash and have no special account.
// Of entries whose other lines are all on the opposite side of cash, it reads only the sums.
func (r *cashEntries) readOperating(ctx context.Context, tx *db.Tx, p period) error {
	rows, err := tx.Query(ctx, selectOperatingCash, tx.Call().Organization.ID, p.start.String(), p.end.String(),
		r.cash, r.special, r.contextual, r.statement.columns[0].knownAtArg())
	if err != nil {
		return err
	}
	return r.attributeRows(rows, func(uuid.UUID, *cashflow.Entry) bool { return true })
}

// attributeRows attributes the entries in rows of entry, account, day and minor units, sorted by
// entry. Rows without an entry are sums of lines that cash alone balances. includeEntry adds the
// facts of an entry and reports whether to include it.
func (r *cashEntries) attributeRows(
	rows pgx.Rows, includeEntry func(entry uuid.UUID, e *cashflow.Entry) bool,
) error {
	var entry uuid.NullUUID
	var next, m movement
	var nextEntry uuid.NullUUID
	var e cashflow.Entry
	finish := func() {
		if len(e.Lines) > 0 && includeEntry(entry.UUID, &e) {
			r.flows.add(m.day, cashflow.Attribute(e))
		}
		e = cashflow.Entry{}
	}
	_, err := pgx.ForEachRow(rows, []any{&nextEntry, &next.account, &next.day, &next.minor}, func() error {
		a := r.accounts[next.account]
		switch {
		case a == nil:
			// Lines on an account outside the chart are reported by the integrity check.
			return nil
		case !nextEntry.Valid:
			r.flows.add(next.day, cashflow.AttributeAlone(a, next.minor))
			return nil
		case nextEntry != entry:
			finish()
		}
		entry, m = nextEntry, next
		e.Lines = append(e.Lines, cashflow.Line{Account: a, Minor: next.minor})
		return nil
	})
	finish()
	return err
}

// mergedPeriods returns the periods of the columns, with overlapping and adjacent ones merged.
func mergedPeriods(columns []column) (out []period) {
	for _, c := range columns {
		p := c.period
		var rest []period
		for _, q := range out {
			if p.start.After(q.end.AddDays(1)) || q.start.After(p.end.AddDays(1)) {
				rest = append(rest, q)
			} else {
				p = p.union(q)
			}
		}
		out = append(rest, p)
	}
	return out
}

// flowDay is the day of a flow for translation. In the base currency, all days are alike.
func (s statement) flowDay(d calendar.Date) calendar.Date {
	if s.translated {
		return d
	}
	return zeroDate
}
