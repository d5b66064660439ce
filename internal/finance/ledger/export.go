package ledger

import (
	"cmp"
	"context"
	_ "embed"
	"slices"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/genproto/googleapis/api/httpbody"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/paper"
	"backoffice/internal/platform/rpc"
)

// Bounds of an export: how many lines are read, and how large the file may be, which is
// what one answer holds.
const (
	maxExportLines = 50_000
	maxExportBytes = 4 << 20
)

var (
	//go:embed export.sql
	selectExport string
	//go:embed export_opening.sql
	selectOpening string
)

// exportedBooks are what an export is made of, read in one snapshot.
type exportedBooks struct {
	organization, base string
	start, end         string
	accounts           []exportAccount
	opening            []exportAmount
	lines              []exportLine
}

// exportAccount is an account of the chart.
type exportAccount struct {
	ID                         uuid.UUID
	Code, DisplayName, Type    string
	CashFlowSection, FirstDate string
}

// exportAmount is an amount on an account, in its own currency and in the base.
type exportAmount struct {
	AccountID   uuid.UUID
	Currency    string
	Minor, Base int64
}

// exportLine is a posted line with its entry.
type exportLine struct {
	EntryID                              uuid.UUID
	Date, Description, Reference, Source string
	LineNumber                           int
	AccountID                            uuid.UUID
	Currency                             string
	Minor, Base                          int64
	Rate, Memo                           string
	Closing                              bool
	DimensionValueIDs                    []uuid.UUID
	// Dimensions are the values' names with those of their dimensions.
	Dimensions string `db:"-"`
}

// ExportBooks answers the posted entries of a period as a file.
func (s *Service) ExportBooks(ctx context.Context, req *pb.ExportBooksRequest) (*httpbody.HttpBody, error) {
	b, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*exportedBooks, error) { return readBook(ctx, tx, req) })
	if err != nil {
		return nil, err
	}
	var out *httpbody.HttpBody
	switch req.GetFormat() {
	case pb.ExportBooksRequest_HLEDGER:
		out = &httpbody.HttpBody{ContentType: "text/plain; charset=utf-8", Data: b.hledger()}
	case pb.ExportBooksRequest_BEANCOUNT:
		out = &httpbody.HttpBody{ContentType: "text/plain; charset=utf-8", Data: b.beancount()}
	default:
		if out, err = b.table().File(req.GetFormat().String()); err != nil {
			return nil, err
		}
	}
	if len(out.Data) > maxExportBytes {
		return nil, tooLong()
	}
	extension := req.GetFormat().String()
	if req.GetFormat() == pb.ExportBooksRequest_HLEDGER {
		extension = "journal" // as hledger calls its files
	}
	rpc.SetFileName(ctx, rpc.FileName("Books", exportedDays(req), extension))
	return out, nil
}

// exportedDays says which days were asked for, "" for all.
func exportedDays(req *pb.ExportBooksRequest) string {
	switch start, end := req.GetStartDate(), req.GetEndDate(); {
	case start != "" && end != "":
		return start + " to " + end
	case start != "":
		return "from " + start
	case end != "":
		return "to " + end
	}
	return ""
}

func tooLong() error {
	return fault.Refuse(optionsv1.Reason_FILE_TOO_LARGE, "The period has more than fits into one file of %d MiB or %d lines; export it in shorter ones.", maxExportBytes>>20, maxExportLines)
}

func readBook(ctx context.Context, tx *db.Tx, req *pb.ExportBooksRequest) (*exportedBooks, error) {
	c := tx.Call()
	b := &exportedBooks{organization: c.Organization.DisplayName, base: c.Organization.CurrencyCode, start: req.GetStartDate(), end: req.GetEndDate()}
	if b.start != "" && b.end != "" && b.start > b.end {
		return nil, fault.Invalid(fault.At("startDate", "must not be after the end, %s", b.end))
	}
	if b.end == "" {
		b.end = "infinity"
	}
	if err := b.read(ctx, tx, c.Organization.ID); err != nil {
		return nil, err
	}
	if len(b.lines) > maxExportLines {
		return nil, tooLong()
	}
	return b, nil
}

func (b *exportedBooks) read(ctx context.Context, tx *db.Tx, org uuid.UUID) (err error) {
	start := "-infinity"
	if b.start != "" {
		start = b.start
		if b.opening, err = db.Collect[exportAmount](ctx, tx, selectOpening, org, start); err != nil {
			return err
		}
	}
	if b.accounts, err = db.Collect[exportAccount](ctx, tx, `
select a.id, a.code, a.display_name, a.type, a.cash_flow_section,
  coalesce((select min(l.date)::text from finance.journal_lines l where l.org_id = $1 and l.account_id = a.id), '') as first_date
from finance.accounts a
where a.org_id = $1
order by a.code = '', a.code, a.display_name, a.id`, org); err != nil {
		return err
	}
	if b.lines, err = db.Collect[exportLine](ctx, tx, selectExport, org, start, b.end, maxExportLines+1); err != nil {
		return err
	}
	return b.label(ctx, tx, org)
}

// label sets the Dimensions of each line, such as `Place: Boston, Project: Website`.
func (b *exportedBooks) label(ctx context.Context, tx *db.Tx, org uuid.UUID) error {
	values, err := db.Collect[struct {
		ID    uuid.UUID
		Label string
	}](ctx, tx, `
select v.id, d.display_name || ': ' || v.display_name as label
from finance.dimension_values v
join finance.dimensions d on d.org_id = $1 and d.id = v.dimension_id
where v.org_id = $1
order by d.display_name, v.display_name, v.id`, org)
	if err != nil {
		return err
	}
	places, labels := map[uuid.UUID]int{}, map[uuid.UUID]string{}
	for i, v := range values {
		places[v.ID], labels[v.ID] = i, v.Label
	}
	for i, l := range b.lines {
		slices.SortFunc(l.DimensionValueIDs, func(x, y uuid.UUID) int { return cmp.Compare(places[x], places[y]) })
		var names []string
		for _, v := range l.DimensionValueIDs {
			names = append(names, labels[v])
		}
		b.lines[i].Dimensions = strings.Join(names, ", ")
	}
	return nil
}

// table is the lines as a table, an entry's together.
func (b *exportedBooks) table() paper.Table {
	t := paper.Table{Organization: b.organization, Title: "Journal", Subtitle: b.start + " to " + b.end}
	for _, label := range []string{"date", "entryId", "reference", "description", "source", "accountCode", "accountName", "currency", "amount", "exchangeRate", "baseAmount", "dimensions", "memo"} {
		t.Columns = append(t.Columns, paper.Column{Label: label, Amount: label == "amount" || label == "baseAmount" || label == "exchangeRate"})
	}
	accounts := map[uuid.UUID]exportAccount{}
	for _, a := range b.accounts {
		accounts[a.ID] = a
	}
	for _, l := range b.lines {
		a := accounts[l.AccountID]
		t.Rows = append(t.Rows, paper.Row{Cells: []string{
			l.Date, id.Format("jrn", l.EntryID), l.Reference, l.Description, l.Source, a.Code, a.DisplayName,
			l.Currency, money.Format(l.Minor, l.Currency), l.Rate, money.Format(l.Base, b.base), l.Dimensions, l.Memo,
		}})
	}
	return t
}
