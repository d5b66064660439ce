package tax

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var taxAgencies = resource.New(table.New("finance.tax_agencies",
	table.Text("display_name", func(a *pb.TaxAgency) *string { return &a.DisplayName }).
		Filter().Sort("tax_agencies_by_display_name"),
	table.Text("region_code", func(a *pb.TaxAgency) *string { return &a.RegionCode }).Filter(),
	table.Ref("account_id", "acc", func(a *pb.TaxAgency) *string { return &a.AccountId }).
		Filter().Usable(isPostable),
	table.Enum("filing_basis", func(a *pb.TaxAgency) *pb.TaxAgency_FilingBasis { return &a.FilingBasis }),
	table.Int32("filing_period_months", func(a *pb.TaxAgency) *int32 { return &a.FilingPeriodMonths }),
	table.Text("tax_number", func(a *pb.TaxAgency) *string { return &a.TaxNumber }),
	table.Text("template_key", func(a *pb.TaxAgency) *string { return &a.TemplateKey }),
)).Open().Searchable("display_name", "tax_number")

// CreateTaxAgency creates a tax agency.
func (s *Service) CreateTaxAgency(ctx context.Context, req *pb.CreateTaxAgencyRequest) (*pb.TaxAgency, error) {
	return taxAgencies.Create(ctx, s.db, req.GetTaxAgency(), completeAgency)
}

// GetTaxAgency returns a tax agency.
func (s *Service) GetTaxAgency(ctx context.Context, req *pb.GetTaxAgencyRequest) (*pb.TaxAgency, error) {
	return taxAgencies.Get(ctx, s.db, req.GetTaxAgencyId())
}

// BatchGetTaxAgencies returns several tax agencies.
func (s *Service) BatchGetTaxAgencies(
	ctx context.Context, req *pb.BatchGetTaxAgenciesRequest,
) (*pb.BatchGetTaxAgenciesResponse, error) {
	list, err := taxAgencies.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetTaxAgenciesResponse{TaxAgencies: list}, err
}

// ListTaxAgencies lists tax agencies.
func (s *Service) ListTaxAgencies(
	ctx context.Context, req *pb.ListTaxAgenciesRequest,
) (*pb.ListTaxAgenciesResponse, error) {
	page, err := taxAgencies.List(ctx, s.db, req)
	return &pb.ListTaxAgenciesResponse{TaxAgencies: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// LockAgency locks an agency until the transaction ends.
func LockAgency(ctx context.Context, tx *db.Tx, key string) error {
	_, err := taxAgencies.Table().Lock(ctx, tx, key)
	return err
}

// LookupAgency returns the tax agency that a field of a request names. It accepts an archived one,
// because its taxes are still reported.
func LookupAgency(ctx context.Context, tx *db.Tx, field, key string) (*pb.TaxAgency, error) {
	if _, err := id.Parse(taxAgencies.Prefix(), key); err != nil {
		return nil, resource.CheckSubject(db.Subject{}, field)
	}
	found, err := taxAgencies.Load(ctx, tx, []string{key})
	if err != nil {
		return nil, err
	}
	if found[0].Record == nil {
		return nil, resource.CheckSubject(found[0], field)
	}
	return found[0].Record.(*pb.TaxAgency), nil
}

// UpdateTaxAgency updates a tax agency.
func (s *Service) UpdateTaxAgency(ctx context.Context, req *pb.UpdateTaxAgencyRequest) (*pb.TaxAgency, error) {
	return taxAgencies.Update(ctx, s.db, req.GetTaxAgencyId(), req.GetTaxAgency(), req.GetUpdateMask(), completeAgency)
}

// ArchiveTaxAgency archives a tax agency.
func (s *Service) ArchiveTaxAgency(ctx context.Context, req *pb.ArchiveTaxAgencyRequest) (*pb.TaxAgency, error) {
	return taxAgencies.Archive(ctx, s.db, req.GetTaxAgencyId())
}

// UnarchiveTaxAgency restores an archived tax agency.
func (s *Service) UnarchiveTaxAgency(ctx context.Context, req *pb.UnarchiveTaxAgencyRequest) (*pb.TaxAgency, error) {
	return taxAgencies.Unarchive(ctx, s.db, req.GetTaxAgencyId())
}

// DeleteTaxAgency deletes a tax agency that no other record refers to.
func (s *Service) DeleteTaxAgency(ctx context.Context, req *pb.DeleteTaxAgencyRequest) (*emptypb.Empty, error) {
	return taxAgencies.Delete(ctx, s.db, req.GetTaxAgencyId())
}

// completeAgency is the rule that sets the defaults of an agency, and refuses periods that do not
// fit into a year. The account is set here and not when a document is posted, so that a preview can
// name it without writing.
func completeAgency(ctx context.Context, tx *db.Tx, _, a *pb.TaxAgency) (err error) {
	if a.FilingBasis == 0 {
		a.FilingBasis = pb.TaxAgency_ACCRUAL
	}
	if a.FilingPeriodMonths == 0 {
		a.FilingPeriodMonths = 3
	}
	if 12%a.FilingPeriodMonths != 0 {
		return fault.Invalid(fault.At("filingPeriodMonths", "must be 1, 2, 3, 4, 6 or 12"))
	}
	if a.AccountId == "" {
		a.AccountId, err = ledger.RoleAccount(ctx, tx, pb.AccountRole_SALES_TAX)
	}
	return err
}
