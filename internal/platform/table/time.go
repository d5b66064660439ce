package table

import (
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"google.golang.org/protobuf/types/known/timestamppb"

	"backoffice/internal/platform/calendar"
)

// Timestamp binds an instant to a timestamptz column, which is null if the field is absent. It
// truncates the instant to microseconds.
func Timestamp[R any](name string, field func(R) **timestamppb.Timestamp) Column[R] {
	return Column[R]{
		field:  name,
		sql:    []sqlColumn{{name, "timestamptz"}},
		filter: timestampFilter(),
		args: func(r R, _ Scope, into []any) ([]any, error) {
			v := *field(r)
			if v == nil {
				return append(into, nil), nil
			}
			if v.CheckValid() != nil {
				return nil, invalidValue(name, "must be an instant between the years 1 and 9999")
			}
			at := v.AsTime().Truncate(time.Microsecond)
			*field(r) = timestamppb.New(at)
			return append(into, at), nil
		},
		dest: func(r R, _ Scope, into []any) []any { return append(into, timestampScan{field(r)}) },
	}
}

// ComputedTimestamp is an instant that another table stores, so that it can only be filtered by.
// expression reads it; in it, t is the table.
func ComputedTimestamp[R any](name, expression string) Column[R] {
	return Column[R]{field: name, filter: timestampFilter(), filterAs: expression, filterSQL: expression}.withoutColumns()
}

type timestampScan struct{ to **timestamppb.Timestamp }

// ScanTimestamptz implements pgtype.TimestamptzScanner.
func (s timestampScan) ScanTimestamptz(v pgtype.Timestamptz) error {
	*s.to = nil
	if v.Valid {
		*s.to = timestamppb.New(v.Time)
	}
	return nil
}

// Date binds a business date, such as `2026-11-21`, to a date column, which is null if the field is
// empty.
func Date[R any](name string, field func(R) *string) Column[R] {
	return dateColumn(name, field, pgtype.Date{})
}

// DateOrInfinity binds a date to a NOT NULL date column, which is 'infinity' if the field is empty.
// An empty date sorts after every date, and a condition such as `< :today` is never true for it.
func DateOrInfinity[R any](name string, field func(R) *string) Column[R] {
	c := dateColumn(name, field, pgtype.Date{Valid: true, InfinityModifier: pgtype.Infinity})
	// Infinity is not a date, so filters must not match it.
	c.filterAs = "nullif(t." + name + ", 'infinity')"
	return c
}

func dateColumn[R any](name string, field func(R) *string, absent pgtype.Date) Column[R] {
	return Column[R]{
		field:  name,
		sql:    []sqlColumn{{name, "date"}},
		filter: dateFilter(),
		args: func(r R, _ Scope, into []any) ([]any, error) {
			if *field(r) == "" {
				return append(into, absent), nil
			}
			d, err := calendar.ParseBusinessDate(*field(r))
			if err != nil {
				return nil, invalidValue(name, "%s", err)
			}
			return append(into, sqlDate(d)), nil
		},
		dest: func(r R, _ Scope, into []any) []any { return append(into, dateScan{field(r)}) },
	}
}

func sqlDate(d calendar.Date) pgtype.Date {
	return pgtype.Date{Time: time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC), Valid: true}
}

type dateScan struct{ to *string }

// ScanDate implements pgtype.DateScanner.
func (s dateScan) ScanDate(v pgtype.Date) error {
	*s.to = ""
	if v.Valid && v.InfinityModifier == pgtype.Finite {
		*s.to = v.Time.Format(time.DateOnly)
	}
	return nil
}
