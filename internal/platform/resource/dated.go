package resource

import (
	"cmp"
	"context"
	"slices"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/table"
)

const (
	startDate        = "start_date"
	endDate          = "end_date"
	effectiveEndDate = "effective_end_date"
	// maxSpans is the maximum number of records of a group, such as the pay of an employee.
	maxSpans = 1000
)

// dated describes records that are in effect for a span of days.
type dated struct {
	// by is the field whose value the records of a group share, such as employee_id.
	by string
	// reason is the reason for refusing spans that overlap.
	reason optionsv1.Reason
}

// Dated declares that each record is in effect from its start_date to its effective_end_date. Of
// the records with the same value of the field by, at most one is in effect on a day. A record ends
// on its end_date, which is optional, or on the day before the next one begins. So a new record
// ends the one before it, which continues if the new one is moved or deleted. A record is refused
// if it has an end date on or after the day on which the next one begins, or if another record
// would lose days after it.
//
// Lists take `as_of`, and GetAsOf returns the record of a day, so that a record dated in the future
// takes effect by itself. On that day, the event `tookEffect` is recorded about it. A record that
// is stored on that day or later needs none.
//
// The field by must be immutable, and the kind must not have another LockFirst. The table needs the
// index (org_id, start_date, id), and a deferred exclusion constraint named {table}_dates_overlap,
// whose reason the proto declares.
func (k *Kind[R]) Dated(by string) *Kind[R] {
	name := upperSnake(k.collection) + "_DATES_OVERLAP"
	reason, known := optionsv1.Reason_value[name]
	if !known {
		panic("resource: the proto has no reason " + name)
	}
	k.dated = &dated{by: by, reason: optionsv1.Reason(reason)}
	return k.DeclareEvents("tookEffect").LockFirst(func(ctx context.Context, tx *db.Tx, r R) error {
		_, err := k.lockGroup(ctx, tx, r)
		return err
	})
}

// IsDated reports whether the records are in effect for a span of days.
func (k *Kind[R]) IsDated() bool { return k.dated != nil }

// GetAsOf returns the record in effect on a day in the group to which a record belongs, or that
// record itself if day is empty. It fails with NOT_FOUND if none is, or if the named record does
// not exist within the caller's reach.
func (k *Kind[R]) GetAsOf(ctx context.Context, d *db.DB, key, day string) (R, error) {
	if day == "" {
		return k.Get(ctx, d, key)
	}
	var none R
	return db.Read(ctx, d, func(ctx context.Context, tx *db.Tx) (R, error) {
		named, err := k.GetByCaller(ctx, tx, key)
		if err != nil {
			return none, err
		}
		found, err := k.selectGroup(ctx, tx, named, day)
		if err != nil {
			return none, err
		}
		if len(found) == 0 {
			return none, k.table.NotFound(key)
		}
		return found[0], k.complete(ctx, tx, found...)
	})
}

// selectGroup returns the records of r's group, limited to those of a day unless day is empty.
func (k *Kind[R]) selectGroup(ctx context.Context, tx *db.Tx, r R, day string) ([]R, error) {
	value, err := k.table.Value(tx, r, k.dated.by)
	if err != nil {
		return nil, err
	}
	found, _, err := k.table.Select(ctx, tx, table.Query{
		Within: []table.Equal{{Column: k.dated.by, Value: value}}, AsOf: day, Limit: maxSpans + 1,
	})
	return found, err
}

// lockGroup locks the records of r's group and returns them by start date. The advisory lock also
// keeps others from adding a record to the group until the transaction ends.
func (k *Kind[R]) lockGroup(ctx context.Context, tx *db.Tx, r R) ([]R, error) {
	group := k.collection + " " + k.text(r, k.dated.by)
	if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock(hashtextextended('dated ' || $1 || ' ' || $2, 0))",
		tx.Call().Organization.ID.String(), group); err != nil {
		return nil, err
	}
	found, err := k.selectGroup(ctx, tx, r, "")
	if err != nil {
		return nil, err
	}
	if len(found) > maxSpans {
		return nil, fault.Invalid(fault.At(fault.JSONName(k.dated.by), "has more than %d records", maxSpans))
	}
	ids := make([]string, len(found))
	for i, other := range found {
		ids[i] = k.table.ID(other)
	}
	locked, err := k.table.LockMany(ctx, tx, ids)
	slices.SortFunc(locked, k.byStart)
	return locked, err
}

