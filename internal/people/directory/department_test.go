package directory_test

import (
	"slices"
	"sync"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/people/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
)

func TestDepartmentNameIsUniqueRegardlessOfCase(t *testing.T) {
	t.Parallel()
	_, directory := signUp(t)
	for _, name := range []string{"Sales", "Économie", "İstanbul", "Straße"} {
		newDepartment(t, directory, &pb.Department{DisplayName: name})
	}
	for _, name := range []string{"Sales", "SALES", "ÉCONOMIE", "économie"} {
		_, err := directory.CreateDepartment(t.Context(), &pb.CreateDepartmentRequest{
			Department: &pb.Department{DisplayName: name},
		})
		apptest.WantRefused(t, err, optionsv1.Reason_DEPARTMENTS_NAME_TAKEN, "displayName")
	}
	other := newDepartment(t, directory, &pb.Department{DisplayName: "Studio"})
	_, err := rename(t, directory, other, "sALES")
	apptest.WantRefused(t, err, optionsv1.Reason_DEPARTMENTS_NAME_TAKEN, "displayName")
	if _, err := rename(t, directory, other, "STUDIO"); err != nil {
		t.Errorf("changing the case of a department's name: %v", err)
	}
}

func rename(t *testing.T, directory pb.DirectoryServiceClient, d *pb.Department, name string) (*pb.Department, error) {
	t.Helper()
	return directory.UpdateDepartment(t.Context(), &pb.UpdateDepartmentRequest{
		DepartmentId: d.GetId(), Department: &pb.Department{DisplayName: name},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"display_name"}},
	})
}

func TestDepartmentCodeIsUniqueWhenGiven(t *testing.T) {
	t.Parallel()
	_, directory := signUp(t)
	newDepartment(t, directory, &pb.Department{})
	newDepartment(t, directory, &pb.Department{})
	newDepartment(t, directory, &pb.Department{Code: "100"})
	_, err := directory.CreateDepartment(t.Context(), &pb.CreateDepartmentRequest{
		Department: &pb.Department{DisplayName: "Other", Code: "100"},
	})
	apptest.WantRefused(t, err, optionsv1.Reason_DEPARTMENTS_CODE_TAKEN, "code")
}

func TestDepartmentReferencesMustBeActive(t *testing.T) {
	t.Parallel()
	o, directory := signUp(t)
	archived := newDepartment(t, directory, &pb.Department{})
	archiveDepartment(t, directory, archived)
	newID := id.Format("dep", id.New())
	for name, c := range map[string]struct {
		department *pb.Department
		reason     optionsv1.Reason
		fields     []string
	}{
		"refuses an unknown parent": {
			&pb.Department{ParentDepartmentId: id.Format("dep", id.New())},
			optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"parentDepartmentId"},
		},
		"refuses the new department as its parent": {
			&pb.Department{Id: newID, ParentDepartmentId: newID},
			optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"parentDepartmentId"},
		},
		"refuses an archived parent": {
			&pb.Department{ParentDepartmentId: archived.GetId()},
			optionsv1.Reason_REFERENCE_ARCHIVED, []string{"parentDepartmentId"},
		},
		"refuses an unknown head": {
			&pb.Department{HeadId: id.Format("prs", id.New())}, optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"headId"},
		},
		"refuses an archived head": {
			&pb.Department{HeadId: newPerson(t, o, "", true)}, optionsv1.Reason_REFERENCE_ARCHIVED, []string{"headId"},
		},
		"refuses an employee's id as head": {
			&pb.Department{HeadId: id.Format("emp", id.New())}, optionsv1.Reason_FIELDS_INVALID, []string{"headId"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.department.DisplayName = name
			_, err := directory.CreateDepartment(t.Context(), &pb.CreateDepartmentRequest{Department: c.department})
			apptest.WantRefused(t, err, c.reason, c.fields...)
		})
	}
}

func move(t *testing.T, directory pb.DirectoryServiceClient, d, under *pb.Department) error {
	t.Helper()
	_, err := directory.UpdateDepartment(t.Context(), &pb.UpdateDepartmentRequest{
		DepartmentId: d.GetId(), Department: &pb.Department{ParentDepartmentId: under.GetId()},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"parent_department_id"}},
	})
	return err
}

