package timekeeping

import (
	"context"
	_ "embed"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/db"
)

//go:embed project_time.sql
var selectProjectTime string

// ProjectTimeQuery selects time on projects, and says how it is split.
type ProjectTimeQuery struct {
	Projects []uuid.UUID
	// NoProject also selects time without a project.
	NoProject bool
	// Start and End are the first and the last day, "" if they are open.
	Start, End string
	// Unbilled selects only unbilled time.
	Unbilled bool
	// Days are sorted days on which a price or cost of an hour changes, so that no row has time
	// before and after such a day. PersonDays are those of some persons, which then count instead.
	Days       []string
	PersonDays map[uuid.UUID][]string
	// Tasks are the tasks whose time is in separate rows. The time of others is added up.
	Tasks []uuid.UUID
	// Rounding says how UnbilledRounded is rounded.
	Rounding Rounding
}

// Rounding rounds seconds: after Add was added, they are rounded down to a multiple of Increment.
// An Increment of 0 does not round.
type Rounding struct{ Add, Increment int64 }

// ProjectTime is the time of a person on a project from one day of a query to the next.
type ProjectTime struct {
	ProjectID uuid.NullUUID
	PersonID  uuid.UUID
	// TaskID is set only for the tasks of the query.
	TaskID                                       uuid.NullUUID
	FirstDate, LastDate                          string
	Seconds, Billable, Unbilled, OnDraft, Billed int64
	// UnbilledRounded is the unbilled time after each entry was rounded.
	UnbilledRounded int64
}

// TimeOfProjects returns the time on projects by person. It is not limited by reach.
func TimeOfProjects(ctx context.Context, tx *db.Tx, q ProjectTimeQuery) ([]ProjectTime, error) {
	persons, days := []uuid.UUID{}, []string{}
	for person, list := range q.PersonDays {
		persons, days = append(persons, person), append(days, dateArray(list))
	}
	optional := func(text string) *string {
		if text == "" {
			return nil
		}
		return &text
	}
	rows, err := tx.QueryReplanned(ctx, selectProjectTime, tx.Call().Organization.ID, append([]uuid.UUID{}, q.Projects...),
		q.NoProject, optional(q.Start), optional(q.End), dateArray(q.Days), persons, days,
		append([]uuid.UUID{}, q.Tasks...), q.Unbilled, q.Rounding.Add, max(1, q.Rounding.Increment))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[ProjectTime])
}

// SplitOn also splits the rows of a query on days.
func (q *ProjectTimeQuery) SplitOn(days ...string) {
	merge := func(list []string) []string {
		merged := slices.Concat(list, days)
		slices.Sort(merged)
		return slices.Compact(merged)
	}
	q.Days = merge(q.Days)
	for person, list := range q.PersonDays {
		q.PersonDays[person] = merge(list)
	}
}

// IsWithin reports whether all of the time is in a period.
func (t ProjectTime) IsWithin(start, end string) bool {
	return t.FirstDate >= start && t.LastDate <= end
}

// dateArray returns days as the text of an array.
func dateArray(days []string) string { return "{" + strings.Join(days, ",") + "}" }
