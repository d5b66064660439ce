package mail

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/mail/delivery"
)

const (
	// batchSize is the number of mails that a server claims at a time.
	batchSize = 20
	// turn is how long an organization's mails are sent before other organizations get a turn.
	turn = 20 * time.Second
	// pause is how long an organization's mails wait after its mail server was not reached.
	pause = 30 * time.Second
)

// Chore returns the chore that delivers the mails of an organization. It waits for mail servers, so
// it runs apart from other chores.
func (s *Service) Chore() jobs.Chore {
	return jobs.Chore{
		Name: "mail", External: true, Work: s.deliverDue,
		After: []history.Type{"platform.sentEmail.created", "platform.sentEmail.retried"},
	}
}

// enqueue puts a mail into the queue.
const enqueue = `
insert into platform.email_queue (org_id, sent_email_id, queue_time, due_time)
values ($1, $2, now(), now())
on conflict (org_id, sent_email_id) do update
set queue_time = excluded.queue_time, due_time = excluded.due_time`

// claimed is a mail that this server is to send. LastAttempt is true if it has been in the queue
// for a day.
type claimed struct {
	SentEmailID uuid.UUID
	LastAttempt bool
}

// deliverDue is one turn of an organization: it sends the mails that are due.
func (s *Service) deliverDue(ctx context.Context) error {
	clock := calendar.System()
	for began := clock.Now(); clock.Now().Sub(began) < turn; {
		batch, err := s.claim(ctx)
		if err != nil {
			return err
		}
		if len(batch) == 0 {
			return s.waitForNext(ctx)
		}
		for i, m := range batch {
			reached, err := s.deliver(ctx, m)
			if err != nil {
				return errors.Join(err, s.release(ctx, batch[i+1:]))
			}
			if !reached || clock.Now().Sub(began) >= turn {
				if err := s.release(ctx, batch[i+1:]); err != nil {
					return err
				}
				if !reached {
					return jobs.After(pause)
				}
				break
			}
		}
	}
	return jobs.ErrAgain
}

// claim claims due mails. Until the claim ends, which is later than a batch can take, no other
// server sends them.
func (s *Service) claim(ctx context.Context) (batch []claimed, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		batch, err = db.Collect[claimed](ctx, tx, tx.Locking(db.RankWork, `
update platform.email_queue q
set due_time = now() + interval '15 minutes'
from (
  select d.sent_email_id
  from platform.email_queue d
  where d.org_id = $1
  and d.due_time <= now()
  order by d.due_time, d.sent_email_id
  limit $2
  for update skip locked
) d
where q.org_id = $1
and q.sent_email_id = d.sent_email_id
returning q.sent_email_id, q.queue_time < now() - interval '1 day' as last_attempt`), tx.Call().Organization.ID, batchSize)
		return err
	})
	return batch, err
}

