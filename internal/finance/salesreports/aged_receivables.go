package salesreports

import (
	"cmp"
	"context"
	"slices"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/reports/comparison"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// defaultBucketDays are the last days of the buckets that bookkeepers expect.
var defaultBucketDays = []int32{30, 60, 90}

// agingSpec is a requested report of aged receivables.
type agingSpec struct {
	openQuery
	// columns are the days of the report, the requested one last.
	columns    []comparison.Column
	bucketDays []int32
	isItemized bool
	currency   string
}

// GetAgedReceivables returns what customers owe at the end of a day, by the days since it was due.
func (s *Service) GetAgedReceivables(
	ctx context.Context, req *pb.GetAgedReceivablesRequest,
) (*pb.AgedReceivables, error) {
	spec, err := readAgingRequest(call.From(ctx), req)
	if err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.AgedReceivables, error) {
		a := newAging(spec)
		for n, column := range spec.columns {
			q := spec.openQuery
			q.asOf = column.End
			owed, err := openReceivables(ctx, tx, q)
			if err != nil {
				return nil, err
			}
			credits, err := openCredits(ctx, tx, q)
			if err != nil {
				return nil, err
			}
			a.add(n, owed, credits)
		}
		return a.report()
	})
}

// readAgingRequest returns what a request asks for. It reports all invalid fields at once.
func readAgingRequest(c *call.Call, req *pb.GetAgedReceivablesRequest) (agingSpec, error) {
	var violations fault.List
	spec := agingSpec{bucketDays: req.GetBucketDays(), isItemized: req.GetIncludeDocuments(),
		currency: c.Organization.CurrencyCode}
	spec.asOf = parseDay(&violations, "asOf", req.GetAsOf(), c.Today())
	spec.known = knownAt(req.GetKnownAt())
	spec.customer = parseID(&violations, "customerId", "cus", req.GetCustomerId())
	if len(spec.bucketDays) == 0 {
		spec.bucketDays = defaultBucketDays
	}
	if !slices.IsSorted(spec.bucketDays) || len(slices.Compact(slices.Clone(spec.bucketDays))) < len(spec.bucketDays) {
		violations.Append(fault.At("bucketDays", "must be ascending"))
	}
	count, err := comparison.Count(req.GetCompare(), req.GetCompareCount())
	violations.MergeViolations("", err)
	if violations.Err() == nil {
		spec.columns, err = comparison.Columns(comparison.Period{End: spec.asOf}, req.GetCompare(), count)
		violations.MergeViolations("", err)
	}
	return spec, violations.Err()
}

// bucketOf returns the index of the bucket of an amount by the days since it was due.
func (s agingSpec) bucketOf(daysOverdue int) int {
	if daysOverdue <= 0 {
		return 0
	}
	n, _ := slices.BinarySearch(s.bucketDays, int32(min(daysOverdue, 1<<30)))
	return n + 1
}

// buckets returns the buckets, from what is not due to the oldest.
func (s agingSpec) buckets() []*pb.AgedReceivables_Bucket {
	buckets := []*pb.AgedReceivables_Bucket{{FirstDay: 0, LastDay: proto.Int32(0)}}
	first := int32(1)
	for _, last := range s.bucketDays {
		buckets = append(buckets, &pb.AgedReceivables_Bucket{FirstDay: first, LastDay: proto.Int32(last)})
		first = last + 1
	}
	return append(buckets, &pb.AgedReceivables_Bucket{FirstDay: first})
}

// agedFigures are amounts by bucket, and credits, in minor units.
type agedFigures struct {
	buckets []int64
	credit  int64
}

func (f agedFigures) isZero() bool {
	return f.credit == 0 && !slices.ContainsFunc(f.buckets, func(minor int64) bool { return minor != 0 })
}

// agedCustomer is what a customer owes in each column.
type agedCustomer struct {
	row     *pb.AgedReceivables_Row
	figures []agedFigures
}

// aging adds up open amounts.
type aging struct {
	spec      agingSpec
	customers map[string]*agedCustomer
	totals    []agedFigures
	accounts  map[string]int64
}

func newAging(spec agingSpec) *aging {
	a := &aging{spec: spec, customers: map[string]*agedCustomer{}, accounts: map[string]int64{}}
	a.totals = a.zeros()
	return a
}

