package db

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/proto"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/fault"
)

// Limits of a group: how many calls are committed together, how many calls of one organization may
// wait, and how long a commit may take.
const (
	maxGroupSize = 128
	maxWaiting   = 2048
	groupTimeout = 20 * time.Second
)

// Group commits concurrent calls of one organization together. While a commit runs, new calls of
// the organization wait. The next commit takes up to maxGroupSize of them. A lone call does not
// wait, and many calls share one flush to disk.
//
// Each call is a member of the group. It gets its response once its commit is on disk. It can be
// refused alone, and it keeps its own events and idempotent response. A second call under one
// idempotency key is committed alone. If the database refuses the rows of a shared commit, each
// member is retried alone. All guarantees come from the database, so several servers may run groups
// at once.
type Group[Q any, R proto.Message] struct {
	db   *DB
	load LoadFunc[Q, R]

	mu sync.Mutex
	// waiting has an entry, possibly empty, while a writer runs for an organization.
	waiting map[uuid.UUID][]*Member[Q, R]
}

// LoadFunc reads, in one round trip, the data needed to store several calls, and returns the
// function that stores them. store gets only the members that have no stored response yet.
type LoadFunc[Q any, R proto.Message] func(
	ctx context.Context, tx *Tx, members []*Member[Q, R],
) (store func(members []*Member[Q, R]) error, err error)

// Member is one call of a group. The store function sets its Response or refuses it.
type Member[Q any, R proto.Message] struct {
	Call     *call.Call
	Request  Q
	Response R

	ctx     context.Context
	refusal error
	done    chan struct{}
}

// Refuse fails this member alone with an error. Nothing is stored for it.
func (m *Member[Q, R]) Refuse(err error) { m.refusal = err }

func (m *Member[Q, R]) hasKey() bool { return m.Call.IdempotencyKey != "" }

// NewGroup returns a group that stores its calls with load.
func NewGroup[Q any, R proto.Message](d *DB, load LoadFunc[Q, R]) *Group[Q, R] {
	return &Group[Q, R]{db: d, load: load, waiting: map[uuid.UUID][]*Member[Q, R]{}}
}

// Do is Write, committed together with concurrent calls. A dry run is rolled back and runs alone.
// So does a call that attaches files to its record. If the caller gives up, Do returns at once; a
// commit that has begun still completes, as if the response had been lost.
func (g *Group[Q, R]) Do(ctx context.Context, request Q) (R, error) {
	var none R
	c := call.From(ctx)
	if c.ValidateOnly || len(c.AttachFiles) > 0 {
		return Write(ctx, g.db, func(ctx context.Context, tx *Tx) (R, error) { return g.storeAlone(ctx, tx, request) })
	}
	if err := checkDepth(c); err != nil {
		return none, err // before other calls share a commit with it
	}
	if err := useIdempotencyKey(c); err != nil {
		return none, err
	}
	own := *c
	m := &Member[Q, R]{Call: &own, Request: request, ctx: ctx, done: make(chan struct{})}
	if err := g.join(m); err != nil {
		return none, err
	}
	select {
	case <-m.done:
		c.Replayed = own.Replayed
		return m.Response, m.refusal
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

// join queues a member, and starts a writer if its organization has none.
func (g *Group[Q, R]) join(m *Member[Q, R]) error {
	org := m.Call.Organization.ID
	g.mu.Lock()
	queue, busy := g.waiting[org]
	full := len(queue) >= maxWaiting
	if !full {
		g.waiting[org] = append(queue, m)
	}
	g.mu.Unlock()
	if full {
		return fault.Busy(optionsv1.Reason_TEMPORARILY_UNAVAILABLE,
			"Too many requests are waiting to be stored; try again in a moment.")
	}
	if !busy {
		go g.write(org)
	}
	return nil
}

// write commits the waiting members of an organization until there are no more.
func (g *Group[Q, R]) write(org uuid.UUID) {
	for batch := g.takeBatch(org); batch != nil; batch = g.takeBatch(org) {
		g.commitBatch(batch)
	}
}

// takeBatch removes the next batch from the queue of an organization. It returns nil if the queue
// is empty, and stops the writer.
func (g *Group[Q, R]) takeBatch(org uuid.UUID) []*Member[Q, R] {
	g.mu.Lock()
	defer g.mu.Unlock()
	queue := g.waiting[org]
	if len(queue) == 0 {
		delete(g.waiting, org)
		return nil
	}
	n := min(len(queue), maxGroupSize)
	g.waiting[org] = queue[n:]
	return queue[:n]
}

// storeAlone stores one call in a separate transaction.
func (g *Group[Q, R]) storeAlone(ctx context.Context, tx *Tx, request Q) (R, error) {
	var none R
	m := &Member[Q, R]{Call: tx.Call(), Request: request}
	store, err := g.load(ctx, tx, []*Member[Q, R]{m})
	if err != nil {
		return none, err
	}
	if err := store([]*Member[Q, R]{m}); err != nil {
		return none, err
	}
	return m.Response, m.refusal
}

// commitBatch stores a batch and finishes its members. They share one commit, except for a second
// call under the same idempotency key, which must see the response to the first.
//
// If the database refuses the rows, one member is the reason, so each is retried alone. Any other
// failure is returned to every member. Retrying them one by one would keep an unreachable database
// busy, and after a commit of unknown outcome could store them twice.
func (g *Group[Q, R]) commitBatch(batch []*Member[Q, R]) {
	together, alone := splitBatch(batch)
	if len(together) > 1 {
		err := g.attempt(together)
		if !isRowError(err) {
			for _, m := range together {
				m.finish(m.outcome(err))
			}
			together = nil
		}
	}
	for _, m := range append(together, alone...) {
		m.finish(g.commitAlone(m))
	}
}

// splitBatch separates the members that can share a commit from second calls under one key. It
// finishes those whose callers gave up.
func splitBatch[Q any, R proto.Message](batch []*Member[Q, R]) (together, alone []*Member[Q, R]) {
	keys := map[responseKey]bool{}
	for _, m := range batch {
		key := responseKey{m.Call.KeyID, m.Call.IdempotencyKey}
		switch {
		case m.ctx.Err() != nil:
			m.finish(m.outcome(m.ctx.Err()))
		case m.hasKey() && keys[key]:
			alone = append(alone, m)
		default:
			keys[key] = true
			together = append(together, m)
		}
	}
	return together, alone
}

// commitAlone is Write for a member whose idempotency key is already marked as used.
func (g *Group[Q, R]) commitAlone(m *Member[Q, R]) (R, error) {
	return writeWithRetries(call.With(m.ctx, m.Call), g.db, m.hasKey(), func() (R, error) {
		return m.outcome(g.attempt([]*Member[Q, R]{m}))
	})
}

// outcome returns the member's response or error after an attempt.
func (m *Member[Q, R]) outcome(err error) (R, error) {
	var none R
	switch {
	case err != nil:
		return none, err
	case m.refusal != nil:
		return none, m.refusal
	}
	return m.Response, nil
}

// finish returns the outcome to the waiting caller.
func (m *Member[Q, R]) finish(response R, err error) {
	m.Response, m.refusal = response, err
	close(m.done)
}

// attempt stores the members in one transaction. It recovers from a panic and fails the members
// with it: no interceptor runs above this goroutine, so the panic would crash the server.
func (g *Group[Q, R]) attempt(members []*Member[Q, R]) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Internal(fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), groupTimeout)
	defer cancel()
	c := &call.Call{Organization: members[0].Call.Organization, Method: members[0].Call.Method, Reach: call.ReachNone}
	ctx = call.With(ctx, c)
	tx, err := g.db.begin(ctx, c, beginWrite)
	if err != nil {
		return err
	}
	defer tx.rollback()
	return g.store(ctx, tx, members)
}

