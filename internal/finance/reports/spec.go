package reports

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// maxColumns is the most columns a statement has.
const maxColumns = 36

// onlyColumn labels the column of a statement that has one.
const onlyColumn = "amount"

// zeroDate is no date: the start of all time.
var zeroDate calendar.Date

// spec is what a statement is asked to be.
type spec struct {
	columns []column
	// dimension divides the only column by its values; nil divides nothing.
	dimension uuid.UUID
	// currency is that of the amounts; empty for the books' own.
	currency string
}

// specRequest is what every statement's request has.
type specRequest interface {
	GetCompare() pb.Compare
	GetCompareCount() int32
}

// knownRequest is a request that can be narrowed to what was known at an instant,
// narrowedRequest to dimension values too, and dividedRequest is one for a statement that
// can also be divided by a dimension. Cash has no dimensions.
type (
	knownRequest    interface{ GetKnownAt() *timestamppb.Timestamp }
	narrowedRequest interface {
		knownRequest
		GetDimensionValueIds() []string
	}
	dividedRequest interface {
		narrowedRequest
		GetColumnDimensionId() string
	}
)

// periodRequest is a request for a statement over a period, dateRequest for one at the
// end of a day.
type (
	periodRequest interface {
		specRequest
		periodDates
	}
	dateRequest interface {
		specRequest
		GetAsOf() string
	}
)

// periodSpec reads a request for a period: by default the fiscal year so far.
func (s *Service) periodSpec(ctx context.Context, req periodRequest) (spec, error) {
	var violations fault.List
	p := periodOf(call.From(ctx), &violations, req.GetStartDate(), req.GetEndDate())
	return specOf(&violations, req, column{period: p, operating: true})
}

// periodOf reads a period, by default the fiscal year up to its end, which by default is
// today.
func periodOf(c *call.Call, violations *fault.List, startDate, endDate string) period {
	end := date(violations, "endDate", endDate, c.Today())
	firstDay, _ := calendar.FiscalYear(end, c.Organization.FiscalYearStart)
	start := date(violations, "startDate", startDate, firstDay)
	if violations.Err() == nil && start.After(end) {
		violations.Append(fault.At("startDate", "must not be after the end, %s", end))
	}
	return period{start, end}
}

// flowSpec is periodSpec for a statement of how cash moved.
func (s *Service) flowSpec(ctx context.Context, req periodRequest) (spec, error) {
	out, err := s.periodSpec(ctx, req)
	for i := range out.columns {
		out.columns[i].flows = true
	}
	return out, err
}

// dateSpec reads a request for the end of a day: by default today.
func (s *Service) dateSpec(ctx context.Context, req dateRequest) (spec, error) {
	var violations fault.List
	asOf := date(&violations, "asOf", req.GetAsOf(), call.From(ctx).Today())
	return specOf(&violations, req, column{period: period{end: asOf}})
}

// specOf reads what all requests have, and refuses what contradicts itself.
func specOf(violations *fault.List, req specRequest, first column) (spec, error) {
	first.label = onlyColumn
	var out spec
	switch req := req.(type) {
	case dividedRequest:
		first, out.dimension = divide(violations, req, first)
	case knownRequest:
		first = knownIn(req, first)
	}
	if req, ok := req.(interface{ GetCurrencyCode() string }); ok {
		out.currency = req.GetCurrencyCode()
		violations.Gather("", presentable(out.currency, first, out.dimension != uuid.Nil))
	}
	if out.dimension != uuid.Nil && req.GetCompare() != pb.Compare_COMPARE_UNSPECIFIED {
		violations.Append(fault.At("columnDimensionId", "cannot be combined with compare; ask for one after the other"))
	}
	count := int(req.GetCompareCount())
	if count == 0 {
		count = 1
	}
	if count < 0 || count >= maxColumns {
		violations.Append(fault.At("compareCount", "must be 1 to %d", maxColumns-1))
	}
	if violations.Err() == nil {
		var err error
		out.columns, err = compared(first, req.GetCompare(), count)
		violations.Gather("", err)
	}
	return out, violations.Err()
}

