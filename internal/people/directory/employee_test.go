package directory_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/people/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/id"
)

func TestEmployeeBecomesAPerson(t *testing.T) {
	t.Parallel()
	o, directory := signUp(t)
	e := newEmployee(t, directory, &pb.Employee{DisplayName: "Ada Lovelace", GivenName: "Ada", FamilyName: "Lovelace", WorkEmail: "Ada@acme.example"})
	persons := platformv1.NewIdentityServiceClient(o)
	p, err := persons.GetPerson(t.Context(), &platformv1.GetPersonRequest{PersonId: e.GetPersonId()})
	if err != nil {
		t.Fatal(err)
	}
	if p.GetDisplayName() != "Ada Lovelace" || p.GetGivenName() != "Ada" || p.GetFamilyName() != "Lovelace" || p.GetEmail() != "ada@acme.example" {
		t.Errorf("the person is %v", p)
	}
	_, err = persons.DeletePerson(t.Context(), &platformv1.DeletePersonRequest{PersonId: p.GetId()})
	refused(t, err, optionsv1.Reason_PERSONS_IN_USE)

	// The person's address is taken, so nothing of the second employee is stored.
	_, err = directory.CreateEmployee(t.Context(), &pb.CreateEmployeeRequest{
		Employee: &pb.Employee{DisplayName: "Ada Byron", HireDate: "2026-01-05", WorkEmail: "ada@acme.example"},
	})
	refused(t, err, optionsv1.Reason_PERSONS_EMAIL_TAKEN, "email")
	list, err := directory.ListEmployees(t.Context(), &pb.ListEmployeesRequest{})
	if err != nil || len(list.GetEmployees()) != 1 {
		t.Errorf("there are %v, %v", list.GetEmployees(), err)
	}
}

func TestNobodyIsEmployedTwice(t *testing.T) {
	t.Parallel()
	o, directory := signUp(t)
	person := newPerson(t, o, "pat@acme.example", false)
	e := newEmployee(t, directory, &pb.Employee{PersonId: person})
	if e.GetPersonId() != person {
		t.Errorf("the employee is %s, want %s", e.GetPersonId(), person)
	}
	_, err := directory.CreateEmployee(t.Context(), &pb.CreateEmployeeRequest{
		Employee: &pb.Employee{DisplayName: "Pat", HireDate: "2026-01-05", PersonId: person},
	})
	refused(t, err, optionsv1.Reason_EMPLOYEES_PERSON_TAKEN, "personId")
	_, err = update(t, directory, e, &pb.Employee{PersonId: newPerson(t, o, "", false)}, "person_id")
	refused(t, err, optionsv1.Reason_FIELDS_INVALID, "personId")
}

func update(t *testing.T, directory pb.DirectoryServiceClient, e, patch *pb.Employee, paths ...string) (*pb.Employee, error) {
	t.Helper()
	return directory.UpdateEmployee(t.Context(), &pb.UpdateEmployeeRequest{
		EmployeeId: e.GetId(), Employee: patch, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths},
	})
}

func TestEmployeeRefusals(t *testing.T) {
	t.Parallel()
	o, directory := signUp(t)
	closed := newDepartment(t, directory, &pb.Department{})
	if _, err := directory.ArchiveDepartment(t.Context(), &pb.ArchiveDepartmentRequest{DepartmentId: closed.GetId()}); err != nil {
		t.Fatal(err)
	}
	former := newEmployee(t, directory, &pb.Employee{EmployeeNumber: "7"})
	if _, err := directory.ArchiveEmployee(t.Context(), &pb.ArchiveEmployeeRequest{EmployeeId: former.GetId()}); err != nil {
		t.Fatal(err)
	}
	own := id.Format("emp", id.New())
	for name, c := range map[string]struct {
		employee *pb.Employee
		reason   optionsv1.Reason
		fields   []string
	}{
		"number taken":          {&pb.Employee{EmployeeNumber: "7"}, optionsv1.Reason_EMPLOYEES_NUMBER_TAKEN, []string{"employeeNumber"}},
		"ends before it begins": {&pb.Employee{EndDate: "2026-01-04"}, optionsv1.Reason_FIELDS_INVALID, []string{"endDate"}},
		"no such day":           {&pb.Employee{HireDate: "2026-02-30"}, optionsv1.Reason_FIELDS_INVALID, []string{"hireDate"}},
		"no e-mail address":     {&pb.Employee{WorkEmail: "ada"}, optionsv1.Reason_FIELDS_INVALID, []string{"workEmail"}},
		"no such person":        {&pb.Employee{PersonId: id.Format("prs", id.New())}, optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"personId"}},
		"person who left":       {&pb.Employee{PersonId: newPerson(t, o, "", true)}, optionsv1.Reason_REFERENCE_ARCHIVED, []string{"personId"}},
		"no such department":    {&pb.Employee{DepartmentId: id.Format("dep", id.New())}, optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"departmentId"}},
		"archived department":   {&pb.Employee{DepartmentId: closed.GetId()}, optionsv1.Reason_REFERENCE_ARCHIVED, []string{"departmentId"}},
		"no such manager":       {&pb.Employee{ManagerId: id.Format("emp", id.New())}, optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"managerId"}},
		"manager who left":      {&pb.Employee{ManagerId: former.GetId()}, optionsv1.Reason_REFERENCE_ARCHIVED, []string{"managerId"}},
		"their own manager":     {&pb.Employee{Id: own, ManagerId: own}, optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"managerId"}},
		"both unknown": {
			&pb.Employee{DepartmentId: id.Format("dep", id.New()), ManagerId: id.Format("emp", id.New())},
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
			refused(t, err, c.reason, c.fields...)
		})
	}
	_, err := directory.CreateEmployee(t.Context(), &pb.CreateEmployeeRequest{Employee: &pb.Employee{}})
	refused(t, err, optionsv1.Reason_FIELDS_INVALID, "displayName", "hireDate")
}

