package businessday_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// TestRivalsDoNotExceedTheLimitOfHolidays lets rivals create holidays when one more is allowed.
func TestRivalsDoNotExceedTheLimitOfHolidays(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	org, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(context.Background(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), `
insert into platform.holidays (org_id, id, version, create_time, update_time, date, display_name, set_key, effect)
select $1, gen_random_uuid(), 1, now(), now(), date '2030-01-01' + n, 'Day', 'US', 'REMOVED'
from generate_series(1, 999) as n`, org); err != nil {
		t.Fatal(err)
	}
	client := pb.NewHolidaysServiceClient(o)
	results := make(chan error)
	days := []string{"2027-03-01", "2027-03-02", "2027-03-03", "2027-03-04", "2027-03-05", "2027-03-08"}
	for _, day := range days {
		go func() {
			_, err := client.CreateHoliday(context.Background(), &pb.CreateHolidayRequest{
				Holiday: &pb.Holiday{Date: day, DisplayName: "Company day"}})
			results <- err
		}()
	}
	created := 0
	for range days {
		if err := <-results; err == nil {
			created++
		} else if got := apptest.Reason(err); got != optionsv1.Reason_HOLIDAY_LIMIT_REACHED {
			t.Errorf("got %v", err)
		}
	}
	if created != 1 {
		t.Errorf("created %d holidays, want 1", created)
	}
}
