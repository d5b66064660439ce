package resource

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/secret"
	"backoffice/internal/platform/table"
)

// Get returns a record. It fails with NOT_FOUND if the record does not exist within the caller's
// reach.
func (k *Kind[R]) Get(ctx context.Context, d *db.DB, key string) (R, error) {
	var none R
	return db.Read(ctx, d, func(ctx context.Context, tx *db.Tx) (R, error) {
		r, err := k.GetByCaller(ctx, tx, key)
		if err != nil {
			return none, err
		}
		return r, k.complete(ctx, tx, r)
	})
}

// Find returns a record inside a transaction, on the system side: it ignores the caller's reach.
func (k *Kind[R]) Find(ctx context.Context, tx *db.Tx, key string) (R, error) {
	var none R
	r, err := k.table.Get(ctx, tx, key)
	if err != nil {
		return none, err
	}
	return r, k.complete(ctx, tx, r)
}

// FindMany is Find for several records, in the order requested.
func (k *Kind[R]) FindMany(ctx context.Context, tx *db.Tx, ids []string) ([]R, error) {
	records, err := k.table.GetManyOwned(ctx, tx, ids, nil)
	if err != nil {
		return nil, err
	}
	return records, k.complete(ctx, tx, records...)
}

// BatchGet returns records in the order requested. It fails with NOT_FOUND if one does not exist
// within the caller's reach.
func (k *Kind[R]) BatchGet(ctx context.Context, d *db.DB, ids []string) ([]R, error) {
	return db.Read(ctx, d, func(ctx context.Context, tx *db.Tx) ([]R, error) {
		records, err := k.table.GetManyOwned(ctx, tx, ids, k.readableOwners(tx.Call()))
		if err != nil {
			return nil, err
		}
		if err := k.checkSubjectsReadable(ctx, tx, records...); err != nil {
			return nil, err
		}
		return records, k.complete(ctx, tx, records...)
	})
}

// GetByCaller reads a record within the caller's reach, without its computed fields.
func (k *Kind[R]) GetByCaller(ctx context.Context, tx *db.Tx, key string) (R, error) {
	r, err := k.table.GetOwned(ctx, tx, key, k.readableOwners(tx.Call()))
	if err != nil {
		return r, err
	}
	return r, k.checkSubjectsReadable(ctx, tx, r)
}

// ListRequest has the methods that all list requests share.
type ListRequest interface {
	PageRequest
	GetFilter() string
	GetOrderBy() string
}

// Page is a page of records.
type Page[R proto.Message] struct {
	Records []R
	// Next is the token of the next page, "" on the last page.
	Next string
	// Total is the number of matching records, at most 10,000. It is nil unless the request asks
	// for it.
	Total *int32
}

// Option changes the query of a list.
type Option func(ctx context.Context, tx *db.Tx, q *table.Query) error

// NewestFirst is the Option that lists the newest records first if the request sets no order.
func NewestFirst(_ context.Context, _ *db.Tx, q *table.Query) error {
	q.Descending = true
	return nil
}

// List returns a page of the records within the caller's reach. It reads them and their total in
// one snapshot.
func (k *Kind[R]) List(ctx context.Context, d *db.DB, req ListRequest, options ...Option) (Page[R], error) {
	return db.Read(ctx, d, func(ctx context.Context, tx *db.Tx) (Page[R], error) {
		return k.ListIn(ctx, tx, d.Keys(), req, options...)
	})
}

// ListIn is List inside a transaction. keys seal the page token.
func (k *Kind[R]) ListIn(
	ctx context.Context, tx *db.Tx, keys *secret.Master, req ListRequest, options ...Option,
) (page Page[R], err error) {
	q, paging, err := k.pageQuery(ctx, tx, keys, req, options)
	if err != nil {
		return page, err
	}
	if page, err = k.readPage(ctx, tx, q, paging); err != nil {
		return Page[R]{}, err
	}
	if wantsTotal(req) {
		total, err := k.table.Count(ctx, tx, q)
		if err != nil {
			return Page[R]{}, err
		}
		page.Total = &total
	}
	return page, nil
}

