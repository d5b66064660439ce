package directory_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/people/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
)

// TestNewEmployeeHasPerson checks that creating an employee also creates a person with the same
// names and address, or neither.
func TestNewEmployeeHasPerson(t *testing.T) {
	t.Parallel()
	o, directory := signUp(t)
	e := newEmployee(t, directory, &pb.Employee{
		DisplayName: "Ada Lovelace", GivenName: "Ada", FamilyName: "Lovelace", WorkEmail: "Ada@acme.example",
	})
	persons := platformv1.NewIdentityServiceClient(o)
	p, err := persons.GetPerson(t.Context(), &platformv1.GetPersonRequest{PersonId: e.GetPersonId()})
	if err != nil {
		t.Fatal(err)
	}
	if p.GetDisplayName() != "Ada Lovelace" || p.GetGivenName() != "Ada" || p.GetFamilyName() != "Lovelace" ||
		p.GetEmail() != "ada@acme.example" {
		t.Errorf("got the person %v, want the names and address of the employee", p)
	}
	_, err = persons.DeletePerson(t.Context(), &platformv1.DeletePersonRequest{PersonId: p.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_PERSONS_IN_USE)

	// The person's address is taken, so neither the second employee nor a person is stored.
	_, err = directory.CreateEmployee(t.Context(), &pb.CreateEmployeeRequest{
		Employee: &pb.Employee{DisplayName: "Ada Byron", HireDate: "2026-01-05", WorkEmail: "ada@acme.example"},
	})
	apptest.WantRefused(t, err, optionsv1.Reason_PERSONS_EMAIL_TAKEN, "email")
	list, err := directory.ListEmployees(t.Context(), &pb.ListEmployeesRequest{})
	if err != nil || len(list.GetEmployees()) != 1 {
		t.Errorf("got %v, %v, want one employee", list.GetEmployees(), err)
	}
}

func TestPersonIsAtMostOneEmployee(t *testing.T) {
	t.Parallel()
	o, directory := signUp(t)
	person := newPerson(t, o, "pat@acme.example", false)
	e := newEmployee(t, directory, &pb.Employee{PersonId: person})
	if e.GetPersonId() != person {
		t.Errorf("got the person %s, want %s", e.GetPersonId(), person)
	}
	_, err := directory.CreateEmployee(t.Context(), &pb.CreateEmployeeRequest{
		Employee: &pb.Employee{DisplayName: "Pat", HireDate: "2026-01-05", PersonId: person},
	})
	apptest.WantRefused(t, err, optionsv1.Reason_EMPLOYEES_PERSON_TAKEN, "personId")
	_, err = update(t, directory, e, &pb.Employee{PersonId: newPerson(t, o, "", false)}, "person_id")
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "personId")
}

// update updates the fields of an employee that paths name.
func update(
	t *testing.T, directory pb.DirectoryServiceClient, e, patch *pb.Employee, paths ...string,
) (*pb.Employee, error) {
	t.Helper()
	return directory.UpdateEmployee(t.Context(), &pb.UpdateEmployeeRequest{
		EmployeeId: e.GetId(), Employee: patch, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths},
	})
}

