package timekeeping

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

const daysOfWeek = 7

// span is the days from start to end, both included.
type span struct{ start, end calendar.Date }

func (s span) contains(d calendar.Date) bool { return !d.Before(s.start) && !d.After(s.end) }

func (s span) days() int { return s.start.DaysUntil(s.end) + 1 }

func parseSpan(start, end string) (s span, err error) {
	if s.start, err = calendar.ParseDate(start); err != nil {
		return s, err
	}
	s.end, err = calendar.ParseDate(end)
	return s, err
}

// weekOf returns the week of a day, if weeks begin on the given weekday.
func weekOf(d calendar.Date, first typepb.Recurrence_DayOfWeek) span {
	start := d.AddDays(-((int(d.Weekday()) - int(first) + daysOfWeek) % daysOfWeek))
	return span{start, start.AddDays(daysOfWeek - 1)}
}

// StartOfWeek returns the first day of the week of a day, by the settings for time.
func StartOfWeek(settings *pb.TimeSettings, d calendar.Date) calendar.Date {
	return weekOf(d, settings.GetWeekStart()).start
}

// sheetSpan is the week of a stored timesheet.
type sheetSpan struct {
	id string
	span
}

// sheetSpans are the weeks of the timesheets of a person around a day.
type sheetSpans []sheetSpan

// on returns the timesheet for a day, nil if there is none.
func (s sheetSpans) on(d calendar.Date) *sheetSpan {
	for i := range s {
		if s[i].contains(d) {
			return &s[i]
		}
	}
	return nil
}

// fit returns the part of a new week around a day that no other timesheet has. Weeks overlap once
// the settings have another first weekday.
func (s sheetSpans) fit(week span, d calendar.Date) span {
	for _, other := range s {
		if other.end.Before(d) {
			week.start = calendar.Later(week.start, other.end.AddDays(1))
		}
		if other.start.After(d) {
			week.end = calendar.Earlier(week.end, other.start.AddDays(-1))
		}
	}
	return week
}

// timesheetsNear returns the weeks of the timesheets of a person that a week around a day can
// overlap.
func timesheetsNear(ctx context.Context, tx *db.Tx, person string, d calendar.Date) (sheetSpans, error) {
	key, err := id.Parse("prs", person)
	if err != nil {
		return nil, err
	}
	type row struct {
		ID                 uuid.UUID
		StartDate, EndDate calendar.Date
	}
	rows, err := db.Collect[row](ctx, tx, `
select t.id, t.start_date, t.end_date
from operations.timesheets t
where t.org_id = $1
and t.person_id = $2
and t.start_date between $3 and $4`, tx.Call().Organization.ID, key,
		d.AddDays(2-2*daysOfWeek).String(), d.AddDays(daysOfWeek-1).String())
	spans := make(sheetSpans, len(rows))
	for i, r := range rows {
		spans[i] = sheetSpan{id.Format(timesheetPrefix, r.ID), span{r.StartDate, r.EndDate}}
	}
	return spans, err
}
