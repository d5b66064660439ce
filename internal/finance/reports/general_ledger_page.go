package reports

import (
	"context"
	_ "embed"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

var (
	//go:embed general_ledger.sql
	selectLines string
	//go:embed general_ledger_search.sql
	selectFoundLines string
	//go:embed general_ledger_sum.sql
	selectLinesSum string
	// newestFirst turns a statement that returns lines oldest first into one that returns them
	// newest first.
	newestFirst = strings.NewReplacer(
		"> ($5, $6)", "< ($5, $6)", "order by l.date, l.id", "order by l.date desc, l.id desc",
		"l.date >= $3", "l.date <= $3", "<= ($4, $5)", ">= ($4, $5)",
	)
)

// generalLedger builds a page of the general ledger.
type generalLedger struct {
	statement
	// selection is the period and the filters of the lines.
	selection column
	// descending lists the newest lines first.
	descending bool
	// text is what the lines contain. Empty means all lines.
	text string
	// remaining is how many more posted lines fit on the page.
	remaining int
	lines     []*pb.GeneralLedgerLine
	next      *cursor
	// bankLines are the lines whose entries were posted for a bank statement line.
	bankLines map[uuid.UUID][]*pb.GeneralLedgerLine
}

func newGeneralLedger(req ledgerRequest, selection column, size int) *generalLedger {
	return &generalLedger{
		selection: selection, descending: req.GetNewestFirst(), text: strings.TrimSpace(req.GetQ()), remaining: size,
		bankLines: map[uuid.UUID][]*pb.GeneralLedgerLine{},
	}
}

// ledgerAmount is an amount in the base currency and in the currency of its account.
type ledgerAmount struct{ base, own int64 }

func (a ledgerAmount) plus(b ledgerAmount) ledgerAmount {
	return ledgerAmount{a.base + b.base, a.own + b.own}
}

func (a ledgerAmount) minus(b ledgerAmount) ledgerAmount {
	return ledgerAmount{a.base - b.base, a.own - b.own}
}

// ledgerLine is a posted line of the general ledger.
type ledgerLine struct {
	ID             uuid.UUID
	JournalEntryID uuid.UUID
	Date           string
	Description    string
	Reference      string
	Notes          string
	Memo           string
	Source         string
	SourceID       string
	Minor          int64
	OwnMinor       int64
	// Running is the sum of the period's lines up to the line, when lines are searched.
	Running    int64
	OwnRunning int64
}

func (l ledgerLine) amount() ledgerAmount { return ledgerAmount{l.Minor, l.OwnMinor} }

// read fills the page with accounts, starting where the last page ended.
func (g *generalLedger) read(ctx context.Context, tx *db.Tx, only []uuid.UUID, from *cursor) (err error) {
	g.statement, err = g.openingAndClosing(ctx, tx)
	if err != nil {
		return err
	}
	accounts, err := g.accountsFrom(only, from)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if !a.Moved {
			continue
		}
		if err := g.addAccount(ctx, tx, a, from); err != nil {
			return err
		}
		if from = nil; g.next != nil {
			break
		}
	}
	return g.addPayees(ctx, tx)
}

// addPayees adds the names of the other parties on the bank statement lines.
func (g *generalLedger) addPayees(ctx context.Context, tx *db.Tx) error {
	if len(g.bankLines) == 0 {
		return nil
	}
	rows, err := tx.Query(ctx, `
select id, counterparty_name
from finance.bank_statement_lines
where org_id = $1
and id = any($2)`, tx.Call().Organization.ID, slices.Collect(maps.Keys(g.bankLines)))
	if err != nil {
		return err
	}
	var key uuid.UUID
	var name string
	_, err = pgx.ForEachRow(rows, []any{&key, &name}, func() error {
		for _, l := range g.bankLines[key] {
			l.Payee = name
		}
		return nil
	})
	return err
}

// openingAndClosing reads the balances before the first day and at the end of the last, in the base
// currency and in the currencies of the accounts.
func (g *generalLedger) openingAndClosing(ctx context.Context, tx *db.Tx) (statement, error) {
	opening, closing := g.selection, g.selection
	opening.period, closing.period = period{end: g.selection.start.AddDays(-1)}, period{end: g.selection.end}
	columns := []column{opening, closing, opening, closing}
	columns[2].ownCurrency, columns[3].ownCurrency = true, true
	all, err := balances(ctx, tx, columns)
	return statement{currency: tx.Call().Organization.CurrencyCode, columns: columns, balances: all}, err
}

// accountsFrom returns the accounts to show, starting with the one at which the last page
// ended.
func (g *generalLedger) accountsFrom(only []uuid.UUID, from *cursor) ([]balance, error) {
	shown := g.balances
	if len(only) > 0 {
		shown = nil
		for _, b := range g.balances {
			if slices.Contains(only, b.ID) {
				shown = append(shown, b)
			}
		}
	}
	for _, key := range only {
		if !slices.ContainsFunc(shown, func(b balance) bool { return b.ID == key }) {
			return nil, fault.NotFound("account", id.Format("acc", key))
		}
	}
	if from == nil {
		return shown, nil
	}
	at := slices.IndexFunc(shown, func(b balance) bool { return b.ID == from.Account })
	if at < 0 {
		return nil, fault.InvalidFor(optionsv1.Reason_PAGE_TOKEN_INVALID,
			fault.At("pageToken", "ends at an account that no longer exists; start again without a page token"))
	}
	return shown[at:], nil
}