func TestCreateEmployeeRefusesInvalidFields(t *testing.T) {
	t.Parallel()
	o, directory := signUp(t)
	department := newDepartment(t, directory, &pb.Department{})
	archiveDepartment(t, directory, department)
	former := newEmployee(t, directory, &pb.Employee{EmployeeNumber: "7"})
	archiveEmployee(t, directory, former)
	unknownDepartment, unknownEmployee := id.Format("dep", id.New()), id.Format("emp", id.New())
	newID := id.Format("emp", id.New())
	for name, c := range map[string]struct {
		employee *pb.Employee
		reason   optionsv1.Reason
		fields   []string
	}{
		"refuses a number that is taken": {
			&pb.Employee{EmployeeNumber: "7"}, optionsv1.Reason_EMPLOYEES_NUMBER_TAKEN, []string{"employeeNumber"},
		},
		"refuses an end before the hire date": {
			&pb.Employee{EndDate: "2026-01-04"}, optionsv1.Reason_FIELDS_INVALID, []string{"endDate"},
		},
		"refuses a date that does not exist": {
			&pb.Employee{HireDate: "2026-02-30"}, optionsv1.Reason_FIELDS_INVALID, []string{"hireDate"},
		},
		"refuses a malformed email address": {
			&pb.Employee{WorkEmail: "ada"}, optionsv1.Reason_FIELDS_INVALID, []string{"workEmail"},
		},
		"refuses an unknown person": {
			&pb.Employee{PersonId: id.Format("prs", id.New())}, optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"personId"},
		},
		"refuses an archived person": {
			&pb.Employee{PersonId: newPerson(t, o, "", true)}, optionsv1.Reason_REFERENCE_ARCHIVED, []string{"personId"},
		},
		"refuses an unknown department": {
			&pb.Employee{DepartmentId: unknownDepartment}, optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"departmentId"},
		},
		"refuses an archived department": {
			&pb.Employee{DepartmentId: department.GetId()}, optionsv1.Reason_REFERENCE_ARCHIVED, []string{"departmentId"},
		},
		"refuses an unknown manager": {
			&pb.Employee{ManagerId: unknownEmployee}, optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"managerId"},
		},
		"refuses an archived manager": {
			&pb.Employee{ManagerId: former.GetId()}, optionsv1.Reason_REFERENCE_ARCHIVED, []string{"managerId"},
		},
		"refuses the new employee as manager": {
			&pb.Employee{Id: newID, ManagerId: newID}, optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"managerId"},
		},
		"reports two unknown references at once": {
			&pb.Employee{DepartmentId: unknownDepartment, ManagerId: unknownEmployee},
			optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"departmentId", "managerId"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.employee.DisplayName = name
			if c.employee.HireDate == "" {
				c.employee.HireDate = "2026-01-05"
			}
			_, err := directory.CreateEmployee(t.Context(), &pb.CreateEmployeeRequest{Employee: c.employee})
			apptest.WantRefused(t, err, c.reason, c.fields...)
		})
	}
	_, err := directory.CreateEmployee(t.Context(), &pb.CreateEmployeeRequest{Employee: &pb.Employee{}})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "displayName", "hireDate")
}

func TestReportingLinesFormNoCycle(t *testing.T) {
	t.Parallel()
	_, directory := signUp(t)
	chief := newEmployee(t, directory, &pb.Employee{})
	lead := newEmployee(t, directory, &pb.Employee{ManagerId: chief.GetId()})
	junior := newEmployee(t, directory, &pb.Employee{ManagerId: lead.GetId()})
	for _, manager := range []*pb.Employee{chief, lead, junior} {
		_, err := update(t, directory, chief, &pb.Employee{ManagerId: manager.GetId()}, "manager_id")
		apptest.WantRefused(t, err, optionsv1.Reason_MANAGER_CYCLE, "managerId")
	}
	if _, err := update(t, directory, junior, &pb.Employee{ManagerId: chief.GetId()}, "manager_id"); err != nil {
		t.Error(err)
	}
	_, err := directory.DeleteEmployee(t.Context(), &pb.DeleteEmployeeRequest{EmployeeId: chief.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_EMPLOYEES_IN_USE)
}

func TestEmployeeKeepsArchivedManager(t *testing.T) {
	t.Parallel()
	_, directory := signUp(t)
	manager := newEmployee(t, directory, &pb.Employee{})
	e := newEmployee(t, directory, &pb.Employee{ManagerId: manager.GetId()})
	archiveEmployee(t, directory, manager)
	e.JobTitle = "Designer"
	got, err := update(t, directory, e, e, "job_title", "manager_id")
	if err != nil || got.GetJobTitle() != "Designer" {
		t.Errorf("updating an employee with an archived manager: got %v, %v", got, err)
	}
}

func TestEmploymentDoesNotEndBeforeHireDate(t *testing.T) {
	t.Parallel()
	_, directory := signUp(t)
	e := newEmployee(t, directory, &pb.Employee{HireDate: "2026-01-05", EndDate: "2026-01-05"})
	_, err := update(t, directory, e, &pb.Employee{HireDate: "2026-01-06"}, "hire_date")
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "endDate")
	got, err := update(t, directory, e, &pb.Employee{HireDate: "2026-01-06"}, "hire_date", "end_date")
	if err != nil || got.GetEndDate() != "" {
		t.Errorf("got %v, %v, want no end date", got, err)
	}
	_, err = update(t, directory, e, &pb.Employee{}, "hire_date")
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "hireDate")
}

func TestValidateOnlyEmployeeStoresNoPerson(t *testing.T) {
	t.Parallel()
	o, directory := signUp(t)
	if _, err := directory.CreateEmployee(t.Context(), &pb.CreateEmployeeRequest{
		Employee: &pb.Employee{DisplayName: "Ada", HireDate: "2026-01-05"}, ValidateOnly: true,
	}); err != nil {
		t.Fatal(err)
	}
	list, err := platformv1.NewIdentityServiceClient(o).ListPersons(t.Context(), &platformv1.ListPersonsRequest{})
	if err != nil || len(list.GetPersons()) != 1 {
		t.Errorf("got %v, %v, want only the owner", list.GetPersons(), err)
	}
}
