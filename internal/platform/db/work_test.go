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

// enter makes a context that works for a fresh organization.
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

const insertPerson = `
insert into platform.persons (org_id, id, version, create_time, update_time, display_name, given_name, family_name, email)
values ($1, $2, 1, now(), now(), $3, '', '', '')`

func addPerson(ctx context.Context, tx *db.Tx, name string) error {
	_, err := tx.Exec(ctx, insertPerson, tx.Call().Organization.ID, id.New(), name)
	return err
}

func count(ctx context.Context, t *testing.T, d *db.DB, name string) (n int) {
	t.Helper()
	n, err := db.Read(ctx, d, func(ctx context.Context, tx *db.Tx) (n int, err error) {
		return n, tx.QueryRow(ctx, "select count(*) from platform.persons where org_id = $1 and display_name = $2", tx.Call().Organization.ID, name).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestSwallowedError holds a unit of work whose function hides a statement's error
// to fail: Postgres answers such a commit by a rollback without an error.
func TestSwallowedError(t *testing.T) {
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
		t.Errorf("the unit of work ends with %v", err)
	}
}

// TestUnpreparedStatements holds a unit of work to fail whose statements the database has
// never seen, though its function hides that: of a broken one, and of one with an argument
// of the wrong kind.
func TestUnpreparedStatements(t *testing.T) {
	t.Parallel()
	ctx, _, d := enter(t)
	for name, queue := range map[string]func(*pgx.Batch){
		"Cyd": func(b *pgx.Batch) { b.Queue("select from nothing_of_the_kind") },
		"Dee": func(b *pgx.Batch) { b.Queue("select $1::integer", "no number") },
	} {
		for _, ahead := range []bool{false, true} {
			_, err := db.Write(ctx, d, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
				b := &pgx.Batch{}
				if ahead {
					b = tx.Pending()
				}
				queue(b)
				if ahead {
					_ = tx.Flush(ctx)
				} else {
					_ = tx.Send(ctx, b)
				}
				_ = addPerson(ctx, tx, name)
				return &emptypb.Empty{}, nil
			})
			if err == nil || count(ctx, t, d, name) != 0 {
				t.Errorf("%s, ahead %v: the unit of work ends with %v", name, ahead, err)
			}
		}
	}
}

// TestHungUp holds a caller who gives up to leave nothing behind, and the connection
// to be of use to the next.
func TestHungUp(t *testing.T) {
	t.Parallel()
	ctx, _, d := enter(t)
	for range 20 {
		gone, cancel := context.WithCancel(ctx)
		_, err := db.Write(gone, d, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
			err := addPerson(ctx, tx, "Bob")
			cancel()
			return &emptypb.Empty{}, err
		})
		if err == nil {
			t.Error("a unit of work was acknowledged after its caller gave up")
		}
	}
	if n := count(ctx, t, d, "Bob"); n != 0 {
		t.Errorf("%d units of work were stored", n)
	}
	if open := transactions(t); open != 0 {
		t.Errorf("%d transactions were left open", open)
	}
}

// transactions are those left idle for a while in this database.
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

// TestRivals holds two calls at once with one idempotency key to do the work once and
// to answer alike.
func TestRivals(t *testing.T) {
	t.Parallel()
	ctx, first, d := enter(t)
	var done atomic.Int32
	var group sync.WaitGroup
	answers := make([]string, 8)
	for i := range answers {
		group.Go(func() {
			c := *first
			c.IdempotencyKey, c.Fingerprint = "one", []byte("same")
			answer, err := db.Write(call.With(ctx, &c), d, func(ctx context.Context, tx *db.Tx) (*platformv1.Person, error) {
				return &platformv1.Person{DisplayName: fmt.Sprint(done.Add(1))}, addPerson(ctx, tx, "Cyd")
			})
			if err != nil {
				t.Error(err)
			}
			answers[i] = answer.GetDisplayName()
		})
	}
	group.Wait()
	if n := count(ctx, t, d, "Cyd"); n != 1 {
		t.Errorf("%d rivals stored their work", n)
	}
	for _, a := range answers {
		if a != answers[0] {
			t.Errorf("rivals are answered by %v", answers)
			break
		}
	}
}

// TestDryRun holds a dry run to find what only a deferred constraint refuses, and to
// store nothing.
func TestDryRun(t *testing.T) {
	t.Parallel()
	ctx, c, d := enter(t)
	c.ValidateOnly = true
	c.IdempotencyKey, c.Fingerprint = "dry", []byte("dry")
	work := func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		tx.Record(db.Event{Type: "test.dry.run", SubjectID: "x"})
		return &emptypb.Empty{}, addPerson(ctx, tx, "Dee")
	}
	if _, err := db.Write(ctx, d, work); err != nil || count(ctx, t, d, "Dee") != 0 {
		t.Errorf("a dry run ends with %v and stores %d", err, count(ctx, t, d, "Dee"))
	}
	c.ValidateOnly = false
	if _, err := db.Write(ctx, d, work); err != nil || count(ctx, t, d, "Dee") != 1 {
		t.Errorf("after the dry run the same key ends with %v", err)
	}
	if _, err := db.Write(ctx, d, work); err == nil {
		t.Error("one call with a key has two units of work")
	}
	// A retry is a call of its own.
	c.KeyUsed = false
	if _, err := db.Write(ctx, d, work); err != nil || !c.Replayed {
		t.Errorf("a retry ends with %v, replayed %t", err, c.Replayed)
	}
	c.Fingerprint, c.KeyUsed = []byte("other"), false
	if _, err := db.Write(ctx, d, work); fault.From(err).Reason != optionsv1.Reason_IDEMPOTENCY_KEY_REUSED {
		t.Errorf("another request under the key ends with %v", err)
	}
}

// TestDeadlocks holds units of work that lock the same rows in opposite orders to both
// be done in the end.
func TestDeadlocks(t *testing.T) {
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
			_, err := db.Write(call.With(ctx, fork(c)), d, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
				for _, name := range order {
					if _, err := tx.Exec(ctx, "update platform.persons set version = version + 1 where org_id = $1 and display_name = $2", tx.Call().Organization.ID, name); err != nil {
						return nil, err
					}
					time.Sleep(50 * time.Millisecond)
				}
				return &emptypb.Empty{}, nil
			})
			if err != nil {
				t.Errorf("locking %v ends with %v", order, err)
			}
		})
	}
	group.Wait()
}

// TestNoNesting holds a unit of work to be ended by nobody but its owner.
func TestNoNesting(t *testing.T) {
	t.Parallel()
	ctx, _, d := enter(t)
	_, err := db.Write(ctx, d, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		if _, err := tx.Begin(ctx); err == nil {
			t.Error("a transaction was nested")
		}
		if tx.Commit(ctx) == nil || tx.Rollback(ctx) == nil {
			t.Error("a transaction was ended from inside")
		}
		return &emptypb.Empty{}, nil
	})
	if err != nil {
		t.Error(err)
	}
}
