package db_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/emptypb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// enter returns a context that works for a new organization.
func enter(t *testing.T) (context.Context, *call.Call, *db.DB) {
	t.Helper()
	o := apptest.SignUp(t)
	d, _ := apptest.Databases(t)
	org, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	c, err := o.App.Identity.SystemCall(t.Context(), org)
	if err != nil {
		t.Fatal(err)
	}
	c.Method = t.Name()
	return call.With(t.Context(), c), c, d
}

const touchPerson = "update platform.persons set version = version + 1 where org_id = $1 and display_name = $2"

const insertPerson = `
insert into platform.persons (
  org_id, id, version, create_time, update_time, display_name, given_name, family_name, email
)
values ($1, $2, 1, now(), now(), $3, '', '', '')`

func addPerson(ctx context.Context, tx *db.Tx, name string) error {
	_, err := tx.Exec(ctx, insertPerson, tx.Call().Organization.ID, id.New(), name)
	return err
}

func count(ctx context.Context, t *testing.T, d *db.DB, name string) (n int) {
	t.Helper()
	n, err := db.Read(ctx, d, func(ctx context.Context, tx *db.Tx) (n int, err error) {
		const selectCount = "select count(*) from platform.persons where org_id = $1 and display_name = $2"
		return n, tx.QueryRow(ctx, selectCount, tx.Call().Organization.ID, name).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestIgnoredStatementErrorFailsWrite checks that a transaction fails if its function ignores the
// error of a statement: PostgreSQL rolls back such a commit without an error.
func TestIgnoredStatementErrorFailsWrite(t *testing.T) {
	t.Parallel()
	ctx, _, d := enter(t)
	_, err := db.Write(ctx, d, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		if err := addPerson(ctx, tx, "Ann"); err != nil {
			return nil, err
		}
		_, _ = tx.Exec(ctx, "select 1/0")
		return &emptypb.Empty{}, nil
	})
	if err == nil || count(ctx, t, d, "Ann") != 0 {
		t.Errorf("got %v, want an error", err)
	}
}

// TestIgnoredPrepareErrorFailsWrite checks that a transaction fails if a statement cannot be
// prepared or encoded, even if its function ignores the error. The database never sees such a
// statement.
func TestIgnoredPrepareErrorFailsWrite(t *testing.T) {
	t.Parallel()
	ctx, _, d := enter(t)
	for name, queue := range map[string]func(*pgx.Batch){
		"Cyd": func(b *pgx.Batch) { b.Queue("select from nothing_of_the_kind") },
		"Dee": func(b *pgx.Batch) { b.Queue("select $1::integer", "no number") },
	} {
		for _, pending := range []bool{false, true} {
			_, err := db.Write(ctx, d, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
				b := &pgx.Batch{}
				if pending {
					b = tx.Pending()
				}
				queue(b)
				if pending {
					_ = tx.Flush(ctx)
				} else {
					_ = tx.Send(ctx, b)
				}
				_ = addPerson(ctx, tx, name)
				return &emptypb.Empty{}, nil
			})
			if err == nil || count(ctx, t, d, name) != 0 {
				t.Errorf("%s, pending %v: got %v, want an error", name, pending, err)
			}
		}
	}
}

// TestCanceledWriteLeavesNothing checks that nothing is stored if the caller gives up, and that the
// connection can be used again.
func TestCanceledWriteLeavesNothing(t *testing.T) {
	t.Parallel()
	ctx, _, d := enter(t)
	for range 20 {
		canceled, cancel := context.WithCancel(ctx)
		_, err := db.Write(canceled, d, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
			err := addPerson(ctx, tx, "Bob")
			cancel()
			return &emptypb.Empty{}, err
		})
		if err == nil {
			t.Error("got no error after the caller gave up")
		}
	}
	if n := count(ctx, t, d, "Bob"); n != 0 {
		t.Errorf("%d transactions were stored", n)
	}
	if open := transactions(t); open != 0 {
		t.Errorf("%d transactions were left open", open)
	}
}

