package tax

import (
	"context"
	"strings"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var taxCodes = resource.New(table.New("finance.tax_codes",
	table.Text("code", func(c *pb.TaxCode) *string { return &c.Code }).Filter().Sort("tax_codes_by_code"),
	table.Text("display_name", func(c *pb.TaxCode) *string { return &c.DisplayName }).Filter(),
	table.Enum("use", func(c *pb.TaxCode) *pb.TaxCode_Use { return &c.Use }).Filter(),
	table.Ref("sales_tax_rate_id", "txr", func(c *pb.TaxCode) *string { return &c.SalesTaxRateId }).Filter().Usable(),
	table.Ref("purchase_tax_rate_id", "txr", func(c *pb.TaxCode) *string { return &c.PurchaseTaxRateId }).
		Filter().Usable(),
	table.Text("region_code", func(c *pb.TaxCode) *string { return &c.RegionCode }).Filter(),
	table.Text("subdivision_code", func(c *pb.TaxCode) *string { return &c.SubdivisionCode }).Filter(),
	table.Enum("category", func(c *pb.TaxCode) *pb.TaxCode_Category { return &c.Category }).Filter(),
	table.Text("legal_note", func(c *pb.TaxCode) *string { return &c.LegalNote }),
	table.Strings("postal_codes", func(c *pb.TaxCode) *[]string { return &c.PostalCodes }),
	table.Text("template_key", func(c *pb.TaxCode) *string { return &c.TemplateKey }),
)).Open().Shared().Searchable("code", "display_name", "legal_note")

// CreateTaxCode creates a tax code.
func (s *Service) CreateTaxCode(ctx context.Context, req *pb.CreateTaxCodeRequest) (*pb.TaxCode, error) {
	return taxCodes.Create(ctx, s.db, req.GetTaxCode(), checkCode)
}

// GetTaxCode returns a tax code.
func (s *Service) GetTaxCode(ctx context.Context, req *pb.GetTaxCodeRequest) (*pb.TaxCode, error) {
	return taxCodes.Get(ctx, s.db, req.GetTaxCodeId())
}

// BatchGetTaxCodes returns several tax codes.
func (s *Service) BatchGetTaxCodes(
	ctx context.Context, req *pb.BatchGetTaxCodesRequest,
) (*pb.BatchGetTaxCodesResponse, error) {
	list, err := taxCodes.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetTaxCodesResponse{TaxCodes: list}, err
}

// ListTaxCodes lists tax codes.
func (s *Service) ListTaxCodes(
	ctx context.Context, req *pb.ListTaxCodesRequest,
) (*pb.ListTaxCodesResponse, error) {
	page, err := taxCodes.List(ctx, s.db, req)
	return &pb.ListTaxCodesResponse{TaxCodes: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateTaxCode updates a tax code.
func (s *Service) UpdateTaxCode(ctx context.Context, req *pb.UpdateTaxCodeRequest) (*pb.TaxCode, error) {
	return taxCodes.Update(ctx, s.db, req.GetTaxCodeId(), req.GetTaxCode(), req.GetUpdateMask(), checkCode)
}

// ArchiveTaxCode archives a tax code.
func (s *Service) ArchiveTaxCode(ctx context.Context, req *pb.ArchiveTaxCodeRequest) (*pb.TaxCode, error) {
	return taxCodes.Archive(ctx, s.db, req.GetTaxCodeId())
}

// UnarchiveTaxCode restores an archived tax code.
func (s *Service) UnarchiveTaxCode(ctx context.Context, req *pb.UnarchiveTaxCodeRequest) (*pb.TaxCode, error) {
	return taxCodes.Unarchive(ctx, s.db, req.GetTaxCodeId())
}

// DeleteTaxCode deletes a tax code that no other record refers to.
func (s *Service) DeleteTaxCode(ctx context.Context, req *pb.DeleteTaxCodeRequest) (*emptypb.Empty, error) {
	return taxCodes.Delete(ctx, s.db, req.GetTaxCodeId())
}

// checkCode is the rule that derives the use of a code from its rates, and refuses a code without a
// rate or with a place that is not in its country.
func checkCode(_ context.Context, _ *db.Tx, _, c *pb.TaxCode) error {
	var violations fault.List
	switch {
	case c.SalesTaxRateId != "" && c.PurchaseTaxRateId != "":
		c.Use = pb.TaxCode_BOTH
	case c.SalesTaxRateId != "":
		c.Use = pb.TaxCode_SALES
	case c.PurchaseTaxRateId != "":
		c.Use = pb.TaxCode_PURCHASES
	default:
		violations.Append(fault.At("salesTaxRateId", "is required unless purchaseTaxRateId is set"))
	}
	if c.SubdivisionCode != "" && !strings.HasPrefix(c.SubdivisionCode, c.RegionCode+"-") {
		violations.Append(fault.At("subdivisionCode", "must begin with the regionCode and a hyphen, such as %s", "CA-NS"))
	}
	if len(c.PostalCodes) > 0 && c.RegionCode == "" {
		violations.Append(fault.At("regionCode", "is required if postalCodes are set"))
	}
	if c.Category == 0 {
		c.Category = pb.TaxCode_S
	}
	return violations.Err()
}
