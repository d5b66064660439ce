package reports

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
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
	accounts, err := ledgerAccounts(req)
	if err != nil {
		return nil, err
	}
	bound := append(req.GetDimensionValueIds(), fmt.Sprint(accounts), fmt.Sprint(req.GetNewestFirst()), req.GetQ())
	paging, from, err := s.paging(c, req, selection, bound...)
	if err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.GeneralLedger, error) {
		g := newGeneralLedger(req, selection, paging.Size)
		if err := g.read(ctx, tx, accounts, from); err != nil {
			return nil, err
		}
		out := &pb.GeneralLedger{StartDate: selection.start.String(), EndDate: selection.end.String(), Lines: g.lines}
		if g.next != nil {
			out.NextPageToken, err = nextPageToken(paging, g.next)
		}
		return out, err
	})
}

// ledgerRequest selects the accounts and lines of a general ledger.
type ledgerRequest interface {
	GetAccountId() string
	GetAccountIds() []string
	GetNewestFirst() bool
	GetQ() string
}

// ledgerAccounts returns the requested accounts, or none for all accounts.
func ledgerAccounts(req ledgerRequest) (out []uuid.UUID, err error) {
	var violations fault.List
	add := func(field, text string) {
		key, err := id.Parse("acc", text)
		if err != nil {
			violations.Append(fault.At(field, "%s", err))
		}
		out = append(out, key)
	}
	if req.GetAccountId() != "" {
		add("accountId", req.GetAccountId())
	}
	for i, text := range req.GetAccountIds() {
		add(fmt.Sprintf("accountIds[%d]", i), text)
	}
	return out, violations.Err()
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

// periodDates is implemented by requests for a period.
type periodDates interface {
	GetStartDate() string
	GetEndDate() string
}
