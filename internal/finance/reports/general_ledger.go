package reports

import (
	"context"
	_ "embed"
	"encoding/json"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// GetGeneralLedger returns a page of the general ledger.
func (s *Service) GetGeneralLedger(ctx context.Context, req *pb.GetGeneralLedgerRequest) (*pb.GeneralLedger, error) {
	c := call.From(ctx)
	selection, err := s.linesColumn(ctx, req)
	if err != nil {
		return nil, err
	}
	paging, from, err := s.paging(c, req, selection, append(req.GetDimensionValueIds(), req.GetAccountId())...)
	if err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.GeneralLedger, error) {
		g := &generalLedger{selection: selection, remaining: paging.Size}
		if err := g.read(ctx, tx, req.GetAccountId(), from); err != nil {
			return nil, err
		}
		out := &pb.GeneralLedger{StartDate: selection.start.String(), EndDate: selection.end.String(), Lines: g.lines}
		if g.next != nil {
			out.NextPageToken, err = nextPageToken(paging, g.next)
		}
		return out, err
	})
}

// linesColumn parses the period and the filters of a report that lists lines.
func (s *Service) linesColumn(ctx context.Context, req interface {
	periodDates
	filteredRequest
}) (column, error) {
	var violations fault.List
	p, err := s.parsePeriod(ctx, &violations, req.GetStartDate(), req.GetEndDate())
	if err != nil {
		return column{}, err
	}
	out := withDimensionValues(&violations, req, column{period: p})
	return out, violations.Err()
}

// cursor is the last line of a page.
type cursor struct {
	Account uuid.UUID `json:"account"`
	Date    string    `json:"date"`
	Line    uuid.UUID `json:"line"`
}

// paging parses the page of lines that is requested. It also returns where the page before
// ended, nil for the first page. The page token is bound to the query.
func (s *Service) paging(
	c *call.Call, req resource.PageRequest, selection column, query ...string,
) (resource.Paging, *cursor, error) {
	query = append(query, selection.start.String(), selection.end.String(), selection.knownAt.String())
	paging, err := resource.NewPaging(s.db.Keys(), c, req, query...)
	if paging.After == nil || err != nil {
		return paging, nil, err
	}
	at := new(cursor)
	return paging, at, json.Unmarshal(paging.After, at)
}

func nextPageToken(paging resource.Paging, at *cursor) (string, error) {
	raw, err := json.Marshal(at)
	return paging.Next(raw), err
}

// generalLedger builds a page of the general ledger.
type generalLedger struct {
	statement
	// selection is the period and the filters of the lines.
	selection column
	// remaining is how many more posted lines fit on the page.
	remaining int
	lines     []*pb.GeneralLedgerLine
	next      *cursor
}

// read fills the page with accounts, starting where the last page ended.
func (g *generalLedger) read(ctx context.Context, tx *db.Tx, only string, from *cursor) (err error) {
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
		if err := g.addAccount(ctx, tx, a, from); err != nil || g.next != nil {
			return err
		}
		from = nil
	}
	return nil
}

// openingAndClosing reads the balances before the first day and at the end of the last.
func (g *generalLedger) openingAndClosing(ctx context.Context, tx *db.Tx) (statement, error) {
	opening, closing := g.selection, g.selection
	opening.period, closing.period = period{end: g.selection.start.AddDays(-1)}, period{end: g.selection.end}
	columns := []column{opening, closing}
	all, err := balances(ctx, tx, columns)
	return statement{currency: tx.Call().Organization.CurrencyCode, columns: columns, balances: all}, err
}

// accountsFrom returns the accounts to show, starting with the one at which the last page
// ended.
func (g *generalLedger) accountsFrom(only string, from *cursor) ([]balance, error) {
	if only != "" {
		key, err := id.Parse("acc", only)
		if err != nil {
			return nil, fault.Invalid(fault.At("accountId", "%s", err))
		}
		at := slices.IndexFunc(g.balances, func(b balance) bool { return b.ID == key })
		if at < 0 {
			return nil, fault.NotFound("account", only)
		}
		return g.balances[at : at+1], nil
	}
	if from == nil {
		return g.balances, nil
	}
	at := slices.IndexFunc(g.balances, func(b balance) bool { return b.ID == from.Account })
	if at < 0 {
		return nil, fault.InvalidFor(optionsv1.Reason_PAGE_TOKEN_INVALID,
			fault.At("pageToken", "ends at an account that no longer exists; start again without a page token"))
	}
	return g.balances[at:], nil
}

//go:embed general_ledger.sql
var selectLines string

// ledgerLine is a posted line of the general ledger.
type ledgerLine struct {
	ID             uuid.UUID
	JournalEntryID uuid.UUID
	Date           string
	Description    string
	Reference      string
	Memo           string
	Minor          int64
}

// addAccount adds the lines of an account, as many as fit, between its opening and closing
// balance.
func (g *generalLedger) addAccount(ctx context.Context, tx *db.Tx, a balance, from *cursor) error {
	running := a.Minor[0]
	if from == nil {
		g.add(a, pb.GeneralLedgerLine_OPENING_BALANCE, running)
		from = &cursor{Account: a.ID, Date: "-infinity"}
	} else {
		before, err := g.sumUpTo(ctx, tx, *from)
		if err != nil {
			return err
		}
		running += before
	}
	lines, err := db.Collect[ledgerLine](ctx, tx, selectLines,
		tx.Call().Organization.ID, a.ID, g.selection.start.String(), g.selection.end.String(), from.Date, from.Line,
		g.selection.withinArg(), g.selection.knownAtArg(), g.remaining+1)
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
		running += l.Minor
		g.addLine(a, l, running)
	}
	g.add(a, pb.GeneralLedgerLine_CLOSING_BALANCE, a.Minor[1])
	return nil
}

func (g *generalLedger) add(a balance, kind pb.GeneralLedgerLine_Kind, balance int64) *pb.GeneralLedgerLine {
	l := &pb.GeneralLedgerLine{
		Kind: kind, AccountId: id.Format("acc",
			a.ID), AccountCode: a.Code, AccountDisplayName: a.DisplayName, Balance: g.money(balance),
	}
	g.lines = append(g.lines, l)
	return l
}

func (g *generalLedger) addLine(a balance, l ledgerLine, running int64) {
	line := g.add(a, pb.GeneralLedgerLine_POSTED_LINE, running)
	line.Date, line.Description, line.Reference, line.Memo = l.Date, l.Description, l.Reference, l.Memo
	line.JournalEntryId, line.JournalLineId = id.Format("jrn", l.JournalEntryID), id.Format("jln", l.ID)
	line.Debit, line.Credit = g.debitOrCredit(l.Minor)
}

// sumUpTo returns the sum of the period's lines up to and including a cursor.
func (g *generalLedger) sumUpTo(ctx context.Context, tx *db.Tx, at cursor) (sum int64, err error) {
	err = tx.QueryRow(ctx, `
select coalesce(sum(l.base_amount_minor), 0)::bigint
from finance.journal_lines l
where l.org_id = $1
and l.account_id = $2
and l.date >= $3
and (l.date, l.id) <= ($4, $5)
and l.dimension_value_ids @> $6
and exists (
  select
  from finance.journal_entries e
  where e.org_id = $1
  and e.id = l.journal_entry_id
  and e.post_time > $7
) is false`,
		tx.Call().Organization.ID, at.Account, g.selection.start.String(), at.Date, at.Line, g.selection.withinArg(),
		g.selection.knownAtArg()).Scan(&sum)
	return sum, err
}

// periodDates is implemented by requests for a period.
type periodDates interface {
	GetStartDate() string
	GetEndDate() string
}
