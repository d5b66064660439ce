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

// Bounds of a group: how many calls are committed together, how many of one
// organization may wait, and how long a commit of them may take.
const (
	maxTogether  = 128
	maxWaiting   = 2048
	groupTimeout = 20 * time.Second
)

// Group commits units of work of concurrent calls of one organization together: a
// writer takes all that arrived while its last commit was under way, so that a lone
// call waits for nobody and many share one flush. Each member is answered once its
// commit is on disk, refused alone, and keeps its own events and idempotent answer.
// When the database refuses the rows of several members, each is redone in a group of its
// own. The guarantees are the database's, so that two servers are as right as one.
type Group[Q any, R proto.Message] struct {
	db   *DB
	look LoadFunc[Q, R]

	mu sync.Mutex
	// waiting has an entry, be it empty, while a writer is at work for an organization.
	waiting map[uuid.UUID][]*Member[Q, R]
}

// Load reads, in one round trip, what storing for several calls takes to know, and answers
// how it is done. store works for those of them that were not answered before.
type LoadFunc[Q any, R proto.Message] func(ctx context.Context, tx *Tx, members []*Member[Q, R]) (store func(members []*Member[Q, R]) error, err error)

// Member is one call of a group. What stores for all of them sets its Answer or refuses
// it.
type Member[Q any, R proto.Message] struct {
	Call     *call.Call
	Request  Q
	Response R

	ctx     context.Context
	refusal error
	settled chan struct{}
}

// Refuse answers the member alone with an error; nothing is stored for it.
func (m *Member[Q, R]) Refuse(err error) { m.refusal = err }

func (m *Member[Q, R]) keyed() bool { return m.Call.IdempotencyKey != "" }

// NewGroup returns a group whose calls are stored by look.
func NewGroup[Q any, R proto.Message](d *DB, look LoadFunc[Q, R]) *Group[Q, R] {
	return &Group[Q, R]{db: d, look: look, waiting: map[uuid.UUID][]*Member[Q, R]{}}
}

// Do is Write in the company of other calls. A dry run, which is rolled back, stays alone.
// A caller who gives up is gone; what was begun for it ends as if the answer had been lost.
func (g *Group[Q, R]) Do(ctx context.Context, request Q) (R, error) {
	var none R
	c := call.From(ctx)
	if c.ValidateOnly {
		return Write(ctx, g.db, func(ctx context.Context, tx *Tx) (R, error) { return g.dryRun(ctx, tx, request) })
	}
	if err := checkDepth(c); err != nil {
		return none, err // before others share a commit with it
	}
	if err := spendKey(c); err != nil {
		return none, err
	}
	own := *c
	m := &Member[Q, R]{Call: &own, Request: request, ctx: ctx, settled: make(chan struct{})}
	if err := g.join(m); err != nil {
		return none, err
	}
	select {
	case <-m.settled:
		c.Replayed = own.Replayed
		return m.Response, m.refusal
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

// join queues a member, and begins to write if nobody does for its organization.
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
		return fault.Busy(optionsv1.Reason_TEMPORARILY_UNAVAILABLE, "Too many requests wait to be stored; try again in a moment.")
	}
	if !busy {
		go g.write(org)
	}
	return nil
}

// write commits what waits for an organization until nothing does.
func (g *Group[Q, R]) write(org uuid.UUID) {
	for batch := g.take(org); batch != nil; batch = g.take(org) {
		g.settle(batch)
	}
}

func (g *Group[Q, R]) take(org uuid.UUID) []*Member[Q, R] {
	g.mu.Lock()
	defer g.mu.Unlock()
	queue := g.waiting[org]
	if len(queue) == 0 {
		delete(g.waiting, org)
		return nil
	}
	n := min(len(queue), maxTogether)
	g.waiting[org] = queue[n:]
	return queue[:n]
}

// dryRun does one call's work in a transaction that is rolled back.
func (g *Group[Q, R]) dryRun(ctx context.Context, tx *Tx, request Q) (R, error) {
	var none R
	m := &Member[Q, R]{Call: tx.Call(), Request: request}
	store, err := g.look(ctx, tx, []*Member[Q, R]{m})
	if err != nil {
		return none, err
	}
	if err := store([]*Member[Q, R]{m}); err != nil {
		return none, err
	}
	return m.Response, m.refusal
}

