package notification

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// selectCounts counts from the rows, so that the numbers are right after every change.
const selectCounts = `
select n.category, count(*)::integer
from platform.notifications n
where n.org_id = $1
and n.person_id = $2
and n.state = 'UNREAD'
group by n.category`

// GetNotificationCounts counts the caller's unread notifications.
func (s *Service) GetNotificationCounts(
	ctx context.Context, _ *pb.GetNotificationCountsRequest,
) (*pb.NotificationCounts, error) {
	return db.Read(ctx, s.db, readCounts)
}

func readCounts(ctx context.Context, tx *db.Tx) (*pb.NotificationCounts, error) {
	found, err := db.CollectMap[string, int32](ctx, tx, selectCounts, tx.Call().Organization.ID, tx.Call().PersonID)
	if err != nil {
		return nil, err
	}
	counts := &pb.NotificationCounts{}
	for number := range int32(len(pb.Notification_Category_name)) {
		category := pb.Notification_Category(number)
		n := found[category.String()]
		if n == 0 {
			continue
		}
		counts.UnreadCount += n
		counts.Categories = append(counts.Categories,
			&pb.NotificationCounts_CategoryCount{Category: category, UnreadCount: n})
	}
	return counts, nil
}

// change is a change of the state of notifications.
type change struct {
	// from is the SQL condition of the notifications that change, set the assignments. $3 is the
	// time.
	from, set string
}

var (
	markRead   = change{from: "n.state = 'UNREAD'", set: "state = 'READ',\n  read_time = $3"}
	markUnread = change{from: "n.state = 'READ'", set: "state = 'UNREAD',\n  read_time = null"}
	archive    = change{from: "n.state in ('UNREAD', 'READ')", set: "state = 'ARCHIVED',\n  archived_time = $3"}
	unarchive  = change{
		from: "n.state = 'ARCHIVED'",
		set:  "state = case when n.read_time is null then 'UNREAD' else 'READ' end,\n  archived_time = null",
	}
)

// selection says which notifications a request changes.
type selection interface {
	GetIds() []string
	GetUntilId() string
	GetUntilTime() *timestamp
}

// MarkNotificationsRead marks unread notifications of the caller as read.
func (s *Service) MarkNotificationsRead(
	ctx context.Context, req *pb.MarkNotificationsReadRequest,
) (*pb.ChangeNotificationsResponse, error) {
	return s.change(ctx, markRead, req)
}

// MarkNotificationsUnread marks read notifications of the caller as unread.
func (s *Service) MarkNotificationsUnread(
	ctx context.Context, req *pb.MarkNotificationsUnreadRequest,
) (*pb.ChangeNotificationsResponse, error) {
	return s.change(ctx, markUnread, req)
}

// ArchiveNotifications archives notifications of the caller.
func (s *Service) ArchiveNotifications(
	ctx context.Context, req *pb.ArchiveNotificationsRequest,
) (*pb.ChangeNotificationsResponse, error) {
	return s.change(ctx, archive, req)
}

// UnarchiveNotifications restores archived notifications of the caller.
func (s *Service) UnarchiveNotifications(
	ctx context.Context, req *pb.UnarchiveNotificationsRequest,
) (*pb.ChangeNotificationsResponse, error) {
	return s.change(ctx, unarchive, req)
}

func (s *Service) change(ctx context.Context, c change, req selection) (*pb.ChangeNotificationsResponse, error) {
	if err := requirePerson(call.From(ctx)); err != nil {
		return nil, err
	}
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ChangeNotificationsResponse, error) {
		chosen, args, err := choose(ctx, tx, req)
		if err != nil {
			return nil, err
		}
		// Two changes lock the same notifications in the same order, so that they cannot deadlock.
		tag, err := tx.Exec(ctx, tx.Locking(0, `
update platform.notifications n
set `+c.set+`
from (
  select n.id
  from platform.notifications n
  where n.org_id = $1
  and n.person_id = $2
  and `+c.from+`
  and `+chosen+`
  order by n.id
  for update
) l
where n.org_id = $1
and n.id = l.id
and $3::timestamptz is not null`), args...)
		if err != nil {
			return nil, err
		}
		counts, err := readCounts(ctx, tx)
		return &pb.ChangeNotificationsResponse{ChangedCount: int32(tag.RowsAffected()), Counts: counts}, err
	})
}

// choose returns the SQL condition of the notifications that a request names, and the arguments of
// the statement. It fails with NOT_FOUND if one does not exist.
func choose(ctx context.Context, tx *db.Tx, req selection) (condition string, args []any, err error) {
	c := tx.Call()
	args = []any{c.Organization.ID, c.PersonID, c.Now()}
	set := 0
	for _, is := range []bool{len(req.GetIds()) > 0, req.GetUntilId() != "", req.GetUntilTime() != nil} {
		if is {
			set++
		}
	}
	switch {
	case set != 1:
		return "", nil, fault.Invalid(fault.At("ids", "set exactly one of ids, untilId and untilTime"))
	case req.GetUntilTime() != nil:
		if err := req.GetUntilTime().CheckValid(); err != nil {
			return "", nil, fault.Invalid(fault.At("untilTime", "must be an instant between the years 1 and 9999"))
		}
		return "n.create_time <= $4", append(args, req.GetUntilTime().AsTime()), nil
	case req.GetUntilId() != "":
		n, err := notifications.GetByCaller(ctx, tx, req.GetUntilId())
		if err != nil {
			return "", nil, err
		}
		key, err := notifications.Table().Key(n.GetId())
		return "n.id <= $4", append(args, key), err
	}
	keys := make([]uuid.UUID, len(req.GetIds()))
	for i, text := range req.GetIds() {
		if keys[i], err = notifications.Table().Key(text); err != nil {
			return "", nil, fault.Invalid(fault.At(fmt.Sprintf("ids[%d]", i), "must be the identifier of a notification"))
		}
	}
	return "n.id = any($4)", append(args, keys), checkOwn(ctx, tx, req.GetIds(), keys)
}

// checkOwn fails with NOT_FOUND if a notification does not exist or belongs to another person.
func checkOwn(ctx context.Context, tx *db.Tx, ids []string, keys []uuid.UUID) error {
	own, err := db.CollectMap[uuid.UUID, bool](ctx, tx, `
select n.id, true
from platform.notifications n
where n.org_id = $1
and n.id = any($2)
and n.person_id = $3`, tx.Call().Organization.ID, keys, tx.Call().PersonID)
	if err != nil {
		return err
	}
	for i, key := range keys {
		if !own[key] {
			return notifications.Table().NotFound(ids[i])
		}
	}
	return nil
}