// store stores the members in a transaction and commits it.
func (g *Group[Q, R]) store(ctx context.Context, tx *Tx, members []*Member[Q, R]) error {
	var none R
	for _, m := range members {
		m.Response, m.refusal, m.Call.Replayed = none, nil, false
	}
	g.queueReplay(tx, members)
	store, err := g.load(ctx, tx, members)
	if err == nil {
		err = tx.Flush(ctx)
	}
	if err != nil {
		return err
	}
	fresh := slices.DeleteFunc(slices.Clone(members), (*Member[Q, R]).needsNoWrite)
	if err := store(fresh); err != nil {
		return err
	}
	stored := slices.DeleteFunc(fresh, (*Member[Q, R]).needsNoWrite)
	if len(stored) == 0 {
		return nil
	}
	if err := tx.runBeforeCommit(ctx); err != nil {
		return err
	}
	last := &pgx.Batch{}
	tx.queueEvents(last)
	if err := g.queueResponses(last, stored); err != nil {
		return err
	}
	return tx.commit(ctx, last)
}

// needsNoWrite reports whether the member was replayed or refused, so that nothing is stored for
// it.
func (m *Member[Q, R]) needsNoWrite() bool { return m.Call.Replayed || m.refusal != nil }

// queueReplay queues the query of stored responses. Members whose key has a response get it once
// the next statements are sent.
func (g *Group[Q, R]) queueReplay(tx *Tx, members []*Member[Q, R]) {
	byKey := map[responseKey]*Member[Q, R]{}
	var calls []*call.Call
	for _, m := range members {
		if m.hasKey() {
			calls = append(calls, m.Call)
			byKey[responseKey{m.Call.KeyID, m.Call.IdempotencyKey}] = m
		}
	}
	if len(calls) > 0 {
		queueFindResponses(tx, calls, func(k responseKey, s storedResponse) { g.replay(byKey[k], s) })
	}
}

// replay gives a member the response that was stored under its key.
func (g *Group[Q, R]) replay(m *Member[Q, R], s storedResponse) {
	raw, err := g.db.openResponse(m.Call, s)
	if err == nil {
		m.Call.Replayed = true
		m.Response = NewRecord[R]()
		err = proto.Unmarshal(raw, m.Response)
	}
	m.refusal = err
}

// queueResponses queues the statement that stores the members' responses under their keys.
func (g *Group[Q, R]) queueResponses(b *pgx.Batch, members []*Member[Q, R]) error {
	responses := map[*call.Call]proto.Message{}
	for _, m := range members {
		if m.hasKey() {
			responses[m.Call] = m.Response
		}
	}
	return g.db.queueResponses(b, responses)
}