// settle answers all of a batch. Its members share one commit, except for a second call
// under one key, which must see the answer to the first.
//
// If the database refuses the rows, one member is the reason, so each is redone alone. Any
// other failure is every member's answer: redoing them one by one would keep a database that
// is out of reach busy, and after a commit of unknown outcome could store them twice.
func (g *Group[Q, R]) settle(batch []*Member[Q, R]) {
	together, alone := split(batch)
	if len(together) > 1 {
		err := g.attempt(together)
		if !refusesRows(err) {
			for _, m := range together {
				m.finish(m.outcome(err))
			}
			together = nil
		}
	}
	for _, m := range append(together, alone...) {
		m.finish(g.settleAlone(m))
	}
}

// split tells the members that can share a commit from second calls under one key, and
// drops those whose callers gave up.
func split[Q any, R proto.Message](batch []*Member[Q, R]) (together, alone []*Member[Q, R]) {
	keys := map[answerKey]bool{}
	for _, m := range batch {
		key := answerKey{m.Call.KeyID, m.Call.IdempotencyKey}
		switch {
		case m.ctx.Err() != nil:
			m.finish(m.outcome(m.ctx.Err()))
		case m.keyed() && keys[key]:
			alone = append(alone, m)
		default:
			keys[key] = true
			together = append(together, m)
		}
	}
	return together, alone
}

// settleAlone is Write for a member whose key is spent for it.
func (g *Group[Q, R]) settleAlone(m *Member[Q, R]) (R, error) {
	return persist(call.With(m.ctx, m.Call), g.db, m.keyed(), func() (R, error) {
		return m.outcome(g.attempt([]*Member[Q, R]{m}))
	})
}

// outcome is what an attempt came to for the member.
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

func (m *Member[Q, R]) finish(answer R, err error) {
	m.Response, m.refusal = answer, err
	close(m.settled)
}

// attempt is one transaction for the members that still wait for their answers. A
// panic in it fails them: the goroutine is nobody's, so that it would end the server.
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

// store does the members' work in a transaction and commits it.
func (g *Group[Q, R]) store(ctx context.Context, tx *Tx, members []*Member[Q, R]) error {
	var none R
	for _, m := range members {
		m.Response, m.refusal, m.Call.Replayed = none, nil, false
	}
	g.queueReplay(tx, members)
	store, err := g.look(ctx, tx, members)
	if err == nil {
		err = tx.Flush(ctx)
	}
	if err != nil {
		return err
	}
	fresh := slices.DeleteFunc(slices.Clone(members), (*Member[Q, R]).settledAlready)
	if err := store(fresh); err != nil {
		return err
	}
	stored := slices.DeleteFunc(fresh, (*Member[Q, R]).settledAlready)
	if len(stored) == 0 {
		return nil
	}
	last := &pgx.Batch{}
	tx.queueEvents(last)
	if err := g.queueAnswers(last, stored); err != nil {
		return err
	}
	return tx.commit(ctx, last)
}

// settledAlready tells whether nothing is to be stored for the member.
func (m *Member[Q, R]) settledAlready() bool { return m.Call.Replayed || m.refusal != nil }

// queueReplay settles, once the next statements are sent, the members whose key has an
// answer.
func (g *Group[Q, R]) queueReplay(tx *Tx, members []*Member[Q, R]) {
	byKey := map[answerKey]*Member[Q, R]{}
	var calls []*call.Call
	for _, m := range members {
		if m.keyed() {
			calls = append(calls, m.Call)
			byKey[answerKey{m.Call.KeyID, m.Call.IdempotencyKey}] = m
		}
	}
	if len(calls) > 0 {
		queueStoredAnswers(tx, calls, func(k answerKey, s storedAnswer) { g.replay(byKey[k], s) })
	}
}

// replay settles a member by the answer that was stored for it.
func (g *Group[Q, R]) replay(m *Member[Q, R], s storedAnswer) {
	raw, err := g.db.openAnswer(m.Call, s)
	if err == nil {
		m.Call.Replayed = true
		m.Response = NewRecord[R]()
		err = proto.Unmarshal(raw, m.Response)
	}
	m.refusal = err
}

// queueAnswers adds the statement that stores the members' answers under their keys.
func (g *Group[Q, R]) queueAnswers(b *pgx.Batch, members []*Member[Q, R]) error {
	answers := map[*call.Call]proto.Message{}
	for _, m := range members {
		if m.keyed() {
			answers[m.Call] = m.Response
		}
	}
	return g.db.queueAnswers(b, answers)
}
