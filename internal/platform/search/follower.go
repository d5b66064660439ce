package search

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/history"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/table"
)

// choreName is the name of the chore that indexes records.
const choreName = "search-index"

const insertEventsSQL = `
insert into platform.search_events (org_id, event_id, kind, record_key)
select u.org_id, u.event_id, u.kind, u.record_key
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[]) as u (org_id, event_id, kind, record_key)
on conflict do nothing`

// Follower returns the follower that notes which records have changed. The records of other
// organizations cannot be read as the relay's role, so a chore indexes them.
func (s *Service) Follower() history.Follower {
	return history.Follower{Name: "search", Take: s.take}
}

// record identifies a record of an organization.
type record struct {
	organization uuid.UUID
	kind         string
	key          uuid.UUID
}

// take stores the events of a page that are about searchable records, one for each record, and
// makes the chore due.
func (s *Service) take(ctx context.Context, tx pgx.Tx, page []history.Occurrence) error {
	changed := map[record]uuid.UUID{}
	for _, o := range page {
		kind, key, err := table.ParseSubject(o.SubjectID)
		if err == nil && o.RecordID == "" && s.kind(kind) != nil {
			changed[record{o.Organization, kind, key}] = o.ID
		}
	}
	if len(changed) == 0 {
		return nil
	}
	var organizations, events, keys, due []uuid.UUID
	var kinds []string
	seen := map[uuid.UUID]bool{}
	for r, event := range changed {
		organizations, events = append(organizations, r.organization), append(events, event)
		kinds, keys = append(kinds, r.kind), append(keys, r.key)
		if !seen[r.organization] {
			seen[r.organization] = true
			due = append(due, r.organization)
		}
	}
	if _, err := tx.Exec(ctx, insertEventsSQL, organizations, events, kinds, keys); err != nil {
		return err
	}
	return jobs.MarkDue(ctx, tx, choreName, due...)
}