// addAccount adds the lines of an account, as many as fit, between its opening and closing
// balance. Searched lines are added without these balances.
func (g *generalLedger) addAccount(ctx context.Context, tx *db.Tx, a balance, from *cursor) error {
	opening, closing := ledgerAmount{a.Minor[0], a.Minor[2]}, ledgerAmount{a.Minor[1], a.Minor[3]}
	first, last, running := pb.GeneralLedgerLine_OPENING_BALANCE, pb.GeneralLedgerLine_CLOSING_BALANCE, opening
	start, final := (&cursor{Account: a.ID, Date: "-infinity"}), closing
	if g.descending {
		first, last, running = last, first, closing
		start, final = &cursor{Account: a.ID, Date: "infinity"}, opening
	}
	switch {
	case from != nil && g.text == "":
		listed, err := g.sumUpTo(ctx, tx, *from)
		if err != nil {
			return err
		}
		running = g.after(running, listed)
	case from == nil && g.text == "":
		g.add(a, first, running)
	}
	if from == nil {
		from = start
	}
	lines, err := g.readLines(ctx, tx, a, *from)
	if err != nil {
		return err
	}
	for i, l := range lines {
		if g.remaining == 0 {
			g.next = from
			if i > 0 {
				g.next = &cursor{a.ID, lines[i-1].Date, lines[i-1].ID}
			}
			return nil
		}
		g.remaining--
		running = g.addLine(a, l, opening, running)
	}
	if g.text == "" {
		g.add(a, last, final)
	}
	return nil
}

// after returns the balance after lines that were listed.
func (g *generalLedger) after(running, listed ledgerAmount) ledgerAmount {
	if g.descending {
		return running.minus(listed)
	}
	return running.plus(listed)
}

// query returns a statement in the direction of the page.
func (g *generalLedger) query(sql string) string {
	if g.descending {
		return newestFirst.Replace(sql)
	}
	return sql
}

// readLines reads the lines of an account after a cursor, one more than fit on the page.
func (g *generalLedger) readLines(ctx context.Context, tx *db.Tx, a balance, from cursor) ([]ledgerLine, error) {
	sql, args := selectLines, []any{
		tx.Call().Organization.ID, a.ID, g.selection.start.String(), g.selection.end.String(), from.Date, from.Line,
		g.selection.withinArg(), g.selection.knownAtArg(), g.remaining + 1,
	}
	if g.text != "" {
		sql, args = selectFoundLines, append(args, g.text)
	}
	return db.Collect[ledgerLine](ctx, tx, g.query(sql), args...)
}

// add adds a line with the balance after it.
func (g *generalLedger) add(a balance, kind pb.GeneralLedgerLine_Kind, sum ledgerAmount) *pb.GeneralLedgerLine {
	l := &pb.GeneralLedgerLine{
		Kind: kind, AccountId: id.Format("acc", a.ID), AccountCode: a.Code, AccountDisplayName: a.DisplayName,
		Balance: g.money(sum.base),
	}
	if a.CurrencyCode != g.currency {
		l.OwnBalance = money.ToProto(sum.own, a.CurrencyCode)
	}
	g.lines = append(g.lines, l)
	return l
}

// addLine adds a posted line and returns the balance that the next line starts from.
func (g *generalLedger) addLine(a balance, l ledgerLine, opening, running ledgerAmount) ledgerAmount {
	shown, next := running.plus(l.amount()), running.plus(l.amount())
	switch {
	case g.text != "":
		shown = opening.plus(ledgerAmount{l.Running, l.OwnRunning})
	case g.descending:
		shown, next = running, running.minus(l.amount())
	}
	line := g.add(a, pb.GeneralLedgerLine_POSTED_LINE, shown)
	line.Date, line.Description, line.Reference, line.Memo = l.Date, l.Description, l.Reference, l.Memo
	line.Notes = l.Notes
	line.JournalEntryId, line.JournalLineId = id.Format("jrn", l.JournalEntryID), id.Format("jln", l.ID)
	line.Source = pb.JournalEntry_Source(pb.JournalEntry_Source_value[l.Source])
	line.Debit, line.Credit = g.debitOrCredit(l.Minor)
	if line.Source == pb.JournalEntry_BANK {
		if key, err := id.Parse("bsl", l.SourceID); err == nil {
			g.bankLines[key] = append(g.bankLines[key], line)
		}
	}
	if a.CurrencyCode != g.currency {
		own := statement{currency: a.CurrencyCode}
		line.OwnDebit, line.OwnCredit = own.debitOrCredit(l.OwnMinor)
	}
	return next
}

// sumUpTo returns the sum of the period's lines that are listed up to and including a cursor.
func (g *generalLedger) sumUpTo(ctx context.Context, tx *db.Tx, at cursor) (sum ledgerAmount, err error) {
	edge := g.selection.start
	if g.descending {
		edge = g.selection.end
	}
	err = tx.QueryRow(ctx, g.query(selectLinesSum), tx.Call().Organization.ID, at.Account, edge.String(), at.Date,
		at.Line, g.selection.withinArg(), g.selection.knownAtArg()).Scan(&sum.base, &sum.own)
	return sum, err
}
