package db_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// member is a call that adds a person by name.
type member = db.Member[string, *platformv1.Person]

// people is a group that adds persons by name. Some names have special effects. "bad" is refused.
// "taken" and "again" fail in the database, "again" only the first time. "cut" closes the
// connection, and "deaf" makes it lose the result of the next statements. gate delays the commit of
// "first" until the other calls are waiting.
type people struct {
	*db.Group[string, *platformv1.Person]
	gate    chan struct{}
	batches atomic.Int32
	largest atomic.Int32
	failed  atomic.Bool
}

func newPeople(d *db.DB) *people {
	p := &people{gate: make(chan struct{})}
	p.Group = db.NewGroup(d, func(ctx context.Context, tx *db.Tx, members []*member) (func([]*member) error, error) {
		p.batches.Add(1)
		p.largest.Store(max(p.largest.Load(), int32(len(members))))
		if members[0].Request == "first" {
			<-p.gate
		}
		return func(fresh []*member) error { return p.add(ctx, tx, fresh) }, nil
	})
	return p
}

func (p *people) add(ctx context.Context, tx *db.Tx, members []*member) error {
	for _, m := range members {
		if m.Request == "bad" {
			m.Refuse(fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "It is bad."))
			continue
		}
		tx.ActAs(m.Call)
		tx.Record(db.Event{Type: "test.person.created", SubjectID: m.Request})
		if err := p.addOne(ctx, tx, m.Request); err != nil {
			return err
		}
		m.Response = &platformv1.Person{DisplayName: m.Request}
	}
	return nil
}

func (p *people) addOne(ctx context.Context, tx *db.Tx, name string) error {
	switch {
	case name == "taken":
		_, err := tx.Exec(ctx, "select 1/0")
		return err
	case name == "again" && p.failed.CompareAndSwap(false, true):
		_, err := tx.Exec(ctx, "do $$ begin raise exception using errcode = '40001'; end $$")
		return err
	case name == "cut":
		_ = tx.Conn().PgConn().Conn().Close()
	case name == "deaf":
		_ = tx.Conn().PgConn().Conn().SetReadDeadline(time.Unix(1, 0))
	}
	tx.Pending().Queue(insertPerson, tx.Call().Organization.ID, id.New(), name)
	return nil
}

// copyCall returns another call like c, since each goroutine needs its own.
func copyCall(c *call.Call) *call.Call {
	own := *c
	return &own
}

