package search

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/emptypb"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/resource"
)

const (
	// pageSize is the number of records that one transaction indexes.
	pageSize = 500
	// pagesPerTurn is the number of pages that are indexed before another organization has a turn.
	pagesPerTurn = 5
)

// Chore returns the chore that indexes the records that have changed. If the searchable fields of a
// kind differ from those of the index, it also indexes all records of the kind.
func (s *Service) Chore() jobs.Chore {
	return jobs.Chore{Name: choreName, DueOrganizations: s.dueOrganizations(), Work: s.work}
}

// dueOrganizations returns the query for the organizations whose index is not complete, and those
// with records that are queued without an event. It visits each organization once, however many
// records are queued.
func (s *Service) dueOrganizations() string {
	return fmt.Sprintf(`
select s.org_id
from platform.search_states s
where s.fingerprint < '%s'
union all
select s.org_id
from platform.search_states s
where s.fingerprint > '%[1]s'
union all
select q.org_id
from (
  with recursive queued as (
    (
      select e.org_id
      from platform.search_queue e
      order by e.org_id
      limit 1
    )
    union all
    select (
      select e.org_id
      from platform.search_queue e
      where e.org_id > c.org_id
      order by e.org_id
      limit 1
    )
    from queued c
    where c.org_id is not null
  )
  select c.org_id
  from queued c
) q
where q.org_id is not null`, s.fingerprint())
}

// fingerprint identifies the searchable fields of all kinds.
func (s *Service) fingerprint() string {
	hash := sha256.New()
	for _, kind := range s.kinds {
		fmt.Fprintln(hash, kind.Prefix(), kind.SearchVersion())
	}
	return hex.EncodeToString(hash.Sum(nil)[:8])
}

func (s *Service) work(ctx context.Context) error {
	for range pagesPerTurn {
		if more, err := s.IndexPage(ctx); err != nil || !more {
			return err
		}
	}
	return jobs.ErrAgain
}

// IndexPage indexes a page of the records of the call's organization that are to be indexed. It
// returns whether there are more.
func (s *Service) IndexPage(ctx context.Context) (more bool, err error) {
	_, err = db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		more, err = s.indexPage(ctx, tx)
		return &emptypb.Empty{}, err
	})
	return more, err
}

func (s *Service) indexPage(ctx context.Context, tx *db.Tx) (more bool, err error) {
	state, err := lockState(ctx, tx)
	if err != nil {
		return false, err
	}
	if n, err := s.indexChanged(ctx, tx); err != nil || n == pageSize {
		return true, err
	}
	if state == s.fingerprint() {
		return false, nil
	}
	left := pageSize
	for _, kind := range s.kinds {
		n, done, err := indexKind(ctx, tx, kind, left)
		if err != nil || !done {
			return true, err
		}
		left = max(1, left-n)
	}
	if done, err := s.removeOtherKinds(ctx, tx); err != nil || !done {
		return true, err
	}
	return false, setState(ctx, tx, s.fingerprint())
}

// lockState locks the index of the organization for writing. It returns the fingerprint for which
// the index is complete.
func lockState(ctx context.Context, tx *db.Tx) (fingerprint string, err error) {
	if _, err := tx.Exec(ctx, `
insert into platform.search_states (org_id, fingerprint)
select o.org_id, ''
from platform.organizations o
where o.org_id = $1
on conflict do nothing`, tx.Call().Organization.ID); err != nil {
		return "", err
	}
	return fingerprint, tx.QueryRow(ctx, tx.Locking(db.RankWork, `
select fingerprint
from platform.search_states
where org_id = $1
for update`), tx.Call().Organization.ID).Scan(&fingerprint)
}

func setState(ctx context.Context, tx *db.Tx, fingerprint string) error {
	_, err := tx.Exec(ctx, `
update platform.search_states
set fingerprint = $2
where org_id = $1`, tx.Call().Organization.ID, fingerprint)
	return err
}

// changedRecord is a record that an event was about.
type changedRecord struct {
	Kind      string
	RecordKey uuid.UUID
}

// The events are deleted before the records are read, so that a change after that has another
// event.
const takeEventsSQL = `
delete from platform.search_events e
using (
  select n.event_id
  from platform.search_events n
  where n.org_id = $1
  order by n.event_id
  limit $2
) n
where e.org_id = $1
and e.event_id = n.event_id
returning e.kind, e.record_key`

const takeQueuedSQL = `
delete from platform.search_queue q
using (
  select n.id
  from platform.search_queue n
  where n.org_id = $1
  order by n.id
  limit $2
) n
where q.org_id = $1
and q.id = n.id
returning q.kind, q.record_key`

// indexChanged indexes the records of a page of events, and of those that are queued without an
// event. It returns the number of them, at most pageSize.
func (s *Service) indexChanged(ctx context.Context, tx *db.Tx) (n int, err error) {
	list, err := db.Collect[changedRecord](ctx, tx, takeEventsSQL, tx.Call().Organization.ID, pageSize)
	if err != nil {
		return 0, err
	}
	queued, err := db.Collect[changedRecord](ctx, tx, takeQueuedSQL, tx.Call().Organization.ID, pageSize-len(list))
	if err != nil {
		return 0, err
	}
	list = append(list, queued...)
	keys := map[string][]uuid.UUID{}
	for _, c := range list {
		keys[c.Kind] = append(keys[c.Kind], c.RecordKey)
	}
	for _, kind := range s.kinds {
		changed := keys[kind.Prefix()]
		slices.SortFunc(changed, compareKeys)
		if err := indexRecords(ctx, tx, kind, slices.Compact(changed)); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}

func indexRecords(ctx context.Context, tx *db.Tx, kind resource.AnyKind, keys []uuid.UUID) error {
	if len(keys) == 0 {
		return nil
	}
	return kind.IndexRecords(ctx, tx, keys)
}
