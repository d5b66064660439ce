package salesreports

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/reports"
	"backoffice/internal/finance/reports/cashbasis"
	"backoffice/internal/finance/reports/comparison"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// salesRequest selects the sales of a report.
type salesRequest interface {
	GetStartDate() string
	GetEndDate() string
	GetBasis() pb.AccountingBasis
	GetDimensionValueIds() []string
	GetCustomerId() string
	GetKnownAt() *timestamppb.Timestamp
}

// salesFilter says which sales a report adds up.
type salesFilter struct {
	period   comparison.Period
	isCash   bool
	within   []uuid.UUID
	customer *uuid.UUID
	known    *time.Time
}

// readSalesFilter returns the filter of a request. The default period is the fiscal year to date.
func (s *Service) readSalesFilter(
	ctx context.Context, violations *fault.List, req salesRequest,
) (f salesFilter, err error) {
	f.isCash = req.GetBasis() == pb.AccountingBasis_CASH
	f.period.End = parseDay(violations, "endDate", req.GetEndDate(), call.From(ctx).Today())
	if req.GetStartDate() == "" {
		f.period.Start, err = db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (calendar.Date, error) {
			return reports.FiscalYearStart(ctx, tx, f.period.End)
		})
		if err != nil {
			return f, err
		}
	} else {
		f.period.Start = parseDay(violations, "startDate", req.GetStartDate(), f.period.End)
	}
	if f.period.Start.After(f.period.End) {
		violations.Append(fault.At("startDate", "must not be after the end, %s", f.period.End))
	}
	for i, v := range req.GetDimensionValueIds() {
		key, err := id.Parse("dmv", ledger.DimensionValueID(v))
		if err != nil {
			violations.Append(fault.At(fmt.Sprintf("dimensionValueIds[%d]", i), "%s", err))
		}
		f.within = append(f.within, key)
	}
	f.customer = parseID(violations, "customerId", "cus", req.GetCustomerId())
	f.known = knownAt(req.GetKnownAt())
	return f, nil
}

// args returns the first arguments of the statements that read sales: the filter, and what the cash
// basis adds to lines.
func (f salesFilter) args(tx *db.Tx, added cashAdditions) []any {
	return []any{tx.Call().Organization.ID, f.period.Start.String(), f.period.End.String(),
		append([]uuid.UUID{}, f.within...), f.known, f.customer, added.lines, added.minors}
}

// cashAdditions are amounts that the cash basis adds to the lines of entries, on days of a period.
type cashAdditions struct {
	lines  []uuid.UUID
	minors []int64
	days   []string
}

// cashBasis reads what the cash basis adds, once for each day.
type cashBasis struct {
	filter salesFilter
	read   map[calendar.Date][]cashbasis.Adjustment
}

func newCashBasis(f salesFilter) *cashBasis {
	return &cashBasis{filter: f, read: map[calendar.Date][]cashbasis.Adjustment{}}
}

// additions returns what is added to the lines of a period: what is recognized by its end, less
// what was recognized before it. If months is true, each month gets what it recognizes.
func (b *cashBasis) additions(
	ctx context.Context, tx *db.Tx, p comparison.Period, months bool,
) (out cashAdditions, err error) {
	out = cashAdditions{lines: []uuid.UUID{}, minors: []int64{}, days: []string{}}
	if !b.filter.isCash {
		return out, nil
	}
	steps := []comparison.Column{{Period: p}}
	if months {
		if steps, err = comparison.Months(p); err != nil {
			return out, err
		}
	}
	for _, step := range steps {
		if err := b.add(ctx, tx, &out, step.End, step.End, 1); err != nil {
			return out, err
		}
		if err := b.add(ctx, tx, &out, step.Start.AddDays(-1), step.End, -1); err != nil {
			return out, err
		}
	}
	return out, nil
}

// add adds the adjustments at the end of a day, times a sign, to what counts on another day.
func (b *cashBasis) add(
	ctx context.Context, tx *db.Tx, out *cashAdditions, at, counts calendar.Date, sign int64,
) error {
	list, known := b.read[at]
	if !known {
		q := cashbasis.Query{Day: at, Within: b.filter.within}
		if b.filter.known != nil {
			q.KnownAt = *b.filter.known
		}
		var err error
		if list, err = cashbasis.ByLine(ctx, tx, q); err != nil {
			return err
		}
		b.read[at] = list
	}
	for _, a := range list {
		out.lines = append(out.lines, a.LineID.UUID)
		out.minors = append(out.minors, sign*a.Minor)
		out.days = append(out.days, counts.String())
	}
	return nil
}