// release makes claimed mails due again, even if the server is stopping.
func (s *Service) release(ctx context.Context, batch []claimed) error {
	if len(batch) == 0 {
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	keys := make([]uuid.UUID, len(batch))
	for i, m := range batch {
		keys[i] = m.SentEmailID
	}
	return s.write(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
update platform.email_queue
set due_time = now()
where org_id = $1
and sent_email_id = any($2)`, tx.Call().Organization.ID, keys)
		return err
	})
}

// waitForNext makes the chore due when the next mail is.
func (s *Service) waitForNext(ctx context.Context) error {
	milliseconds, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (wait *int64, err error) {
		return wait, tx.QueryRow(ctx, `
select ceil(extract(epoch from min(q.due_time) - now()) * 1000)::bigint
from platform.email_queue q
where q.org_id = $1`, tx.Call().Organization.ID).Scan(&wait)
	})
	if err != nil || milliseconds == nil {
		return err
	}
	return jobs.After(time.Duration(max(*milliseconds, 0)) * time.Millisecond)
}

// deliver sends a claimed mail and stores the outcome. reached is false if the mail server
// could not be reached, so that other mails would fail too.
func (s *Service) deliver(ctx context.Context, m claimed) (reached bool, err error) {
	p, err := s.prepare(ctx, m)
	switch {
	case p.skip && err == nil:
		return true, nil
	case err != nil && ctx.Err() != nil:
		return false, s.release(ctx, []claimed{m})
	case err != nil && (m.LastAttempt || fault.From(err).Reason == optionsv1.Reason_REFERENCE_NOT_FOUND):
		return true, s.finish(ctx, p, pb.SentEmail_FAILED, "failed", err)
	case err != nil:
		return true, s.finish(ctx, p, pb.SentEmail_QUEUED, "deferred", err)
	}
	msg, err := p.message.Compose()
	if err != nil {
		return true, s.finish(ctx, p, pb.SentEmail_FAILED, "failed", err)
	}
	err = s.carrierFor(call.From(ctx)).Deliver(ctx, msg)
	var refusal *delivery.Refusal
	answered := errors.As(err, &refusal)
	switch {
	case err == nil:
		return true, s.finish(ctx, p, pb.SentEmail_SENT, "sent", nil)
	case ctx.Err() != nil:
		return false, s.release(ctx, []claimed{m})
	case answered && refusal.IsPermanent() && refusal.Recipient:
		return true, s.finish(ctx, p, pb.SentEmail_BOUNCED, "bounced", err)
	case answered && refusal.IsPermanent(), m.LastAttempt:
		return answered, s.finish(ctx, p, pb.SentEmail_FAILED, "failed", err)
	}
	return answered, s.finish(ctx, p, pb.SentEmail_QUEUED, "deferred", err)
}

// postpone makes a mail due after a pause that doubles with each attempt, from a minute to an hour.
const postpone = `
update platform.email_queue
set due_time = now() + least(interval '30 seconds' * power(2, least($3::integer, 10)), interval '1 hour')
where org_id = $1
and sent_email_id = $2`

const dequeue = `
delete from platform.email_queue
where org_id = $1
and sent_email_id = $2`

// finish stores the result of an attempt. A mail that stays QUEUED is postponed.
func (s *Service) finish(ctx context.Context, p prepared, to pb.SentEmail_State, event string, failure error) error {
	// The mail was sent or refused: that must be stored even if the server is stopping.
	ctx = context.WithoutCancel(ctx)
	return s.write(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := sentEmails.Modify(ctx, tx, p.id, event, func(_ context.Context, tx *db.Tx, _, e *pb.SentEmail) error {
			e.State, e.LastError = to, errorText(failure)
			e.AttemptCount++
			if to == pb.SentEmail_SENT {
				e.SendTime = timestamppb.New(tx.Call().Now())
			}
			return nil
		})
		if err != nil {
			return err
		}
		if to == pb.SentEmail_QUEUED {
			tx.Pending().Queue(postpone, tx.Call().Organization.ID, p.key, r.AttemptCount)
			return nil
		}
		tx.Pending().Queue(dequeue, tx.Call().Organization.ID, p.key)
		if to == pb.SentEmail_BOUNCED {
			return suppress(ctx, tx, r, pb.EmailSuppression_BOUNCE)
		}
		return nil
	})
}

// errorText returns the text of an error, shortened to what people read.
func errorText(err error) string {
	if err == nil {
		return ""
	}
	return fmt.Sprintf("%.500s", headerText(err.Error()))
}

// write runs fn as a unit of work of the system.
func (s *Service) write(ctx context.Context, fn func(context.Context, *db.Tx) error) error {
	_, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		return &emptypb.Empty{}, fn(ctx, tx)
	})
	return err
}

// messageID returns the Message-ID of a mail, by which reports about it are recognized.
func (s *Service) messageID(c *call.Call, sentEmailID string) string {
	return id.Format("org", c.Organization.ID) + "." + sentEmailID + "@" + s.domain()
}
