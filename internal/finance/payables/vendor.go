package payables

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/iban"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var vendors = resource.New(table.New("finance.vendors",
	table.Text("display_name", func(v *pb.Vendor) *string { return &v.DisplayName }).
		Filter().Sort("vendors_by_display_name"),
	table.Text("email", func(v *pb.Vendor) *string { return &v.Email }).Filter(),
	table.Text("phone", func(v *pb.Vendor) *string { return &v.Phone }),
	table.Text("website", func(v *pb.Vendor) *string { return &v.Website }),
	table.Text("reference", func(v *pb.Vendor) *string { return &v.Reference }).Filter(),
	table.Int32("payment_days", func(v *pb.Vendor) *int32 { return &v.PaymentDays }).Filter(),
	table.Ref("expense_account_id", "acc", func(v *pb.Vendor) *string { return &v.ExpenseAccountId }).Filter().Usable(),
	table.Money("credit_limit", func(v *pb.Vendor) **typepb.Money { return &v.CreditLimit }),
	table.Text("note", func(v *pb.Vendor) *string { return &v.Note }),
	table.Text("bank_account_holder", func(v *pb.Vendor) *string { return &v.BankAccountHolder }),
	table.Text("bank_code", func(v *pb.Vendor) *string { return &v.BankCode }),
	table.Sealed("bank_account_number", func(v *pb.Vendor) *string { return &v.BankAccountNumber },
		func(v *pb.Vendor) string { return v.Id }).Findable(),
	table.Ref("responsible_id", "prs", func(v *pb.Vendor) *string { return &v.ResponsibleId }).Filter().Usable(),
	table.Ref("deputy_id", "prs", func(v *pb.Vendor) *string { return &v.DeputyId }).Filter().Usable(),
)).Open().Responsible("responsible_id", "deputy_id").DeclareEvents("revealed", "shredded").
	Searchable("display_name", "email", "phone", "website", "reference", "note")

// CreateVendor creates a vendor.
func (s *Service) CreateVendor(ctx context.Context, req *pb.CreateVendorRequest) (*pb.Vendor, error) {
	return vendors.Create(ctx, s.db, req.GetVendor(), checkBankAccount)
}

// checkBankAccount checks a new bank account number.
func checkBankAccount(_ context.Context, _ *db.Tx, was, v *pb.Vendor) error {
	if v.BankAccountNumber == was.BankAccountNumber {
		return nil
	}
	return iban.Check("bankAccountNumber", v.BankAccountNumber)
}

// GetVendor returns a vendor.
func (s *Service) GetVendor(ctx context.Context, req *pb.GetVendorRequest) (*pb.Vendor, error) {
	return vendors.Get(ctx, s.db, req.GetVendorId())
}

// BatchGetVendors returns several vendors.
func (s *Service) BatchGetVendors(
	ctx context.Context, req *pb.BatchGetVendorsRequest,
) (*pb.BatchGetVendorsResponse, error) {
	list, err := vendors.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetVendorsResponse{Vendors: list}, err
}

// ListVendors lists vendors.
func (s *Service) ListVendors(ctx context.Context, req *pb.ListVendorsRequest) (*pb.ListVendorsResponse, error) {
	page, err := vendors.List(ctx, s.db, req)
	return &pb.ListVendorsResponse{Vendors: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateVendor updates a vendor.
func (s *Service) UpdateVendor(ctx context.Context, req *pb.UpdateVendorRequest) (*pb.Vendor, error) {
	return vendors.Update(ctx, s.db, req.GetVendorId(), req.GetVendor(), req.GetUpdateMask(), checkBankAccount)
}

// ArchiveVendor archives a vendor.
func (s *Service) ArchiveVendor(ctx context.Context, req *pb.ArchiveVendorRequest) (*pb.Vendor, error) {
	return vendors.Archive(ctx, s.db, req.GetVendorId())
}

// UnarchiveVendor unarchives a vendor.
func (s *Service) UnarchiveVendor(ctx context.Context, req *pb.UnarchiveVendorRequest) (*pb.Vendor, error) {
	return vendors.Unarchive(ctx, s.db, req.GetVendorId())
}

// DeleteVendor deletes a vendor that no record references.
func (s *Service) DeleteVendor(ctx context.Context, req *pb.DeleteVendorRequest) (*emptypb.Empty, error) {
	return vendors.Delete(ctx, s.db, req.GetVendorId())
}

// RevealVendor returns the values of sealed fields of a vendor.
func (s *Service) RevealVendor(ctx context.Context, req *pb.RevealVendorRequest) (*typepb.RevealedFields, error) {
	return vendors.Reveal(ctx, s.db, req.GetVendorId(), req.GetFields(), req.GetReason())
}

// ShredVendor destroys the sealed fields of a vendor.
func (s *Service) ShredVendor(ctx context.Context, req *pb.ShredVendorRequest) (*pb.Vendor, error) {
	return vendors.Shred(ctx, s.db, req.GetVendorId(), req.GetReason())
}
