// Package salesreports reports on selling: what was sold to whom, what customers owe and since
// when, how many invoices are open, and when customers are expected to pay. Its totals equal the
// accounts of the ledger on every day. It stores nothing. Documents belong to invoicing, open
// amounts to receivables, and the financial statements to reports.
package salesreports

import (
	"strings"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/rpc"
)

// Service implements SalesReportsService.
type Service struct {
	pb.UnsafeSalesReportsServiceServer
	db *db.DB
}

// New returns the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Module returns the reports on selling. Their permissions are those of the records that they read.
func Module(p module.Platform) module.Module {
	return module.Module{
		Name:  "salesreports",
		Needs: []string{"ledger", "catalog", "customers", "receivables", "invoicing", "reports"},
		Services: []rpc.Service{rpc.NewService[pb.SalesReportsServiceServer](New(p.DB),
			pb.RegisterSalesReportsServiceServer, pb.NewSalesReportsServiceClient,
			pb.RegisterSalesReportsServiceHandlerClient)},
	}
}

// parseDay parses a business date, or returns absent for an empty text.
func parseDay(violations *fault.List, field, text string, absent calendar.Date) calendar.Date {
	if text == "" {
		return absent
	}
	d, err := calendar.ParseBusinessDate(text)
	if err != nil {
		violations.Append(fault.At(field, "%s", err))
		return absent
	}
	return d
}

// parseID parses an id, or returns nil for an empty text.
func parseID(violations *fault.List, field, prefix, text string) *uuid.UUID {
	if text == "" {
		return nil
	}
	key, err := id.Parse(prefix, text)
	if err != nil {
		violations.Append(fault.At(field, "%s", err))
	}
	return &key
}

// formatID returns the id of a record, or "" if there is none.
func formatID(prefix string, key uuid.NullUUID) string {
	if !key.Valid {
		return ""
	}
	return id.Format(prefix, key.UUID)
}

// knownAt returns the time of a request as an argument, or nil if all is known.
func knownAt(at *timestamppb.Timestamp) *time.Time {
	if at == nil {
		return nil
	}
	known := at.AsTime()
	return &known
}

// moneys returns amounts in a currency.
func moneys(minors []int64, currency string) []*typepb.Money {
	out := make([]*typepb.Money, len(minors))
	for i, minor := range minors {
		out[i] = money.ToProto(minor, currency)
	}
	return out
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

// joined returns filters that must all hold.
func joined(filters ...string) string { return strings.Join(filters, " AND ") }