// zeros returns figures of zero for each column.
func (a *aging) zeros() []agedFigures {
	out := make([]agedFigures, len(a.spec.columns))
	for n := range out {
		out[n].buckets = make([]int64, len(a.spec.bucketDays)+2)
	}
	return out
}

// customerOf returns the customer of an open amount.
func (a *aging) customerOf(i openItem) *agedCustomer {
	key := i.customer()
	c := a.customers[key]
	if c == nil {
		c = &agedCustomer{row: &pb.AgedReceivables_Row{CustomerId: key, CustomerName: i.CustomerName}, figures: a.zeros()}
		a.customers[key] = c
	}
	return c
}

// add adds the open amounts of a column.
func (a *aging) add(column int, owed, credits []openItem) {
	isLast := column == len(a.spec.columns)-1
	for _, i := range owed {
		c, days := a.customerOf(i), i.DueDate.DaysUntil(a.spec.columns[column].End)
		bucket := a.spec.bucketOf(days)
		c.figures[column].buckets[bucket] += i.Base
		a.totals[column].buckets[bucket] += i.Base
		if isLast {
			a.accounts[i.account()] += i.Base
		}
		if isLast && a.spec.isItemized {
			c.row.Documents = append(c.row.Documents, i.agedDocument(days, bucket, a.spec.currency))
		}
	}
	for _, i := range credits {
		c := a.customerOf(i)
		c.figures[column].credit += i.Base
		a.totals[column].credit += i.Base
		if isLast && a.spec.isItemized {
			c.row.Credits = append(c.row.Credits, i.agedCredit(a.spec.currency))
		}
	}
}

// report returns the report of the amounts that were added.
func (a *aging) report() (*pb.AgedReceivables, error) {
	last := len(a.spec.columns) - 1
	total := a.figures(a.totals[last])
	out := &pb.AgedReceivables{AsOf: a.spec.asOf.String(), Buckets: a.spec.buckets(), Totals: total.Amounts,
		Total: total.Total, Credit: total.Credit, ControlAccounts: a.controlAccounts()}
	for n, c := range a.spec.columns {
		out.Columns = append(out.Columns, &pb.ReportColumn{Label: cmp.Or(c.Label, c.End.String()), AsOf: c.End.String()})
		if err := checkSums(sum(a.totals[n].buckets), a.totals[n].credit); err != nil {
			return nil, err
		}
		if n < last {
			out.Comparisons = append(out.Comparisons, a.figures(a.totals[n]))
		}
	}
	for _, c := range a.customers {
		if !slices.ContainsFunc(c.figures, func(f agedFigures) bool { return !f.isZero() }) {
			continue
		}
		of := a.figures(c.figures[last])
		c.row.Amounts, c.row.Total, c.row.Credit = of.Amounts, of.Total, of.Credit
		for _, f := range c.figures[:last] {
			c.row.Comparisons = append(c.row.Comparisons, a.figures(f))
		}
		out.Rows = append(out.Rows, c.row)
	}
	slices.SortFunc(out.Rows, func(x, y *pb.AgedReceivables_Row) int {
		return cmp.Or(cmp.Compare(x.CustomerName, y.CustomerName), cmp.Compare(x.CustomerId, y.CustomerId))
	})
	out.Series = a.series(out.Buckets)
	return out, nil
}

// figures returns figures as they are shown.
func (a *aging) figures(f agedFigures) *pb.AgedReceivables_Figures {
	return &pb.AgedReceivables_Figures{Amounts: moneys(f.buckets, a.spec.currency),
		Total: money.ToProto(sum(f.buckets), a.spec.currency), Credit: money.ToProto(f.credit, a.spec.currency)}
}

// series returns the total of each bucket on each day.
func (a *aging) series(buckets []*pb.AgedReceivables_Bucket) (out []*pb.ReportSeries) {
	for n, b := range buckets {
		s := &pb.ReportSeries{Label: bucketLabel(b)}
		for _, t := range a.totals {
			s.Amounts = append(s.Amounts, money.ToProto(t.buckets[n], a.spec.currency))
		}
		out = append(out, s)
	}
	return out
}
