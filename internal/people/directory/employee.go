package directory

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/emptypb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/people/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/iban"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var employees = resource.New(table.New("people.employees",
	table.Ref("person_id", "prs", func(e *pb.Employee) *string { return &e.PersonId }).Filter().Usable(),
	table.Text("display_name", func(e *pb.Employee) *string { return &e.DisplayName }).
		Filter().Sort("employees_by_display_name"),
	table.Text("given_name", func(e *pb.Employee) *string { return &e.GivenName }),
	table.Text("family_name", func(e *pb.Employee) *string { return &e.FamilyName }),
	table.Text("work_email", func(e *pb.Employee) *string { return &e.WorkEmail }).Filter(),
	table.Text("employee_number", func(e *pb.Employee) *string { return &e.EmployeeNumber }).Filter(),
	table.Text("job_title", func(e *pb.Employee) *string { return &e.JobTitle }),
	table.Ref("department_id", "dep", func(e *pb.Employee) *string { return &e.DepartmentId }).Filter().Usable(),
	table.Ref("manager_id", "emp", func(e *pb.Employee) *string { return &e.ManagerId }).Filter().Usable(),
	table.Date("hire_date", func(e *pb.Employee) *string { return &e.HireDate }).
		Filter().Sort("employees_by_hire_date"),
	table.Date("end_date", func(e *pb.Employee) *string { return &e.EndDate }),
	table.Sealed("tax_number", func(e *pb.Employee) *string { return &e.TaxNumber }, personOf).Findable(),
	table.Text("bank_account_holder", func(e *pb.Employee) *string { return &e.BankAccountHolder }),
	table.Text("bank_code", func(e *pb.Employee) *string { return &e.BankCode }),
	table.Sealed("bank_account_number", func(e *pb.Employee) *string { return &e.BankAccountNumber }, personOf).
		Findable(),
)).Owner("person_id").DeclareEvents("revealed", "shredded").
	Searchable("display_name", "given_name", "family_name", "work_email", "employee_number", "job_title")

// personOf returns the person of an employee, whose keyset encrypts the employee's sealed fields.
func personOf(e *pb.Employee) string { return e.PersonId }

// CreateEmployee creates an employee. It also creates the employee's person unless the request
// names one.
func (s *Service) CreateEmployee(ctx context.Context, req *pb.CreateEmployeeRequest) (*pb.Employee, error) {
	return employees.Create(ctx, s.db, req.GetEmployee(),
		checkEmploymentDates, checkBankAccount, checkManagerCycle, createPerson, employees.WithinReach, updateTeams)
}

// GetEmployee returns an employee.
func (s *Service) GetEmployee(ctx context.Context, req *pb.GetEmployeeRequest) (*pb.Employee, error) {
	return employees.Get(ctx, s.db, req.GetEmployeeId())
}

// BatchGetEmployees returns several employees.
func (s *Service) BatchGetEmployees(
	ctx context.Context, req *pb.BatchGetEmployeesRequest,
) (*pb.BatchGetEmployeesResponse, error) {
	list, err := employees.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetEmployeesResponse{Employees: list}, err
}

