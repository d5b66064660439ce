package timebilling

import (
	"context"
	"strings"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var billingRates = resource.New(table.New("operations.billing_rates",
	table.Ref("person_id", "prs", func(b *pb.BillingRate) *string { return &b.PersonId }).Filter().Usable(),
	table.Ref("project_id", "prj", func(b *pb.BillingRate) *string { return &b.ProjectId }).Filter().Usable(),
	table.Ref("task_id", "tsk", func(b *pb.BillingRate) *string { return &b.TaskId }).Filter().Usable(),
	table.Ref("customer_id", "cus", func(b *pb.BillingRate) *string { return &b.CustomerId }).Filter().Usable(),
	table.Money("hourly_rate", func(b *pb.BillingRate) **typepb.Money { return &b.HourlyRate }),
	table.Date("start_date", func(b *pb.BillingRate) *string { return &b.StartDate }).
		Filter().Sort("billing_rates_by_start_date"),
	table.Date("end_date", func(b *pb.BillingRate) *string { return &b.EndDate }).Filter(),
	table.Date("effective_end_date", func(b *pb.BillingRate) *string { return &b.EffectiveEndDate }).Filter(),
	table.Text("scope", func(b *pb.BillingRate) *string { return &b.Scope }).Filter(),
)).Open().Dated("scope")

// CreateBillingRate creates a billing rate.
func (s *Service) CreateBillingRate(ctx context.Context, req *pb.CreateBillingRateRequest) (*pb.BillingRate, error) {
	return billingRates.Create(ctx, s.db, req.GetBillingRate(), setScope, checkRate)
}

// GetBillingRate returns a billing rate, or the one for the same hours on a day.
func (s *Service) GetBillingRate(ctx context.Context, req *pb.GetBillingRateRequest) (*pb.BillingRate, error) {
	return billingRates.GetAsOf(ctx, s.db, req.GetBillingRateId(), req.GetAsOf())
}

// BatchGetBillingRates returns several billing rates.
func (s *Service) BatchGetBillingRates(
	ctx context.Context, req *pb.BatchGetBillingRatesRequest,
) (*pb.BatchGetBillingRatesResponse, error) {
	list, err := billingRates.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetBillingRatesResponse{BillingRates: list}, err
}

// ListBillingRates lists billing rates.
func (s *Service) ListBillingRates(
	ctx context.Context, req *pb.ListBillingRatesRequest,
) (*pb.ListBillingRatesResponse, error) {
	page, err := billingRates.List(ctx, s.db, req)
	return &pb.ListBillingRatesResponse{BillingRates: page.Records, NextPageToken: page.Next,
		TotalSize: page.Total}, err
}

// UpdateBillingRate updates a billing rate.
func (s *Service) UpdateBillingRate(ctx context.Context, req *pb.UpdateBillingRateRequest) (*pb.BillingRate, error) {
	return billingRates.Update(ctx, s.db, req.GetBillingRateId(), req.GetBillingRate(), req.GetUpdateMask(), checkRate)
}

// DeleteBillingRate deletes a billing rate that no other record refers to.
func (s *Service) DeleteBillingRate(ctx context.Context, req *pb.DeleteBillingRateRequest) (*emptypb.Empty, error) {
	return billingRates.Delete(ctx, s.db, req.GetBillingRateId())
}

// setScope is the rule that a new rate follows the others for the same hours. It refuses a rate for
// more than one kind of work.
func setScope(_ context.Context, _ *db.Tx, _, b *pb.BillingRate) error {
	of := ""
	var violations fault.List
	for _, work := range []struct{ field, id string }{
		{"taskId", b.TaskId}, {"projectId", b.ProjectId}, {"customerId", b.CustomerId},
	} {
		if work.id != "" && of != "" {
			violations.Append(fault.At(work.field, "cannot be combined with another task, project or customer"))
		}
		of += work.id
	}
	b.Scope = scopeOf(of, b.PersonId)
	return violations.Err()
}

// checkRate refuses a negative rate.
func checkRate(_ context.Context, _ *db.Tx, _, b *pb.BillingRate) error {
	if strings.HasPrefix(b.GetHourlyRate().GetAmount(), "-") {
		return fault.Invalid(fault.At("hourlyRate", "must not be negative"))
	}
	return nil
}
