package schedule_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"backoffice/internal/app/apptest"
)

// countUpdates counts the updates of the schedules of an organization in a sequence.
const countUpdates = `
create sequence public.updates_NAME minvalue 0 start 0;
create function public.count_NAME() returns trigger
language plpgsql security definer
as $$
begin
  perform nextval('public.updates_NAME');
  return new;
end
$$;
create trigger count_NAME
after update on platform.schedules
for each row
when (new.org_id = 'ORG')
execute function public.count_NAME();
select nextval('public.updates_NAME');`

// TestFiringUpdatesItsRowOnce advances a clock over three firings. Each updates the row of the
// schedule once, and the clock itself once.
func TestFiringUpdatesItsRowOnce(t *testing.T) {
	t.Parallel()
	c := newApp(t).signUp(t)
	start := c.now(t)
	subject := c.set(t, daily(start.AddDate(0, 0, 1).Format(time.DateOnly)))
	conn, err := pgx.Connect(t.Context(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	name := strings.ReplaceAll(c.id.String(), "-", "")
	sql := strings.NewReplacer("NAME", name, "ORG", c.id.String()).Replace(countUpdates)
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
	c.advanceTo(t, start.AddDate(0, 0, 3).Truncate(24*time.Hour).Add(12*time.Hour))
	if n := len(c.app.times(subject)); n != 3 {
		t.Fatalf("got %d firings, want 3", n)
	}
	if n := c.query(t, "select last_value from public.updates_"+name); n != 4 {
		t.Errorf("got %d updates, want 4", n)
	}
}
