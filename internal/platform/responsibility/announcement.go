package responsibility

import (
	"context"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/emptypb"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// pageSize is the number of deadlines that one transaction announces.
const pageSize = 500

// last sorts after all resources.
const last = "~"

// announcement is an event about records whose due date or start date has come.
type announcement struct {
	event string
	// days is how many days after the date the event is recorded, negative for days before it.
	days int
	// sources returns the kinds of the records.
	sources func(*db.Tx) []source
}

var announcements = []announcement{
	{"dueSoon", -3, allSources}, {"due", 0, allSources}, {"overdue", 1, allSources}, {"tookEffect", 0, datedSources},
}

// DueOrganizations is the query for the organizations in which it is past the midnight at which
// AnnounceDeadlines must run next.
const DueOrganizations = `
select distinct p.org_id
from platform.deadline_positions p
where p.next_time <= now()`

// AnnounceDeadlines records the events `dueSoon`, `due` and `overdue` of all deadlines that have
// come since the last time, and `tookEffect` of all dated records that begin to be in effect,
// sorted by date. It must run after midnight on the organization's clock, and after that clock was
// advanced or its time zone changed. A record whose date is set to a past day is not announced: it
// sorts before the stored position.
func (s *Service) AnnounceDeadlines(ctx context.Context) error {
	for _, a := range announcements {
		for more := true; more; {
			_, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
				var err error
				more, err = a.announcePage(ctx, tx)
				return &emptypb.Empty{}, err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// announcePage records the events of a page of deadlines and stores the position behind it. It
// returns whether there are more.
func (a announcement) announcePage(ctx context.Context, tx *db.Tx) (more bool, err error) {
	c := tx.Call()
	from, err := a.lockPosition(ctx, tx)
	if err != nil {
		return false, err
	}
	until := position{DueDate: c.Today().AddDays(-a.days).String(), Resource: last, ID: uuid.Max}
	if from.DueDate >= until.DueDate && from.Resource == last {
		return false, a.storePosition(ctx, tx, *from)
	}
	sources := a.sources(tx)
	records, err := selectOpen(ctx, tx, sources,
		query{byDate: true, until: until.DueDate, after: from, limit: pageSize})
	if err != nil {
		return false, err
	}
	ids, kinds := map[string][]string{}, map[string]resource.AnyKind{}
	for _, s := range sources {
		kinds[s.kind.Collection()] = s.kind
	}
	for _, r := range records {
		ids[r.Resource] = append(ids[r.Resource], id.Format(kinds[r.Resource].Prefix(), r.ID))
	}
	for _, s := range sources {
		if err := s.kind.RecordEach(ctx, tx, a.event, ids[s.kind.Collection()]); err != nil {
			return false, err
		}
	}
	if more = len(records) == pageSize; more {
		until = records[len(records)-1].position()
	}
	return more, a.storePosition(ctx, tx, until)
}

// lockPosition locks the position up to which the event has been recorded. It begins on the day on
// which the organization was created.
func (a announcement) lockPosition(ctx context.Context, tx *db.Tx) (*position, error) {
	c := tx.Call()
	if _, err := tx.Exec(ctx, `
insert into platform.deadline_positions (org_id, event, due_date, resource, record_key, next_time)
select o.org_id, $2, (o.create_time at time zone o.time_zone)::date - $3::integer, $4, $5, now()
from platform.organizations o
where o.org_id = $1
on conflict do nothing`, c.Organization.ID, a.event, a.days, last, uuid.Max); err != nil {
		return nil, err
	}
	p := &position{}
	return p, tx.QueryRow(ctx, tx.Locking(db.RankWork, `
select due_date::text, resource, record_key
from platform.deadline_positions
where org_id = $1
and event = $2
for update`), c.Organization.ID, a.event).Scan(&p.DueDate, &p.Resource, &p.ID)
}

func (a announcement) storePosition(ctx context.Context, tx *db.Tx, p position) error {
	_, err := tx.Exec(ctx, `
update platform.deadline_positions
set due_date = $3::text::date,
  resource = $4,
  record_key = $5,
  next_time = $6
where org_id = $1
and event = $2`, tx.Call().Organization.ID, a.event, p.DueDate, p.Resource, p.ID, nextMidnight(tx.Call()))
	return err
}

// nextMidnight returns the real time of the next midnight on the organization's clock.
func nextMidnight(c *call.Call) time.Time {
	midnight := c.Today().AddDays(1).Midnight(c.Organization.Zone)
	return calendar.System().Now().Add(midnight.Sub(c.Now()))
}