// together adds persons while the commit of "first" is delayed, so that they form one batch. It
// returns the error of each name.
func (p *people) together(
	ctx context.Context, c *call.Call, calls map[string]*call.Call, names ...string,
) map[string]error {
	var group sync.WaitGroup
	var mu sync.Mutex
	out := map[string]error{}
	do := func(name string) {
		own := copyCall(c)
		if calls[name] != nil {
			own = calls[name]
		}
		person, err := p.Do(call.With(ctx, own), name)
		if err == nil && person.GetDisplayName() != name {
			err = fmt.Errorf("%s: got %v", name, person)
		}
		mu.Lock()
		out[name] = err
		mu.Unlock()
	}
	for p.Busy() { // the writer of an earlier call may still be running
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

// TestGroupCommitsWaitingCallsTogether checks that calls which wait for a commit are committed
// together, each with its own actor, and that a bad call is refused alone.
func TestGroupCommitsWaitingCallsTogether(t *testing.T) {
	t.Parallel()
	ctx, c, d := enter(t)
	p := newPeople(d)
	ann := *c
	ann.PersonID, ann.RequestID = id.New(), "req_ann"
	out := p.together(ctx, c, map[string]*call.Call{"Ann": &ann}, "Ann", "Bob", "bad", "Cyd")
	for name, err := range out {
		if (err != nil) != (name == "bad") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if p.batches.Load() != 2 || p.largest.Load() != 4 {
		t.Errorf("got %d batches, the largest of %d; want 2, the largest of 4", p.batches.Load(), p.largest.Load())
	}
	for _, name := range []string{"first", "Ann", "Bob", "Cyd"} {
		if n := count(ctx, t, d, name); n != 1 {
			t.Errorf("%s: stored %d times", name, n)
		}
	}
	events, err := db.Read(ctx, d, createdEvents)
	if err != nil || len(events) != 4 {
		t.Fatalf("got events %+v, %v", events, err)
	}
	if e := events[0]; e.request != "req_ann" || e.actor == nil || *e.actor != ann.PersonID.String() {
		t.Errorf("Ann's event: got %+v", e)
	}
	if events[1].actor != nil {
		t.Errorf("Bob's event: got %+v, want no actor", events[1])
	}
	if p.Busy() {
		t.Error("a writer is still running without work")
	}
}

const selectCreated = `
select subject_id, request_id, actor_id::text
from platform.events
where org_id = $1
and type = 'test.person.created'
order by subject_id`

// event is a stored event with its actor.
type event struct {
	subject, request string
	actor            *string
}

// createdEvents reads the events of created persons, sorted by name.
func createdEvents(ctx context.Context, tx *db.Tx) (list []event, err error) {
	rows, err := tx.Query(ctx, selectCreated, tx.Call().Organization.ID)
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
}

// withKey returns a call like c under one idempotency key, for the request with the fingerprint.
func withKey(c *call.Call, fingerprint string) *call.Call {
	k := *c
	k.IdempotencyKey, k.Fingerprint = "one", []byte(fingerprint)
	return &k
}

// TestGroupStoresOncePerIdempotencyKey checks that concurrent calls under one key are stored once
// and that the others are replayed.
func TestGroupStoresOncePerIdempotencyKey(t *testing.T) {
	t.Parallel()
	ctx, c, d := enter(t)
	p := newPeople(d)
	var group sync.WaitGroup
	group.Go(func() { _, _ = p.Do(call.With(ctx, copyCall(c)), "first") })
	for p.Waiting() != 0 || !p.Busy() {
	}
	var replayed atomic.Int32
	for range 5 {
		group.Go(func() {
			k := withKey(c, "same")
			person, err := p.Do(call.With(ctx, k), "Ann")
			if err != nil || person.GetDisplayName() != "Ann" {
				t.Errorf("got %v, %v", person, err)
			}
			if k.Replayed {
				replayed.Add(1)
			}
		})
	}
	group.Go(func() {
		if _, err := p.Do(call.With(ctx, copyCall(c)), "Bob"); err != nil {
			t.Error(err)
		}
	})
	for p.Waiting() < 6 {
	}
	close(p.gate)
	group.Wait()
	if n := count(ctx, t, d, "Ann"); n != 1 || replayed.Load() != 4 {
		t.Errorf("got stored %d times, replayed %d times; want 1 and 4", n, replayed.Load())
	}
}

// TestGroupReplaysIdempotencyKey checks that, in a batch, a retry is replayed and another request
// under its key is refused. It also checks that a dry run stores nothing.
func TestGroupReplaysIdempotencyKey(t *testing.T) {
	t.Parallel()
	ctx, c, d := enter(t)
	p := newPeople(d)
	close(p.gate)
	if _, err := p.Do(call.With(ctx, withKey(c, "same")), "Ann"); err != nil {
		t.Fatal(err)
	}
	q := newPeople(d)
	out := q.together(ctx, c, map[string]*call.Call{"Ann": withKey(c, "same"), "Cyd": withKey(c, "other")}, "Ann", "Dee")
	if out["Ann"] != nil || count(ctx, t, d, "Ann") != 1 || count(ctx, t, d, "Dee") != 1 {
		t.Errorf("got %v", out)
	}
	r := newPeople(d)
	out = r.together(ctx, c, map[string]*call.Call{"Cyd": withKey(c, "other")}, "Cyd", "Eve")
	if fault.From(out["Cyd"]).Reason != optionsv1.Reason_IDEMPOTENCY_KEY_REUSED || out["Eve"] != nil {
		t.Errorf("got %v", out)
	}
	dry := *c
	dry.ValidateOnly = true
	if _, err := r.Do(call.With(ctx, &dry), "Fay"); err != nil || count(ctx, t, d, "Fay") != 0 {
		t.Errorf("a dry run: got %v, stored %d", err, count(ctx, t, d, "Fay"))
	}
}

// TestCanceledMemberIsNotStored checks that nothing is stored for a caller who gives up while
// waiting.
func TestCanceledMemberIsNotStored(t *testing.T) {
	t.Parallel()
	ctx, c, d := enter(t)
	p := newPeople(d)
	var group sync.WaitGroup
	group.Go(func() { _, _ = p.Do(call.With(ctx, copyCall(c)), "first") })
	for p.Waiting() != 0 || !p.Busy() {
	}
	canceled, cancel := context.WithCancel(ctx)
	group.Go(func() {
		if _, err := p.Do(call.With(canceled, copyCall(c)), "Gus"); fault.From(err).Code != codes.Canceled {
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
		t.Errorf("stored %d times, want 0", n)
	}
}
