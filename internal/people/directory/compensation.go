package directory

import (
	"context"
	"strings"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/people/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var compensations = resource.New(table.New("people.compensations",
	table.Ref("employee_id", "emp", func(c *pb.Compensation) *string { return &c.EmployeeId }).Filter().Usable(),
	table.Date("start_date", func(c *pb.Compensation) *string { return &c.StartDate }).
		Filter().Sort("compensations_by_start_date"),
	table.Date("end_date", func(c *pb.Compensation) *string { return &c.EndDate }).Filter(),
	table.Date("effective_end_date", func(c *pb.Compensation) *string { return &c.EffectiveEndDate }).Filter(),
	table.Money("amount", func(c *pb.Compensation) **typepb.Money { return &c.Amount }),
	table.Enum("period", func(c *pb.Compensation) *pb.Compensation_Period { return &c.Period }).Filter(),
	table.Text("reason", func(c *pb.Compensation) *string { return &c.Reason }),
)).OwnedThrough("employee_id", employees.Table()).Dated("employee_id")

// CreateCompensation creates a compensation.
func (s *Service) CreateCompensation(ctx context.Context, req *pb.CreateCompensationRequest) (*pb.Compensation, error) {
	return compensations.Create(ctx, s.db, req.GetCompensation(), checkPay)
}

// GetCompensation returns a compensation, or the employee's compensation on a day.
func (s *Service) GetCompensation(ctx context.Context, req *pb.GetCompensationRequest) (*pb.Compensation, error) {
	return compensations.GetAsOf(ctx, s.db, req.GetCompensationId(), req.GetAsOf())
}

// BatchGetCompensations returns several compensations.
func (s *Service) BatchGetCompensations(
	ctx context.Context, req *pb.BatchGetCompensationsRequest,
) (*pb.BatchGetCompensationsResponse, error) {
	list, err := compensations.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetCompensationsResponse{Compensations: list}, err
}

// ListCompensations lists compensations.
func (s *Service) ListCompensations(
	ctx context.Context, req *pb.ListCompensationsRequest,
) (*pb.ListCompensationsResponse, error) {
	page, err := compensations.List(ctx, s.db, req)
	return &pb.ListCompensationsResponse{Compensations: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateCompensation updates a compensation.
func (s *Service) UpdateCompensation(ctx context.Context, req *pb.UpdateCompensationRequest) (*pb.Compensation, error) {
	return compensations.Update(ctx, s.db, req.GetCompensationId(), req.GetCompensation(), req.GetUpdateMask(),
		checkPay)
}

// DeleteCompensation deletes a compensation that no other record refers to.
func (s *Service) DeleteCompensation(ctx context.Context, req *pb.DeleteCompensationRequest) (*emptypb.Empty, error) {
	return compensations.Delete(ctx, s.db, req.GetCompensationId())
}

// checkPay refuses negative pay.
func checkPay(_ context.Context, _ *db.Tx, _, c *pb.Compensation) error {
	if strings.HasPrefix(c.GetAmount().GetAmount(), "-") {
		return fault.Invalid(fault.At("amount", "must not be negative"))
	}
	return nil
}
