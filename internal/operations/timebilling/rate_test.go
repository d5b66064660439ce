package timebilling_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// TestRateIsFound finds the rate of an hour, and which of its fields decided.
func TestRateIsFound(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	p := s.project(t)
	s.rate(t, "100", &pb.BillingRate{})
	euro := must(s.CreateBillingRate(t.Context(),
		&pb.CreateBillingRateRequest{BillingRate: &pb.BillingRate{ProjectId: p.GetId(),
			StartDate: "2020-01-01", HourlyRate: &typepb.Money{Amount: "90", CurrencyCode: "EUR"}}}))(t)
	s.rate(t, "110", &pb.BillingRate{CustomerId: s.customer})
	got := must(s.FindBillingRate(t.Context(), &pb.FindBillingRateRequest{ProjectId: p.GetId(),
		PersonId: s.Owner.GetId()}))(t)
	if got.GetBillingRate().GetHourlyRate().GetAmount() != "110.00" || got.GetDecidedBy() != "customer" ||
		len(got.GetIgnoredRates()) != 1 || got.GetIgnoredRates()[0].GetId() != euro.GetId() {
		t.Errorf("got %v", got)
	}
	if got = must(s.FindBillingRate(t.Context(),
		&pb.FindBillingRateRequest{Date: "2019-12-31"}))(t); got.GetBillingRate() != nil {
		t.Errorf("got %v", got)
	}
	next := must(s.CreateBillingRate(t.Context(), &pb.CreateBillingRateRequest{BillingRate: &pb.BillingRate{
		StartDate: "2021-01-01", HourlyRate: &typepb.Money{Amount: "105", CurrencyCode: "USD"}}}))(t)
	before := must(s.GetBillingRate(t.Context(), &pb.GetBillingRateRequest{BillingRateId: next.GetId(),
		AsOf: "2020-06-30"}))(t)
	if before.GetEffectiveEndDate() != "2020-12-31" || before.GetScope() != "all" {
		t.Errorf("got %v", before)
	}
	_, err := s.CreateBillingRate(t.Context(), &pb.CreateBillingRateRequest{BillingRate: &pb.BillingRate{
		StartDate: "2021-01-01", HourlyRate: &typepb.Money{Amount: "105", CurrencyCode: "USD"}}})
	wantRefused(t, err, optionsv1.Reason_BILLING_RATES_DATES_OVERLAP)
	_, err = s.CreateBillingRate(t.Context(),
		&pb.CreateBillingRateRequest{BillingRate: &pb.BillingRate{ProjectId: p.GetId(),
			CustomerId: s.customer, StartDate: "2022-01-01", HourlyRate: &typepb.Money{Amount: "-1",
				CurrencyCode: "USD"}}})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "customerId")
}
