package notification

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/notice"
	"backoffice/internal/platform/notification/push"
	"backoffice/internal/platform/sealed"
)

const (
	// devicePage is the number of deliveries that a server claims at a time, and sends
	// concurrently.
	devicePage = 20
	// maxPushBody is the number of characters of a body that a browser is sent.
	maxPushBody = 500
	// maxRetryAfter is the longest pause that a receiver may ask for.
	maxRetryAfter = 6 * time.Hour
)

// claimedDelivery is a delivery to a device that this server is to send.
type claimedDelivery struct {
	NotificationID, DeviceKey uuid.UUID
	AttemptCount              int32
	UnreadOnly                bool
}

// sendToDevices sends a page of what is due to devices. It returns how many deliveries there were.
func (s *Service) sendToDevices(ctx context.Context) (int, error) {
	var batch []claimedDelivery
	err := s.write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		// Until the claim ends, which is later than a request can take, no other server sends them.
		batch, err = db.Collect[claimedDelivery](ctx, tx, tx.Locking(0, `
update platform.notification_deliveries d
set due_time = $2::timestamptz + interval '5 minutes',
  attempt_count = d.attempt_count + 1
from (
  select c.notification_id, c.device_key
  from platform.notification_deliveries c
  where c.org_id = $1
  and c.channel = 'DEVICE'
  and c.due_time <= $2
  order by c.due_time, c.notification_id, c.device_key
  limit $3
  for update skip locked
) c
where d.org_id = $1
and d.notification_id = c.notification_id
and d.channel = 'DEVICE'
and d.device_key = c.device_key
returning d.notification_id, d.device_key, d.attempt_count, d.unread_only`),
			tx.Call().Organization.ID, tx.Call().Now(), devicePage)
		return err
	})
	if err != nil {
		return 0, err
	}
	var group errgroup.Group
	for _, d := range batch {
		group.Go(func() error { return s.sendToDevice(ctx, d) })
	}
	return len(batch), group.Wait()
}

// sendToDevice sends a notification to a device and stores the result.
func (s *Service) sendToDevice(ctx context.Context, d claimedDelivery) error {
	m, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*push.Message, error) {
		return s.messageTo(ctx, tx, d)
	})
	if err != nil {
		return err
	}
	var failure *push.Failure
	switch {
	case m == nil:
		return s.write(ctx, func(ctx context.Context, tx *db.Tx) error { return removeDelivery(ctx, tx, d) })
	case call.From(ctx).Organization.Test && !s.options.AllowPrivate:
		return s.finish(ctx, d, &push.Failure{Err: push.ErrTestOrganization}, false)
	}
	err = s.options.Sender.Send(ctx, *m)
	if err != nil && !errors.As(err, &failure) {
		return err // the server is stopping; the claim ends by itself
	}
	// The message was accepted or not: that must be stored even if the server is stopping.
	return s.finish(context.WithoutCancel(ctx), d, failure, failure != nil && failure.IsTemporary())
}

// messageTo returns what is sent to a device, nil if nothing is: the notification was read, or the
// device was deleted.
func (s *Service) messageTo(ctx context.Context, tx *db.Tx, d claimedDelivery) (*push.Message, error) {
	type found struct {
		Transport, Endpoint, PublicKey string
		Archived                       bool
	}
	rows, err := db.Collect[found](ctx, tx, `
select d.transport, d.endpoint, d.public_key, p.archive_time is not null as archived
from platform.devices d
join platform.persons p on p.org_id = $1 and p.id = d.person_id
where d.org_id = $1
and d.id = $2`, tx.Call().Organization.ID, d.DeviceKey)
	if err != nil || len(rows) == 0 || rows[0].Archived {
		return nil, err
	}
	n, err := notifications.Find(ctx, tx, id.Format(notifications.Prefix(), d.NotificationID))
	if err != nil || d.UnreadOnly && n.GetState() != pb.Notification_UNREAD {
		return nil, err
	}
	m := &push.Message{ID: n.GetId(), Endpoint: rows[0].Endpoint, Urgent: !notice.IsMutable(n.GetCategory())}
	secrets, err := sealed.Reveal(ctx, tx, sealed.Key{Kind: devicePrefix, Key: d.DeviceKey},
		[]string{authSecret, webhookSecret})
	if err != nil {
		return nil, err
	}
	if rows[0].Transport == pb.Device_WEBHOOK.String() {
		return m, fillWebhook(m, n, secrets[webhookSecret])
	}
	return m, s.fillPush(ctx, tx, m, n, rows[0].PublicKey, secrets[authSecret])
}

