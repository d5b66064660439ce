package db_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"
	"google.golang.org/grpc/codes"

	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// oneConnection opens the database of d once more, with a single connection.
func oneConnection(t *testing.T, d *db.DB) *db.DB {
	t.Helper()
	one, err := db.Open(t.Context(), d.Pool().Config().ConnString(), db.AppRole, 1, d.Keys(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(one.Close)
	return one
}

// TestRefusedBatchIsRedone checks that the neighbors of a member whose row the database
// refuses are stored, and that a serialization failure is retried.
func TestRefusedBatchIsRedone(t *testing.T) {
	t.Parallel()
	for _, failing := range []string{"taken", "again"} {
		t.Run(failing, func(t *testing.T) {
			t.Parallel()
			ctx, c, d := enter(t)
			p := newPeople(d)
			for name, err := range p.together(ctx, c, nil, "Ann", failing, "Bob") {
				if (err != nil) != (name == "taken") {
					t.Errorf("%s ends with %v", name, err)
				}
			}
			if count(ctx, t, d, "Ann") != 1 || count(ctx, t, d, "Bob") != 1 {
				t.Error("a neighbor is missing, or there twice")
			}
			if p.batches.Load() != 5 {
				t.Errorf("%d batches; want the first, the three together and each of them alone", p.batches.Load())
			}
		})
	}
}

// TestLoneCallIsRetried checks that a call without company is retried as Write retries.
func TestLoneCallIsRetried(t *testing.T) {
	t.Parallel()
	ctx, c, d := enter(t)
	p := newPeople(d)
	if _, err := p.Do(call.With(ctx, fork(c)), "again"); err != nil || count(ctx, t, d, "again") != 1 {
		t.Errorf("a serialization failure ends with %v", err)
	}
	if _, err := p.Do(call.With(ctx, fork(c)), "taken"); err == nil || p.batches.Load() != 3 {
		t.Errorf("a refusal ends with %v after %d attempts in all", err, p.batches.Load())
	}
}

// TestLostConnectionIsNotRedone checks that members are told to try again, and are not
// redone one by one against a database that is out of reach.
func TestLostConnectionIsNotRedone(t *testing.T) {
	t.Parallel()
	ctx, c, d := enter(t)
	p := newPeople(oneConnection(t, d))
	for name, err := range p.together(ctx, c, nil, "Ann", "cut", "Bob") {
		if name != "first" && fault.From(err).Code != codes.Unavailable {
			t.Errorf("%s ends with %v", name, err)
		}
		if n := count(ctx, t, d, name); name != "first" && n != 0 {
			t.Errorf("%s is stored %d times", name, n)
		}
	}
	if p.batches.Load() != 2 {
		t.Errorf("%d batches; want the first and the three together", p.batches.Load())
	}
}

// TestUnknownCommitIsNotRedone checks that members whose commit went unanswered are told
// so: redone, they could be stored twice.
func TestUnknownCommitIsNotRedone(t *testing.T) {
	t.Parallel()
	ctx, c, d := enter(t)
	p := newPeople(oneConnection(t, d))
	// Prepares the statements, so that the commit is all that is sent.
	if _, err := p.Do(call.With(ctx, fork(c)), "Zoe"); err != nil {
		t.Fatal(err)
	}
	for name, err := range p.together(ctx, c, nil, "Ann", "deaf", "Bob") {
		if name != "first" && (fault.From(err).Code != codes.Unavailable || !strings.Contains(err.Error(), "not known whether")) {
			t.Errorf("%s ends with %v", name, err)
		}
		if n := count(ctx, t, d, name); n > 1 {
			t.Errorf("%s is stored %d times", name, n)
		}
	}
	if p.batches.Load() != 3 {
		t.Errorf("%d batches; want Zoe, the first and the three together", p.batches.Load())
	}
}

// TestLoneCallTakesTwoRoundTrips checks that a call without company is stored by two
// round trips, with an idempotency key too.
func TestLoneCallTakesTwoRoundTrips(t *testing.T) {
	t.Parallel()
	ctx, c, d := enter(t)
	one := oneConnection(t, d)
	p := newPeople(one)
	for _, key := range []string{"", "a"} {
		var trace strings.Builder
		for _, name := range []string{"Ann", "Bob"} { // the first prepares the statements
			conn, err := one.Pool().Acquire(ctx)
			if err != nil {
				t.Fatal(err)
			}
			trace.Reset()
			conn.Conn().PgConn().Frontend().Trace(&trace, pgproto3.TracerOptions{SuppressTimestamps: true})
			conn.Release()
			own := fork(c)
			if key != "" {
				own.IdempotencyKey, own.Fingerprint = key+name, []byte(name)
			}
			if _, err := p.Do(call.With(ctx, own), name); err != nil {
				t.Fatal(err)
			}
		}
		if n := strings.Count(trace.String(), "F\tSync"); n != 2 {
			t.Errorf("with key %q it took %d round trips:\n%s", key, n, trace.String())
		}
	}
}

// TestGroupPanic checks that a panic in a group's work fails its members and nobody else.
func TestGroupPanic(t *testing.T) {
	t.Parallel()
	ctx, c, d := enter(t)
	g := db.NewGroup(d, func(context.Context, *db.Tx, []*db.Member[string, *platformv1.Person]) (func([]*db.Member[string, *platformv1.Person]) error, error) {
		panic("lost")
	})
	if _, err := g.Do(call.With(ctx, c), "Ann"); fault.From(err).Code != codes.Internal {
		t.Errorf("got %v", err)
	}
}
