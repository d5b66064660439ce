package apptest

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/id"
)

// SetClock sets the clock of a new test organization to a time, such as 2027-01-15T17:00:00Z, which
// may be before the real time. Without it, a test that advances the clock to a fixed day fails once
// that day has passed. Call it before the first request of the organization, because a server
// remembers the clock of a credential for two seconds.
func SetClock(t testing.TB, o *Organization, to string) {
	t.Helper()
	at, err := time.Parse(time.RFC3339, to)
	if err != nil {
		t.Fatal(err)
	}
	key, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), `
update platform.organizations
set clock_offset_micros = (extract(epoch from $2::timestamptz - clock_timestamp()) * 1000000)::bigint,
  create_time = least(create_time, $2)
where org_id = $1`, key, at); err != nil {
		t.Fatal(err)
	}
}
