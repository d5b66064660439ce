package tax

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var taxRates = resource.New(table.New("finance.tax_rates",
	table.Text("display_name", func(r *pb.TaxRate) *string { return &r.DisplayName }).
		Filter().Sort("tax_rates_by_display_name"),
	table.Enum("kind", func(r *pb.TaxRate) *pb.TaxRate_Kind { return &r.Kind }).Filter(),
	table.KeyedLines("components", "finance.tax_rate_components", "tax_rate_id", "txc",
		func(r *pb.TaxRate) *[]*pb.TaxRate_Component { return &r.Components },
		func(c *pb.TaxRate_Component) *string { return &c.Id }, nil,
		table.Text("display_name", func(c *pb.TaxRate_Component) *string { return &c.DisplayName }),
		table.Ref("tax_agency_id", "txa", func(c *pb.TaxRate_Component) *string { return &c.TaxAgencyId }).Usable(),
		table.Ref("account_id", "acc", func(c *pb.TaxRate_Component) *string { return &c.AccountId }).Usable(isPostable),
		table.Enum("effect", func(c *pb.TaxRate_Component) *pb.TaxRate_Effect { return &c.Effect }),
		table.Bool("compound", func(c *pb.TaxRate_Component) *bool { return &c.Compound }),
		table.Text("recoverable_percent", func(c *pb.TaxRate_Component) *string { return &c.RecoverablePercent }),
		table.Messages("spans", func(c *pb.TaxRate_Component) *[]*pb.TaxRate_Span { return &c.Spans }),
	),
	table.Text("description", func(r *pb.TaxRate) *string { return &r.Description }),
	table.Text("template_key", func(r *pb.TaxRate) *string { return &r.TemplateKey }),
)).Open().Compute(setCurrentPercent).Searchable("display_name", "description")

// CreateTaxRate creates a tax rate.
func (s *Service) CreateTaxRate(ctx context.Context, req *pb.CreateTaxRateRequest) (*pb.TaxRate, error) {
	return taxRates.Create(ctx, s.db, req.GetTaxRate(), checkRate)
}

// GetTaxRate returns a tax rate.
func (s *Service) GetTaxRate(ctx context.Context, req *pb.GetTaxRateRequest) (*pb.TaxRate, error) {
	return taxRates.Get(ctx, s.db, req.GetTaxRateId())
}

// BatchGetTaxRates returns several tax rates.
func (s *Service) BatchGetTaxRates(
	ctx context.Context, req *pb.BatchGetTaxRatesRequest,
) (*pb.BatchGetTaxRatesResponse, error) {
	list, err := taxRates.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetTaxRatesResponse{TaxRates: list}, err
}

// ListTaxRates lists tax rates.
func (s *Service) ListTaxRates(
	ctx context.Context, req *pb.ListTaxRatesRequest,
) (*pb.ListTaxRatesResponse, error) {
	page, err := taxRates.List(ctx, s.db, req)
	return &pb.ListTaxRatesResponse{TaxRates: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateTaxRate updates a tax rate.
func (s *Service) UpdateTaxRate(ctx context.Context, req *pb.UpdateTaxRateRequest) (*pb.TaxRate, error) {
	return taxRates.Update(ctx, s.db, req.GetTaxRateId(), req.GetTaxRate(), req.GetUpdateMask(), checkRate)
}

// ArchiveTaxRate archives a tax rate.
func (s *Service) ArchiveTaxRate(ctx context.Context, req *pb.ArchiveTaxRateRequest) (*pb.TaxRate, error) {
	return taxRates.Archive(ctx, s.db, req.GetTaxRateId())
}

// UnarchiveTaxRate restores an archived tax rate.
func (s *Service) UnarchiveTaxRate(ctx context.Context, req *pb.UnarchiveTaxRateRequest) (*pb.TaxRate, error) {
	return taxRates.Unarchive(ctx, s.db, req.GetTaxRateId())
}

// DeleteTaxRate deletes a tax rate that no other record refers to.
func (s *Service) DeleteTaxRate(ctx context.Context, req *pb.DeleteTaxRateRequest) (*emptypb.Empty, error) {
	return taxRates.Delete(ctx, s.db, req.GetTaxRateId())
}
