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
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/paper"
	"backoffice/internal/platform/rpc"
)

// The most journal lines that an export has, and the largest file, in bytes, that fits in a
// response.
const (
	maxExportLines = 50_000
	maxExportBytes = 4 << 20
)

// unbounded is the end of an export without a last day.
const unbounded = "infinity"

var (
	//go:embed export.sql
	selectExport string
	//go:embed export_opening.sql
	selectOpening string
)

// exportedBooks is the data of an export, read in one snapshot.
type exportedBooks struct {
	organization, base string
	start, end         string
	locale             paper.Locale
	accounts           []exportAccount
	// opening are the balances before the start. Those of income and expenses are in one amount on
	// the account of closed earnings.
	opening []exportAmount
	lines   []exportLine
	// results are the income and expense accounts.
	results map[uuid.UUID]bool
}

// exportAccount is an account of the chart.
type exportAccount struct {
	ID                         uuid.UUID
	Code, DisplayName, Type    string
	CashFlowSection, FirstDate string
}

// exportAmount is an amount on an account, in minor units of its currency and of the base currency.
type exportAmount struct {
	AccountID   uuid.UUID
	Currency    string
	Minor, Base int64
}

// exportLine is a posted line with the fields of its entry.
type exportLine struct {
	EntryID                              uuid.UUID
	Date, Description, Reference, Source string
	ExternalID, Metadata, CustomFields   string
	LineNumber                           int
	AccountID                            uuid.UUID
	Currency                             string
	Minor, Base                          int64
	Rate, Memo                           string
	Closing                              bool
	DimensionValueIDs                    []uuid.UUID
	// Dimensions names the dimension values, such as `Place: Boston, Project: Website`.
	Dimensions string `db:"-"`
	// annotations are those of the entry, for the formats without columns for them.
	annotations []annotation
}

// ExportBooks returns the posted entries of a period as a file.
func (s *Service) ExportBooks(ctx context.Context, req *pb.ExportBooksRequest) (*httpbody.HttpBody, error) {
	b, err := db.Read(
		ctx, s.db, func(ctx context.Context, tx *db.Tx) (*exportedBooks, error) { return readExport(ctx, tx, req) },
	)
	if err != nil {
		return nil, err
	}
	var out *httpbody.HttpBody
	for i := range b.lines {
		if b.lines[i].annotations, err = b.lines[i].readAnnotations(); err != nil {
			return nil, err
		}
	}
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
		return nil, exportTooLarge()
	}
	extension := req.GetFormat().String()
	if req.GetFormat() == pb.ExportBooksRequest_HLEDGER {
		extension = "journal" // hledger's file extension
	}
	rpc.SetFileName(ctx, rpc.FileName("Books", exportTitleDates(req), extension))
	return out, nil
}