// fillWebhook sets the body and the secret of a webhook, in the form that Standard Webhooks
// suggest.
func fillWebhook(m *push.Message, n *pb.Notification, secret string) error {
	data, err := protojson.MarshalOptions{EmitUnpopulated: true}.Marshal(n)
	if err != nil {
		return err
	}
	m.Body, err = json.Marshal(map[string]any{
		"type": "notification.created", "timestamp": n.GetCreateTime().AsTime().Format(time.RFC3339Nano),
		"data": json.RawMessage(data),
	})
	if err != nil {
		return err
	}
	m.Secret, err = push.ParseWebhookSecret(secret)
	return err
}

// fillPush sets the body and the keys of a push to a browser.
func (s *Service) fillPush(
	ctx context.Context, tx *db.Tx, m *push.Message, n *pb.Notification, publicKey, auth string,
) (err error) {
	text, err := readPushKey(ctx, tx)
	if err != nil {
		return err
	}
	if m.Browser, err = push.ParseSubscription(publicKey, auth); err != nil {
		return err
	}
	if m.Browser.Key, err = push.ParseKey(*text); err != nil {
		return fmt.Errorf("the push key of the organization: %w", err)
	}
	m.Browser.Contact = s.options.Contact
	m.Body, err = json.Marshal(map[string]string{
		"id": n.GetId(), "kind": n.GetNotificationKind(), "category": n.GetCategory().String(),
		"subjectId": n.GetSubjectId(), "title": n.GetTitle(), "body": shorten(n.GetBody(), maxPushBody),
		"link": n.GetLink(),
	})
	return err
}

func removeDelivery(ctx context.Context, tx *db.Tx, d claimedDelivery) error {
	_, err := tx.Exec(ctx, `
delete from platform.notification_deliveries
where org_id = $1
and notification_id = $2
and channel = 'DEVICE'
and device_key = $3`, tx.Call().Organization.ID, d.NotificationID, d.DeviceKey)
	return err
}

// finish stores the result of an attempt, nil for success. A device that does not exist any more is
// deleted. A temporary failure is tried again, up to maxAttempts.
func (s *Service) finish(ctx context.Context, d claimedDelivery, failure *push.Failure, temporary bool) error {
	return s.write(ctx, func(ctx context.Context, tx *db.Tx) error {
		deviceID := id.Format(devicePrefix, d.DeviceKey)
		if failure != nil && failure.IsGone() {
			if _, err := devices.Table().Get(ctx, tx, deviceID); err != nil {
				return nil // it was deleted since, and its deliveries with it
			}
			return devices.Remove(ctx, tx, deviceID, deleteSecrets)
		}
		if err := setResult(ctx, tx, d, failure); err != nil {
			return err
		}
		if !temporary || d.AttemptCount >= maxAttempts {
			return removeDelivery(ctx, tx, d)
		}
		_, err := tx.Exec(ctx, `
update platform.notification_deliveries
set due_time = $4
where org_id = $1
and notification_id = $2
and channel = 'DEVICE'
and device_key = $3`, tx.Call().Organization.ID, d.NotificationID, d.DeviceKey,
			tx.Call().Now().Add(pauseAfter(d.AttemptCount, failure.RetryAfter)))
		return err
	})
}

// pauseAfter returns how long to wait after a failed attempt: from 30 seconds, doubled with each,
// to an hour, or what the receiver asks for.
func pauseAfter(attempt int32, asked time.Duration) time.Duration {
	pause := min(30*time.Second<<min(attempt-1, 10), time.Hour)
	return max(pause, min(asked, maxRetryAfter))
}

// setResult stores when something last arrived at a device, or why not. It keeps the version of the
// device, because the person did not change it.
func setResult(ctx context.Context, tx *db.Tx, d claimedDelivery, failure *push.Failure) error {
	var success *time.Time
	text := ""
	if failure == nil {
		now := timestamppb.New(tx.Call().Now()).AsTime()
		success = &now
	} else {
		text = failure.Explain()
	}
	_, err := tx.Exec(ctx, `
update platform.devices
set last_success_time = coalesce($3, last_success_time),
  last_error = $4
where org_id = $1
and id = $2`, tx.Call().Organization.ID, d.DeviceKey, success, text)
	return err
}