// Groups returns the records within the caller's reach that match a filter, by their values in a
// column: how many have each value, and the first ones by rank, up to limit. The table needs the
// column rank.
func (k *Kind[R]) Groups(
	ctx context.Context, tx *db.Tx, filter string, within []table.Equal, column string, limit int,
) ([]table.Group, error) {
	return k.table.Groups(ctx, tx, table.Query{
		Filter: filter, Within: within, Owners: k.readableOwners(tx.Call()), Limit: limit,
	}, column)
}

// SelectByCaller reads the records of a query that are within the reach of the request's
// permission, without their computed fields.
func (k *Kind[R]) SelectByCaller(ctx context.Context, tx *db.Tx, q table.Query) ([]R, error) {
	q.Owners = k.readableOwners(tx.Call())
	records, _, err := k.table.Select(ctx, tx, q)
	return records, err
}

// pageQuery returns the query of the page that a request asks for.
func (k *Kind[R]) pageQuery(
	ctx context.Context, tx *db.Tx, keys *secret.Master, req ListRequest, options []Option,
) (q table.Query, paging Paging, err error) {
	if q, err = k.queryFromRequest(req); err != nil {
		return q, paging, err
	}
	for _, option := range options {
		if err := option(ctx, tx, &q); err != nil {
			return q, paging, err
		}
	}
	archived := ""
	if q.Archived {
		archived = "archived"
	}
	paging, err = NewPaging(keys, tx.Call(), req, q.Filter, q.OrderBy, q.UpdatedAfter.Format(time.RFC3339Nano), archived,
		q.AsOf, fmt.Sprint(q.Words))
	if err != nil {
		return q, paging, err
	}
	q.Limit, q.After = paging.Size, paging.After
	q.Owners = k.readableOwners(tx.Call())
	if k.ownership.subject != nil {
		q.Linked, err = readableRecords(ctx, tx, k.table.Name())
	}
	return q, paging, err
}

// readPage reads the records of a page and their computed fields. A page that would be too large
// ends earlier.
func (k *Kind[R]) readPage(ctx context.Context, tx *db.Tx, q table.Query, paging Paging) (page Page[R], err error) {
	records, last, err := k.table.Select(ctx, tx, q)
	if err != nil {
		return page, err
	}
	if err := k.complete(ctx, tx, records...); err != nil {
		return page, err
	}
	if n := fitting(records); n < len(records) {
		records = records[:n]
		if last, err = k.table.Position(ctx, tx, q, records[n-1]); err != nil {
			return page, err
		}
	}
	page.Records = records
	if last != nil {
		page.Next = paging.Next(last)
	}
	return page, nil
}

// queryFromRequest returns the query that a list request asks for. Fields that the request type
// does not have keep their defaults.
func (k *Kind[R]) queryFromRequest(req ListRequest) (table.Query, error) {
	q := table.Query{Filter: req.GetFilter(), OrderBy: req.GetOrderBy()}
	if r, ok := req.(interface{ GetShowArchived() bool }); ok {
		q.Archived = r.GetShowArchived()
	}
	if r, ok := req.(interface {
		GetUpdatedAfter() *timestamppb.Timestamp
	}); ok && r.GetUpdatedAfter() != nil {
		q.UpdatedAfter = r.GetUpdatedAfter().AsTime()
	}
	if r, ok := req.(interface{ GetAsOf() string }); ok && k.dated != nil {
		q.AsOf = r.GetAsOf()
	}
	var err error
	q.Words, err = searchTerms(req)
	return q, err
}

// wantsTotal reports whether a list request asks for the total.
func wantsTotal(req ListRequest) bool {
	r, ok := req.(interface{ GetIncludeTotal() bool })
	return ok && r.GetIncludeTotal()
}
