package directory_test

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/people/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/people/directory"
)

func TestMain(m *testing.M) { apptest.Main(m, directory.Module) }

// signUp is an organization of the test's own, and its directory.
func signUp(t *testing.T) (*apptest.Organization, pb.DirectoryServiceClient) {
	t.Helper()
	o := apptest.SignUp(t)
	return o, pb.NewDirectoryServiceClient(o)
}

var serial atomic.Int64

func nth(name string) string { return fmt.Sprintf("%s %d", name, serial.Add(1)) }

func newDepartment(t *testing.T, directory pb.DirectoryServiceClient, d *pb.Department) *pb.Department {
	t.Helper()
	if d.DisplayName == "" {
		d.DisplayName = nth("Department")
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
		e.DisplayName = nth("Employee")
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
	if _, err := platformv1.NewIdentityServiceClient(o).ArchivePerson(t.Context(), &platformv1.ArchivePersonRequest{PersonId: person}); err != nil {
		t.Fatal(err)
	}
}

// refused holds an error to a reason and the fields it is about.
func refused(t *testing.T, err error, reason optionsv1.Reason, fields ...string) {
	t.Helper()
	if apptest.Reason(err) != reason || !slices.Equal(apptest.Fields(err), fields) {
		t.Errorf("got %v about %v, want %s about %v", err, apptest.Fields(err), reason, fields)
	}
}
