package db_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"
	"google.golang.org/grpc/codes"

	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// oneConnection opens the database of d again with a single connection.
func oneConnection(t *testing.T, d *db.DB) *db.DB {
	t.Helper()
	url := d.Pool().Config().ConnString()
	one, err := db.Open(t.Context(), url, db.AppRole, 1, d.Keys(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(one.Close)
	return one
}

// TestRefusedBatchIsRetriedOneByOne checks that the other members of a batch are stored if the
// database refuses the row of one, and that a serialization failure is retried.
func TestRefusedBatchIsRetriedOneByOne(t *testing.T) {
	t.Parallel()
	for _, failing := range []string{"taken", "again"} {
		t.Run(failing, func(t *testing.T) {
			t.Parallel()
			ctx, c, d := enter(t)
			p := newPeople(d)
			for name, err := range p.together(ctx, c, nil, "Ann", failing, "Bob") {
				if (err != nil) != (name == "taken") {
					t.Errorf("%s: got %v", name, err)
				}
			}
			if count(ctx, t, d, "Ann") != 1 || count(ctx, t, d, "Bob") != 1 {
				t.Error("another member is missing or stored twice")
			}
			if p.batches.Load() != 5 {
				t.Errorf("got %d batches; want the first, the three together and each of them alone", p.batches.Load())
			}
		})
	}
}

// TestLoneCallIsRetried checks that a lone call is retried as Write retries.
func TestLoneCallIsRetried(t *testing.T) {
	t.Parallel()
	ctx, c, d := enter(t)
	p := newPeople(d)
	if _, err := p.Do(call.With(ctx, copyCall(c)), "again"); err != nil || count(ctx, t, d, "again") != 1 {
		t.Errorf("a serialization failure: got %v", err)
	}
	if _, err := p.Do(call.With(ctx, copyCall(c)), "taken"); err == nil || p.batches.Load() != 3 {
		t.Errorf("a refusal: got %v after %d attempts in all", err, p.batches.Load())
	}
}

// TestLostConnectionIsNotRetried checks that members get UNAVAILABLE if the connection is lost, and
// are not retried one by one against an unreachable database.
func TestLostConnectionIsNotRetried(t *testing.T) {
	t.Parallel()
	ctx, c, d := enter(t)
	p := newPeople(oneConnection(t, d))
	for name, err := range p.together(ctx, c, nil, "Ann", "cut", "Bob") {
		if name != "first" && fault.From(err).Code != codes.Unavailable {
			t.Errorf("%s: got %v", name, err)
		}
		if n := count(ctx, t, d, name); name != "first" && n != 0 {
			t.Errorf("%s: stored %d times", name, n)
		}
	}
	if p.batches.Load() != 2 {
		t.Errorf("got %d batches; want the first and the three together", p.batches.Load())
	}
}

// TestUnknownCommitIsNotRetried checks that members are told if the outcome of their commit is
// unknown, and are not retried, since they could be stored twice.
func TestUnknownCommitIsNotRetried(t *testing.T) {
	t.Parallel()
	ctx, c, d := enter(t)
	p := newPeople(oneConnection(t, d))
	// The first call prepares the statements, so that the second sends nothing but the commit.
	if _, err := p.Do(call.With(ctx, copyCall(c)), "Zoe"); err != nil {
		t.Fatal(err)
	}
	for name, err := range p.together(ctx, c, nil, "Ann", "deaf", "Bob") {
		isUnknown := fault.From(err).Code == codes.Unavailable && strings.Contains(err.Error(), "not known whether")
		if name != "first" && !isUnknown {
			t.Errorf("%s: got %v", name, err)
		}
		if n := count(ctx, t, d, name); n > 1 {
			t.Errorf("%s: stored %d times", name, n)
		}
	}
	if p.batches.Load() != 3 {
		t.Errorf("got %d batches; want Zoe, the first and the three together", p.batches.Load())
	}
}

// TestLoneCallTakesTwoRoundTrips checks that a lone call takes two round trips, with and without an
// idempotency key.
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
			own := copyCall(c)
			if key != "" {
				own.IdempotencyKey, own.Fingerprint = key+name, []byte(name)
			}
			if _, err := p.Do(call.With(ctx, own), name); err != nil {
				t.Fatal(err)
			}
		}
		if n := strings.Count(trace.String(), "F\tSync"); n != 2 {
			t.Errorf("with key %q: got %d round trips, want 2:\n%s", key, n, trace.String())
		}
	}
}

// TestPanicFailsGroupMember checks that a panic in the load function fails the members with
// INTERNAL and does not crash the process.
func TestPanicFailsGroupMember(t *testing.T) {
	t.Parallel()
	ctx, c, d := enter(t)
	g := db.NewGroup(d, func(context.Context, *db.Tx, []*member) (func([]*member) error, error) {
		panic("lost")
	})
	if _, err := g.Do(call.With(ctx, c), "Ann"); fault.From(err).Code != codes.Internal {
		t.Errorf("got %v", err)
	}
}
