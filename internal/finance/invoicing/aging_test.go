package invoicing_test

import (
	"fmt"
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/app/apptest"
)

// age returns the rows of aged receivables as texts, and the report.
func (s *shop) age(t testing.TB, req *pb.GetAgedReceivablesRequest) (rows []string, report *pb.AgedReceivables) {
	t.Helper()
	report = must(s.GetAgedReceivables(t.Context(), req))(t)
	for _, r := range report.GetRows() {
		row := r.GetCustomerName()
		for _, m := range append(r.GetAmounts(), r.GetTotal(), r.GetCredit()) {
			row += " " + m.GetAmount()
		}
		rows = append(rows, row)
	}
	return rows, report
}

// TestReceivablesAge ages two invoices over some days. 30 days after the due date count as 1 to 30.
func TestReceivablesAge(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	a := s.issue(t, &pb.Invoice{IssueDate: "2027-01-01", DueDate: "2027-01-31"}, s.line("100"))
	s.issue(t, &pb.Invoice{IssueDate: "2027-01-10", DueDate: "2027-01-10"}, s.line("10"))
	s.pay(t, "2027-01-12", "20", "USD", a.GetId())
	s.pay(t, "2027-01-14", "5", "USD")
	for day, want := range map[string][]string{
		"2026-12-31": nil,
		"2027-01-05": {"Harbor Cafe 119.00 0.00 0.00 0.00 0.00 119.00 0.00"},
		"2027-01-11": {"Harbor Cafe 119.00 11.90 0.00 0.00 0.00 130.90 0.00"},
		"2027-01-31": {"Harbor Cafe 99.00 11.90 0.00 0.00 0.00 110.90 5.00"},
		"2027-03-02": {"Harbor Cafe 0.00 99.00 11.90 0.00 0.00 110.90 5.00"},
		"2027-03-03": {"Harbor Cafe 0.00 0.00 110.90 0.00 0.00 110.90 5.00"},
		"2027-12-31": {"Harbor Cafe 0.00 0.00 0.00 0.00 110.90 110.90 5.00"},
	} {
		if got, _ := s.age(t, &pb.GetAgedReceivablesRequest{AsOf: day}); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", day, got, want)
		}
	}
	got, report := s.age(t, &pb.GetAgedReceivablesRequest{AsOf: "2027-01-31", BucketDays: []int32{14, 21}})
	if want := []string{"Harbor Cafe 99.00 0.00 11.90 0.00 110.90 5.00"}; !slices.Equal(got, want) ||
		fmt.Sprint(report.GetBuckets()[2].GetFirstDay(), report.GetBuckets()[2].GetLastDay()) != "15 21" {
		t.Errorf("got %q and %v, want %q", got, report.GetBuckets(), want)
	}
	for field, req := range map[string]*pb.GetAgedReceivablesRequest{
		"asOf": {AsOf: "2027-02-30"}, "bucketDays": {BucketDays: []int32{30, 30}}, "customerId": {CustomerId: "cus_1"},
	} {
		if _, err := s.GetAgedReceivables(t.Context(), req); !slices.Contains(apptest.Fields(err), field) {
			t.Errorf("%s: got %v", field, err)
		}
	}
}

// TestAgingIsKnownAt repeats a report as it was before a payment was recorded.
func TestAgingIsKnownAt(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, s.line("100"))
	before := i.GetUpdateTime()
	s.advance(t, "2027-01-20")
	s.pay(t, "2027-01-06", "119", "USD", i.GetId())
	if got, _ := s.age(t, &pb.GetAgedReceivablesRequest{AsOf: "2027-01-10"}); len(got) != 0 {
		t.Errorf("got %q", got)
	}
	got, _ := s.age(t, &pb.GetAgedReceivablesRequest{AsOf: "2027-01-10", KnownAt: before})
	if want := []string{"Harbor Cafe 0.00 119.00 0.00 0.00 0.00 119.00 0.00"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
