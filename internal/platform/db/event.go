package db

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/id"
)

// Event is what happened to one record, to be stored with the change itself.
type Event struct {
	// Type is domain, record and verb in the past, such as `finance.vendor.updated`.
	Type string
	// SubjectID is the record, such as `ven_01k9…`.
	SubjectID string
	// OwnerID is whose the record is, or was when it was deleted, WasOwnerID whose it was
	// before, if somebody else's; nil if nobody's in particular.
	OwnerID, WasOwnerID uuid.UUID
	// Changes are the fields that changed, as JSON; nil for a creation.
	Changes json.RawMessage
}

// recorded is an event with the call that it belongs to.
type recorded struct {
	Event
	call *call.Call
}

// Record adds an event to the unit of work. Under test it panics if its type is not declared.
func (tx *Tx) Record(e Event) {
	if testing.Testing() {
		tx.kinds.checkDeclared(e.Type)
	}
	tx.events = append(tx.events, recorded{e, tx.call})
}

// insertEvents asks for the position once for all rows; the column's default would for
// each.
const insertEvents = `
insert into platform.events (
  org_id, id, type, subject_id, actor_id, api_key_id, method, request_id,
  changes, correlation_id, causation_id, depth, kind, owner_id, was_owner_id, create_time, record_time, position, seq
)
select $1, e.id, e.type, e.subject_id, e.actor_id, e.api_key_id, e.method, e.request_id,
  e.changes, e.correlation_id, e.causation_id, e.depth, split_part(e.subject_id, '_', 1), e.owner_id, e.was_owner_id, $12, $13, (select platform.position()), e.seq
from unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::jsonb[], $10::uuid[], $11::uuid[], $14::integer[], $15::uuid[], $16::uuid[], $17::bigint[])
  as e (id, type, subject_id, actor_id, api_key_id, method, request_id, changes, correlation_id, causation_id, depth, owner_id, was_owner_id, seq)`

// NextSeqs returns the next numbers of the transaction, which order its rows in tables that
// are read in the order of their position: all of its rows have the same one. The process
// counts, since a sequence would order nothing between servers.
func (tx *Tx) NextSeqs(n int) []int64 {
	numbers := make([]int64, n)
	for i := range numbers {
		tx.numbered++
		numbers[i] = tx.numbered
	}
	return numbers
}

// queueEvents adds the statement that stores the unit's events, if there are any.
func (tx *Tx) queueEvents(b *pgx.Batch) {
	if len(tx.events) == 0 {
		return
	}
	n := len(tx.events)
	var (
		ids, correlations        = make([]uuid.UUID, n), make([]uuid.UUID, n)
		types, subjects          = make([]string, n), make([]string, n)
		methods, requests        = make([]string, n), make([]string, n)
		actors, keys, causations = make([]uuid.NullUUID, n), make([]uuid.NullUUID, n), make([]uuid.NullUUID, n)
		changes                  = make([]json.RawMessage, n)
		owners, formerOwners     = make([]uuid.NullUUID, n), make([]uuid.NullUUID, n)
		depths                   = make([]int32, n)
	)
	// The event that began the chain: the call's first when a caller did.
	began := map[*call.Call]uuid.UUID{}
	for i, e := range tx.events {
		c := e.call
		ids[i], types[i], subjects[i], changes[i] = id.New(), e.Type, e.SubjectID, e.Changes
		actors[i], keys[i], methods[i], requests[i] = orNull(c.PersonID), orNull(c.KeyID), c.Method, c.RequestID
		owners[i], formerOwners[i] = orNull(e.OwnerID), orNull(e.WasOwnerID)
		causations[i], depths[i] = orNull(c.Cause.Causation), c.Cause.Depth
		if _, known := began[c]; !known {
			began[c] = c.Cause.Correlation
			if c.Cause.Correlation == uuid.Nil {
				began[c] = ids[i]
			}
		}
		correlations[i] = began[c]
	}
	b.Queue(insertEvents, tx.call.Organization.ID, ids, types, subjects, actors, keys, methods, requests,
		changes, correlations, causations, tx.call.Now(), recordTime(), depths, owners, formerOwners, tx.NextSeqs(n))
}

// recordTime is real time whatever the organization's clock says: it chooses the
// partition, and a test organization may live in any year.
func recordTime() time.Time { return calendar.System().Now() }

func orNull(u uuid.UUID) uuid.NullUUID { return uuid.NullUUID{UUID: u, Valid: u != uuid.Nil} }
