// Package notification tells persons what happened: in a list, by email, on their devices. A
// capability declares its kinds of notification beside its events. A cause, such as an event, leads
// to one notification of a kind to a person, and to one email, however often a job runs. No one is
// told of what they did themselves, of a record that they may not read, or while archived. The
// package also owns the preferences, the quiet hours and the devices of persons. Whom an event
// concerns is left to the kinds; how emails are delivered, to package mail.
package notification

import (
	"context"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/notification/push"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

type timestamp = timestamppb.Timestamp

// Options configure how notifications are sent.
type Options struct {
	// Sender sends to devices. If nil, by HTTP to public addresses.
	Sender push.Sender
	// AllowPrivate accepts devices whose address is not public. Only tests set it.
	AllowPrivate bool
	// Contact is how push services reach the operator of the server: an https or mailto URL.
	Contact string
}

// defaultContact is the contact of a server whose operator configured none.
const defaultContact = "mailto:backoffice@localhost.localdomain"

// CallsOf returns a call of each person, with the person's current rights. It omits persons who are
// archived or have no rights.
type CallsOf func(ctx context.Context, tx *db.Tx, persons []uuid.UUID) ([]*call.Call, error)

// Service implements NotificationsService.
type Service struct {
	pb.UnsafeNotificationsServiceServer
	db      *db.DB
	options Options
	callsOf CallsOf
	// kinds are complete before the first request; see Declare.
	kinds map[string]Kind
	// following are the kinds that follow each type of event.
	following map[string][]Kind
	// muted are the methods of which no one is told; see Mute.
	muted []string
}

// New returns the service. Declare completes it.
func New(d *db.DB, o Options, callsOf CallsOf) *Service {
	if o.Sender == nil {
		o.Sender = push.NewHTTP(push.Options{AllowPrivate: o.AllowPrivate})
	}
	if o.Contact == "" {
		o.Contact = defaultContact
	}
	return &Service{db: d, options: o, callsOf: callsOf}
}

// Kinds returns the package's kinds of record.
func Kinds() []resource.AnyKind { return []resource.AnyKind{notifications, devices} }

// Events returns the types of events that the package records besides those of its kinds.
func Events() []string { return []string{preferencesUpdated} }

// Follower returns the follower that stores the events which concern someone.
func (s *Service) Follower() history.Follower {
	return history.Follower{Name: "notifications", Take: s.take}
}

// Chores returns the chores that write notifications and send them. The second waits for other
// servers.
func (s *Service) Chores() []jobs.Chore {
	return []jobs.Chore{
		{Name: "notifications", DueOrganizations: organizationsWithCauses, Work: s.notifyAll},
		{
			Name: "notification-deliveries", External: true, DueOrganizations: organizationsWithDeliveries,
			After: []history.Type{"platform.clock.advanced"}, Work: s.deliverDue,
		},
	}
}

// EmailKinds returns the kinds of mail that the package sends.
func (s *Service) EmailKinds() []mail.Kind { return []mail.Kind{plainMail, securityMail, digestMail} }

var notifications = resource.New(table.New("platform.notifications",
	table.Ref("person_id", "prs", func(n *pb.Notification) *string { return &n.PersonId }),
	table.Text("notification_kind", func(n *pb.Notification) *string { return &n.NotificationKind }).Filter(),
	table.Enum("category", func(n *pb.Notification) *pb.Notification_Category { return &n.Category }).Filter(),
	table.Text("subject_id", func(n *pb.Notification) *string { return &n.SubjectId }).Filter(),
	table.Ref("actor_id", "prs", func(n *pb.Notification) *string { return &n.ActorId }),
	table.Text("title", func(n *pb.Notification) *string { return &n.Title }),
	table.Text("body", func(n *pb.Notification) *string { return &n.Body }),
	table.Enum("state", func(n *pb.Notification) *pb.Notification_State { return &n.State }).Filter(),
	table.Timestamp("read_time", func(n *pb.Notification) **timestamp { return &n.ReadTime }),
	table.Timestamp("archived_time", func(n *pb.Notification) **timestamp { return &n.ArchivedTime }),
)).Owner("person_id").Personal().NotSubject().LoadComputed(loadLinks)

// GetNotification returns a notification of the caller.
func (s *Service) GetNotification(ctx context.Context, req *pb.GetNotificationRequest) (*pb.Notification, error) {
	return notifications.Get(ctx, s.db, req.GetNotificationId())
}

// BatchGetNotifications returns several notifications of the caller.
func (s *Service) BatchGetNotifications(
	ctx context.Context, req *pb.BatchGetNotificationsRequest,
) (*pb.BatchGetNotificationsResponse, error) {
	list, err := notifications.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetNotificationsResponse{Notifications: list}, err
}

// ListNotifications lists notifications of the caller, newest first.
func (s *Service) ListNotifications(
	ctx context.Context, req *pb.ListNotificationsRequest,
) (*pb.ListNotificationsResponse, error) {
	page, err := notifications.List(ctx, s.db, req, resource.NewestFirst)
	return &pb.ListNotificationsResponse{
		Notifications: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}

// DeleteAllOf deletes the notifications about records that are deleted, and the secrets of the
// devices of persons who are.
func DeleteAllOf(_ context.Context, tx *db.Tx, kind string, keys []uuid.UUID) error {
	org, ids := tx.Call().Organization.ID, make([]string, len(keys))
	for i, key := range keys {
		ids[i] = id.Format(kind, key)
	}
	// Nothing can be on a notification, so no more is to be deleted with it.
	tx.Pending().Queue("delete from platform.notifications\nwhere org_id = $1\nand subject_id = any($2)", org, ids)
	if kind != personPrefix {
		return nil
	}
	tx.Pending().Queue(`
delete from platform.sealed_values v
where v.org_id = $1
and v.kind = 'dev'
and v.subject_kind = 'prs'
and v.subject_key = any($2)`, org, keys)
	return nil
}
