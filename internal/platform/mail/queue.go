package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	gomail "github.com/wneessen/go-mail"
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
	// timeout is how long the chore may run: a turn, and then the longest delivery of a mail, which
	// is about twelve minutes with delivery.DefaultLimits.
	timeout = 15 * time.Minute
	// pause is how long an organization's mails wait after its mail server was not reached.
	pause = 30 * time.Second
)

// Chore returns the chore that delivers the mails of an organization. It waits for mail servers, so
// it runs apart from other chores.
func (s *Service) Chore() jobs.Chore {
	return jobs.Chore{
		Name: "mail", External: true, Timeout: timeout, Work: s.deliverDue,
		After: []history.Type{"platform.sentEmail.created", "platform.sentEmail.retried"},
	}
}

// enqueue puts a mail into the queue.
const enqueue = `
insert into platform.email_queue (org_id, sent_email_id, queue_time, due_time, attempt_count)
values ($1, $2, now(), now(), 0)
on conflict (org_id, sent_email_id) do update
set queue_time = excluded.queue_time, due_time = excluded.due_time, attempt_count = 0`

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
				return errors.Join(err, s.release(ctx, batch[i+1:], 0))
			}
			if !reached || clock.Now().Sub(began) >= turn {
				wait := time.Duration(0)
				if !reached {
					wait = pause
				}
				if err := s.release(ctx, batch[i+1:], wait); err != nil {
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

// claim claims due mails. Until the claim ends, which is later than the timeout of the chore, no
// other server sends them.
func (s *Service) claim(ctx context.Context) (batch []claimed, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		batch, err = db.Collect[claimed](ctx, tx, tx.Locking(db.RankWork, `
update platform.email_queue q
set due_time = now() + interval '20 minutes'
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

// release makes claimed mails due again after a pause, even if the server is stopping.
func (s *Service) release(ctx context.Context, batch []claimed, wait time.Duration) error {
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
set due_time = now() + $3::interval
where org_id = $1
and sent_email_id = any($2)`, tx.Call().Organization.ID, keys, wait)
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

// What tenants learn of a failure that is not the answer of a mail server. The log has the rest.
const (
	notPrepared = "The mail could not be prepared."
	notReached  = "The mail server could not be reached."
)

// deliver sends a claimed mail and stores the outcome. reached is false if the mail server
// could not be reached, so that other mails would fail too.
func (s *Service) deliver(ctx context.Context, m claimed) (reached bool, err error) {
	p, err := s.prepare(ctx, m)
	switch {
	case p.skip && err == nil:
		return true, nil
	case err != nil && ctx.Err() != nil:
		return false, s.release(ctx, []claimed{m}, 0)
	case err != nil:
		s.logFailure(ctx, p, err)
		if m.LastAttempt || fault.From(err).Reason == optionsv1.Reason_REFERENCE_NOT_FOUND {
			return true, s.finish(ctx, p, pb.SentEmail_FAILED, "failed", notPrepared)
		}
		return true, s.finish(ctx, p, pb.SentEmail_QUEUED, "deferred", notPrepared)
	}
	msg, err := p.message.Compose()
	if err != nil {
		s.logFailure(ctx, p, err)
		return true, s.finish(ctx, p, pb.SentEmail_FAILED, "failed", notPrepared)
	}
	return s.handOver(ctx, m, p, msg)
}

// handOver hands a mail to its carrier and stores the outcome.
func (s *Service) handOver(ctx context.Context, m claimed, p prepared, msg *gomail.Msg) (reached bool, err error) {
	err = s.carrierFor(call.From(ctx)).Deliver(ctx, msg)
	var refusal *delivery.Refusal
	answered, reason := errors.As(err, &refusal), notReached
	switch {
	case err == nil:
		return true, s.finish(ctx, p, pb.SentEmail_SENT, "sent", "")
	case ctx.Err() != nil:
		return false, s.release(ctx, []claimed{m}, 0)
	case answered:
		reason = fmt.Sprintf("%.500s", headerText(refusal.Error()))
	default:
		s.logFailure(ctx, p, err)
	}
	switch {
	case answered && refusal.IsPermanent() && refusal.Recipient:
		return true, s.finish(ctx, p, pb.SentEmail_BOUNCED, "bounced", reason)
	case answered && refusal.IsPermanent(), m.LastAttempt:
		return answered, s.finish(ctx, p, pb.SentEmail_FAILED, "failed", reason)
	}
	return answered, s.finish(ctx, p, pb.SentEmail_QUEUED, "deferred", reason)
}

// logFailure logs why an attempt failed.
func (s *Service) logFailure(ctx context.Context, p prepared, err error) {
	s.log.LogAttrs(ctx, slog.LevelWarn, "mail", slog.String("email", p.id),
		slog.String("organization", call.From(ctx).Organization.ID.String()), slog.String("error", err.Error()))
}

// postpone makes a mail due after a pause that doubles with each attempt, from a minute to an hour.
const postpone = `
update platform.email_queue
set due_time = now() + least(interval '1 minute' * power(2, least(attempt_count, 10)), interval '1 hour'),
  attempt_count = attempt_count + 1
where org_id = $1
and sent_email_id = $2`

const dequeue = `
delete from platform.email_queue
where org_id = $1
and sent_email_id = $2`

// finish stores the result of an attempt. A mail that stays QUEUED is postponed. A mail that a
// report has moved on since the attempt began stays where it is.
func (s *Service) finish(ctx context.Context, p prepared, to pb.SentEmail_State, event, reason string) error {
	// The mail was sent or refused: that must be stored even if the server is stopping.
	ctx = context.WithoutCancel(ctx)
	return s.write(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := sentEmails.Modify(ctx, tx, p.id, event, func(_ context.Context, tx *db.Tx, was, e *pb.SentEmail) error {
			if was.State == pb.SentEmail_QUEUED {
				e.State, e.LastError = to, reason
			}
			e.AttemptCount++
			if to == pb.SentEmail_SENT {
				e.SendTime = timestamppb.New(tx.Call().Now())
			}
			return nil
		})
		if err != nil {
			return err
		}
		if r.State == pb.SentEmail_QUEUED {
			tx.Pending().Queue(postpone, tx.Call().Organization.ID, p.key)
			return nil
		}
		tx.Pending().Queue(dequeue, tx.Call().Organization.ID, p.key)
		if r.State == pb.SentEmail_BOUNCED {
			return suppress(ctx, tx, r, pb.EmailSuppression_BOUNCE)
		}
		return nil
	})
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
