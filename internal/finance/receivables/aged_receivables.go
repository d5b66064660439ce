package receivables

import (
	"context"
	_ "embed"
	"slices"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

//go:embed aged_receivables.sql
var selectAgedReceivables string

// defaultBucketDays are the last days of the buckets that bookkeepers expect.
var defaultBucketDays = []int32{30, 60, 90}

// agedAmount is what a customer owes in a bucket, or has as a credit, in minor units of the
// organization's currency. Bucket is -1 for a credit.
type agedAmount struct {
	CustomerID   uuid.UUID
	CustomerName string
	Bucket       int
	Minor        int64
}

// GetAgedReceivables returns what customers owe at the end of a day, by the days since it was due.
func (s *Service) GetAgedReceivables(
	ctx context.Context, req *pb.GetAgedReceivablesRequest,
) (*pb.AgedReceivables, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.AgedReceivables, error) {
		asOf, days, customer, err := readAgingRequest(tx.Call(), req)
		if err != nil {
			return nil, err
		}
		var known *time.Time
		if req.GetKnownAt() != nil {
			at := req.GetKnownAt().AsTime()
			known = &at
		}
		amounts, err := db.Collect[agedAmount](ctx, tx, selectAgedReceivables, tx.Call().Organization.ID, asOf.String(),
			days, known, customer)
		if err != nil {
			return nil, err
		}
		return describeAging(asOf, days, amounts, tx.Call().Organization.CurrencyCode)
	})
}

// readAgingRequest returns the day, the last days of the buckets and the customer of a request.
func readAgingRequest(
	c *call.Call, req *pb.GetAgedReceivablesRequest,
) (asOf calendar.Date, days []int32, customer *uuid.UUID, err error) {
	var violations fault.List
	asOf, days = c.Today(), req.GetBucketDays()
	if req.GetAsOf() != "" {
		if asOf, err = calendar.ParseBusinessDate(req.GetAsOf()); err != nil {
			violations.Append(fault.At("asOf", "%s", err))
		}
	}
	if len(days) == 0 {
		days = defaultBucketDays
	}
	for i := 1; i < len(days); i++ {
		if days[i] <= days[i-1] {
			violations.Append(fault.At("bucketDays", "must be ascending"))
			break
		}
	}
	if req.GetCustomerId() != "" {
		key, err := id.Parse("cus", req.GetCustomerId())
		if err != nil {
			violations.Append(fault.At("customerId", "%s", err))
		}
		customer = &key
	}
	return asOf, days, customer, violations.Err()
}

// describeAging returns the report of amounts, which are sorted by customer.
func describeAging(asOf calendar.Date, days []int32, amounts []agedAmount, base string) (*pb.AgedReceivables, error) {
	a := &aging{base: base, totals: make([]int64, len(days)+2)}
	for len(amounts) > 0 {
		n := slices.IndexFunc(amounts, func(other agedAmount) bool { return other.CustomerID != amounts[0].CustomerID })
		if n < 0 {
			n = len(amounts)
		}
		if err := a.addCustomer(amounts[:n]); err != nil {
			return nil, err
		}
		amounts = amounts[n:]
	}
	out := &pb.AgedReceivables{AsOf: asOf.String(), Buckets: agingBuckets(days), Rows: a.rows,
		Totals: a.money(a.totals), Total: money.ToProto(sum(a.totals), base), Credit: money.ToProto(a.credit, base)}
	return out, checkSums(sum(a.totals), a.credit)
}

// aging adds up the amounts of customers.
type aging struct {
	base   string
	rows   []*pb.AgedReceivables_Row
	totals []int64
	credit int64
}

// addCustomer adds the row of a customer.
func (a *aging) addCustomer(amounts []agedAmount) error {
	buckets, credit := make([]int64, len(a.totals)), int64(0)
	for _, m := range amounts {
		if m.Bucket < 0 {
			credit += m.Minor
			continue
		}
		buckets[m.Bucket] += m.Minor
	}
	for i, minor := range buckets {
		a.totals[i] += minor
	}
	a.credit += credit
	a.rows = append(a.rows, &pb.AgedReceivables_Row{CustomerId: id.Format("cus", amounts[0].CustomerID),
		CustomerName: amounts[0].CustomerName, Amounts: a.money(buckets), Total: money.ToProto(sum(buckets), a.base),
		Credit: money.ToProto(credit, a.base)})
	return checkSums(sum(buckets), credit)
}

func (a *aging) money(minors []int64) (out []*typepb.Money) {
	for _, minor := range minors {
		out = append(out, money.ToProto(minor, a.base))
	}
	return out
}

// agingBuckets returns the buckets with the given last days, after the one of what is not due.
func agingBuckets(days []int32) []*pb.AgedReceivables_Bucket {
	buckets := []*pb.AgedReceivables_Bucket{{FirstDay: 0, LastDay: proto.Int32(0)}}
	first := int32(1)
	for _, last := range days {
		buckets = append(buckets, &pb.AgedReceivables_Bucket{FirstDay: first, LastDay: proto.Int32(last)})
		first = last + 1
	}
	return append(buckets, &pb.AgedReceivables_Bucket{FirstDay: first})
}

func sum(minors []int64) (total int64) {
	for _, minor := range minors {
		total += minor
	}
	return total
}

// checkSums refuses sums that cannot be shown.
func checkSums(sums ...int64) error {
	for _, s := range sums {
		if s > money.MaxMinor || s < -money.MaxMinor {
			return fault.SumOutOfRange()
		}
	}
	return nil
}
