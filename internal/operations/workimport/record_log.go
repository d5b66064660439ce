package workimport

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/table"
)

// recordLog collects the records that a part of an import creates, in the order in which it does,
// and the new versions of those that it changes.
type recordLog struct {
	kinds     []string
	keys      []uuid.UUID
	versions  []int64
	positions []int32

	movedKeys     []uuid.UUID
	movedVersions []int64
	err           error
}

// add notes a new record, with the position of its row or 0.
func (l *recordLog) add(recordID, etag string, position int32) {
	kind, key, version := l.parse(recordID, etag)
	l.kinds, l.keys = append(l.kinds, kind), append(l.keys, key)
	l.versions, l.positions = append(l.versions, version), append(l.positions, position)
}

// move notes a new version of a record.
func (l *recordLog) move(recordID, etag string) {
	_, key, version := l.parse(recordID, etag)
	l.movedKeys, l.movedVersions = append(l.movedKeys, key), append(l.movedVersions, version)
}

func (l *recordLog) parse(recordID, etag string) (kind string, key uuid.UUID, version int64) {
	kind, key, err := table.ParseSubject(recordID)
	if err != nil {
		l.err = err
	}
	if version, err = strconv.ParseInt(etag, 10, 64); err != nil {
		l.err = err
	}
	return kind, key, version
}

// store stores what the log collected. A record that was changed by someone else before the import
// changed it keeps its first version, so that an undo finds it changed.
func (l *recordLog) store(ctx context.Context, tx *db.Tx, importID string) error {
	key, err := workImports.Table().Key(importID)
	if err != nil || l.err != nil {
		return err
	}
	org := tx.Call().Organization.ID
	if len(l.keys) > 0 {
		if _, err := tx.Exec(ctx, `
insert into operations.work_import_records (
  org_id, work_import_id, position, record_kind, record_key, version, create_time, row_position, state, reason
)
select o.org_id, $2, r.place + (
    select coalesce(max(w.position), 0)
    from operations.work_import_records w
    where w.org_id = $1
    and w.work_import_id = $2
  ), r.kind, r.key, r.version, $7, r.row_position, 'CREATED', ''
from platform.organizations o
cross join unnest($3::text[], $4::uuid[], $5::bigint[], $6::integer[]) with ordinality
  as r (kind, key, version, row_position, place)
where o.org_id = $1`, org, key, l.kinds, l.keys, l.versions, l.positions, tx.Call().Now()); err != nil {
			return err
		}
	}
	if len(l.movedKeys) == 0 {
		return nil
	}
	_, err = tx.ExecReplanned(ctx, `
update operations.work_import_records w
set version = n.version
from unnest($3::uuid[], $4::bigint[]) as n (key, version)
where w.org_id = $1
and w.work_import_id = $2
and w.record_key = n.key
and w.version = n.version - 1`, org, key, l.movedKeys, l.movedVersions)
	return err
}

// logged is a record that an import created.
type logged struct {
	Position    int32
	RecordKind  string
	RecordKey   uuid.UUID
	Version     int64
	CreateTime  time.Time
	RowPosition int32
	State       string
	Reason      string
}

// id returns the identifier of the record.
func (l logged) id() string { return id.Format(l.RecordKind, l.RecordKey) }

// etag returns the etag of the record after the import.
func (l logged) etag() string { return strconv.FormatInt(l.Version, 10) }

// lastRecords returns the records of an import that an undo has not reached, the last ones first.
func lastRecords(ctx context.Context, tx *db.Tx, importID string, limit int) ([]logged, error) {
	key, err := workImports.Table().Key(importID)
	if err != nil {
		return nil, err
	}
	return db.Collect[logged](ctx, tx, `
select w.position, w.record_kind, w.record_key, w.version, w.create_time, w.row_position, w.state, w.reason
from operations.work_import_records w
where w.org_id = $1
and w.work_import_id = $2
and w.state = 'CREATED'
order by w.position desc
limit $3`, tx.Call().Organization.ID, key, limit)
}

// saveUndone stores what an undo did with records, and with their rows.
func saveUndone(ctx context.Context, tx *db.Tx, importID string, records []logged) error {
	key, err := workImports.Table().Key(importID)
	if err != nil || len(records) == 0 {
		return err
	}
	positions, rows := make([]int32, len(records)), make([]int32, len(records))
	states, reasons := make([]string, len(records)), make([]string, len(records))
	for i, r := range records {
		positions[i], rows[i], states[i], reasons[i] = r.Position, r.RowPosition, r.State, r.Reason
	}
	org := tx.Call().Organization.ID
	if _, err := tx.ExecReplanned(ctx, `
update operations.work_import_records w
set state = n.state,
  reason = n.reason
from unnest($3::integer[], $4::text[], $5::text[]) as n (position, state, reason)
where w.org_id = $1
and w.work_import_id = $2
and w.position = n.position`, org, key, positions, states, reasons); err != nil {
		return err
	}
	_, err = tx.ExecReplanned(ctx, `
update operations.work_import_rows r
set outcome = n.state,
  problems = case
  when n.reason = '' then r.problems
  else r.problems || n.reason
  end,
  record_key = case
  when n.state = 'KEPT' then r.record_key
  end
from unnest($3::integer[], $4::text[], $5::text[]) as n (position, state, reason)
where r.org_id = $1
and r.work_import_id = $2
and r.position = n.position
and n.position > 0`, org, key, rows, states, reasons)
	return err
}

// recordState returns the state of a record in the API.
func (l logged) recordState() pb.WorkImportRecord_State {
	return pb.WorkImportRecord_State(pb.WorkImportRecord_State_value[l.State])
}