func TestReportingLinesMakeNoCircle(t *testing.T) {
	t.Parallel()
	_, directory := signUp(t)
	chief := newEmployee(t, directory, &pb.Employee{})
	lead := newEmployee(t, directory, &pb.Employee{ManagerId: chief.GetId()})
	junior := newEmployee(t, directory, &pb.Employee{ManagerId: lead.GetId()})
	for _, manager := range []*pb.Employee{chief, lead, junior} {
		_, err := update(t, directory, chief, &pb.Employee{ManagerId: manager.GetId()}, "manager_id")
		refused(t, err, optionsv1.Reason_MANAGER_CYCLE, "managerId")
	}
	if _, err := update(t, directory, junior, &pb.Employee{ManagerId: chief.GetId()}, "manager_id"); err != nil {
		t.Error(err)
	}
	_, err := directory.DeleteEmployee(t.Context(), &pb.DeleteEmployeeRequest{EmployeeId: chief.GetId()})
	refused(t, err, optionsv1.Reason_EMPLOYEES_IN_USE)
}

func TestEmployeeOfAManagerWhoLeft(t *testing.T) {
	t.Parallel()
	_, directory := signUp(t)
	manager := newEmployee(t, directory, &pb.Employee{})
	e := newEmployee(t, directory, &pb.Employee{ManagerId: manager.GetId()})
	if _, err := directory.ArchiveEmployee(t.Context(), &pb.ArchiveEmployeeRequest{EmployeeId: manager.GetId()}); err != nil {
		t.Fatal(err)
	}
	e.JobTitle = "Designer"
	if got, err := update(t, directory, e, e, "job_title", "manager_id"); err != nil || got.GetJobTitle() != "Designer" {
		t.Errorf("a manager who left keeps the title from being changed: %v, %v", got, err)
	}
}

func TestEmploymentEndsAfterItBegins(t *testing.T) {
	t.Parallel()
	_, directory := signUp(t)
	e := newEmployee(t, directory, &pb.Employee{HireDate: "2026-01-05", EndDate: "2026-01-05"})
	_, err := update(t, directory, e, &pb.Employee{HireDate: "2026-01-06"}, "hire_date")
	refused(t, err, optionsv1.Reason_FIELDS_INVALID, "endDate")
	if got, err := update(t, directory, e, &pb.Employee{HireDate: "2026-01-06"}, "hire_date", "end_date"); err != nil || got.GetEndDate() != "" {
		t.Errorf("got %v, %v", got, err)
	}
	_, err = update(t, directory, e, &pb.Employee{}, "hire_date")
	refused(t, err, optionsv1.Reason_FIELDS_INVALID, "hireDate")
}

func TestEmployeeDryRunStoresNoPerson(t *testing.T) {
	t.Parallel()
	o, directory := signUp(t)
	if _, err := directory.CreateEmployee(t.Context(), &pb.CreateEmployeeRequest{
		Employee: &pb.Employee{DisplayName: "Ada", HireDate: "2026-01-05"}, ValidateOnly: true,
	}); err != nil {
		t.Fatal(err)
	}
	list, err := platformv1.NewIdentityServiceClient(o).ListPersons(t.Context(), &platformv1.ListPersonsRequest{})
	if err != nil || len(list.GetPersons()) != 1 {
		t.Errorf("there are %v, %v, want the owner alone", list.GetPersons(), err)
	}
}