// presentable refuses what is no currency. The end of a day is translated whole only: the
// lines of some dimension values need not balance, so that what the rates brought could
// not be told from what the rest of the lines holds.
func presentable(currency string, c column, divided bool) error {
	if currency == "" {
		return nil
	}
	if _, known := money.Digits(currency); !known {
		return fault.Invalid(fault.At("currencyCode", "must be an ISO 4217 code"))
	}
	if c.start.IsZero() && (divided || len(c.within) > 0) {
		return fault.Invalid(fault.At("currencyCode", "cannot be combined with dimensions at the end of a day"))
	}
	return nil
}

// divide reads what narrows a column and what divides it.
func divide(violations *fault.List, req dividedRequest, c column) (column, uuid.UUID) {
	c = narrow(violations, req, c)
	if req.GetColumnDimensionId() == "" {
		return c, uuid.Nil
	}
	key, err := id.Parse("dim", req.GetColumnDimensionId())
	if err != nil {
		violations.Append(fault.At("columnDimensionId", "%s", err))
	}
	return c, key
}

// knownIn reads up to when the lines of a column were known.
func knownIn(req knownRequest, c column) column {
	if at := req.GetKnownAt(); at != nil {
		c.knownAt = at.AsTime()
	}
	return c
}

// narrow reads what narrows a column.
func narrow(violations *fault.List, req narrowedRequest, c column) column {
	c = knownIn(req, c)
	for i, v := range req.GetDimensionValueIds() {
		key, err := id.Parse("dmv", v)
		if err != nil {
			violations.Append(fault.At(fmt.Sprintf("dimensionValueIds[%d]", i), "%s", err))
		}
		c.within = append(c.within, key)
	}
	return c
}

// statement reads the balances of the columns that were asked for.
func (s spec) statement(ctx context.Context, tx *db.Tx) (statement, error) {
	columns := s.columns
	if s.dimension != uuid.Nil {
		var err error
		if columns, err = divided(ctx, tx, columns[0], s.dimension); err != nil {
			return statement{}, err
		}
	}
	return s.read(ctx, tx, columns)
}

// read makes a statement of columns, in the currency asked for.
func (s spec) read(ctx context.Context, tx *db.Tx, columns []column) (statement, error) {
	base := tx.Call().Organization.CurrencyCode
	if s.currency == "" || s.currency == base {
		all, err := balances(ctx, tx, columns)
		return statement{currency: base, columns: columns, all: all}, err
	}
	columns = slices.Clone(columns)
	for i := range columns {
		columns[i].operating = true
	}
	all, err := translated(ctx, tx, columns, s.currency)
	return statement{currency: s.currency, columns: columns, all: all, translated: true}, err
}

// divided are the columns of a dimension's values, of what carries none of them, and of
// the whole, which comes first.
func divided(ctx context.Context, tx *db.Tx, whole column, dimension uuid.UUID) ([]column, error) {
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
	whole.label = "Total"
	out := []column{whole}
	rest := whole
	rest.label = "None"
	var key uuid.UUID
	var name string
	if _, err := pgx.ForEachRow(rows, []any{&key, &name}, func() error {
		next := whole
		next.label = name
		next.within = append(next.within[:len(next.within):len(next.within)], key)
		rest.without = append(rest.without, key)
		out = append(out, next)
		return nil
	}); err != nil {
		return nil, err
	}
	switch len(out) {
	case 1:
		return nil, fault.Invalid(fault.At("columnDimensionId", "names no dimension that has values"))
	case maxColumns + 1:
		return nil, fault.Invalid(fault.At("columnDimensionId", "has more than %d values; narrow the report to some of them instead", maxColumns-2))
	}
	return append(out, rest), nil
}

// date reads a date, or takes the one to use when none is given.
func date(violations *fault.List, field, text string, absent calendar.Date) calendar.Date {
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
