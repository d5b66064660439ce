package ledger

import (
	"context"
	"strings"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var dimensionValues = resource.New(table.New("finance.dimension_values",
	table.Ref("dimension_id", "dim", func(v *pb.DimensionValue) *string { return &v.DimensionId }).Filter().Usable(),
	table.Text(
		"display_name", func(v *pb.DimensionValue) *string { return &v.DisplayName },
	).Filter().Sort("dimension_values_by_display_name"),
	table.Text("code", func(v *pb.DimensionValue) *string { return &v.Code }).Filter(),
	table.Text("description", func(v *pb.DimensionValue) *string { return &v.Description }),
	table.Text("subject_id", func(v *pb.DimensionValue) *string { return &v.SubjectId }).Filter(),
).Rank(db.RankAccount)).GuardEach(refuseSubjectValue, "archive", "unarchive").Open().
	Searchable("display_name", "code", "description")

// CreateDimensionValue creates a dimension value.
func (s *Service) CreateDimensionValue(
	ctx context.Context, req *pb.CreateDimensionValueRequest,
) (*pb.DimensionValue, error) {
	return dimensionValues.Create(ctx, s.db, req.GetDimensionValue(), checkDimensionCustom)
}

// GetDimensionValue returns a dimension value.
func (s *Service) GetDimensionValue(ctx context.Context, req *pb.GetDimensionValueRequest) (*pb.DimensionValue, error) {
	return dimensionValues.Get(ctx, s.db, req.GetDimensionValueId())
}

// BatchGetDimensionValues returns several dimension values.
func (s *Service) BatchGetDimensionValues(
	ctx context.Context, req *pb.BatchGetDimensionValuesRequest,
) (*pb.BatchGetDimensionValuesResponse, error) {
	list, err := dimensionValues.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetDimensionValuesResponse{DimensionValues: list}, err
}

// ListDimensionValues returns a page of dimension values.
func (s *Service) ListDimensionValues(
	ctx context.Context, req *pb.ListDimensionValuesRequest,
) (*pb.ListDimensionValuesResponse, error) {
	page, err := dimensionValues.List(ctx, s.db, req)
	return &pb.ListDimensionValuesResponse{
		DimensionValues: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}

// UpdateDimensionValue updates a dimension value.
func (s *Service) UpdateDimensionValue(
	ctx context.Context, req *pb.UpdateDimensionValueRequest,
) (*pb.DimensionValue, error) {
	return dimensionValues.Update(
		ctx, s.db, req.GetDimensionValueId(), req.GetDimensionValue(), req.GetUpdateMask(), checkNoSubject,
	)
}

// ArchiveDimensionValue archives a dimension value.
func (s *Service) ArchiveDimensionValue(
	ctx context.Context, req *pb.ArchiveDimensionValueRequest,
) (*pb.DimensionValue, error) {
	return dimensionValues.Archive(ctx, s.db, req.GetDimensionValueId())
}

// UnarchiveDimensionValue unarchives a dimension value.
func (s *Service) UnarchiveDimensionValue(
	ctx context.Context, req *pb.UnarchiveDimensionValueRequest,
) (*pb.DimensionValue, error) {
	return dimensionValues.Unarchive(ctx, s.db, req.GetDimensionValueId())
}

// DeleteDimensionValue deletes a dimension value that no journal line and no other record refers
// to.
func (s *Service) DeleteDimensionValue(
	ctx context.Context, req *pb.DeleteDimensionValueRequest,
) (*emptypb.Empty, error) {
	return dimensionValues.Delete(ctx, s.db, req.GetDimensionValueId(), checkNoSubject, checkNotOnLines)
}

// checkDimensionCustom refuses values that callers add to a built-in dimension.
func checkDimensionCustom(ctx context.Context, tx *db.Tx, _, v *pb.DimensionValue) error {
	d, err := dimensions.Find(ctx, tx, v.DimensionId)
	if err != nil || d.Kind == pb.Dimension_CUSTOM {
		return err
	}
	return fault.Refuse(optionsv1.Reason_DIMENSION_BUILT_IN,
		"The dimension is built in. Create a %s instead.", strings.ToLower(d.Kind.String())).WithSubject(d.Id)
}

// checkNoSubject is refuseSubjectValue as a rule.
func checkNoSubject(_ context.Context, tx *db.Tx, was, _ *pb.DimensionValue) error {
	return refuseSubjectValue(tx, was)
}

// refuseSubjectValue refuses to let callers change the value of a project or department.
func refuseSubjectValue(_ *db.Tx, v *pb.DimensionValue) error {
	if v.SubjectId == "" {
		return nil
	}
	return fault.Refuse(optionsv1.Reason_DIMENSION_BUILT_IN,
		"The value belongs to %s. Change that record instead.", v.SubjectId).WithSubject(v.SubjectId)
}

// checkNotOnLines refuses to delete a dimension value that is on a journal line. A posting locks
// the rows of its dimension values, so no line with the value can be posted at the same time.
func checkNotOnLines(ctx context.Context, tx *db.Tx, _, v *pb.DimensionValue) error {
	key, err := dimensionValues.Table().Key(v.Id)
	if err != nil {
		return err
	}
	var onLine bool
	err = tx.QueryRow(ctx, `
select exists (
  select
  from finance.journal_lines
  where org_id = $1
  and $2 = any(dimension_value_ids)
)`, tx.Call().Organization.ID, key).Scan(&onLine)
	if err != nil || !onLine {
		return err
	}
	return fault.Refuse(
		optionsv1.Reason_DIMENSION_VALUES_IN_USE, "Journal lines have the dimension value; archive it instead.",
	).WithSubject(v.Id)
}
