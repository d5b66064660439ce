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

// people is a group that adds persons by name. "bad" is refused, "taken" and "again" fail in
// the database, "again" only the first time, "cut" loses the connection, and "deaf" the
// answer to what is sent next. gate holds the commit of "first" up until the others have gathered.
type people struct {
	*db.Group[string, *platformv1.Person]
	gate    chan struct{}
	batches atomic.Int32
	largest atomic.Int32
	failed  atomic.Bool
}

func newPeople(d *db.DB) *people {
	p := &people{gate: make(chan struct{})}
	p.Group = db.NewGroup(d, func(ctx context.Context, tx *db.Tx, members []*db.Member[string, *platformv1.Person]) (func([]*db.Member[string, *platformv1.Person]) error, error) {
		p.batches.Add(1)
		p.largest.Store(max(p.largest.Load(), int32(len(members))))
		if members[0].Request == "first" {
			<-p.gate
		}
		return func(fresh []*db.Member[string, *platformv1.Person]) error { return p.add(ctx, tx, fresh) }, nil
	})
	return p
}

func (p *people) add(ctx context.Context, tx *db.Tx, members []*db.Member[string, *platformv1.Person]) error {
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
	for p.Busy() { // an answered call's writer may still be looking for more
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
	if p.batches.Load() != 2 || p.largest.Load() != 4 {
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