func TestDepartmentsFormNoCycle(t *testing.T) {
	t.Parallel()
	_, directory := signUp(t)
	top := newDepartment(t, directory, &pb.Department{})
	middle := newDepartment(t, directory, &pb.Department{ParentDepartmentId: top.GetId()})
	bottom := newDepartment(t, directory, &pb.Department{ParentDepartmentId: middle.GetId()})
	for _, under := range []*pb.Department{top, middle, bottom} {
		apptest.WantRefused(t, move(t, directory, top, under), optionsv1.Reason_DEPARTMENT_CYCLE, "parentDepartmentId")
	}
	for _, step := range [][2]*pb.Department{{bottom, top}, {middle, bottom}, {middle, nil}, {top, middle}} {
		if err := move(t, directory, step[0], step[1]); err != nil {
			t.Errorf("moving %s under %s: %v", step[0].GetDisplayName(), step[1].GetDisplayName(), err)
		}
	}
}

// TestConcurrentMovesFormNoCycle moves three departments under each other concurrently. In each
// round exactly one move must be refused.
func TestConcurrentMovesFormNoCycle(t *testing.T) {
	t.Parallel()
	_, directory := signUp(t)
	ring := make([]*pb.Department, 3)
	for i := range ring {
		ring[i] = newDepartment(t, directory, &pb.Department{})
	}
	for range 10 {
		var round sync.WaitGroup
		errs := make([]error, len(ring))
		for i, d := range ring {
			round.Go(func() { errs[i] = move(t, directory, d, ring[(i+1)%len(ring)]) })
		}
		round.Wait()
		refused := slices.IndexFunc(errs, func(err error) bool { return err != nil })
		if refused < 0 {
			t.Fatal("the departments form a cycle")
		}
		for i, err := range errs {
			if i == refused {
				apptest.WantRefused(t, err, optionsv1.Reason_DEPARTMENT_CYCLE, "parentDepartmentId")
			} else if err != nil {
				t.Errorf("more than one move is refused: %v", err)
			}
			if err := move(t, directory, ring[i], nil); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestDepartmentInUseCannotBeDeleted(t *testing.T) {
	t.Parallel()
	_, directory := signUp(t)
	parent := newDepartment(t, directory, &pb.Department{})
	child := newDepartment(t, directory, &pb.Department{ParentDepartmentId: parent.GetId()})
	newEmployee(t, directory, &pb.Employee{DepartmentId: child.GetId()})
	for _, d := range []*pb.Department{parent, child} {
		_, err := directory.DeleteDepartment(t.Context(), &pb.DeleteDepartmentRequest{DepartmentId: d.GetId()})
		apptest.WantRefused(t, err, optionsv1.Reason_DEPARTMENTS_IN_USE)
	}
}

func TestDepartmentKeepsArchivedHead(t *testing.T) {
	t.Parallel()
	o, directory := signUp(t)
	head := newPerson(t, o, "", false)
	d := newDepartment(t, directory, &pb.Department{HeadId: head})
	archivePerson(t, o, head)
	if _, err := rename(t, directory, d, "Renamed"); err != nil {
		t.Errorf("renaming a department with an archived head: %v", err)
	}
}

func TestDepartmentsOverREST(t *testing.T) {
	t.Parallel()
	o, _ := signUp(t)
	made := o.REST(t, "POST", "/v1/departments", `{"displayName": "Sales", "code": "100"}`)
	if made.Code != 200 {
		t.Fatalf("create: %s", made.Raw)
	}
	list := o.REST(t, "GET", `/v1/departments?filter=code%20%3D%20%22100%22`, "")
	if found, _ := list.Body["departments"].([]any); list.Code != 200 || len(found) != 1 {
		t.Errorf("list: %s", list.Raw)
	}
	again := o.REST(t, "POST", "/v1/departments", `{"displayName": "sales"}`)
	if again.Code != 409 || again.Reason() != "DEPARTMENTS_NAME_TAKEN" {
		t.Errorf("the same name again: got %d %s, want 409 DEPARTMENTS_NAME_TAKEN", again.Code, again.Raw)
	}
	key := made.Body["id"].(string)
	cycle := o.REST(t, "PATCH", "/v1/departments/"+key, `{"parentDepartmentId": "`+key+`"}`)
	if cycle.Code != 400 || cycle.Reason() != "DEPARTMENT_CYCLE" {
		t.Errorf("the department as its parent: got %d %s, want 400 DEPARTMENT_CYCLE", cycle.Code, cycle.Raw)
	}
	unknown := o.REST(t, "POST", "/v1/departments", `{"displayName": "Studio", "color": "red"}`)
	if unknown.Code != 400 || unknown.Reason() != "BODY_INVALID" {
		t.Errorf("an unknown field: got %d %s, want 400 BODY_INVALID", unknown.Code, unknown.Raw)
	}
}