func (k *Kind[R]) byStart(a, b R) int { return cmp.Compare(k.text(a, startDate), k.text(b, startDate)) }

// fitSpan sets the last day of a new or changed record, and changes those of the records before its
// old and its new place. was is empty if r is new.
func (k *Kind[R]) fitSpan(ctx context.Context, tx *db.Tx, was, r R) error {
	if k.dated == nil || k.text(was, startDate) == k.text(r, startDate) && k.text(was, endDate) == k.text(r, endDate) {
		return nil
	}
	start, end := k.text(r, startDate), k.text(r, endDate)
	if end != "" && end < start {
		return fault.Invalid(fault.At("endDate", "must not be before startDate, %s", start))
	}
	group, err := k.lockGroup(ctx, tx, r)
	if err != nil {
		return err
	}
	others := k.without(group, r)
	for _, other := range others {
		if k.text(other, startDate) == start {
			return k.refuseOverlap(other)
		}
	}
	spans := append(slices.Clone(others), r)
	slices.SortFunc(spans, k.byStart)
	ends := k.lastDays(spans)
	place := slices.IndexFunc(spans, func(s R) bool { return k.table.ID(s) == k.table.ID(r) })
	if end != "" && ends[place] != end {
		return k.refuseOverlap(spans[place+1])
	}
	if place > 0 {
		before := spans[place-1]
		if ends[place] != "" && isBefore(ends[place], k.text(before, effectiveEndDate)) &&
			isBefore(ends[place-1], k.text(before, effectiveEndDate)) {
			return k.refuseOverlap(before)
		}
	}
	k.setText(r, effectiveEndDate, ends[place])
	return k.setLastDays(ctx, tx, spans, ends, r)
}

// closeGap lets the record before r continue. r is about to be deleted.
func (k *Kind[R]) closeGap(ctx context.Context, tx *db.Tx, r R) error {
	if k.dated == nil {
		return nil
	}
	group, err := k.lockGroup(ctx, tx, r)
	if err != nil {
		return err
	}
	others := k.without(group, r)
	return k.setLastDays(ctx, tx, others, k.lastDays(others), r)
}

// without returns the records of a group except r.
func (k *Kind[R]) without(group []R, r R) []R {
	return slices.DeleteFunc(group, func(other R) bool { return k.table.ID(other) == k.table.ID(r) })
}

// lastDays returns the last day of each record, sorted by start date: its end date, or the day
// before the next record begins, whichever is earlier. It is "" for a record that continues.
func (k *Kind[R]) lastDays(spans []R) []string {
	ends := make([]string, len(spans))
	for i, s := range spans {
		ends[i] = k.text(s, endDate)
		if i+1 == len(spans) {
			continue
		}
		if last := dayBefore(k.text(spans[i+1], startDate)); isBefore(last, ends[i]) {
			ends[i] = last
		}
	}
	return ends
}

// setLastDays stores the last days of the records, except r, that differ.
func (k *Kind[R]) setLastDays(ctx context.Context, tx *db.Tx, spans []R, ends []string, r R) error {
	for i, s := range spans {
		if k.table.ID(s) == k.table.ID(r) || k.text(s, effectiveEndDate) == ends[i] {
			continue
		}
		if _, err := k.Modify(ctx, tx, k.table.ID(s), "updated", func(_ context.Context, _ *db.Tx, _, s R) error {
			k.setText(s, effectiveEndDate, ends[i])
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

func (k *Kind[R]) refuseOverlap(other R) error {
	until := "without end"
	if end := k.text(other, effectiveEndDate); end != "" {
		until = "to " + end
	}
	return fault.Refuse(k.dated.reason, "The dates overlap with those of %s, which is in effect from %s %s.",
		k.table.ID(other), k.text(other, startDate), until).WithSubject(k.table.ID(other))
}

// isBefore reports whether a last day comes before another one. "" comes after all days.
func isBefore(a, b string) bool { return a != "" && (b == "" || a < b) }

// dayBefore returns the day before a valid date.
func dayBefore(date string) string {
	d, err := calendar.ParseDate(date)
	if err != nil {
		return ""
	}
	return d.AddDays(-1).String()
}
