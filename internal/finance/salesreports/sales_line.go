package salesreports

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
)

// selectSalesLines lists the parts that sales by item add up.
var selectSalesLines = partsOf(selectSalesByItem) + `
select
  p.entry_id,
  p.account_id,
  coalesce(p.line_number, 0) as line_number,
  p.date,
  p.source,
  coalesce(p.prefix, '') as prefix,
  p.document_id,
  coalesce(p.number, '') as number,
  p.customer_id,
  p.line_id,
  p.item_id,
  coalesce(p.line_description, p.description) as description,
  coalesce(trim_scale(p.quantity)::text, '') as quantity,
  p.share::bigint as minor
from parts p
where (p.share <> 0 or p.quantity <> 0)
and ($9::uuid is null or p.item_id = $9)
and ($10::uuid is null or p.account_id = $10)
and (p.date, p.entry_id, p.account_id, coalesce(p.line_number, 0)) > ($11::date, $12::uuid, $13::uuid, $14::integer)
order by p.date, p.entry_id, p.account_id, coalesce(p.line_number, 0)
limit $15`

// partsOf returns the common table expressions of a statement, without its last select.
func partsOf(sql string) string { return sql[:strings.LastIndex(sql, "\nselect")] }

// salesPart is a part of a figure: the share of a line of a document in a posted amount.
type salesPart struct {
	EntryID     uuid.UUID
	AccountID   uuid.UUID
	LineNumber  int32
	Date        calendar.Date
	Source      string
	Prefix      string
	DocumentID  uuid.NullUUID
	Number      string
	CustomerID  uuid.NullUUID
	LineID      uuid.NullUUID
	ItemID      uuid.NullUUID
	Description string
	Quantity    string
	Minor       int64
}

// salesCursor is the last part of a page.
type salesCursor struct {
	Date    string    `json:"date"`
	Entry   uuid.UUID `json:"entry"`
	Account uuid.UUID `json:"account"`
	Line    int32     `json:"line"`
}

// ExplainSalesReport lists the lines of documents behind a figure of a sales report.
func (s *Service) ExplainSalesReport(
	ctx context.Context, req *pb.ExplainSalesReportRequest,
) (*pb.ExplainSalesReportResponse, error) {
	var violations fault.List
	filter, err := s.readSalesFilter(ctx, &violations, req)
	if err != nil {
		return nil, err
	}
	item := parseID(&violations, "itemId", "itm", req.GetItemId())
	account := parseID(&violations, "accountId", "acc", req.GetAccountId())
	if err := violations.Err(); err != nil {
		return nil, err
	}
	paging, from, err := s.salesPaging(call.From(ctx), req, filter)
	if err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ExplainSalesReportResponse, error) {
		added, err := newCashBasis(filter).additions(ctx, tx, filter.period, false)
		if err != nil {
			return nil, err
		}
		rows, err := tx.QueryReplanned(ctx, selectSalesLines, append(filter.args(tx, added), item, account, from.Date,
			from.Entry, from.Account, from.Line, paging.Size+1)...)
		if err != nil {
			return nil, err
		}
		parts, err := pgx.CollectRows(rows, pgx.RowToStructByName[salesPart])
		if err != nil {
			return nil, err
		}
		return salesLines(paging, parts, filter.isCash, tx.Call().Organization.CurrencyCode)
	})
}

// salesPaging returns the page that is requested, and where the page before ended.
func (s *Service) salesPaging(
	c *call.Call, req *pb.ExplainSalesReportRequest, f salesFilter,
) (paging resource.Paging, from salesCursor, err error) {
	from = salesCursor{Date: "-infinity"}
	bound := append([]string{f.period.String(), req.GetBasis().String(), req.GetCustomerId(), req.GetItemId(),
		req.GetAccountId(), req.GetKnownAt().String()}, req.GetDimensionValueIds()...)
	paging, err = resource.NewPaging(s.db.Keys(), c, req, bound...)
	if err != nil || paging.After == nil {
		return paging, from, err
	}
	return paging, from, json.Unmarshal(paging.After, &from)
}

// salesLines returns a page of lines.
func salesLines(
	paging resource.Paging, parts []salesPart, isCash bool, base string,
) (*pb.ExplainSalesReportResponse, error) {
	out := &pb.ExplainSalesReportResponse{}
	var next *salesCursor
	if len(parts) > paging.Size {
		parts = parts[:paging.Size]
		last := parts[len(parts)-1]
		next = &salesCursor{last.Date.String(), last.EntryID, last.AccountID, last.LineNumber}
	}
	for _, p := range parts {
		l := &pb.SalesLine{Date: p.Date.String(), JournalEntryId: id.Format("jrn", p.EntryID), Source: p.Source,
			Number: p.Number, CustomerId: formatID("cus", p.CustomerID), DocumentLineId: formatID("dln", p.LineID),
			ItemId: formatID("itm", p.ItemID), Description: p.Description, AccountId: id.Format("acc", p.AccountID),
			Amount: money.ToProto(p.Minor, base)}
		if p.DocumentID.Valid {
			l.DocumentId = id.Format(p.Prefix, p.DocumentID.UUID)
		}
		if !isCash {
			l.Quantity = p.Quantity
		}
		out.Lines = append(out.Lines, l)
	}
	if next == nil {
		return out, nil
	}
	raw, err := json.Marshal(next)
	out.NextPageToken = paging.Next(raw)
	return out, err
}
