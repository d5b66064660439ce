package ledger

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// Subject is a record that is also a value of a built-in dimension, such as a project. The value
// has the record's UUID, so that the identifier of either can stand for the other.
type Subject interface {
	proto.Message
	GetId() string
	GetDisplayName() string
	GetCode() string
	GetArchiveTime() *timestamppb.Timestamp
}

// subjectPrefixes are the prefixes of the records that are values of built-in dimensions.
var subjectPrefixes = map[string]bool{"prj": true, "dep": true}

// DimensionValueID returns the identifier of the dimension value of a record. It returns any other
// identifier unchanged.
func DimensionValueID(subject string) string {
	prefix, rest, _ := strings.Cut(subject, "_")
	if !subjectPrefixes[prefix] {
		return subject
	}
	return "dmv_" + rest
}

// AddSubjectValue creates the dimension value of a new record, after the record is stored.
func AddSubjectValue(ctx context.Context, tx *db.Tx, kind pb.Dimension_Kind, r Subject) error {
	var dimension uuid.UUID
	if err := tx.QueryRow(ctx, `
select id
from finance.dimensions
where org_id = $1
and kind = $2`, tx.Call().Organization.ID, kind.String()).Scan(&dimension); err != nil {
		return fmt.Errorf("ledger: find the dimension %s: %w", kind, err)
	}
	return dimensionValues.Insert(ctx, tx, &pb.DimensionValue{
		Id: DimensionValueID(r.GetId()), DimensionId: id.Format("dim", dimension), DisplayName: r.GetDisplayName(),
		Code: r.GetCode(), SubjectId: r.GetId(),
	})
}

// UpdateSubjectValue is the rule that changes the dimension value of a record that is renamed,
// archived or unarchived.
func UpdateSubjectValue[R Subject](ctx context.Context, tx *db.Tx, was, r R) error {
	isArchived := r.GetArchiveTime() != nil
	event := "updated"
	switch {
	case isArchived == (was.GetArchiveTime() != nil):
		if r.GetDisplayName() == was.GetDisplayName() && r.GetCode() == was.GetCode() {
			return nil
		}
	case isArchived:
		event = "archived"
	default:
		event = "unarchived"
	}
	_, err := dimensionValues.Modify(ctx, tx, DimensionValueID(r.GetId()), event,
		func(_ context.Context, _ *db.Tx, _, v *pb.DimensionValue) error {
			v.DisplayName, v.Code, v.ArchiveTime = r.GetDisplayName(), r.GetCode(), r.GetArchiveTime()
			return nil
		})
	return err
}

// DeleteSubjectValue is the rule that deletes the dimension value of a deleted record. It refuses
// the deletion if the value is in use.
func DeleteSubjectValue[R Subject](ctx context.Context, tx *db.Tx, _, r R) error {
	return dimensionValues.Remove(ctx, tx, DimensionValueID(r.GetId()), checkNotOnLines)
}

// addBuiltInDimensions creates the built-in dimensions of a new organization.
func addBuiltInDimensions(ctx context.Context, tx *db.Tx) error {
	builtIn := []*pb.Dimension{
		{DisplayName: "Project", Kind: pb.Dimension_PROJECT}, {DisplayName: "Department", Kind: pb.Dimension_DEPARTMENT},
	}
	return dimensions.InsertMany(ctx, tx, builtIn, func(i int) string { return fmt.Sprintf("dimensions[%d]", i) })
}
