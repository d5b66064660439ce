package approval

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// escalationPage is the number of requests that are read at once.
const escalationPage = 100

// DueOrganizations is the query for the organizations in which requests escalate now.
const DueOrganizations = `
select distinct r.org_id
from platform.approval_requests r
where r.state = 'PENDING'
and r.escalate_due_time <= now()`

// updateDueTimes sets the real times at which requests escalate, from their times on the
// organization's clock.
const updateDueTimes = `
update platform.approval_requests r
set escalate_due_time = r.escalate_time - o.clock_offset_micros * interval '1 microsecond'
from platform.organizations o
where r.org_id = $1
and o.org_id = $1
and r.state = 'PENDING'`

// queueEscalation queues the statement that sets the real time at which a stored request escalates.
func queueEscalation(tx *db.Tx, r *request) {
	key := keysOf([]*request{r})[0]
	tx.Pending().Queue(updateDueTimes+"\nand r.id = $2", tx.Call().Organization.ID, key)
}

// Escalate asks further persons about the requests whose time to escalate has come on the
// organization's clock. It must run when that is due, and after the clock was advanced.
func (s *Service) Escalate(ctx context.Context) error {
	for {
		due, err := s.readDue(ctx)
		if err != nil {
			return err
		}
		for _, key := range due {
			if _, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
				_, err := requests.Modify(ctx, tx, key, "escalated", escalateRequest)
				return &emptypb.Empty{}, err
			}); err != nil {
				return err
			}
		}
		if len(due) < escalationPage {
			break
		}
	}
	_, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		_, err := tx.Exec(ctx, updateDueTimes, tx.Call().Organization.ID)
		return &emptypb.Empty{}, err
	})
	return err
}

// readDue returns pending requests that escalate now.
func (s *Service) readDue(ctx context.Context) ([]string, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) ([]string, error) {
		keys, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select r.id
from platform.approval_requests r
where r.org_id = $1
and r.state = 'PENDING'
and r.escalate_time <= $2
order by r.id
limit $3`, tx.Call().Organization.ID, tx.Call().Now(), escalationPage)
		ids := make([]string, len(keys))
		for i, key := range keys {
			ids[i] = id.Format(requestPrefix, key)
		}
		return ids, err
	})
}

// escalateRequest is the rule that asks the further persons of the current step. It changes nothing
// if the request was decided in the meantime.
func escalateRequest(_ context.Context, tx *db.Tx, _, r *request) error {
	if r.State != pb.ApprovalRequest_PENDING || r.EscalateTime == nil || r.EscalateTime.AsTime().After(tx.Call().Now()) {
		return nil
	}
	r.EscalateTime = nil
	for _, person := range r.Steps[r.Step-1].EscalationPersonIds {
		if person != r.ApproverId && !slices.Contains(r.ApproverIds, person) {
			r.ApproverIds = append(r.ApproverIds, person)
		}
	}
	return nil
}