// transactions counts the transactions of this database that have been idle for some seconds.
func transactions(t *testing.T) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if err := conn.QueryRow(t.Context(), `
select count(*)
from pg_stat_activity
where datname = current_database()
and state like 'idle in transaction%'
and state_change < clock_timestamp() - interval '3 seconds'`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestConcurrentCallsShareIdempotencyKey checks that concurrent calls under one idempotency key are
// stored once and get the same response.
func TestConcurrentCallsShareIdempotencyKey(t *testing.T) {
	t.Parallel()
	ctx, first, d := enter(t)
	var done atomic.Int32
	var group sync.WaitGroup
	responses := make([]string, 8)
	for i := range responses {
		group.Go(func() {
			c := *first
			c.IdempotencyKey, c.Fingerprint = "one", []byte("same")
			person, err := db.Write(call.With(ctx, &c), d, func(ctx context.Context, tx *db.Tx) (*platformv1.Person, error) {
				return &platformv1.Person{DisplayName: fmt.Sprint(done.Add(1))}, addPerson(ctx, tx, "Cyd")
			})
			if err != nil {
				t.Error(err)
			}
			responses[i] = person.GetDisplayName()
		})
	}
	group.Wait()
	if n := count(ctx, t, d, "Cyd"); n != 1 {
		t.Errorf("stored %d times, want 1", n)
	}
	for _, r := range responses {
		if r != responses[0] {
			t.Errorf("got different responses %v", responses)
			break
		}
	}
}

// TestDryRunStoresNothing checks that a dry run stores neither rows nor its idempotency key.
func TestDryRunStoresNothing(t *testing.T) {
	t.Parallel()
	ctx, c, d := enter(t)
	c.ValidateOnly = true
	c.IdempotencyKey, c.Fingerprint = "dry", []byte("dry")
	work := func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		tx.Record(db.Event{Type: "test.dry.run", SubjectID: "x"})
		return &emptypb.Empty{}, addPerson(ctx, tx, "Dee")
	}
	if _, err := db.Write(ctx, d, work); err != nil || count(ctx, t, d, "Dee") != 0 {
		t.Errorf("a dry run: got %v, stored %d", err, count(ctx, t, d, "Dee"))
	}
	c.ValidateOnly = false
	if _, err := db.Write(ctx, d, work); err != nil || count(ctx, t, d, "Dee") != 1 {
		t.Errorf("the same key after the dry run: got %v", err)
	}
	if _, err := db.Write(ctx, d, work); err == nil {
		t.Error("a second unit of work of one call: got no error")
	}
	// A retry is a new call.
	c.KeyUsed = false
	if _, err := db.Write(ctx, d, work); err != nil || !c.Replayed {
		t.Errorf("a retry: got %v, replayed %t", err, c.Replayed)
	}
	c.Fingerprint, c.KeyUsed = []byte("other"), false
	if _, err := db.Write(ctx, d, work); fault.From(err).Reason != optionsv1.Reason_IDEMPOTENCY_KEY_REUSED {
		t.Errorf("another request under the key: got %v", err)
	}
}

// TestDeadlockIsRetried checks that two transactions which lock the same rows in opposite orders
// both succeed.
func TestDeadlockIsRetried(t *testing.T) {
	t.Parallel()
	ctx, c, d := enter(t)
	if _, err := db.Write(ctx, d, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		if err := addPerson(ctx, tx, "Eve"); err != nil {
			return nil, err
		}
		return &emptypb.Empty{}, addPerson(ctx, tx, "Fay")
	}); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for _, order := range [][]string{{"Eve", "Fay"}, {"Fay", "Eve"}} {
		group.Go(func() {
			_, err := db.Write(call.With(ctx, copyCall(c)), d, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
				for _, name := range order {
					if _, err := tx.Exec(ctx, touchPerson, tx.Call().Organization.ID, name); err != nil {
						return nil, err
					}
					time.Sleep(50 * time.Millisecond)
				}
				return &emptypb.Empty{}, nil
			})
			if err != nil {
				t.Errorf("locking %v: got %v", order, err)
			}
		})
	}
	group.Wait()
}

// TestTransactionEndsOnlyByWrite checks that a function cannot begin, commit or roll back inside
// Write.
func TestTransactionEndsOnlyByWrite(t *testing.T) {
	t.Parallel()
	ctx, _, d := enter(t)
	_, err := db.Write(ctx, d, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		if _, err := tx.Begin(ctx); err == nil {
			t.Error("Begin: got no error")
		}
		if tx.Commit(ctx) == nil || tx.Rollback(ctx) == nil {
			t.Error("Commit or Rollback: got no error")
		}
		return &emptypb.Empty{}, nil
	})
	if err != nil {
		t.Error(err)
	}
}
