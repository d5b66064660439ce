package salesreports

import (
	"context"
	_ "embed"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/reports/comparison"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

var (
	//go:embed sales_by_entry.sql
	selectSalesByEntry string
	//go:embed sales_by_item.sql
	selectSalesByItem string
)

// salesSpec is a requested report of sales.
type salesSpec struct {
	salesFilter
	groupBy   pb.SalesReport_GroupBy
	dimension uuid.UUID
	columns   []comparison.Column
	// monthsAddUp is true if the last column adds up the others.
	monthsAddUp bool
}

// soldAmount is what was sold to a customer, of an item, by account, in a month, or with dimension
// values. Kind is INVOICED, CREDITED, DISCOUNT or OTHER.
type soldAmount struct {
	Key               uuid.NullUUID
	Month             *calendar.Date
	DimensionValueIDs []uuid.UUID
	Kind              string
	Minor             int64
	Quantity          string
}

// GetSalesReport returns what was sold in a period.
func (s *Service) GetSalesReport(ctx context.Context, req *pb.GetSalesReportRequest) (*pb.SalesReport, error) {
	spec, err := s.readSalesRequest(ctx, req)
	if err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.SalesReport, error) {
		r := newSales(spec, tx.Call().Organization.CurrencyCode)
		if spec.groupBy == pb.SalesReport_DIMENSION {
			if err := r.readDimension(ctx, tx); err != nil {
				return nil, err
			}
		}
		cash := newCashBasis(spec.salesFilter)
		for n, c := range spec.columns {
			if spec.monthsAddUp && n == len(spec.columns)-1 {
				continue
			}
			amounts, err := spec.read(ctx, tx, c.Period, cash)
			if err != nil {
				return nil, err
			}
			if err := r.add(n, amounts); err != nil {
				return nil, err
			}
		}
		if err := r.readNames(ctx, tx); err != nil {
			return nil, err
		}
		return r.report()
	})
}

// readSalesRequest returns what a request asks for. It reports all invalid fields at once.
func (s *Service) readSalesRequest(ctx context.Context, req *pb.GetSalesReportRequest) (spec salesSpec, err error) {
	var violations fault.List
	spec.groupBy = req.GetGroupBy()
	if spec.groupBy == pb.SalesReport_GROUP_BY_UNSPECIFIED {
		spec.groupBy = pb.SalesReport_CUSTOMER
	}
	dimension := parseID(&violations, "dimensionId", "dim", req.GetDimensionId())
	switch {
	case spec.groupBy == pb.SalesReport_DIMENSION && dimension == nil:
		violations.Append(fault.At("dimensionId", "is required with DIMENSION"))
	case spec.groupBy != pb.SalesReport_DIMENSION && dimension != nil:
		violations.Append(fault.At("dimensionId", "needs groupBy DIMENSION"))
	case dimension != nil:
		spec.dimension = *dimension
	}
	spec.monthsAddUp = req.GetCompare() == pb.Compare_MONTHS
	if spec.monthsAddUp && spec.groupBy == pb.SalesReport_MONTH {
		violations.Append(fault.At("compare", "must not be MONTHS if the rows are months"))
	}
	if spec.salesFilter, err = s.readSalesFilter(ctx, &violations, req); err != nil {
		return spec, err
	}
	count, err := comparison.Count(req.GetCompare(), req.GetCompareCount())
	violations.MergeViolations("", err)
	if violations.Err() == nil {
		spec.columns, err = comparison.Columns(spec.period, req.GetCompare(), count)
		violations.MergeViolations("", err)
	}
	return spec, violations.Err()
}

// read returns what was sold in a period. It is planned for its arguments, since a period may be a
// day or years.
func (s salesSpec) read(
	ctx context.Context, tx *db.Tx, p comparison.Period, cash *cashBasis,
) ([]soldAmount, error) {
	added, err := cash.additions(ctx, tx, p, s.groupBy == pb.SalesReport_MONTH)
	if err != nil {
		return nil, err
	}
	filter := s.salesFilter
	filter.period = p
	sql, args := selectSalesByItem, filter.args(tx, added)
	if s.groupBy != pb.SalesReport_ITEM {
		sql, args = selectSalesByEntry, append(args, added.days, s.groupBy.String())
	}
	rows, err := tx.QueryReplanned(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[soldAmount])
}