// exportTitleDates returns the dates of the request for the file's name, or "" if it has none.
func exportTitleDates(req *pb.ExportBooksRequest) string {
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

// exportTooLarge returns the error of an export with too many lines or bytes.
func exportTooLarge() error {
	return fault.Refuse(
		optionsv1.Reason_FILE_TOO_LARGE, "The export is larger than %d MiB or %d lines; export shorter periods.",
		maxExportBytes>>20, maxExportLines,
	)
}

// readExport checks the dates of a request and reads the data of its export.
func readExport(ctx context.Context, tx *db.Tx, req *pb.ExportBooksRequest) (*exportedBooks, error) {
	c := tx.Call()
	b := &exportedBooks{
		organization: c.Organization.DisplayName, base: c.Organization.CurrencyCode, start: req.GetStartDate(),
		end: req.GetEndDate(), locale: paper.NewLocale(c.Organization.RegionCode),
	}
	if b.start != "" && b.end != "" && b.start > b.end {
		return nil, fault.Invalid(fault.At("startDate", "must not be after the end, %s", b.end))
	}
	if b.end == "" {
		b.end = unbounded
	}
	if err := b.load(ctx, tx, c.Organization.ID); err != nil {
		return nil, err
	}
	if len(b.lines) > maxExportLines {
		return nil, exportTooLarge()
	}
	return b, nil
}

// load reads the opening balances, the accounts and the lines. The start and end dates are
// inclusive.
func (b *exportedBooks) load(ctx context.Context, tx *db.Tx, org uuid.UUID) (err error) {
	start := "-infinity"
	if b.start != "" {
		start = b.start
		if b.opening, err = db.Collect[exportAmount](ctx, tx, selectOpening, org, start); err != nil {
			return err
		}
	}
	if b.accounts, err = db.Collect[exportAccount](ctx, tx, `
select a.id, a.code, a.display_name, a.type, a.cash_flow_section,
  coalesce((
    select min(l.date)::text
    from finance.journal_lines l
    where l.org_id = $1
    and l.account_id = a.id
  ), '') as first_date
from finance.accounts a
where a.org_id = $1
order by a.code = '', a.code, a.display_name, a.id`, org); err != nil {
		return err
	}
	b.results = map[uuid.UUID]bool{}
	for _, a := range b.accounts {
		b.results[a.ID] = a.Type == pb.Account_INCOME.String() || a.Type == pb.Account_EXPENSE.String()
	}
	b.closeOpening()
	if b.lines, err = db.Collect[exportLine](ctx, tx, selectExport, org, start, b.end, maxExportLines+1); err != nil {
		return err
	}
	return b.labelDimensions(ctx, tx, org)
}

// closeOpening replaces the opening balances of income and expenses with their sum on the account
// of closed earnings. Earnings before the start are not earnings of the file's period (hledger
// manual, "close": the opening balances are those of assets, liabilities and equity).
func (b *exportedBooks) closeOpening() {
	earned := exportAmount{AccountID: earningsID, Currency: b.base}
	b.opening = slices.DeleteFunc(b.opening, func(a exportAmount) bool {
		if b.results[a.AccountID] {
			earned.Base += a.Base
		}
		return b.results[a.AccountID]
	})
	if earned.Minor = earned.Base; earned.Base != 0 {
		b.opening = append(b.opening, earned)
	}
}

// labelDimensions sets the Dimensions of each line, ordered by the names of dimensions and values.
func (b *exportedBooks) labelDimensions(ctx context.Context, tx *db.Tx, org uuid.UUID) error {
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
	positions, labels := map[uuid.UUID]int{}, map[uuid.UUID]string{}
	for i, v := range values {
		positions[v.ID], labels[v.ID] = i, v.Label
	}
	for i, l := range b.lines {
		slices.SortFunc(l.DimensionValueIDs, func(x, y uuid.UUID) int { return cmp.Compare(positions[x], positions[y]) })
		var names []string
		for _, v := range l.DimensionValueIDs {
			names = append(names, labels[v])
		}
		b.lines[i].Dimensions = strings.Join(names, ", ")
	}
	return nil
}

// period returns the first and last day of the export. A day that is not requested is that of the
// first or last entry.
func (b *exportedBooks) period() string {
	start, end := b.start, b.end
	if n := len(b.lines); n > 0 {
		start = cmp.Or(start, b.lines[0].Date)
		if end == unbounded {
			end = b.lines[n-1].Date
		}
	}
	first, startErr := calendar.ParseDate(start)
	last, endErr := calendar.ParseDate(end)
	switch {
	case startErr == nil && endErr == nil:
		return b.locale.ForPeriod(first, last, false)
	case startErr == nil:
		return "From " + b.locale.LongDate(first)
	case endErr == nil:
		return "To " + b.locale.LongDate(last)
	}
	return ""
}

// table returns the lines as a table, with the lines of an entry together.
func (b *exportedBooks) table() paper.Table {
	t := paper.Table{
		Issuer: paper.Issuer{Name: b.organization}, Title: "Journal", Period: b.period(), Locale: b.locale,
		Notes: []string{"Base amounts in " + b.base + "."}, Empty: "No entries in this period.",
	}
	kinds := map[string]paper.ColumnKind{
		"date": paper.Date, "amount": paper.Amount, "baseAmount": paper.Amount, "exchangeRate": paper.Amount,
	}
	for _, label := range []string{
		"date", "entryId", "reference", "description", "source", "accountCode", "accountName", "currency", "amount",
		"exchangeRate", "baseAmount", "dimensions", "memo", "externalId", "metadata", "customFields",
	} {
		t.Columns = append(t.Columns, paper.Column{Label: label, Kind: kinds[label]})
	}
	accounts := map[uuid.UUID]exportAccount{}
	for _, a := range b.accounts {
		accounts[a.ID] = a
	}
	for _, l := range b.lines {
		a := accounts[l.AccountID]
		t.AddEntry(0, l.Date, id.Format("jrn", l.EntryID), l.Reference, l.Description, l.Source, a.Code, a.DisplayName,
			l.Currency, money.Format(l.Minor, l.Currency), l.Rate, money.Format(l.Base, b.base), l.Dimensions, l.Memo,
			l.ExternalID, l.Metadata, l.CustomFields)
	}
	return t
}
