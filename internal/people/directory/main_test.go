package directory_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	pb "backoffice/gen/go/backoffice/people/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/people/directory"
)

func TestMain(m *testing.M) { apptest.Main(m, ledger.Module, directory.Module) }

// signUp creates an organization and returns a client of its DirectoryService.
func signUp(t *testing.T) (*apptest.Organization, pb.DirectoryServiceClient) {
	t.Helper()
	o := apptest.SignUp(t)
	return o, pb.NewDirectoryServiceClient(o)
}

var serial atomic.Int64

// unique returns a name that no other record of the tests has.
func unique(name string) string { return fmt.Sprintf("%s %d", name, serial.Add(1)) }

func newDepartment(t *testing.T, directory pb.DirectoryServiceClient, d *pb.Department) *pb.Department {
	t.Helper()
	if d.DisplayName == "" {
		d.DisplayName = unique("Department")
	}
	made, err := directory.CreateDepartment(t.Context(), &pb.CreateDepartmentRequest{Department: d})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func newEmployee(t *testing.T, directory pb.DirectoryServiceClient, e *pb.Employee) *pb.Employee {
	t.Helper()
	if e.DisplayName == "" {
		e.DisplayName = unique("Employee")
	}
	if e.HireDate == "" {
		e.HireDate = "2026-01-05"
	}
	made, err := directory.CreateEmployee(t.Context(), &pb.CreateEmployeeRequest{Employee: e})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func newPerson(t *testing.T, o *apptest.Organization, email string, archived bool) string {
	t.Helper()
	p, err := platformv1.NewIdentityServiceClient(o).CreatePerson(t.Context(), &platformv1.CreatePersonRequest{
		Person: &platformv1.Person{DisplayName: "Pat", Email: email},
	})
	if err != nil {
		t.Fatal(err)
	}
	if archived {
		archivePerson(t, o, p.GetId())
	}
	return p.GetId()
}

func archivePerson(t *testing.T, o *apptest.Organization, person string) {
	t.Helper()
	_, err := platformv1.NewIdentityServiceClient(o).ArchivePerson(t.Context(),
		&platformv1.ArchivePersonRequest{PersonId: person})
	if err != nil {
		t.Fatal(err)
	}
}

func archiveDepartment(t *testing.T, directory pb.DirectoryServiceClient, d *pb.Department) {
	t.Helper()
	_, err := directory.ArchiveDepartment(t.Context(), &pb.ArchiveDepartmentRequest{DepartmentId: d.GetId()})
	if err != nil {
		t.Fatal(err)
	}
}

func archiveEmployee(t *testing.T, directory pb.DirectoryServiceClient, e *pb.Employee) {
	t.Helper()
	_, err := directory.ArchiveEmployee(t.Context(), &pb.ArchiveEmployeeRequest{EmployeeId: e.GetId()})
	if err != nil {
		t.Fatal(err)
	}
}
