package reports

import (
	"cmp"
	"context"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/reports/presentation"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/paper"
)

// describe adds the period of a report, and the basis on which it was computed.
func (s *Service) describe(
	ctx context.Context, doc document, d download, req *pb.DownloadReportRequest,
) (document, error) {
	var violations fault.List
	p := period{
		start: parseDate(&violations, "startDate", doc.start, zeroDate),
		end:   parseDate(&violations, "endDate", doc.end, zeroDate),
	}
	if err := violations.Err(); err != nil {
		return doc, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (document, error) {
		years, err := readFiscalYears(ctx, tx)
		if err != nil {
			return doc, err
		}
		doc := doc
		if doc.Period = doc.Locale.AsOf(p.end); !p.start.IsZero() {
			doc.Period = doc.Locale.ForPeriod(p.start, p.end, years.containing(p.end) == p)
		}
		basis, err := readBasis(ctx, tx, req)
		if d.isStatement {
			basis.Framework = years.frameworkName(p.end)
		}
		doc.Notes = basis.Notes()
		return doc, err
	})
}

// readBasis returns the basis of a report, without its framework.
func readBasis(ctx context.Context, tx *db.Tx, req *pb.DownloadReportRequest) (presentation.Basis, error) {
	organization := tx.Call().Organization
	out := presentation.Basis{
		IsCash:   req.GetBasis() == pb.AccountingBasis_CASH,
		Currency: cmp.Or(req.GetCurrencyCode(), organization.CurrencyCode), Base: organization.CurrencyCode,
		Text: strings.TrimSpace(req.GetQ()),
	}
	if req.GetReport() == pb.DownloadReportRequest_CASH_FLOW_STATEMENT {
		if out.Method = "Indirect"; req.GetMethod() == pb.CashFlowStatement_DIRECT {
			out.Method = "Direct"
		}
	}
	if known := req.GetKnownAt(); known != nil {
		at := known.AsTime().In(organization.Zone)
		day := paper.NewLocale(organization.RegionCode).LongDate(calendar.DateOf(at, organization.Zone))
		out.KnownAt = day + at.Format(", 15:04:05")
	}
	var err error
	out.Filter, err = readFilterNames(ctx, tx, req.GetDimensionValueIds())
	return out, err
}

// readFilterNames returns dimension values with their dimensions, such as Place: Boston.
func readFilterNames(ctx context.Context, tx *db.Tx, values []string) (names []string, err error) {
	if len(values) == 0 {
		return nil, nil
	}
	keys := make([]uuid.UUID, len(values))
	for i, v := range values {
		if keys[i], err = id.Parse("dmv", ledger.DimensionValueID(v)); err != nil {
			return nil, err
		}
	}
	list, err := db.Collect[struct{ Name string }](ctx, tx, `
select d.display_name || ': ' || v.display_name as name
from finance.dimension_values v
join finance.dimensions d on d.org_id = $1 and d.id = v.dimension_id
where v.org_id = $1
and v.id = any($2)
order by d.display_name, v.display_name, v.id`, tx.Call().Organization.ID, keys)
	for _, one := range list {
		names = append(names, one.Name)
	}
	return names, err
}