// ListEmployees lists employees.
func (s *Service) ListEmployees(ctx context.Context, req *pb.ListEmployeesRequest) (*pb.ListEmployeesResponse, error) {
	page, err := employees.List(ctx, s.db, req)
	return &pb.ListEmployeesResponse{Employees: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateEmployee updates an employee.
func (s *Service) UpdateEmployee(ctx context.Context, req *pb.UpdateEmployeeRequest) (*pb.Employee, error) {
	return employees.Update(ctx, s.db, req.GetEmployeeId(), req.GetEmployee(), req.GetUpdateMask(),
		checkEmploymentDates, checkBankAccount, checkManagerCycle, checkStaysInTeam, updateTeams)
}

// ArchiveEmployee archives an employee. The person is not archived.
func (s *Service) ArchiveEmployee(ctx context.Context, req *pb.ArchiveEmployeeRequest) (*pb.Employee, error) {
	return employees.Archive(ctx, s.db, req.GetEmployeeId())
}

// UnarchiveEmployee unarchives an employee.
func (s *Service) UnarchiveEmployee(ctx context.Context, req *pb.UnarchiveEmployeeRequest) (*pb.Employee, error) {
	return employees.Unarchive(ctx, s.db, req.GetEmployeeId())
}

// DeleteEmployee deletes an employee that no record references. The person is not deleted.
func (s *Service) DeleteEmployee(ctx context.Context, req *pb.DeleteEmployeeRequest) (*emptypb.Empty, error) {
	return employees.Delete(ctx, s.db, req.GetEmployeeId(), removeFromTeams)
}

// RevealEmployee returns the values of sealed fields of an employee.
func (s *Service) RevealEmployee(
	ctx context.Context, req *pb.RevealEmployeeRequest,
) (*typepb.RevealedFields, error) {
	return employees.Reveal(ctx, s.db, req.GetEmployeeId(), req.GetFields(), req.GetReason())
}

// ShredEmployee destroys the sealed fields of an employee.
func (s *Service) ShredEmployee(ctx context.Context, req *pb.ShredEmployeeRequest) (*pb.Employee, error) {
	return employees.Shred(ctx, s.db, req.GetEmployeeId(), req.GetReason())
}

// checkBankAccount checks a new bank account number.
func checkBankAccount(_ context.Context, _ *db.Tx, was, e *pb.Employee) error {
	if e.BankAccountNumber == was.BankAccountNumber {
		return nil
	}
	return iban.Check("bankAccountNumber", e.BankAccountNumber)
}

// checkEmploymentDates refuses an end date before the hire date.
func checkEmploymentDates(_ context.Context, _ *db.Tx, _, e *pb.Employee) error {
	if e.EndDate != "" && e.EndDate < e.HireDate {
		return fault.Invalid(fault.At("endDate", "must not be before hireDate, %s", e.HireDate))
	}
	return nil
}

// createPerson creates the person of a new employee, unless the request names one.
func createPerson(ctx context.Context, tx *db.Tx, _, e *pb.Employee) error {
	if e.PersonId != "" {
		return nil
	}
	p := &platformv1.Person{
		DisplayName: e.DisplayName, GivenName: e.GivenName, FamilyName: e.FamilyName, Email: e.WorkEmail,
	}
	err := identity.AddPerson(ctx, tx, p)
	e.PersonId = p.Id
	return err
}

// checkManagerCycle refuses a new manager who is the employee or reports to the employee.
func checkManagerCycle(ctx context.Context, tx *db.Tx, was, e *pb.Employee) error {
	isNew := was.Id == "" // no one reports to a new employee
	if e.ManagerId == "" || e.ManagerId == was.ManagerId || isNew {
		return nil
	}
	isCycle, err := isAbove(ctx, tx, employees, selectIsManagerAbove, e.ManagerId, e.Id)
	if isCycle {
		return fault.InvalidFor(optionsv1.Reason_MANAGER_CYCLE,
			fault.At("managerId", "is the employee or reports to them"))
	}
	return err
}

// checkStaysInTeam refuses a new manager outside of the caller's team, because the employee would
// leave the caller's reach. It uses the reporting tree before the change.
func checkStaysInTeam(ctx context.Context, tx *db.Tx, was, e *pb.Employee) error {
	c := tx.Call()
	if e.ManagerId == was.ManagerId || c.Reach(c.Permission) != call.Team || e.PersonId == id.Format("prs", c.PersonID) {
		return nil
	}
	if e.ManagerId != "" {
		manager, err := employees.Table().Get(ctx, tx, e.ManagerId)
		if err != nil {
			return err
		}
		if isReached, err := employees.Reaches(ctx, tx, manager); err != nil || isReached {
			return err
		}
	}
	return fault.New(codes.PermissionDenied, optionsv1.Reason_OUT_OF_REACH,
		"The new manager is not in your team, so the employee would leave your team.").WithSubject(e.Id)
}
