package notification

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/mail/message"
	"backoffice/internal/platform/mail/template"
)

// digestEntries is the number of notifications that a digest lists. It counts the others.
const digestEntries = 50

const digestLines = `{{range .notifications}}

- {{.title}}{{if .link}}
  {{.link}}{{end}}{{end}}`

// digestMail is the mail of all notifications of a day. Whoever unsubscribes from it turns digests
// off, and still gets other mails.
var digestMail = mail.Kind{
	Name: "platform.notificationDigest", Description: "Sent once a day to a person with unread notifications.",
	Digest: true, Unsubscribe: turnDigestOff,
	Variables: []template.Variable{
		{Name: "count", Type: template.Number, Description: "Number of unread notifications."},
		{Name: "notifications", Type: template.List, Description: "The newest of them, up to 50.",
			Fields: []template.Variable{
				{Name: "title", Type: template.Text, Description: "Title of the notification."},
				{Name: "link", Type: template.URL, Description: "Link to the record. May be empty."},
			}},
	},
	Texts: map[string]template.Source{
		"en": {Subject: "Unread notifications: {{.count}}", Text: "What you have not read yet:" + digestLines},
		"de": {Subject: "Ungelesene Benachrichtigungen: {{.count}}",
			Text: "Was Sie noch nicht gelesen haben:" + digestLines},
		"es": {Subject: "Notificaciones sin leer: {{.count}}", Text: "Lo que aún no ha leído:" + digestLines},
		"fr": {Subject: "Notifications non lues : {{.count}}", Text: "Ce que vous n’avez pas encore lu :" + digestLines},
		"it": {Subject: "Notifiche non lette: {{.count}}", Text: "Che cosa non ha ancora letto:" + digestLines},
		"nl": {Subject: "Ongelezen meldingen: {{.count}}", Text: "Wat u nog niet hebt gelezen:" + digestLines},
		"pl": {Subject: "Nieprzeczytane powiadomienia: {{.count}}", Text: "Czego jeszcze nie przeczytano:" + digestLines},
		"pt": {Subject: "Notificações não lidas: {{.count}}", Text: "O que ainda não leu:" + digestLines},
		"sv": {Subject: "Olästa aviseringar: {{.count}}", Text: "Det här har du inte läst än:" + digestLines},
	},
}

// sendDigests sends a page of the digests that are due. It returns how many there were.
func (s *Service) sendDigests(ctx context.Context) (int, error) {
	persons, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*[]uuid.UUID, error) {
		persons, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select distinct d.person_id
from platform.notification_deliveries d
where d.org_id = $1
and d.channel = 'DIGEST'
and d.due_time <= $2
order by d.person_id
limit $3`, tx.Call().Organization.ID, tx.Call().Now(), emailPage)
		return &persons, err
	})
	if err != nil {
		return 0, err
	}
	var failures error
	for _, p := range *persons {
		err := s.write(ctx, func(ctx context.Context, tx *db.Tx) error { return sendDigest(ctx, tx, p) })
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		if err != nil {
			failures = errors.Join(failures, fmt.Errorf("digest of %s: %w", p, err), s.postponeDigest(ctx, p))
		}
	}
	return len(*persons), failures
}

// postponeDigest tries the digest of a person again an hour later.
func (s *Service) postponeDigest(ctx context.Context, person uuid.UUID) error {
	return s.write(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
update platform.notification_deliveries
set due_time = $3::timestamptz + interval '1 hour'
where org_id = $1
and person_id = $2
and channel = 'DIGEST'
and due_time <= $3`, tx.Call().Organization.ID, person, tx.Call().Now())
		return err
	})
}

// digestEntry is a notification in a digest.
type digestEntry struct{ SubjectID, Title string }

// dueEntry is a delivery in a digest.
type dueEntry struct {
	NotificationID uuid.UUID
	UnreadOnly     bool
	DueTime        time.Time
}

// takeDigest removes what is due for the digest of a person.
const takeDigest = `
delete from platform.notification_deliveries
where org_id = $1
and person_id = $2
and channel = 'DIGEST'
and due_time <= $3
returning notification_id, unread_only, due_time`

// selectUnread selects what is still unread, newest first. $3 are entries that need not be unread.
const selectUnread = `
select n.subject_id, n.title
from platform.notifications n
where n.org_id = $1
and n.id = any($2)
and (n.state = 'UNREAD' or n.id = any($3))
order by n.id desc`

const selectRecipient = `
select p.id as person_id, p.email, p.display_name, p.archive_time is not null as archived,
  coalesce(r.preferences ->> 'languageCode', '') as language
from platform.persons p
left join platform.notification_preferences r on r.org_id = $1 and r.person_id = p.id
where p.org_id = $1
and p.id = $2`

// sendDigest sends the digest of a person, in the transaction that removes its deliveries. It sends
// none if everything is read.
func sendDigest(ctx context.Context, tx *db.Tx, person uuid.UUID) error {
	org := tx.Call().Organization.ID
	due, err := db.Collect[dueEntry](ctx, tx, takeDigest, org, person, tx.Call().Now())
	if err != nil || len(due) == 0 {
		return err
	}
	keys, always := make([]uuid.UUID, len(due)), []uuid.UUID{}
	for i, d := range due {
		if keys[i] = d.NotificationID; !d.UnreadOnly {
			always = append(always, d.NotificationID)
		}
	}
	unread, err := db.Collect[digestEntry](ctx, tx, selectUnread, org, keys, always)
	if err != nil || len(unread) == 0 {
		return err
	}
	found, err := db.Collect[recipient](ctx, tx, selectRecipient, org, person)
	if err != nil || len(found) == 0 || found[0].Archived || found[0].Email == "" {
		return err
	}
	list, err := listEntries(ctx, tx, unread[:min(len(unread), digestEntries)])
	if err != nil {
		return err
	}
	cause := fmt.Sprintf("digest/%s/%d", id.Format(personPrefix, person), due[0].DueTime.UnixMicro())
	return mail.Send(ctx, tx, mail.Message{
		Kind: digestMail, Cause: cause, To: []message.Address{{Name: found[0].DisplayName, Email: found[0].Email}},
		Language: cmp.Or(found[0].Language, defaultLanguage),
		Values:   template.Values{"count": decimal.NewFromInt(int64(len(unread))), "notifications": list},
	})
}

func listEntries(ctx context.Context, tx *db.Tx, entries []digestEntry) ([]template.Values, error) {
	linked := make([]*pb.Notification, len(entries))
	for i, e := range entries {
		linked[i] = &pb.Notification{SubjectId: e.SubjectID}
	}
	if err := loadLinks(ctx, tx, linked); err != nil {
		return nil, err
	}
	list := make([]template.Values, len(entries))
	for i, e := range entries {
		list[i] = template.Values{"title": e.Title, "link": linked[i].GetLink()}
	}
	return list, nil
}

// turnDigestOff turns off the digest of the person whose address it was sent to.
func turnDigestOff(ctx context.Context, tx *db.Tx, e *pb.SentEmail) error {
	persons, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select p.id
from platform.persons p
where p.org_id = $1
and p.email <> ''
and lower(p.email) = lower($2)`, tx.Call().Organization.ID, e.GetRecipientEmail())
	if err != nil {
		return err
	}
	caller := tx.Call()
	defer tx.ActAs(caller)
	for _, p := range persons {
		own := *caller
		own.PersonID = p
		tx.ActAs(&own)
		if _, err := changePreferences(ctx, tx, func(p *pb.NotificationPreferences) error {
			p.DigestOff = true
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}
