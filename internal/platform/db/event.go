package db

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/id"
)

// Event is what happened to one record, to be stored with the change itself.
type Event struct {
	// Type is domain, record and verb in the past, such as `finance.vendor.updated`.
	Type string
	// SubjectID is the record, such as `ven_01k9…`.
	SubjectID string
	// Changes are the fields that changed, as JSON; nil for a creation.
	Changes json.RawMessage
}

// Record adds an event to the unit of work.
func (tx *Tx) Record(e Event) { tx.events = append(tx.events, e) }

const insertEvent = `
insert into platform.events (
  org_id, id, type, subject_id, actor_id, api_key_id, method, request_id,
  changes, correlation_id, causation_id, depth, create_time, record_time
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`

// insertEvents is insertEvent for many.
const insertEvents = `
insert into platform.events (
  org_id, id, type, subject_id, actor_id, api_key_id, method, request_id,
  changes, correlation_id, causation_id, depth, create_time, record_time
)
select $1, e.id, e.type, e.subject_id, $5, $6, $7, $8, e.changes, $10, $11, $12, $13, $14
from unnest($2::uuid[], $3::text[], $4::text[], $9::jsonb[])
  as e (id, type, subject_id, changes)`

// queueEvents adds the statement that stores the unit's events, if there are any.
// A lone event, which is nearly every unit's, is spared the arrays.
func (tx *Tx) queueEvents(b *pgx.Batch) {
	switch len(tx.events) {
	case 0:
	case 1:
		e := tx.events[0]
		eventID := id.New()
		tx.queueEvent(b, insertEvent, eventID, e.Type, e.SubjectID, e.Changes, tx.correlation(eventID))
	default:
		ids, types, subjects, changes := tx.eventColumns()
		tx.queueEvent(b, insertEvents, ids, types, subjects, changes, tx.correlation(ids[0]))
	}
}

// correlation is the event that began the chain: the unit's first when a caller did.
func (tx *Tx) correlation(first uuid.UUID) uuid.UUID {
	if tx.call.Cause.Correlation != uuid.Nil {
		return tx.call.Cause.Correlation
	}
	return first
}

func (tx *Tx) queueEvent(b *pgx.Batch, sql string, ids, types, subjects, changes any, correlation uuid.UUID) {
	c := tx.call
	b.Queue(sql, c.Organization.ID, ids, types, subjects, orNull(c.PersonID), orNull(c.KeyID), c.Method, c.RequestID,
		changes, correlation, orNull(c.Cause.Causation), c.Cause.Depth, c.Now(), recordTime())
}

func (tx *Tx) eventColumns() (ids []uuid.UUID, types, subjects []string, changes []json.RawMessage) {
	for _, e := range tx.events {
		ids = append(ids, id.New())
		types = append(types, e.Type)
		subjects = append(subjects, e.SubjectID)
		changes = append(changes, e.Changes)
	}
	return ids, types, subjects, changes
}

// recordTime is real time whatever the organization's clock says: it chooses the
// partition, and a test organization may live in any year.
func recordTime() time.Time { return calendar.System().Now() }

func orNull(u uuid.UUID) *uuid.UUID {
	if u == uuid.Nil {
		return nil
	}
	return &u
}
