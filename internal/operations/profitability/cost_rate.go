package profitability

import (
	"cmp"
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

// standardScope is the scope of the standard cost rates.
const standardScope = "all"

// costRates are open: who has the permission may read what all persons cost, and no one else any of
// it, also not their own or that of their team.
var costRates = resource.New(table.New("operations.cost_rates",
	table.Ref("person_id", "prs", func(c *pb.CostRate) *string { return &c.PersonId }).Filter().Usable(),
	table.Money("hourly_cost", func(c *pb.CostRate) **typepb.Money { return &c.HourlyCost }),
	table.Date("start_date", func(c *pb.CostRate) *string { return &c.StartDate }).
		Filter().Sort("cost_rates_by_start_date"),
	table.Date("end_date", func(c *pb.CostRate) *string { return &c.EndDate }).Filter(),
	table.Date("effective_end_date", func(c *pb.CostRate) *string { return &c.EffectiveEndDate }).Filter(),
	table.Text("scope", func(c *pb.CostRate) *string { return &c.Scope }).Filter(),
)).Open().Dated("scope")

// CreateCostRate creates a cost rate.
func (s *Service) CreateCostRate(ctx context.Context, req *pb.CreateCostRateRequest) (*pb.CostRate, error) {
	return costRates.Create(ctx, s.db, req.GetCostRate(), setScope, checkCost)
}

// GetCostRate returns a cost rate, or the one for the same hours on a day.
func (s *Service) GetCostRate(ctx context.Context, req *pb.GetCostRateRequest) (*pb.CostRate, error) {
	return costRates.GetAsOf(ctx, s.db, req.GetCostRateId(), req.GetAsOf())
}

// BatchGetCostRates returns several cost rates.
func (s *Service) BatchGetCostRates(
	ctx context.Context, req *pb.BatchGetCostRatesRequest,
) (*pb.BatchGetCostRatesResponse, error) {
	list, err := costRates.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetCostRatesResponse{CostRates: list}, err
}

// ListCostRates lists cost rates.
func (s *Service) ListCostRates(ctx context.Context, req *pb.ListCostRatesRequest) (*pb.ListCostRatesResponse, error) {
	page, err := costRates.List(ctx, s.db, req)
	return &pb.ListCostRatesResponse{CostRates: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateCostRate updates a cost rate.
func (s *Service) UpdateCostRate(ctx context.Context, req *pb.UpdateCostRateRequest) (*pb.CostRate, error) {
	return costRates.Update(ctx, s.db, req.GetCostRateId(), req.GetCostRate(), req.GetUpdateMask(), checkCost)
}

// DeleteCostRate deletes a cost rate that no other record refers to.
func (s *Service) DeleteCostRate(ctx context.Context, req *pb.DeleteCostRateRequest) (*emptypb.Empty, error) {
	return costRates.Delete(ctx, s.db, req.GetCostRateId())
}

// setScope is the rule that a new rate follows the others for the same hours.
func setScope(_ context.Context, _ *db.Tx, _, c *pb.CostRate) error {
	c.Scope = cmp.Or(c.PersonId, standardScope)
	return nil
}

// checkCost refuses a negative cost, and one in another currency than the organization's.
func checkCost(_ context.Context, tx *db.Tx, _, c *pb.CostRate) error {
	var violations fault.List
	if strings.HasPrefix(c.GetHourlyCost().GetAmount(), "-") {
		violations.Append(fault.At("hourlyCost", "must not be negative"))
	}
	if base := tx.Call().Organization.CurrencyCode; c.GetHourlyCost().GetCurrencyCode() != base {
		violations.Append(fault.At("hourlyCost.currencyCode", "must be %s, the currency of the organization", base))
	}
	return violations.Err()
}
