package reports

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/reports/comparison"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// maxColumns is the maximum number of columns in a statement.
const maxColumns = comparison.MaxColumns

// onlyColumn is the label of the column of a single-column statement.
const onlyColumn = "amount"

// totalLabel is the label of a column that adds up the others.
const totalLabel = comparison.TotalLabel

// zeroDate is the absence of a date. As a start, it means all time.
var zeroDate calendar.Date

// spec describes a requested statement.
type spec struct {
	columns []column
	// dimension splits the only column by the values of this dimension. uuid.Nil leaves it
	// whole.
	dimension uuid.UUID
	// currency is the currency of the amounts. Empty means the organization's base currency.
	currency string
	// yearToDate adds a column for the fiscal year up to the end of the asked period.
	yearToDate bool
}

// specRequest is implemented by the request of every statement.
type specRequest interface {
	GetCompare() pb.Compare
	GetCompareCount() int32
}

type (
	// knownAtRequest can limit a statement to lines posted by an instant.
	knownAtRequest interface{ GetKnownAt() *timestamppb.Timestamp }
	// filteredRequest can also limit it to lines with dimension values. Cash reports have no
	// dimensions.
	filteredRequest interface {
		knownAtRequest
		GetDimensionValueIds() []string
	}
	// dimensionRequest can also split the statement into columns by dimension value.
	dimensionRequest interface {
		filteredRequest
		GetColumnDimensionId() string
	}
)

type (
	// periodRequest asks for a statement over a period.
	periodRequest interface {
		specRequest
		periodDates
	}
	// dateRequest asks for a statement at the end of a day.
	dateRequest interface {
		specRequest
		GetAsOf() string
	}
)

// periodSpec parses a request for a period. The default is the fiscal year to date.
func (s *Service) periodSpec(ctx context.Context, req periodRequest) (spec, error) {
	var violations fault.List
	p, err := s.parsePeriod(ctx, &violations, req.GetStartDate(), req.GetEndDate())
	if err != nil {
		return spec{}, err
	}
	return newSpec(&violations, req, column{period: p, operating: true})
}

// parsePeriod parses a period. The end defaults to today, the start to the first day of the
// end's fiscal year.
func (s *Service) parsePeriod(
	ctx context.Context, violations *fault.List, startDate, endDate string,
) (p period, err error) {
	p.end = parseDate(violations, "endDate", endDate, call.From(ctx).Today())
	if startDate == "" {
		years, err := db.Read(ctx, s.db, readFiscalYears)
		return period{years.containing(p.end).start, p.end}, err
	}
	p.start = parseDate(violations, "startDate", startDate, p.end)
	if violations.Err() == nil && p.start.After(p.end) {
		violations.Append(fault.At("startDate", "must not be after the end, %s", p.end))
	}
	return p, nil
}

// flowSpec parses a request for a cash statement over a period.
func (s *Service) flowSpec(ctx context.Context, req periodRequest) (spec, error) {
	out, err := s.periodSpec(ctx, req)
	for i := range out.columns {
		out.columns[i].flows = true
	}
	return out, err
}

// dateSpec parses a request for the end of a day. The default is today.
func (s *Service) dateSpec(ctx context.Context, req dateRequest) (spec, error) {
	var violations fault.List
	asOf := parseDate(&violations, "asOf", req.GetAsOf(), call.From(ctx).Today())
	return newSpec(&violations, req, column{period: period{end: asOf}})
}

// trialSpec parses a request for a trial balance. With a start date, it has the columns of the
// opening balance, of the period, and of the closing balance.
func (s *Service) trialSpec(ctx context.Context, req *pb.GetTrialBalanceRequest) (spec, error) {
	out, err := s.dateSpec(ctx, req)
	if err != nil || req.GetStartDate() == "" {
		return out, err
	}
	var violations fault.List
	closing := out.columns[len(out.columns)-1]
	start := parseDate(&violations, "startDate", req.GetStartDate(), closing.end)
	switch {
	case start.After(closing.end):
		violations.Append(fault.At("startDate", "must not be after asOf, %s", closing.end))
	case len(out.columns) > 1 || out.dimension != uuid.Nil || out.currency != "":
		violations.Append(fault.At("startDate",
			"cannot be combined with compare, columnDimensionId or currencyCode; request them separately"))
	}
	opening, moved := closing, closing
	opening.end, opening.label, opening.asked = start.AddDays(-1), "opening", false
	moved.start, moved.label, moved.asked = start, onlyColumn, false
	closing.label = "closing"
	out.columns = []column{opening, moved, closing}
	return out, violations.Err()
}

// newSpec parses the fields that all requests share and rejects contradictory ones.
func newSpec(violations *fault.List, req specRequest, first column) (spec, error) {
	first.label = onlyColumn
	var out spec
	switch req := req.(type) {
	case dimensionRequest:
		first, out.dimension = withDimension(violations, req, first)
	case knownAtRequest:
		first = withKnownAt(req, first)
	}
	if req, ok := req.(interface{ GetCurrencyCode() string }); ok {
		out.currency = req.GetCurrencyCode()
		violations.MergeViolations("", checkCurrency(out.currency, first, out.dimension != uuid.Nil))
	}
	first = withBasis(violations, req, first, out.currency)
	if out.dimension != uuid.Nil && req.GetCompare() != pb.Compare_COMPARE_UNSPECIFIED {
		violations.Append(fault.At("columnDimensionId", "cannot be combined with compare; request them separately"))
	}
	count, err := comparison.Count(req.GetCompare(), req.GetCompareCount())
	violations.MergeViolations("", err)
	if violations.Err() == nil {
		out.columns, err = comparisonColumns(first, req.GetCompare(), count)
		violations.MergeViolations("", err)
	}
	return out, violations.Err()
}

