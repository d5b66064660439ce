package ledger

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var dimensions = resource.New(table.New("finance.dimensions",
	table.Text(
		"display_name", func(d *pb.Dimension) *string { return &d.DisplayName },
	).Filter().Sort("dimensions_by_display_name"),
	table.Text("description", func(d *pb.Dimension) *string { return &d.Description }),
	table.Enum("kind", func(d *pb.Dimension) *pb.Dimension_Kind { return &d.Kind }).Filter(),
	table.Ref(
		"balancing_account_id", "acc", func(d *pb.Dimension) *string { return &d.BalancingAccountId },
	).Usable(canBalanceDimension),
)).GuardEach(func(_ *db.Tx, d *pb.Dimension) error { return refuseBuiltIn(d) }, "archive").Shared().Open().
	Searchable("display_name", "description")

// CreateDimension creates a dimension.
func (s *Service) CreateDimension(ctx context.Context, req *pb.CreateDimensionRequest) (*pb.Dimension, error) {
	return dimensions.Create(ctx, s.db, req.GetDimension(), setCustomKind, checkBalancingCurrency)
}

// GetDimension returns a dimension.
func (s *Service) GetDimension(ctx context.Context, req *pb.GetDimensionRequest) (*pb.Dimension, error) {
	return dimensions.Get(ctx, s.db, req.GetDimensionId())
}

// BatchGetDimensions returns several dimensions.
func (s *Service) BatchGetDimensions(
	ctx context.Context, req *pb.BatchGetDimensionsRequest,
) (*pb.BatchGetDimensionsResponse, error) {
	list, err := dimensions.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetDimensionsResponse{Dimensions: list}, err
}

// ListDimensions returns a page of dimensions.
func (s *Service) ListDimensions(
	ctx context.Context, req *pb.ListDimensionsRequest,
) (*pb.ListDimensionsResponse, error) {
	page, err := dimensions.List(ctx, s.db, req)
	return &pb.ListDimensionsResponse{Dimensions: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateDimension updates a dimension.
func (s *Service) UpdateDimension(ctx context.Context, req *pb.UpdateDimensionRequest) (*pb.Dimension, error) {
	return dimensions.Update(
		ctx, s.db, req.GetDimensionId(), req.GetDimension(), req.GetUpdateMask(), checkBalancingCurrency,
	)
}

// ArchiveDimension archives a dimension.
func (s *Service) ArchiveDimension(ctx context.Context, req *pb.ArchiveDimensionRequest) (*pb.Dimension, error) {
	return dimensions.Archive(ctx, s.db, req.GetDimensionId())
}

// UnarchiveDimension unarchives a dimension.
func (s *Service) UnarchiveDimension(ctx context.Context, req *pb.UnarchiveDimensionRequest) (*pb.Dimension, error) {
	return dimensions.Unarchive(ctx, s.db, req.GetDimensionId())
}

// DeleteDimension deletes a dimension that has no values.
func (s *Service) DeleteDimension(ctx context.Context, req *pb.DeleteDimensionRequest) (*emptypb.Empty, error) {
	return dimensions.Delete(ctx, s.db, req.GetDimensionId(),
		func(_ context.Context, _ *db.Tx, _, d *pb.Dimension) error { return refuseBuiltIn(d) })
}

// setCustomKind is the rule for dimensions that callers create.
func setCustomKind(_ context.Context, _ *db.Tx, _, d *pb.Dimension) error {
	d.Kind = pb.Dimension_CUSTOM
	return nil
}

// canBalanceDimension accepts accounts to which lines that balance the values of a dimension can be
// posted.
func canBalanceDimension(referenced proto.Message) string {
	a := referenced.(*pb.Account)
	switch {
	case a.Type == pb.Account_INCOME || a.Type == pb.Account_EXPENSE:
		return fmt.Sprintf("must be an ASSET, LIABILITY or EQUITY account, not %s", a.Type)
	case a.Control:
		return "must not be a control account"
	case a.BankAccountId != "":
		return "must not be the account of a bank account"
	}
	return ""
}

// checkBalancingCurrency refuses a balancing account in a foreign currency.
func checkBalancingCurrency(ctx context.Context, tx *db.Tx, was, d *pb.Dimension) error {
	if d.BalancingAccountId == "" || d.BalancingAccountId == was.BalancingAccountId {
		return nil
	}
	account, err := accounts.Find(ctx, tx, d.BalancingAccountId)
	if base := tx.Call().Organization.CurrencyCode; err == nil && account.CurrencyCode != base {
		return fault.Invalid(fault.At("balancingAccountId", "must be in %s, not %s", base, account.CurrencyCode))
	}
	return err
}

// refuseBuiltIn refuses to archive or delete a built-in dimension.
func refuseBuiltIn(d *pb.Dimension) error {
	if d.Kind == pb.Dimension_CUSTOM {
		return nil
	}
	return fault.Refuse(optionsv1.Reason_DIMENSION_BUILT_IN, "The dimension is built in.").WithSubject(d.Id)
}
