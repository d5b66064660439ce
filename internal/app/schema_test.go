package app_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// outside are the tables that are not behind row-level security: they are read
// before an organization is known, hold nothing of one, or are the relay's alone.
var outside = []string{
	"platform.chores", "platform.cluster", "platform.credentials", "platform.logins", "platform.relay_cursors", "platform.write_probe",
}

// TestSchemaKeepsTenantsApart reads the migrated database's own catalog.
func TestSchemaKeepsTenantsApart(t *testing.T) {
	t.Parallel()
	conn := owner(t)
	t.Run("every tenant table has row-level security", func(t *testing.T) {
		for _, name := range column(t, conn, `
select format('%s.%s', n.nspname, c.relname)
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('platform', 'finance', 'operations', 'people')
and c.relkind in ('r', 'p')
and not c.relispartition
and not (c.relrowsecurity and exists (select from pg_policy p where p.polrelid = c.oid))`) {
			if !slices.Contains(outside, name) {
				t.Errorf("%s has no row-level security", name)
			}
		}
	})
	t.Run("the planner keeps no statistics of org_id", func(t *testing.T) {
		// Those of months to come are made by housekeeping.
		if made := column(t, conn, "select platform.make_event_partitions(6)::text"); made[0] == "0" {
			t.Error("no partition was made")
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
and a.attstattarget <> 0`, outside) {
			t.Errorf("%s.org_id has statistics", name)
		}
	})
	t.Run("org_id leads every key", func(t *testing.T) {
		for _, name := range column(t, conn, `
select c.conname || ' on ' || c.conrelid::regclass
from pg_constraint c
join pg_class r on r.oid = c.conrelid
join pg_namespace n on n.oid = r.relnamespace
join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
where n.nspname in ('platform', 'finance', 'operations', 'people')
and c.contype in ('p', 'u', 'f')
and a.attname <> 'org_id'`) {
			if table := name[strings.LastIndex(name, " ")+1:]; !slices.Contains(outside, table) {
				t.Errorf("%s does not begin with org_id", name)
			}
		}
	})
	t.Run("org_id leads every index", func(t *testing.T) {
		// The relay follows all organizations, and the sweeper forgets all answers.
		across := []string{"events_by_position", "idempotency_by_create_time"}
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
and a.attname is distinct from 'org_id'`, outside) {
			if !slices.Contains(across, name) {
				t.Errorf("%s does not begin with org_id", name)
			}
		}
	})
	t.Run("every unique rule and foreign key has a name that callers are told", func(t *testing.T) {
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
and format('%s.%s', n.nspname, r.relname) <> all ($1)`, outside) {
			// An index `by` something is for looking up; no caller can break it.
			if _, known := optionsv1.Reason_value[strings.ToUpper(name)]; !known && !strings.Contains(name, "_by_") {
				t.Errorf("the unique rule %s has no reason of that name", name)
			}
		}
	})
	t.Run("every table is described", func(t *testing.T) {
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
	})
	t.Run("no column has the database's time by default", func(t *testing.T) {
		for _, name := range column(t, conn, `
select format('%s.%s', d.adrelid::regclass, a.attname)
from pg_attrdef d
join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
join pg_class c on c.oid = d.adrelid
join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('platform', 'finance', 'operations', 'people')
and pg_get_expr(d.adbin, d.adrelid) ~ '(now|clock_timestamp|current_date)'`) {
			t.Errorf("%s takes its time from the database", name)
		}
	})
}

// owner connects as the login that owns the tables.
func owner(t *testing.T) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return conn
}

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

// TestPostgresIsTheSecondWall asks for another organization's rows by SQL that names
// none, as the server's role: row-level security alone must keep them back.
func TestPostgresIsTheSecondWall(t *testing.T) {
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
		t.Fatalf("only %v have row-level security", tables)
	}
	for _, set := range []string{"reset app.org_id", "set app.org_id = ''", "set app.org_id = '018f0000-0000-7000-8000-000000000000'"} {
		if _, err := conn.Exec(t.Context(), "set role backoffice_app; "+set); err != nil {
			t.Fatal(err)
		}
		for _, name := range tables {
			if got := column(t, conn, "select count(*)::text from "+name); got[0] != "0" {
				t.Errorf("after %q, %s shows %s rows", set, name, got[0])
			}
		}
	}
}
