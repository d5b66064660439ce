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
	startDate = "start_date"
	endDate   = "end_date"
	// maxSpans is the maximum number of records of a group, such as the pay of an employee.
	maxSpans = 1000
)

// dated describes records that hold for a span of days.
type dated struct {
	// by is the field whose value the records of a group share, such as employee_id.
	by string
	// reason is the reason for refusing spans that overlap.
	reason optionsv1.Reason
}

// Dated declares that each record is in effect from its start_date to its end_date, or without end.
// Of the records with the same value of the field by, at most one is in effect on a day. A record
// that begins within the span of another one ends it on the day before. One without an end date
// gets the day before the next record begins. If a record is deleted, the one that it ended
// continues in its place.
//
// Lists take `as_of`, and GetAsOf returns the record of a day, so that a record dated in the future
// takes effect by itself. On that day, the event `tookEffect` is recorded about it.
//
// The field by must be immutable and must not have another LockFirst. The table needs the index
// (org_id, start_date, id), and a deferred exclusion constraint named {table}_dates_overlap, whose
// reason the proto declares.
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

// IsDated reports whether the records hold for a span of days.
func (k *Kind[R]) IsDated() bool { return k.dated != nil }

// GetAsOf returns the record that holds on a day of the group to which a record belongs, or that
// record itself if day is empty. It fails with NOT_FOUND if none does, or if the named record does
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

// lockGroup locks the records of r's group and returns them by start date.
func (k *Kind[R]) lockGroup(ctx context.Context, tx *db.Tx, r R) ([]R, error) {
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
	slices.SortFunc(locked, func(a, b R) int { return cmp.Compare(k.text(a, startDate), k.text(b, startDate)) })
	return locked, err
}

// fitSpan fits the span of a new or changed record between those of its group: it ends the record
// before it, and sets a missing end date if another record begins later. was is empty if r is new.
func (k *Kind[R]) fitSpan(ctx context.Context, tx *db.Tx, was, r R) error {
	if k.dated == nil || k.spanOf(was) == k.spanOf(r) {
		return nil
	}
	if start, end := k.text(r, startDate), k.text(r, endDate); end != "" && end < start {
		return fault.Invalid(fault.At("endDate", "must not be before startDate, %s", start))
	}
	group, err := k.lockGroup(ctx, tx, r)
	if err != nil {
		return err
	}
	before, next := k.neighbors(group, r)
	if err := k.endBefore(r, next); err != nil || !before.ProtoReflect().IsValid() {
		return err
	}
	return k.endNeighbor(ctx, tx, before, was, r)
}

// span is the first and the last day of a record, as stored.
type span struct{ start, end string }

func (k *Kind[R]) spanOf(r R) span { return span{k.text(r, startDate), k.text(r, endDate)} }

// neighbors returns the last record of a group that begins before r, and the first that begins with
// or after r. Either is the zero value if there is none.
func (k *Kind[R]) neighbors(group []R, r R) (before, next R) {
	for _, other := range group {
		switch {
		case k.table.ID(other) == k.table.ID(r):
		case k.text(other, startDate) < k.text(r, startDate):
			before = other
		case !next.ProtoReflect().IsValid():
			next = other
		}
	}
	return before, next
}

// endBefore sets a missing end date of r to the day before the next record begins. It refuses r if
// it does not end before that.
func (k *Kind[R]) endBefore(r, next R) error {
	if !next.ProtoReflect().IsValid() {
		return nil
	}
	begins := k.text(next, startDate)
	if k.text(r, endDate) == "" && begins > k.text(r, startDate) {
		k.setText(r, endDate, dayBefore(begins))
	}
	if end := k.text(r, endDate); end == "" || end >= begins {
		return k.refuseOverlap(next)
	}
	return nil
}

// endNeighbor ends the record before r on the day before r begins, if it lasts longer or r was what
// ended it. It refuses r if the other record would lose days after r.
func (k *Kind[R]) endNeighbor(ctx context.Context, tx *db.Tx, before, was, r R) error {
	end, last, begins := k.text(before, endDate), k.text(r, endDate), k.text(r, startDate)
	wasEndedBy := end != "" && k.text(was, startDate) != "" && end == dayBefore(k.text(was, startDate))
	switch {
	case wasEndedBy:
	case end != "" && end < begins:
		return nil
	case last != "" && (end == "" || last < end):
		return k.refuseOverlap(before)
	}
	return k.setEnd(ctx, tx, before, dayBefore(begins))
}

// setEnd changes the end date of another record of the group.
func (k *Kind[R]) setEnd(ctx context.Context, tx *db.Tx, r R, end string) error {
	_, err := k.Modify(ctx, tx, k.table.ID(r), "updated", func(_ context.Context, _ *db.Tx, _, r R) error {
		k.setText(r, endDate, end)
		return nil
	})
	return err
}

// closeGap lets the record that r ended continue to the end of r, which is about to be deleted.
func (k *Kind[R]) closeGap(ctx context.Context, tx *db.Tx, r R) error {
	if k.dated == nil {
		return nil
	}
	group, err := k.lockGroup(ctx, tx, r)
	if err != nil {
		return err
	}
	before, _ := k.neighbors(group, r)
	if !before.ProtoReflect().IsValid() || k.text(before, endDate) != dayBefore(k.text(r, startDate)) {
		return nil
	}
	return k.setEnd(ctx, tx, before, k.text(r, endDate))
}

func (k *Kind[R]) refuseOverlap(other R) error {
	end := k.text(other, endDate)
	if end == "" {
		end = "further notice"
	}
	return fault.Refuse(k.dated.reason, "The dates overlap with those of %s, which holds from %s to %s.",
		k.table.ID(other), k.text(other, startDate), end).WithSubject(k.table.ID(other))
}

// dayBefore returns the day before a valid date.
func dayBefore(date string) string {
	d, err := calendar.ParseDate(date)
	if err != nil {
		return ""
	}
	return d.AddDays(-1).String()
}