// checkCurrency rejects an unknown currency. It also rejects a translated balance sheet or
// trial balance that is filtered or split by dimension: the lines of some dimension values need
// not balance, so the translation difference could not be computed.
func checkCurrency(currency string, c column, divided bool) error {
	if currency == "" {
		return nil
	}
	if _, known := money.Digits(currency); !known {
		return fault.Invalid(fault.At("currencyCode", "must be an ISO 4217 code"))
	}
	if c.start.IsZero() && (divided || len(c.within) > 0) {
		return fault.Invalid(
			fault.At("currencyCode", "cannot be combined with dimensions in a balance sheet or trial balance"),
		)
	}
	return nil
}

// withDimension parses the filters of a column and the dimension to split it by.
func withDimension(violations *fault.List, req dimensionRequest, c column) (column, uuid.UUID) {
	c = withDimensionValues(violations, req, c)
	if req.GetColumnDimensionId() == "" {
		return c, uuid.Nil
	}
	key, err := id.Parse("dim", req.GetColumnDimensionId())
	if err != nil {
		violations.Append(fault.At("columnDimensionId", "%s", err))
	}
	return c, key
}

// withKnownAt parses the instant by which the lines of a column were posted.
func withKnownAt(req knownAtRequest, c column) column {
	if at := req.GetKnownAt(); at != nil {
		c.knownAt = at.AsTime()
	}
	return c
}

// withDimensionValues parses the filters of a column: the posting instant and the dimension
// values.
func withDimensionValues(violations *fault.List, req filteredRequest, c column) column {
	c = withKnownAt(req, c)
	for i, v := range req.GetDimensionValueIds() {
		key, err := id.Parse("dmv", ledger.DimensionValueID(v))
		if err != nil {
			violations.Append(fault.At(fmt.Sprintf("dimensionValueIds[%d]", i), "%s", err))
		}
		c.within = append(c.within, key)
	}
	return c
}

// statement reads the balances of the requested columns.
func (s spec) statement(ctx context.Context, tx *db.Tx) (statement, error) {
	columns := s.columns
	if s.dimension != uuid.Nil {
		var err error
		if columns, err = dimensionColumns(ctx, tx, columns[0], s.dimension); err != nil {
			return statement{}, err
		}
	}
	asked := columns[(statement{columns: columns}).asked()]
	if asked.start.IsZero() {
		return s.read(ctx, tx, columns)
	}
	years, err := readFiscalYears(ctx, tx)
	if err != nil {
		return statement{}, err
	}
	if s.yearToDate {
		year := asked
		year.start, year.label, year.asked = years.containing(year.end).start, "Year to date", false
		columns = append(slices.Clone(columns), year)
	}
	out, err := s.read(ctx, tx, columns)
	if err == nil && years.usesIFRS18(asked.end) {
		out.presentByIFRS18()
	}
	return out, err
}

// read makes a statement of columns in the requested currency.
func (s spec) read(ctx context.Context, tx *db.Tx, columns []column) (statement, error) {
	base := tx.Call().Organization.CurrencyCode
	if s.currency == "" || s.currency == base {
		all, err := balances(ctx, tx, columns)
		return statement{currency: base, columns: columns, balances: all}, err
	}
	columns = slices.Clone(columns)
	for i := range columns {
		columns[i].operating = true
	}
	all, err := translatedBalances(ctx, tx, columns, s.currency)
	return statement{currency: s.currency, columns: columns, balances: all, translated: true}, err
}

// dimensionColumns returns the total column first, then one column for each value of the
// dimension, then one for lines with none of its values.
func dimensionColumns(ctx context.Context, tx *db.Tx, whole column, dimension uuid.UUID) ([]column, error) {
	rows, err := tx.Query(ctx, `
select id, display_name
from finance.dimension_values
where org_id = $1
and dimension_id = $2
order by display_name, id
limit $3`, tx.Call().Organization.ID, dimension, maxColumns)
	if err != nil {
		return nil, err
	}
	whole.label = totalLabel
	out := []column{whole}
	rest := whole
	rest.label, rest.asked = "None", false
	var key uuid.UUID
	var name string
	if _, err := pgx.ForEachRow(rows, []any{&key, &name}, func() error {
		next := whole
		next.label, next.value, next.asked = name, key, false
		next.within = append(next.within[:len(next.within):len(next.within)], key)
		rest.without = append(rest.without, key)
		out = append(out, next)
		return nil
	}); err != nil {
		return nil, err
	}
	switch len(out) {
	case 1:
		return nil, fault.Invalid(fault.At("columnDimensionId", "must be a dimension that has values"))
	case maxColumns + 1:
		return nil, fault.Invalid(fault.At("columnDimensionId",
			"has more than %d values; filter by dimensionValueIds instead", maxColumns-2))
	}
	return append(out, rest), nil
}

// parseDate parses a date, or returns absent for an empty string.
func parseDate(violations *fault.List, field, text string, absent calendar.Date) calendar.Date {
	if text == "" {
		return absent
	}
	d, err := calendar.ParseDate(text)
	if err != nil {
		violations.Append(fault.At(field, "must be a date such as \"2026-11-21\""))
		return absent
	}
	return d
}
