package app_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	peoplev1 "backoffice/gen/go/backoffice/people/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
)

// createReports creates employees who each report to the one before.
func createReports(t *testing.T, o *apptest.Organization, names ...string) (created []*peoplev1.Employee) {
	t.Helper()
	for n, name := range names {
		e := &peoplev1.Employee{DisplayName: name, HireDate: "2026-01-01"}
		if n > 0 {
			e.ManagerId = created[n-1].GetId()
		}
		e, err := peoplev1.NewDirectoryServiceClient(o).CreateEmployee(t.Context(),
			&peoplev1.CreateEmployeeRequest{Employee: e})
		if err != nil {
			t.Fatal(err)
		}
		created = append(created, e)
	}
	return created
}

// TestDoctorFindsTamperingWithTeams removes a pair from platform.team_members and adds a wrong one.
func TestDoctorFindsTamperingWithTeams(t *testing.T) {
	t.Parallel()
	d := openTestDatabase(t)
	o := apptest.SignUpTo(t, d.app)
	employees := createReports(t, o, "Mia", "Eve", "Tom")
	mia, tom := employees[0].GetPersonId(), employees[2].GetPersonId()
	conn, err := pgx.Connect(t.Context(), d.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	top, _ := id.Parse("prs", mia)
	low, _ := id.Parse("prs", tom)
	for _, step := range []struct{ sql, want string }{
		{"", "Teams of Acme (" + o.Organization.GetId() + "): ok"},
		{"delete from platform.team_members where manager_id = $1 and person_id = $2",
			"1 pairs differ from the reporting tree: " + tom + " is missing from the team of " + mia},
		{"insert into platform.team_members (org_id, manager_id, person_id) " +
			"select org_id, $2, $1 from platform.persons where id = $1", mia + " must not be in the team of " + tom},
	} {
		if step.sql != "" {
			if _, err := conn.Exec(t.Context(), step.sql, top, low); err != nil {
				t.Fatal(err)
			}
		}
		report, _ := d.runDoctor(t) // fails, since the test database is not durable
		if !strings.Contains(report, step.want) {
			t.Errorf("got %q, want %q", report, step.want)
		}
	}
}

// TestDoctorContinuesAfterUnreadableTeams checks two organizations whose teams cannot be read.
func TestDoctorContinuesAfterUnreadableTeams(t *testing.T) {
	t.Parallel()
	d := openTestDatabase(t)
	organizations := []*apptest.Organization{apptest.SignUpTo(t, d.app), apptest.SignUpTo(t, d.app)}
	conn, err := pgx.Connect(t.Context(), d.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), "alter table platform.team_members rename to teams"); err != nil {
		t.Fatal(err)
	}
	report, err := d.runDoctor(t)
	if err == nil {
		t.Error("got no error")
	}
	for _, o := range organizations {
		for _, want := range []string{"Books of Acme (%s): ok", "Teams of Acme (%s): cannot be checked: "} {
			if want := fmt.Sprintf(want, o.Organization.GetId()); !strings.Contains(report, want) {
				t.Errorf("got %q, want %q", report, want)
			}
		}
	}
}
