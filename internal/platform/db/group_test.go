package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"google.golang.org/grpc/codes"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// people is a group that adds persons by name; "bad" is refused, and a name that is
// "taken" fails in the database. gate, where there is one, holds the first commit up
// until the others have gathered.
type people struct {
	*db.Group[string, platformv1.Person]
	gate    chan struct{}
	batches atomic.Int32
	largest atomic.Int32
}

func newPeople(d *db.DB) *people {
	p := &people{gate: make(chan struct{})}
	add := func(ctx context.Context, tx *db.Tx, name string) (*platformv1.Person, error) {
		if name == "bad" {
			return nil, fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "It is bad.")
		}
		tx.Record(db.Event{Type: "test.person.created", SubjectID: name})
		if name == "taken" {
			_, err := tx.Exec(ctx, "select 1/0")
			return nil, err
		}
		return &platformv1.Person{DisplayName: name}, addPerson(ctx, tx, name)
	}
	p.Group = db.NewGroup(d, func(ctx context.Context, tx *db.Tx, members []*db.Member[string, platformv1.Person]) (func([]*db.Member[string, platformv1.Person]) error, error) {
		p.batches.Add(1)
		p.largest.Store(max(p.largest.Load(), int32(len(members))))
		return func(fresh []*db.Member[string, platformv1.Person]) error {
			for _, m := range fresh {
				tx.As(m.Call)
				answer, err := add(ctx, tx, m.Request)
				var refusal *fault.Error
				switch {
				case errors.As(err, &refusal):
					m.Refuse(err)
				case err != nil:
					return err
				}
				m.Answer = answer
			}
			return nil
		}, nil
	}, func(ctx context.Context, tx *db.Tx, name string) (*platformv1.Person, error) {
		if name == "first" {
			<-p.gate
		}
		return add(ctx, tx, name)
	})
	return p
}

// fork is another call like c: each call is one goroutine's.
func fork(c *call.Call) *call.Call {
	own := *c
	return &own
}

// together adds persons while the first one's commit is held up, so that they make
// one batch.
func (p *people) together(ctx context.Context, c *call.Call, calls map[string]*call.Call, names ...string) map[string]error {
	var group sync.WaitGroup
	var mu sync.Mutex
	out := map[string]error{}
	do := func(name string) {
		own := fork(c)
		if calls[name] != nil {
			own = calls[name]
		}
		answer, err := p.Do(call.With(ctx, own), name)
		if err == nil && answer.GetDisplayName() != name {
			err = fmt.Errorf("%s is answered by %v", name, answer)
		}
		mu.Lock()
		out[name] = err
		mu.Unlock()
	}
	group.Go(func() { do("first") })
	for p.Waiting() != 0 || !p.Busy() {
	}
	for _, name := range names {
		group.Go(func() { do(name) })
	}
	for p.Waiting() < len(names) {
	}
	close(p.gate)
	group.Wait()
	return out
}

// TestGroup holds calls that wait for a commit to be committed together, each with
// its own actor, and a bad one to be refused alone.
func TestGroup(t *testing.T) {
	t.Parallel()
	ctx, c, d := enter(t)
	p := newPeople(d)
	ann := *c
	ann.PersonID, ann.RequestID = id.New(), "req_ann"
	out := p.together(ctx, c, map[string]*call.Call{"Ann": &ann}, "Ann", "Bob", "bad", "Cyd")
	for name, err := range out {
		if (err != nil) != (name == "bad") {
			t.Errorf("%s ends with %v", name, err)
		}
	}
	if p.batches.Load() != 1 || p.largest.Load() != 4 {
		t.Errorf("%d batches, the largest of %d", p.batches.Load(), p.largest.Load())
	}
	for _, name := range []string{"first", "Ann", "Bob", "Cyd"} {
		if n := count(ctx, t, d, name); n != 1 {
			t.Errorf("%s is there %d times", name, n)
		}
	}
	type event struct {
		subject, request string
		actor            *string
	}
	events, err := db.Read(ctx, d, func(ctx context.Context, tx *db.Tx) (list []event, err error) {
		rows, err := tx.Query(ctx, "select subject_id, request_id, actor_id::text from platform.events where org_id = $1 and type = 'test.person.created' order by subject_id", tx.Call().Organization.ID)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var e event
			if err := rows.Scan(&e.subject, &e.request, &e.actor); err != nil {
				return nil, err
			}
			list = append(list, e)
		}
		return list, rows.Err()
	})
	if err != nil || len(events) != 4 || events[0].request != "req_ann" || events[0].actor == nil || *events[0].actor != ann.PersonID.String() || events[1].actor != nil {
		t.Errorf("got %+v, %v", events, err)
	}
	if p.Busy() {
		t.Error("a writer lives on without work")
	}
}

