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
	"google.golang.org/grpc/codes"
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
// When the database refuses a batch, its members are redone one by one. The guarantees
// are the database's, so that two servers are as right as one.
type Group[Q, R any] struct {
	db    *DB
	look  Look[Q, R]
	alone func(ctx context.Context, tx *Tx, request Q) (*R, error)

	mu sync.Mutex
	// waiting has an entry, be it empty, while a writer is at work for an organization.
	waiting map[uuid.UUID][]*Member[Q, R]
}

// Look reads, in one round trip, what storing for several calls takes to know, and answers
// how it is done. store works for those of them that were not answered before.
type Look[Q, R any] func(ctx context.Context, tx *Tx, members []*Member[Q, R]) (store func(members []*Member[Q, R]) error, err error)

// Member is one call of a group. What stores for all of them sets its Answer or refuses
// it.
type Member[Q, R any] struct {
	Call    *call.Call
	Request Q
	Answer  *R

	ctx     context.Context
	refusal error
	settled chan struct{}
}

// Refuse answers the member alone with an error; nothing is stored for it.
func (m *Member[Q, R]) Refuse(err error) { m.refusal = err }

func (m *Member[Q, R]) keyed() bool { return m.Call.IdempotencyKey != "" }

// NewGroup makes a group. look works for several calls in one transaction, alone for
// one; what they store is the same. *R is a generated proto message.
func NewGroup[Q, R any](d *DB, look Look[Q, R], alone func(context.Context, *Tx, Q) (*R, error)) *Group[Q, R] {
	return &Group[Q, R]{db: d, look: look, alone: alone, waiting: map[uuid.UUID][]*Member[Q, R]{}}
}

// Do is Write in the company of other calls. A dry run stays alone. A caller who
// gives up is gone; what was begun for it ends as if the answer had been lost.
func (g *Group[Q, R]) Do(ctx context.Context, request Q) (*R, error) {
	c := call.From(ctx)
	if c.ValidateOnly {
		return Write(ctx, g.db, func(ctx context.Context, tx *Tx) (*R, error) { return g.alone(ctx, tx, request) })
	}
	if err := spendKey(c); err != nil {
		return nil, err
	}
	own := *c
	m := &Member[Q, R]{Call: &own, Request: request, ctx: ctx, settled: make(chan struct{})}
	if err := g.join(m); err != nil {
		return nil, err
	}
	select {
	case <-m.settled:
		c.Replayed = own.Replayed
		return m.Answer, m.refusal
	case <-ctx.Done():
		return nil, ctx.Err()
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
		e := fault.New(codes.Unavailable, optionsv1.Reason_TEMPORARILY_UNAVAILABLE, "Too many requests wait to be stored; try again in a moment.")
		e.RetryAfter = time.Second
		return e
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

// settle answers all of a batch.
func (g *Group[Q, R]) settle(batch []*Member[Q, R]) {
	left := batch
	defer func() {
		// The goroutine is nobody's: a panic in it would end the server.
		if p := recover(); p != nil {
			for _, m := range left {
				m.finish(nil, fault.Internal(fmt.Errorf("panic: %v\n%s", p, debug.Stack())))
			}
		}
	}()
	present, settled := g.commit(batch)
	for _, m := range settled {
		m.finish(m.Answer, m.refusal)
	}
	for left = present; len(left) > 0; left = left[1:] {
		m := left[0]
		m.finish(writeAnyway(call.With(m.ctx, m.Call), g.db, m.keyed(), func(ctx context.Context, tx *Tx) (*R, error) {
			return g.alone(ctx, tx, m.Request)
		}))
	}
}

func (m *Member[Q, R]) finish(answer *R, err error) {
	if err != nil {
		answer = nil
	}
	m.Answer, m.refusal = answer, err
	close(m.settled)
}

// commit stores what it can of a batch at once, and answers whom it settled and who is
// to be served alone: one without company, a second call under one key, and everybody
// when the database refuses the batch.
func (g *Group[Q, R]) commit(batch []*Member[Q, R]) (alone, settled []*Member[Q, R]) {
	var company []*Member[Q, R]
	keys := map[answerKey]bool{}
	for _, m := range batch {
		key := answerKey{m.Call.KeyID, m.Call.IdempotencyKey}
		switch {
		case m.ctx.Err() != nil:
			m.refusal = m.ctx.Err()
			settled = append(settled, m)
		case m.keyed() && keys[key]:
			alone = append(alone, m)
		default:
			keys[key] = true
			company = append(company, m)
		}
	}
	if len(company) < 2 {
		return append(company, alone...), settled
	}
	ctx, cancel := context.WithTimeout(context.Background(), groupTimeout)
	defer cancel()
	if err := g.attempt(ctx, company); err != nil {
		for _, m := range company {
			m.Answer, m.refusal, m.Call.Replayed = nil, nil, false
		}
		return append(company, alone...), settled
	}
	return alone, append(settled, company...)
}

// attempt is one transaction for several members.
func (g *Group[Q, R]) attempt(ctx context.Context, members []*Member[Q, R]) error {
	c := &call.Call{Organization: members[0].Call.Organization, Method: members[0].Call.Method, Allows: func(string) bool { return false }}
	ctx = call.With(ctx, c)
	tx, err := g.db.begin(ctx, c, beginWrite)
	if err != nil {
		return err
	}
	defer tx.rollback()
	g.queueReplay(tx, members)
	store, err := g.look(ctx, tx, members)
	if err == nil {
		err = tx.Flush(ctx)
	}
	if err != nil {
		return err
	}
	fresh := slices.DeleteFunc(slices.Clone(members), func(m *Member[Q, R]) bool { return m.Call.Replayed || m.refusal != nil })
	if err := store(fresh); err != nil {
		return err
	}
	last := &pgx.Batch{}
	tx.queueEvents(last)
	if err := g.queueAnswers(last, fresh); err != nil {
		return err
	}
	if last.Len() == 0 {
		return nil // everybody was refused
	}
	return tx.commit(ctx, last)
}

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
		m.Answer = new(R)
		err = proto.Unmarshal(raw, any(m.Answer).(proto.Message))
	}
	m.refusal = err
}

// queueAnswers adds the statement that stores the members' answers under their keys.
func (g *Group[Q, R]) queueAnswers(b *pgx.Batch, members []*Member[Q, R]) error {
	answers := map[*call.Call]proto.Message{}
	for _, m := range members {
		if m.keyed() && m.refusal == nil {
			answers[m.Call] = any(m.Answer).(proto.Message)
		}
	}
	return g.db.queueAnswers(b, answers)
}
