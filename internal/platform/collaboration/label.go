package collaboration

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var labels = resource.New(table.New("platform.labels",
	table.Text("display_name", func(l *pb.Label) *string { return &l.DisplayName }).
		Filter().Sort("labels_by_display_name"),
	table.Text("color", func(l *pb.Label) *string { return &l.Color }),
	table.Text("description", func(l *pb.Label) *string { return &l.Description }),
)).Open().DeclareEvents("applied", "removed").Searchable("display_name", "description")

// CreateLabel creates a label.
func (s *Service) CreateLabel(ctx context.Context, req *pb.CreateLabelRequest) (*pb.Label, error) {
	return labels.Create(ctx, s.db, req.GetLabel())
}

// GetLabel returns a label.
func (s *Service) GetLabel(ctx context.Context, req *pb.GetLabelRequest) (*pb.Label, error) {
	return labels.Get(ctx, s.db, req.GetLabelId())
}

// BatchGetLabels returns several labels.
func (s *Service) BatchGetLabels(
	ctx context.Context, req *pb.BatchGetLabelsRequest,
) (*pb.BatchGetLabelsResponse, error) {
	list, err := labels.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetLabelsResponse{Labels: list}, err
}

// ListLabels lists labels.
func (s *Service) ListLabels(ctx context.Context, req *pb.ListLabelsRequest) (*pb.ListLabelsResponse, error) {
	page, err := labels.List(ctx, s.db, req)
	return &pb.ListLabelsResponse{Labels: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateLabel updates a label.
func (s *Service) UpdateLabel(ctx context.Context, req *pb.UpdateLabelRequest) (*pb.Label, error) {
	return labels.Update(ctx, s.db, req.GetLabelId(), req.GetLabel(), req.GetUpdateMask())
}

// ArchiveLabel archives a label. Records keep it.
func (s *Service) ArchiveLabel(ctx context.Context, req *pb.ArchiveLabelRequest) (*pb.Label, error) {
	return labels.Archive(ctx, s.db, req.GetLabelId())
}

// UnarchiveLabel restores an archived label.
func (s *Service) UnarchiveLabel(ctx context.Context, req *pb.UnarchiveLabelRequest) (*pb.Label, error) {
	return labels.Unarchive(ctx, s.db, req.GetLabelId())
}

// DeleteLabel deletes a label that no record has.
func (s *Service) DeleteLabel(ctx context.Context, req *pb.DeleteLabelRequest) (*emptypb.Empty, error) {
	return labels.Delete(ctx, s.db, req.GetLabelId())
}
