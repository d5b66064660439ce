package ledger

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var dimensions = resource.New(table.New("finance.dimensions",
	table.Text(
		"display_name", func(d *pb.Dimension) *string { return &d.DisplayName },
	).Filter().Sort("dimensions_by_display_name"),
	table.Text("description", func(d *pb.Dimension) *string { return &d.Description }),
)).Shared().Open()

// CreateDimension creates a dimension.
func (s *Service) CreateDimension(ctx context.Context, req *pb.CreateDimensionRequest) (*pb.Dimension, error) {
	return dimensions.Create(ctx, s.db, req.GetDimension())
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
	return dimensions.Update(ctx, s.db, req.GetDimensionId(), req.GetDimension(), req.GetUpdateMask())
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
	return dimensions.Delete(ctx, s.db, req.GetDimensionId())
}
