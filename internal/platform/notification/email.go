package notification

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/mail/message"
	"backoffice/internal/platform/mail/template"
)

// emailPage is the number of emails or digests that are read at a time.
const emailPage = 100

// mailVariables are the variables of the mail of one notification. Its texts are rendered before in
// the language of the person.
var mailVariables = []template.Variable{
	{Name: "title", Type: template.Text, Description: "Title of the notification."},
	{Name: "body", Type: template.Text, Description: "More text, such as that of a comment. May be empty."},
	{Name: "link", Type: template.URL, Description: "Link to the record. May be empty."},
}

var mailTexts = map[string]template.Source{defaultLanguage: {
	Subject: "{{.title}}",
	Text:    "{{.title}}{{if .body}}\n\n{{.body}}{{end}}{{if .link}}\n\n{{.link}}{{end}}",
}}

var plainMail = mail.Kind{
	Name: "platform.notification", Description: "Sent for a notification, at once or after the quiet hours.",
	Variables: mailVariables, Texts: mailTexts,
}

var securityMail = mail.Kind{
	Name: "platform.securityNotification", Description: "Sent for a notification about security.",
	Variables: mailVariables, Texts: mailTexts, Security: true,
}

// dueEmail is a notification that is due to be sent to a person by email.
type dueEmail struct {
	ID        uuid.UUID
	Category  string
	SubjectID string
	Title     string
	Body      string
	// Send is false if it is read already.
	Send bool
	recipient
}

// recipient is a person who gets emails. Email is "" for a person without an address.
type recipient struct {
	PersonID    uuid.UUID
	Email       string
	DisplayName string
	Archived    bool
	Language    string
}

// sendEmails sends a page of the emails that are due. It returns how many there were.
func (s *Service) sendEmails(ctx context.Context) (int, error) {
	due, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*[]uuid.UUID, error) {
		due, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select d.notification_id
from platform.notification_deliveries d
where d.org_id = $1
and d.channel = 'EMAIL'
and d.due_time <= $2
order by d.due_time, d.notification_id
limit $3`, tx.Call().Organization.ID, tx.Call().Now(), emailPage)
		return &due, err
	})
	if err != nil {
		return 0, err
	}
	var failures error
	for _, n := range *due {
		err := s.write(ctx, func(ctx context.Context, tx *db.Tx) error { return sendEmail(ctx, tx, n) })
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		if err != nil {
			failures = errors.Join(failures, fmt.Errorf("email of %s: %w", n, err), s.postpone(ctx, emailChannel, n))
		}
	}
	return len(*due), failures
}

// takeEmail removes a delivery by email.
const takeEmail = `
delete from platform.notification_deliveries
where org_id = $1
and notification_id = $2
and channel = 'EMAIL'
returning unread_only`

const selectEmail = `
select n.id, n.category, n.subject_id, n.title, n.body, n.state = 'UNREAD' or not $3 as send,
  p.id as person_id, p.email, p.display_name, p.archive_time is not null as archived,
  coalesce(r.preferences ->> 'languageCode', '') as language
from platform.notifications n
join platform.persons p on p.org_id = $1 and p.id = n.person_id
left join platform.notification_preferences r on r.org_id = $1 and r.person_id = p.id
where n.org_id = $1
and n.id = $2`

// sendEmail sends the email of a notification, in the transaction that removes the delivery.
func sendEmail(ctx context.Context, tx *db.Tx, key uuid.UUID) error {
	unreadOnly, err := db.CollectColumn[bool](ctx, tx, takeEmail, tx.Call().Organization.ID, key)
	if err != nil || len(unreadOnly) == 0 {
		return err
	}
	found, err := db.Collect[dueEmail](ctx, tx, selectEmail, tx.Call().Organization.ID, key, unreadOnly[0])
	if err != nil || len(found) == 0 {
		return err
	}
	e := found[0]
	if !e.Send || e.Archived || e.Email == "" {
		return nil
	}
	link, err := linkOf(ctx, tx, e.SubjectID)
	if err != nil {
		return err
	}
	kind := plainMail
	if e.Category == pb.Notification_SECURITY.String() {
		kind = securityMail
	}
	return mail.Send(ctx, tx, mail.Message{
		Kind: kind, Cause: "notification/" + id.Format(notifications.Prefix(), e.ID),
		To: []message.Address{{Name: e.DisplayName, Email: e.Email}}, SubjectID: e.SubjectID,
		Language: cmp.Or(e.Language, defaultLanguage),
		Values:   template.Values{"title": e.Title, "body": e.Body, "link": link},
	})
}

// linkOf returns the link to a record, "" without a template.
func linkOf(ctx context.Context, tx *db.Tx, subjectID string) (string, error) {
	n := &pb.Notification{SubjectId: subjectID}
	err := loadLinks(ctx, tx, []*pb.Notification{n})
	return n.GetLink(), err
}

// maxAttempts is the number of failed attempts after which a notification is not sent any more.
const maxAttempts = 12

// postpone tries an email again after a pause that doubles with each failure, up to an hour, and
// gives up after the last attempt.
func (s *Service) postpone(ctx context.Context, channel string, key uuid.UUID) error {
	return s.write(ctx, func(ctx context.Context, tx *db.Tx) error {
		org, now := tx.Call().Organization.ID, tx.Call().Now()
		if _, err := tx.Exec(ctx, `
update platform.notification_deliveries
set due_time = $4::timestamptz + least(interval '30 seconds' * power(2, least(attempt_count, 10)), interval '1 hour'),
  attempt_count = attempt_count + 1
where org_id = $1
and notification_id = $2
and channel = $3`, org, key, channel, now); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
delete from platform.notification_deliveries
where org_id = $1
and notification_id = $2
and channel = $3
and attempt_count >= $4`, org, key, channel, maxAttempts)
		return err
	})
}
