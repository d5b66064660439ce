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

// TestManagerCannotChangeWhoIsInTeam gives managers the permission to update the employees of their
// team. They can move employees within the team, but neither into it nor out of it.
func TestManagerCannotChangeWhoIsInTeam(t *testing.T) {
	t.Parallel()
	o := apptest.SignUpTo(t, apptest.New(t, func(o *module.Options) {
		o.Modules = append(o.Modules, func(module.Platform) module.Module {
			return module.Module{Name: "custom", Grants: access.Grants{
				platformv1.ApiKey_MANAGER: {
					call.All:  {"people.employees.read", "platform.persons.*"},
					call.Team: {"people.employees.write"},
				},
			}}
		})
	}))
	all := pb.NewDirectoryServiceClient(o)
	lead := newEmployee(t, all, &pb.Employee{})
	left := newEmployee(t, all, &pb.Employee{ManagerId: lead.GetId()})
	right := newEmployee(t, all, &pb.Employee{ManagerId: lead.GetId()})
	junior := newEmployee(t, all, &pb.Employee{ManagerId: left.GetId()})
	outsider := newEmployee(t, all, &pb.Employee{})
	asLead := pb.NewDirectoryServiceClient(o.AsPerson(t, lead.GetPersonId(), platformv1.ApiKey_MANAGER))

	for name, e := range map[string]*pb.Employee{
		"new person": {}, "existing person": {PersonId: newPerson(t, o, "pat@acme.example", false)},
	} {
		e.DisplayName, e.HireDate, e.ManagerId = name, "2026-01-05", lead.GetId()
		_, err := asLead.CreateEmployee(t.Context(), &pb.CreateEmployeeRequest{Employee: e})
		apptest.WantRefused(t, err, optionsv1.Reason_OUT_OF_REACH)
	}
	_, err := update(t, asLead, outsider, &pb.Employee{ManagerId: lead.GetId()}, "manager_id")
	apptest.WantRefused(t, err, optionsv1.Reason_OUT_OF_REACH)
	for _, manager := range []string{outsider.GetId(), ""} {
		_, err := update(t, asLead, junior, &pb.Employee{ManagerId: manager}, "manager_id")
		apptest.WantRefused(t, err, optionsv1.Reason_OUT_OF_REACH)
	}
	for _, manager := range []string{right.GetId(), lead.GetId()} {
		if _, err := update(t, asLead, junior, &pb.Employee{ManagerId: manager}, "manager_id"); err != nil {
			t.Errorf("a move within the team: %v", err)
		}
	}
}
