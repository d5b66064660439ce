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

// GetGeneralLedger answers a page of the general ledger.
func (s *Service) GetGeneralLedger(ctx context.Context, req *pb.GetGeneralLedgerRequest) (*pb.GeneralLedger, error) {
	c := call.From(ctx)
	asked, err := linesColumn(c, req)
	if err != nil {
		return nil, err
	}
	paging, from, err := s.paging(c, req, asked, append(req.GetDimensionValueIds(), req.GetAccountId())...)
	if err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.GeneralLedger, error) {
		g := &generalLedger{asked: asked, room: paging.Size}
		if err := g.read(ctx, tx, req.GetAccountId(), from); err != nil {
			return nil, err
		}
		out := &pb.GeneralLedger{StartDate: asked.start.String(), EndDate: asked.end.String(), Lines: g.lines}
		if g.stopped != nil {
			out.NextPageToken, err = tokenOf(paging, g.stopped)
		}
		return out, err
	})
}

// linesColumn reads the period of a report that lists lines, and what narrows it.
func linesColumn(c *call.Call, req interface {
	periodDates
	narrowedRequest
}) (column, error) {
	var violations fault.List
	out := narrow(&violations, req, column{period: periodOf(c, &violations, req.GetStartDate(), req.GetEndDate())})
	return out, violations.Err()
}

// place is a line at which a page ended.
type place struct {
	Account uuid.UUID `json:"account"`
	Date    string    `json:"date"`
	Line    uuid.UUID `json:"line"`
}

// paging reads which page of a report's lines is asked for and where the page before
// ended, nil for the first page. The query is all but the page.
func (s *Service) paging(c *call.Call, req resource.PageRequest, asked column, query ...string) (resource.Paging, *place, error) {
	query = append(query, asked.start.String(), asked.end.String(), asked.knownAt.String())
	paging, err := resource.NewPaging(s.db.Keys(), c, req, query...)
	if paging.After == nil || err != nil {
		return paging, nil, err
	}
	at := new(place)
	return paging, at, json.Unmarshal(paging.After, at)
}

func tokenOf(paging resource.Paging, at *place) (string, error) {
	raw, err := json.Marshal(at)
	return paging.Next(raw), err
}

// generalLedger is a page in the making.
type generalLedger struct {
	statement
	// asked is the period, and what narrows the lines.
	asked column
	// room is how many more posted lines fit.
	room    int
	lines   []*pb.GeneralLedgerLine
	stopped *place
}

// read fills the page with the accounts from where the last page ended.
func (g *generalLedger) read(ctx context.Context, tx *db.Tx, only string, from *place) (err error) {
	g.statement, err = g.balancesAround(ctx, tx)
	if err != nil {
		return err
	}
	accounts, err := g.accounts(only, from)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if !a.Moved {
			continue
		}
		if err := g.account(ctx, tx, a, from); err != nil || g.stopped != nil {
			return err
		}
		from = nil
	}
	return nil
}

// balancesAround are the balances before the first and at the end of the last day.
func (g *generalLedger) balancesAround(ctx context.Context, tx *db.Tx) (statement, error) {
	opening, closing := g.asked, g.asked
	opening.period, closing.period = period{end: g.asked.start.AddDays(-1)}, period{end: g.asked.end}
	columns := []column{opening, closing}
	all, err := balances(ctx, tx, columns)
	return statement{currency: tx.Call().Organization.CurrencyCode, columns: columns, all: all}, err
}

// accounts are those to show, from where the last page ended.
func (g *generalLedger) accounts(only string, from *place) ([]balance, error) {
	if only != "" {
		key, err := id.Parse("acc", only)
		if err != nil {
			return nil, fault.Invalid(fault.At("accountId", "%s", err))
		}
		at := slices.IndexFunc(g.all, func(b balance) bool { return b.ID == key })
		if at < 0 {
			return nil, fault.NotFound("account", only)
		}
		return g.all[at : at+1], nil
	}
	if from == nil {
		return g.all, nil
	}
	at := slices.IndexFunc(g.all, func(b balance) bool { return b.ID == from.Account })
	if at < 0 {
		return nil, fault.InvalidFor(optionsv1.Reason_PAGE_TOKEN_INVALID, fault.At("pageToken", "ends at an account that is gone; begin again"))
	}
	return g.all[at:], nil
}

//go:embed general_ledger.sql
var selectLines string

// ledgerLine is a posted line as the general ledger shows it.
type ledgerLine struct {
	ID             uuid.UUID
	JournalEntryID uuid.UUID
	Date           string
	Description    string
	Reference      string
	Memo           string
	Minor          int64
}

// account adds the lines of an account, as many as fit.
func (g *generalLedger) account(ctx context.Context, tx *db.Tx, a balance, from *place) error {
	running := a.Minor[0]
	if from == nil {
		g.add(a, pb.GeneralLedgerLine_OPENING_BALANCE, running)
		from = &place{Account: a.ID, Date: "-infinity"}
	} else {
		before, err := g.upTo(ctx, tx, *from)
		if err != nil {
			return err
		}
		running += before
	}
	lines, err := db.Collect[ledgerLine](ctx, tx, selectLines,
		tx.Call().Organization.ID, a.ID, g.asked.start.String(), g.asked.end.String(), from.Date, from.Line, g.asked.values(), g.asked.known(), g.room+1)
	if err != nil {
		return err
	}
	for i, l := range lines {
		if g.room == 0 {
			g.stopped = from
			if i > 0 {
				g.stopped = &place{a.ID, lines[i-1].Date, lines[i-1].ID}
			}
			return nil
		}
		g.room--
		running += l.Minor
		g.addLine(a, l, running)
	}
	g.add(a, pb.GeneralLedgerLine_CLOSING_BALANCE, a.Minor[1])
	return nil
}

func (g *generalLedger) add(a balance, kind pb.GeneralLedgerLine_Kind, balance int64) *pb.GeneralLedgerLine {
	l := &pb.GeneralLedgerLine{
		Kind: kind, AccountId: id.Format("acc", a.ID), AccountCode: a.Code, AccountDisplayName: a.DisplayName, Balance: g.money(balance),
	}
	g.lines = append(g.lines, l)
	return l
}

func (g *generalLedger) addLine(a balance, l ledgerLine, running int64) {
	line := g.add(a, pb.GeneralLedgerLine_POSTED_LINE, running)
	line.Date, line.Description, line.Reference, line.Memo = l.Date, l.Description, l.Reference, l.Memo
	line.JournalEntryId, line.JournalLineId = id.Format("jrn", l.JournalEntryID), id.Format("jln", l.ID)
	line.Debit, line.Credit = g.sides(l.Minor)
}

// upTo is what the lines of the period up to a place add up to.
func (g *generalLedger) upTo(ctx context.Context, tx *db.Tx, at place) (sum int64, err error) {
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
		tx.Call().Organization.ID, at.Account, g.asked.start.String(), at.Date, at.Line, g.asked.values(), g.asked.known()).Scan(&sum)
	return sum, err
}

// periodDates is a request for a period.
type periodDates interface {
	GetStartDate() string
	GetEndDate() string
}
