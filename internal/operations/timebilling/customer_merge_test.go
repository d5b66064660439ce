package timebilling_test

import (
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// TestMergedCustomerBringsProjectsAndRates merges a customer with a draft, a project and rates.
func TestMergedCustomerBringsProjectsAndRates(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	s.skipApproval(t)
	customers := financev1.NewCustomersServiceClient(s)
	into := must(customers.CreateCustomer(t.Context(),
		&financev1.CreateCustomerRequest{Customer: &financev1.Customer{DisplayName: "Birch"}}))(t).GetId()
	p := s.project(t)
	e := s.log(t, p, "2025-03-10", 3600, "")
	own := s.rate(t, "100", &pb.BillingRate{CustomerId: s.customer})
	forPat := s.rate(t, "150", &pb.BillingRate{CustomerId: s.customer, PersonId: e.GetPersonId()})
	taken := s.rate(t, "90", &pb.BillingRate{CustomerId: into})
	draft := s.bill(t).GetInvoice()
	later := s.log(t, p, "2025-03-11", 3600, "")
	merge := func() error {
		_, err := customers.MergeCustomer(t.Context(),
			&financev1.MergeCustomerRequest{CustomerId: s.customer, IntoCustomerId: into})
		return err
	}
	wantRefused(t, merge(), optionsv1.Reason_CUSTOMER_RATES_OVERLAP)
	must(s.DeleteBillingRate(t.Context(), &pb.DeleteBillingRateRequest{BillingRateId: taken.GetId()}))(t)
	if err := merge(); err != nil {
		t.Fatal(err)
	}
	moved := must(s.GetProject(t.Context(), &pb.GetProjectRequest{ProjectId: p.GetId()}))(t)
	rates := must(s.BatchGetBillingRates(t.Context(),
		&pb.BatchGetBillingRatesRequest{Ids: []string{own.GetId(), forPat.GetId()}}))(t).GetBillingRates()
	if moved.GetCustomerId() != into || rates[0].GetCustomerId() != into || rates[1].GetCustomerId() != into {
		t.Errorf("got %v and %v", moved, rates)
	}
	again := s.bill(t, func(r *pb.BillTimeEntriesRequest) { r.CustomerId = into })
	lines := again.GetInvoice().GetLines()
	if again.GetInvoice().GetId() != draft.GetId() || len(lines) != 2 || lines[1].GetUnitPrice() != "150" ||
		lines[1].GetSourceIds()[0] != later.GetId() {
		t.Errorf("got %v", again)
	}
	// The rates of the merged customer follow those of the other.
	next := must(s.CreateBillingRate(t.Context(), &pb.CreateBillingRateRequest{BillingRate: &pb.BillingRate{
		CustomerId: into, StartDate: "2026-01-01", HourlyRate: &typepb.Money{Amount: "110", CurrencyCode: "USD"}}}))(t)
	before := must(s.GetBillingRate(t.Context(), &pb.GetBillingRateRequest{BillingRateId: own.GetId()}))(t)
	if before.GetEffectiveEndDate() != "2025-12-31" || next.GetScope() != before.GetScope() {
		t.Errorf("got %v and %v", before, next)
	}
}