// TestGroupRedone holds the neighbours of a request that the database refuses to be
// stored all the same.
func TestGroupRedone(t *testing.T) {
	t.Parallel()
	ctx, c, d := enter(t)
	p := newPeople(d)
	for name, err := range p.together(ctx, c, nil, "Ann", "taken", "Bob") {
		if (err != nil) != (name == "taken") {
			t.Errorf("%s ends with %v", name, err)
		}
	}
	if count(ctx, t, d, "Ann") != 1 || count(ctx, t, d, "Bob") != 1 {
		t.Error("a neighbour is missing, or there twice")
	}
}

// TestGroupKeys holds keys in a group to do their work once: two rivals in one batch, a
// retry, a stranger's request under the same key, and a dry run.
func TestGroupKeys(t *testing.T) {
	t.Parallel()
	ctx, c, d := enter(t)
	p := newPeople(d)
	keyed := func(print string) *call.Call {
		k := *c
		k.IdempotencyKey, k.Fingerprint = "one", []byte(print)
		return &k
	}
	var group sync.WaitGroup
	group.Go(func() { _, _ = p.Do(call.With(ctx, fork(c)), "first") })
	for p.Waiting() != 0 || !p.Busy() {
	}
	var replayed atomic.Int32
	for range 5 {
		group.Go(func() {
			k := keyed("same")
			answer, err := p.Do(call.With(ctx, k), "Ann")
			if err != nil || answer.GetDisplayName() != "Ann" {
				t.Errorf("got %v, %v", answer, err)
			}
			if k.Replayed {
				replayed.Add(1)
			}
		})
	}
	group.Go(func() {
		if _, err := p.Do(call.With(ctx, fork(c)), "Bob"); err != nil {
			t.Error(err)
		}
	})
	for p.Waiting() < 6 {
	}
	close(p.gate)
	group.Wait()
	if n := count(ctx, t, d, "Ann"); n != 1 || replayed.Load() != 4 {
		t.Errorf("stored %d times, replayed %d", n, replayed.Load())
	}
	// In company, a retry is answered and another request refused.
	q := newPeople(d)
	out := q.together(ctx, c, map[string]*call.Call{"Ann": keyed("same"), "Cyd": keyed("other")}, "Ann", "Dee")
	if out["Ann"] != nil || count(ctx, t, d, "Ann") != 1 || count(ctx, t, d, "Dee") != 1 {
		t.Errorf("got %v", out)
	}
	r := newPeople(d)
	out = r.together(ctx, c, map[string]*call.Call{"Cyd": keyed("other")}, "Cyd", "Eve")
	if fault.From(out["Cyd"]).Reason != optionsv1.Reason_IDEMPOTENCY_KEY_REUSED || out["Eve"] != nil {
		t.Errorf("got %v", out)
	}
	dry := *c
	dry.ValidateOnly = true
	if _, err := r.Do(call.With(ctx, &dry), "Fay"); err != nil || count(ctx, t, d, "Fay") != 0 {
		t.Errorf("a dry run ends with %v and stores %d", err, count(ctx, t, d, "Fay"))
	}
}

// TestGroupHungUp holds a caller who gives up while waiting to leave nothing behind.
func TestGroupHungUp(t *testing.T) {
	t.Parallel()
	ctx, c, d := enter(t)
	p := newPeople(d)
	var group sync.WaitGroup
	group.Go(func() { _, _ = p.Do(call.With(ctx, fork(c)), "first") })
	for p.Waiting() != 0 || !p.Busy() {
	}
	gone, cancel := context.WithCancel(ctx)
	group.Go(func() {
		if _, err := p.Do(call.With(gone, fork(c)), "Gus"); fault.From(err).Code != codes.Canceled {
			t.Errorf("got %v", err)
		}
		close(p.gate)
	})
	for p.Waiting() < 1 {
	}
	cancel()
	group.Wait()
	for p.Busy() {
	}
	if n := count(ctx, t, d, "Gus"); n != 0 {
		t.Errorf("stored %d times", n)
	}
}

// TestGroupPanic holds a panic in a group's work to fail its members and nobody else.
func TestGroupPanic(t *testing.T) {
	t.Parallel()
	ctx, c, d := enter(t)
	g := db.NewGroup(d, func(context.Context, *db.Tx, []*db.Member[string, platformv1.Person]) (func([]*db.Member[string, platformv1.Person]) error, error) {
		panic("lost")
	}, func(context.Context, *db.Tx, string) (*platformv1.Person, error) { panic("lost") })
	if _, err := g.Do(call.With(ctx, c), "Ann"); fault.From(err).Code != codes.Internal {
		t.Errorf("got %v", err)
	}
}
