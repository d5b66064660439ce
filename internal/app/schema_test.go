package app_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/fault"
)

// outsideTenants are the tables without row-level security: they are read before the organization
// is known, contain nothing of an organization, or are used only by the relay.
var outsideTenants = []string{
	"platform.chores", "platform.cluster", "platform.credentials", "platform.logins", "platform.relay_cursors",
	"platform.write_probe",
}

// TestSchemaHasRowLevelSecurity checks that every table except outsideTenants has row-level
// security with a policy.
func TestSchemaHasRowLevelSecurity(t *testing.T) {
	t.Parallel()
	conn := owner(t)
	for _, name := range column(t, conn, `
select format('%s.%s', n.nspname, c.relname)
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('platform', 'finance', 'operations', 'people')
and c.relkind in ('r', 'p')
and not c.relispartition
and not (c.relrowsecurity and exists (select from pg_policy p where p.polrelid = c.oid))`) {
		if !slices.Contains(outsideTenants, name) {
			t.Errorf("%s has no row-level security", name)
		}
	}
}

// TestSchemaKeepsNoStatisticsOfOrgID checks that org_id has no statistics, not even in new
// partitions.
func TestSchemaKeepsNoStatisticsOfOrgID(t *testing.T) {
	t.Parallel()
	conn := owner(t)
	// Housekeeping creates the partitions of later months.
	if made := column(t, conn, "select platform.make_event_partitions(6)::text"); made[0] == "0" {
		t.Error("got no new partition")
	}
	for _, name := range column(t, conn, `
select c.oid::regclass::text
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid
where n.nspname in ('platform', 'finance', 'operations', 'people')
and c.relkind in ('r', 'p')
and format('%s.%s', n.nspname, c.relname) <> all ($1)
and a.attname = 'org_id'
and a.attstattarget <> 0`, outsideTenants) {
		t.Errorf("%s.org_id has statistics", name)
	}
}

// TestSchemaKeysStartWithOrgID checks the first column of primary, unique and foreign keys.
func TestSchemaKeysStartWithOrgID(t *testing.T) {
	t.Parallel()
	conn := owner(t)
	for _, name := range column(t, conn, `
select c.conname || ' on ' || c.conrelid::regclass
from pg_constraint c
join pg_class r on r.oid = c.conrelid
join pg_namespace n on n.oid = r.relnamespace
join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
where n.nspname in ('platform', 'finance', 'operations', 'people')
and c.contype in ('p', 'u', 'f')
and a.attname <> 'org_id'`) {
		if table := name[strings.LastIndex(name, " ")+1:]; !slices.Contains(outsideTenants, table) {
			t.Errorf("%s does not begin with org_id", name)
		}
	}
}

// TestSchemaIndexesStartWithOrgID checks the first column of every index of a tenant table.
func TestSchemaIndexesStartWithOrgID(t *testing.T) {
	t.Parallel()
	conn := owner(t)
	// The relay and the sweeps of schedules, deadlines, uploads, approvals, notifications and
	// search read, and housekeeping deletes, the rows of all organizations.
	across := []string{
		"events_by_position", "idempotency_by_create_time", "schedules_by_due_time", "deadline_positions_by_next_time",
		"uploads_by_expire_time", "approval_requests_by_escalate_due_time", "notification_causes_by_due",
		"notification_wakeups_by_next_time", "search_states_by_fingerprint",
	}
	for _, name := range column(t, conn, `
select i.relname
from pg_index x
join pg_class i on i.oid = x.indexrelid
join pg_class r on r.oid = x.indrelid
join pg_namespace n on n.oid = r.relnamespace
left join pg_attribute a on a.attrelid = x.indrelid and a.attnum = x.indkey[0]
where n.nspname in ('platform', 'finance', 'operations', 'people')
and not r.relispartition
and format('%s.%s', n.nspname, r.relname) <> all ($1)
and a.attname is distinct from 'org_id'`, outsideTenants) {
		if !slices.Contains(across, name) {
			t.Errorf("%s does not begin with org_id", name)
		}
	}
}

// TestSchemaUniqueIndexesHaveReasons checks that the name of each unique index has a reason that
// callers get.
func TestSchemaUniqueIndexesHaveReasons(t *testing.T) {
	t.Parallel()
	conn := owner(t)
	for _, name := range column(t, conn, `
select i.relname
from pg_index x
join pg_class i on i.oid = x.indexrelid
join pg_class r on r.oid = x.indrelid
join pg_namespace n on n.oid = r.relnamespace
where n.nspname in ('platform', 'finance', 'operations', 'people')
and not r.relispartition
and x.indisunique
and not x.indisprimary
and format('%s.%s', n.nspname, r.relname) <> all ($1)`, outsideTenants) {
		// An index `_by_` something is for lookups. Callers cannot violate it.
		reason := fault.ReasonOfConstraint(name)
		if reason == optionsv1.Reason_REASON_UNSPECIFIED && !strings.Contains(name, "_by_") {
			t.Errorf("the unique index %s has no reason", name)
		}
	}
}

// TestSchemaTablesHaveComments checks that every table has a comment.
func TestSchemaTablesHaveComments(t *testing.T) {
	t.Parallel()
	conn := owner(t)
	for _, name := range column(t, conn, `
select c.oid::regclass::text
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('platform', 'finance', 'operations', 'people')
and c.relkind in ('r', 'p')
and not c.relispartition
and obj_description(c.oid) is null`) {
		t.Errorf("%s has no comment", name)
	}
}

// TestSchemaTakesNoTimeFromDatabase checks that no column takes its time from the database.
func TestSchemaTakesNoTimeFromDatabase(t *testing.T) {
	t.Parallel()
	conn := owner(t)
	for _, name := range column(t, conn, `
select format('%s.%s', d.adrelid::regclass, a.attname)
from pg_attrdef d
join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
join pg_class c on c.oid = d.adrelid
join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('platform', 'finance', 'operations', 'people')
and pg_get_expr(d.adbin, d.adrelid) ~ '(now|clock_timestamp|current_date)'`) {
		t.Errorf("%s defaults to the database's time", name)
	}
}

// owner connects with the login that owns the tables.
func owner(t *testing.T) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return conn
}

// column returns the values of a query with one column.
func column(t *testing.T, conn *pgx.Conn, sql string, args ...any) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestSchemaHidesOtherTenants selects from all tables without a condition, in the server's role. It
// runs with no organization set, and then with another organization. Row-level security must hide
// all rows.
func TestSchemaHidesOtherTenants(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	apptest.SignUpTo(t, a)
	conn := owner(t)
	tables := column(t, conn, `
select format('%s.%s', n.nspname, c.relname)
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('platform', 'finance', 'operations', 'people')
and c.relkind in ('r', 'p')
and not c.relispartition
and c.relrowsecurity`)
	if len(tables) < 5 {
		t.Fatalf("got only the tables %v with row-level security", tables)
	}
	for _, set := range []string{"reset app.org_id", "set app.org_id = ''",
		"set app.org_id = '018f0000-0000-7000-8000-000000000000'"} {
		if _, err := conn.Exec(t.Context(), "set role backoffice_app; "+set); err != nil {
			t.Fatal(err)
		}
		for _, name := range tables {
			if got := column(t, conn, "select count(*)::text from "+name); got[0] != "0" {
				t.Errorf("after %q: got %s rows of %s, want 0", set, got[0], name)
			}
		}
	}
}
