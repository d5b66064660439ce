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

// Event says what happened to a record. It is stored in the same transaction as the change.
type Event struct {
	// Type is the domain, the record and a verb in the past tense, such as
	// `finance.vendor.updated`.
	Type string
	// SubjectID is the identifier of the record, such as `ven_01k9…`. RecordID is the identifier of
	// the comment or the like that is on the record, if the event is about that.
	SubjectID, RecordID string
	// OwnerID is the owner of the record, or the last owner if the record was deleted. WasOwnerID
	// is the previous owner if the change gave the record to another one. Both are uuid.Nil if the
	// record has no owner.
	OwnerID, WasOwnerID uuid.UUID
	// Changes are the changed fields as JSON; nil for a creation.
	Changes json.RawMessage
}

// recordedEvent is an event with the call that caused it.
type recordedEvent struct {
	Event
	call *call.Call
}

// Record adds an event to the transaction. Under test it panics if the event type is not declared.
func (tx *Tx) Record(e Event) {
	if testing.Testing() {
		tx.kinds.checkDeclared(e.Type)
	}
	tx.events = append(tx.events, recordedEvent{e, tx.call})
}

// insertEvents reads the position once for all rows, where the column's default would read it for
// each row.
const insertEvents = `
insert into platform.events (
  org_id, id, type, subject_id, actor_id, api_key_id, method, request_id,
  changes, correlation_id, causation_id, depth, kind, owner_id, was_owner_id, create_time, record_time, position, seq,
  record_id
)
select $1, e.id, e.type, e.subject_id, e.actor_id, e.api_key_id, e.method, e.request_id,
  e.changes, e.correlation_id, e.causation_id, e.depth, split_part(e.subject_id, '_', 1), e.owner_id, e.was_owner_id,
  $12, $13, (select platform.position()), e.seq, e.record_id
from unnest(
  $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::jsonb[],
  $10::uuid[], $11::uuid[], $14::integer[], $15::uuid[], $16::uuid[], $17::bigint[], $18::text[]
) as e (
  id, type, subject_id, actor_id, api_key_id, method, request_id, changes,
  correlation_id, causation_id, depth, owner_id, was_owner_id, seq, record_id
)`

// NextSeqs returns the next n sequence numbers of the transaction. They order its rows in tables
// that are read by position, because all rows of a transaction have the same position. The process
// counts them: a database sequence would not order rows between servers either.
func (tx *Tx) NextSeqs(n int) []int64 {
	numbers := make([]int64, n)
	for i := range numbers {
		tx.lastSeq++
		numbers[i] = tx.lastSeq
	}
	return numbers
}

// queueEvents queues the statement that stores the events, if there are any.
func (tx *Tx) queueEvents(b *pgx.Batch) {
	if len(tx.events) == 0 {
		return
	}
	n := len(tx.events)
	var (
		ids, correlations        = make([]uuid.UUID, n), make([]uuid.UUID, n)
		types, subjects          = make([]string, n), make([]string, n)
		records                  = make([]string, n)
		methods, requests        = make([]string, n), make([]string, n)
		actors, keys, causations = make([]uuid.NullUUID, n), make([]uuid.NullUUID, n), make([]uuid.NullUUID, n)
		changes                  = make([]json.RawMessage, n)
		owners, formerOwners     = make([]uuid.NullUUID, n), make([]uuid.NullUUID, n)
		depths                   = make([]int32, n)
	)
	// The correlation is the event that began the chain: the first event of the call itself, if a
	// caller made it.
	correlation := map[*call.Call]uuid.UUID{}
	for i, e := range tx.events {
		c := e.call
		ids[i], types[i], subjects[i], changes[i] = id.New(), e.Type, e.SubjectID, e.Changes
		records[i] = e.RecordID
		actors[i], keys[i], methods[i], requests[i] = orNull(c.PersonID), orNull(c.KeyID), c.Method, c.RequestID
		owners[i], formerOwners[i] = orNull(e.OwnerID), orNull(e.WasOwnerID)
		causations[i], depths[i] = orNull(c.Cause.Causation), c.Cause.Depth
		if _, known := correlation[c]; !known {
			correlation[c] = c.Cause.Correlation
			if c.Cause.Correlation == uuid.Nil {
				correlation[c] = ids[i]
			}
		}
		correlations[i] = correlation[c]
	}
	b.Queue(insertEvents, tx.call.Organization.ID, ids, types, subjects, actors, keys, methods, requests,
		changes, correlations, causations, tx.call.Now(), systemTime(), depths, owners, formerOwners, tx.NextSeqs(n), records)
}

// systemTime returns the real time, whatever the organization's clock shows. It selects the
// partition, and a test organization may be set to any year.
func systemTime() time.Time { return calendar.System().Now() }

// orNull returns the identifier, null for uuid.Nil.
func orNull(u uuid.UUID) uuid.NullUUID { return uuid.NullUUID{UUID: u, Valid: u != uuid.Nil} }
