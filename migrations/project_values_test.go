package migrations

import (
	"context"
	"io/fs"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/id"
)

// TestProjectsAndDepartmentsBecomeDimensionValues migrates a database that has a project, a
// department, and a dimension with the name of a built-in one.
func TestProjectsAndDepartmentsBecomeDimensionValues(t *testing.T) {
	t.Parallel()
	later, err := fs.Glob(files, "06*.sql")
	if err != nil {
		t.Fatal(err)
	}
	url := databaseWithout(t, append(later, "0172_finance_built_in_dimensions.sql",
		"0202_operations_project_values.sql", "0204_operations_responsibilities.sql",
		"0303_people_department_values.sql")...)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	project, department := id.New(), id.New()
	if _, err := conn.Exec(t.Context(), insertProjectAndDepartment, pgx.QueryExecModeSimpleProtocol, project.String(),
		department.String()); err != nil {
		t.Fatal(err)
	}
	if err := Run(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	rows, err := conn.Query(t.Context(), `
select v.id, v.subject_id || ' ' || v.display_name || ' ' || d.display_name
from finance.dimension_values v
join finance.dimensions d using (org_id)
where d.id = v.dimension_id
order by v.display_name`)
	if err != nil {
		t.Fatal(err)
	}
	got := map[uuid.UUID]string{}
	var key uuid.UUID
	var value string
	if _, err := pgx.ForEachRow(rows, []any{&key, &value}, func() error {
		got[key] = value
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[uuid.UUID]string{
		project:    id.Format("prj", project) + " Website Projects",
		department: id.Format("dep", department) + " Sales Department",
	} {
		if got[key] != want {
			t.Errorf("got %q, want %q", got[key], want)
		}
	}
}

const insertProjectAndDepartment = `
insert into platform.organizations (org_id, id, version, create_time, update_time,
  display_name, currency_code, time_zone, region_code, test, fiscal_year_start_month, link_template,
  legal_name, email, phone, website, tax_number, registration, language_code)
values ('018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001', 1, now(), now(),
  'Studio', 'USD', 'UTC', 'US', true, 1, '', '', '', '', '', '', '', '');
insert into finance.dimensions (org_id, id, version, create_time, update_time, display_name, description)
values ('018f0000-0000-7000-8000-000000000001', gen_random_uuid(), 1, now(), now(), 'PROJECT', '');
insert into operations.projects (org_id, id, version, create_time, update_time, display_name, code, description)
values ('018f0000-0000-7000-8000-000000000001', $1, 1, now(), now(), 'Website', '', '');
insert into people.departments (org_id, id, version, create_time, update_time, display_name, code)
values ('018f0000-0000-7000-8000-000000000001', $2, 1, now(), now(), 'Sales', '');`
