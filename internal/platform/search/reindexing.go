package search

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/emptypb"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/searchindex"
)

func compareKeys(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }

// StartReindexing makes all records of the call's organization due for indexing, unless they
// already are: then IndexPage continues where it stopped. Searches use the index while it is built.
func (s *Service) StartReindexing(ctx context.Context) error {
	_, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		state, err := lockState(ctx, tx)
		if err != nil || state != s.fingerprint() {
			return &emptypb.Empty{}, err
		}
		if _, err := tx.Exec(ctx, `
update platform.search_kinds
set version = ''
where org_id = $1`, tx.Call().Organization.ID); err != nil {
			return nil, err
		}
		return &emptypb.Empty{}, setState(ctx, tx, "")
	})
	return err
}

// indexKind indexes the next records of a kind, unless all are indexed with the version of its
// fields. It returns the number of records and whether all are indexed.
func indexKind(ctx context.Context, tx *db.Tx, kind resource.AnyKind, limit int) (n int, done bool, err error) {
	var version string
	var position *uuid.UUID
	err = tx.QueryRow(ctx, `
select version, position
from platform.search_kinds
where org_id = $1
and kind = $2`, tx.Call().Organization.ID, kind.Prefix()).Scan(&version, &position)
	switch {
	case err != nil && !errors.Is(err, pgx.ErrNoRows):
		return 0, false, err
	case version != kind.SearchVersion():
		position = &uuid.UUID{}
	case position == nil:
		return 0, true, nil
	}
	keys, until, err := nextKeys(ctx, tx, kind, *position, limit)
	if err != nil {
		return 0, false, err
	}
	if err := indexRecords(ctx, tx, kind, keys); err != nil {
		return 0, false, err
	}
	if position = &until; until == uuid.Max {
		position = nil
	}
	return len(keys), position == nil, setPosition(ctx, tx, kind, position)
}

// nextKeys returns the keys of the records to index after a position: those that exist, and those
// that only the index still has. until is the position after them, uuid.Max at the end.
func nextKeys(
	ctx context.Context, tx *db.Tx, kind resource.AnyKind, after uuid.UUID, limit int,
) (keys []uuid.UUID, until uuid.UUID, err error) {
	until = uuid.Max
	keys, err = kind.Binding().KeysAfter(ctx, tx, after, limit)
	if err != nil {
		return nil, until, err
	}
	if len(keys) == limit {
		until = keys[limit-1]
	}
	indexed, err := searchindex.Keys(ctx, tx, kind.Prefix(), after, until, pageSize)
	if err != nil {
		return nil, until, err
	}
	if len(indexed) == pageSize {
		until = indexed[pageSize-1]
	}
	keys = slices.DeleteFunc(append(keys, indexed...), func(key uuid.UUID) bool { return compareKeys(key, until) > 0 })
	slices.SortFunc(keys, compareKeys)
	return slices.Compact(keys), until, nil
}

func setPosition(ctx context.Context, tx *db.Tx, kind resource.AnyKind, position *uuid.UUID) error {
	_, err := tx.Exec(ctx, `
insert into platform.search_kinds (org_id, kind, version, position)
select o.org_id, $2, $3, $4
from platform.organizations o
where o.org_id = $1
on conflict (org_id, kind) do update
set version = excluded.version,
  position = excluded.position`, tx.Call().Organization.ID, kind.Prefix(), kind.SearchVersion(), position)
	return err
}

// removeOtherKinds removes the records of kinds that are no longer searched, one page at a time. It
// returns whether none is left.
func (s *Service) removeOtherKinds(ctx context.Context, tx *db.Tx) (done bool, err error) {
	stored, err := db.CollectColumn[string](ctx, tx, `
select kind
from platform.search_kinds
where org_id = $1`, tx.Call().Organization.ID)
	if err != nil {
		return false, err
	}
	for _, prefix := range stored {
		if s.kind(prefix) != nil {
			continue
		}
		keys, err := searchindex.Keys(ctx, tx, prefix, uuid.Nil, uuid.Max, pageSize)
		if err == nil {
			err = searchindex.Store(ctx, tx, prefix, keys, nil)
		}
		if err != nil || len(keys) == pageSize {
			return false, err
		}
		if _, err := tx.Exec(ctx, `
delete from platform.search_kinds
where org_id = $1
and kind = $2`, tx.Call().Organization.ID, prefix); err != nil {
			return false, err
		}
	}
	return true, nil
}
