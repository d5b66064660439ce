package directory

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/people/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var departments = resource.New(table.New("people.departments",
	table.Text("display_name", func(d *pb.Department) *string { return &d.DisplayName }).
		Filter().Sort("departments_by_display_name"),
	table.Text("code", func(d *pb.Department) *string { return &d.Code }).Filter(),
	table.Ref("parent_department_id", "dep", func(d *pb.Department) *string { return &d.ParentDepartmentId }).
		Filter().Usable(),
	table.Ref("head_id", "prs", func(d *pb.Department) *string { return &d.HeadId }).Filter().Usable(),
)).Open().Shared().Searchable("display_name", "code").Compute(func(_ *call.Call, d *pb.Department) {
	d.DimensionValueId = ledger.DimensionValueID(d.Id)
})

// CreateDepartment creates a department.
func (s *Service) CreateDepartment(ctx context.Context, req *pb.CreateDepartmentRequest) (*pb.Department, error) {
	return departments.CreateWith(ctx, s.db, req.GetDepartment(), createDepartment)
}

// createDepartment stores a department and its dimension value.
func createDepartment(ctx context.Context, tx *db.Tx, _, d *pb.Department) error {
	if err := departments.Insert(ctx, tx, d, checkDepartmentCycle); err != nil {
		return err
	}
	return ledger.AddSubjectValue(ctx, tx, financev1.Dimension_DEPARTMENT, d)
}

// GetDepartment returns a department.
func (s *Service) GetDepartment(ctx context.Context, req *pb.GetDepartmentRequest) (*pb.Department, error) {
	return departments.Get(ctx, s.db, req.GetDepartmentId())
}

// BatchGetDepartments returns several departments.
func (s *Service) BatchGetDepartments(
	ctx context.Context, req *pb.BatchGetDepartmentsRequest,
) (*pb.BatchGetDepartmentsResponse, error) {
	list, err := departments.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetDepartmentsResponse{Departments: list}, err
}

// ListDepartments lists departments.
func (s *Service) ListDepartments(
	ctx context.Context, req *pb.ListDepartmentsRequest,
) (*pb.ListDepartmentsResponse, error) {
	page, err := departments.List(ctx, s.db, req)
	return &pb.ListDepartmentsResponse{Departments: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateDepartment updates a department.
func (s *Service) UpdateDepartment(ctx context.Context, req *pb.UpdateDepartmentRequest) (*pb.Department, error) {
	return departments.Update(ctx, s.db, req.GetDepartmentId(), req.GetDepartment(), req.GetUpdateMask(),
		checkDepartmentCycle, ledger.UpdateSubjectValue[*pb.Department])
}

// ArchiveDepartment archives a department.
func (s *Service) ArchiveDepartment(ctx context.Context, req *pb.ArchiveDepartmentRequest) (*pb.Department, error) {
	return departments.Archive(ctx, s.db, req.GetDepartmentId(), ledger.UpdateSubjectValue[*pb.Department])
}

// UnarchiveDepartment unarchives a department.
func (s *Service) UnarchiveDepartment(ctx context.Context, req *pb.UnarchiveDepartmentRequest) (*pb.Department, error) {
	return departments.Unarchive(ctx, s.db, req.GetDepartmentId(), ledger.UpdateSubjectValue[*pb.Department])
}

// DeleteDepartment deletes a department that has no employees and no departments below it.
func (s *Service) DeleteDepartment(ctx context.Context, req *pb.DeleteDepartmentRequest) (*emptypb.Empty, error) {
	return departments.Delete(ctx, s.db, req.GetDepartmentId(), ledger.DeleteSubjectValue[*pb.Department])
}

// checkDepartmentCycle refuses a new parent that is the department itself or below it.
func checkDepartmentCycle(ctx context.Context, tx *db.Tx, was, d *pb.Department) error {
	isNew := was.Id == "" // nothing is below a new department
	if d.ParentDepartmentId == "" || d.ParentDepartmentId == was.ParentDepartmentId || isNew {
		return nil
	}
	isCycle, err := isAbove(ctx, tx, departments, selectIsDepartmentAbove, d.ParentDepartmentId, d.Id)
	if isCycle {
		return fault.InvalidFor(optionsv1.Reason_DEPARTMENT_CYCLE,
			fault.At("parentDepartmentId", "is the department itself or under it"))
	}
	return err
}
