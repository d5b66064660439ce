package directory_test

import (
	"testing"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/people/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/module"
)

// TestTeamsAreNotChangedByThoseWhoReachThem gives managers the permission to change the
// employees of their team: they neither take persons into it nor move them out.
func TestTeamsAreNotChangedByThoseWhoReachThem(t *testing.T) {
	t.Parallel()
	o := apptest.SignUpTo(t, apptest.New(t, func(o *module.Options) {
		o.Modules = append(o.Modules, func(module.Platform) module.Module {
			return module.Module{Name: "custom", Grants: access.Grants{
				platformv1.ApiKey_MANAGER: {call.All: {"people.employees.read", "platform.persons.*"}, call.Team: {"people.employees.write"}},
			}}
		})
	}))
	all := pb.NewDirectoryServiceClient(o)
	lead := newEmployee(t, all, &pb.Employee{})
	left, right := newEmployee(t, all, &pb.Employee{ManagerId: lead.GetId()}), newEmployee(t, all, &pb.Employee{ManagerId: lead.GetId()})
	beside, junior := newEmployee(t, all, &pb.Employee{}), newEmployee(t, all, &pb.Employee{ManagerId: left.GetId()})
	mine := pb.NewDirectoryServiceClient(o.AsPerson(t, lead.GetPersonId(), platformv1.ApiKey_MANAGER))

	for name, e := range map[string]*pb.Employee{
		"new person": {}, "existing person": {PersonId: newPerson(t, o, "pat@acme.example", false)},
	} {
		e.DisplayName, e.HireDate, e.ManagerId = name, "2026-01-05", lead.GetId()
		_, err := mine.CreateEmployee(t.Context(), &pb.CreateEmployeeRequest{Employee: e})
		refused(t, err, optionsv1.Reason_OUT_OF_REACH)
	}
	_, err := update(t, mine, beside, &pb.Employee{ManagerId: lead.GetId()}, "manager_id")
	refused(t, err, optionsv1.Reason_OUT_OF_REACH)
	for _, manager := range []string{beside.GetId(), ""} {
		_, err := update(t, mine, junior, &pb.Employee{ManagerId: manager}, "manager_id")
		refused(t, err, optionsv1.Reason_OUT_OF_REACH)
	}
	for _, manager := range []string{right.GetId(), lead.GetId()} {
		if _, err := update(t, mine, junior, &pb.Employee{ManagerId: manager}, "manager_id"); err != nil {
			t.Errorf("a move within the team: %v", err)
		}
	}
}
