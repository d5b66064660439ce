package notification

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
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

// digestMail is the mail of all notifications of a day, and of those of which it reminds. Whoever
// unsubscribes from it turns digests off, and still gets other mails.
var digestMail = mail.Kind{
	Name:        "platform.notificationDigest",
	Description: "Sent once a day to a person with unread notifications or overdue records.",
	Digest:      true, Unsubscribe: turnDigestOff,
	Variables: []template.Variable{
		{Name: "count", Type: template.Number, Description: "Number of notifications."},
		{Name: "notifications", Type: template.List, Description: "The newest of them, up to 50.",
			Fields: []template.Variable{
				{Name: "title", Type: template.Text, Description: "Title of the notification."},
				{Name: "link", Type: template.URL, Description: "Link to the record. May be empty."},
			}},
	},
	Texts: map[string]template.Source{
		"en": {Subject: "Unread or overdue: {{.count}}", Text: "What is unread or still overdue:" + digestLines},
		"de": {Subject: "Ungelesen oder überfällig: {{.count}}",
			Text: "Was ungelesen oder noch überfällig ist:" + digestLines},
		"es": {Subject: "Sin leer o vencido: {{.count}}", Text: "Lo que está sin leer o sigue vencido:" + digestLines},
		"fr": {Subject: "Non lu ou en retard : {{.count}}", Text: "Ce qui est non lu ou encore en retard :" + digestLines},
		"it": {Subject: "Non letto o scaduto: {{.count}}", Text: "Che cosa non è letto o è ancora scaduto:" + digestLines},
		"nl": {Subject: "Ongelezen of te laat: {{.count}}", Text: "Wat ongelezen of nog te laat is:" + digestLines},
		"pl": {Subject: "Nieprzeczytane lub po terminie: {{.count}}",
			Text: "Co jest nieprzeczytane lub nadal po terminie:" + digestLines},
		"pt": {Subject: "Por ler ou em atraso: {{.count}}", Text: "O que está por ler ou continua em atraso:" + digestLines},
		"sv": {Subject: "Oläst eller försenat: {{.count}}",
			Text: "Det här är oläst eller fortfarande försenat:" + digestLines},
	},
}

// sendDigests sends a page of the digests that are due. It returns how many there were.
func (s *Service) sendDigests(ctx context.Context) (int, error) {
	persons, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*[]uuid.UUID, error) {
		persons, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select distinct d.person_id
from platform.notification_deliveries d
where d.org_id = $1
and d.channel in ('DIGEST', 'REMINDER')
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
		err := s.write(ctx, func(ctx context.Context, tx *db.Tx) error { return s.sendDigest(ctx, tx, p) })
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
and channel in ('DIGEST', 'REMINDER')
and due_time <= $3`, tx.Call().Organization.ID, person, tx.Call().Now())
		return err
	})
}

// digestEntry is a notification in a digest.
type digestEntry struct {
	ID                                 uuid.UUID
	NotificationKind, SubjectID, Title string
	Listed                             bool
}

// dueEntry is a delivery in a digest.
type dueEntry struct {
	NotificationID uuid.UUID
	Channel        string
	UnreadOnly     bool
	DueTime        time.Time
}

// takeDigest removes what is due for the digest of a person.
const takeDigest = `
delete from platform.notification_deliveries
where org_id = $1
and person_id = $2
and channel in ('DIGEST', 'REMINDER')
and due_time <= $3
returning notification_id, channel, unread_only, due_time`

// selectEntries selects what may be in a digest, newest first. Listed is true for what is in it
// because it is still unread. $3 are those that must be unread, $4 those that need not be.
const selectEntries = `
select n.id, n.notification_kind, n.subject_id, n.title,
  n.id = any($4) or n.id = any($3) and n.state = 'UNREAD' as listed
from platform.notifications n
where n.org_id = $1
and n.id = any($2)
order by n.id desc`

const selectRecipient = `
select p.id as person_id, p.email, p.display_name, p.archive_time is not null as archived,
  coalesce(r.preferences ->> 'languageCode', '') as language
from platform.persons p
left join platform.notification_preferences r on r.org_id = $1 and r.person_id = p.id
where p.org_id = $1
and p.id = $2`

// sendDigest sends the digest of a person, in the transaction that removes its deliveries. It sends
// none if everything is read and there is nothing of which to remind.
func (s *Service) sendDigest(ctx context.Context, tx *db.Tx, person uuid.UUID) error {
	due, err := db.Collect[dueEntry](ctx, tx, takeDigest, tx.Call().Organization.ID, person, tx.Call().Now())
	if err != nil || len(due) == 0 {
		return err
	}
	found, err := db.Collect[recipient](ctx, tx, selectRecipient, tx.Call().Organization.ID, person)
	if err != nil || len(found) == 0 || found[0].Archived {
		return err
	}
	entries, err := s.digestEntries(ctx, tx, person, due)
	if err != nil || len(entries) == 0 || found[0].Email == "" {
		return err
	}
	list, err := listEntries(ctx, tx, entries[:min(len(entries), digestEntries)])
	if err != nil {
		return err
	}
	cause := fmt.Sprintf("digest/%s/%d", id.Format(personPrefix, person), due[0].DueTime.UnixMicro())
	return mail.Send(ctx, tx, mail.Message{
		Kind: digestMail, Cause: cause, To: []message.Address{{Name: found[0].DisplayName, Email: found[0].Email}},
		Language: cmp.Or(found[0].Language, defaultLanguage),
		Values:   template.Values{"count": decimal.NewFromInt(int64(len(entries))), "notifications": list},
	})
}

// digestEntries returns what is in a digest: what is still unread, and what it reminds of, once for
// each record. It plans the next reminders.
func (s *Service) digestEntries(
	ctx context.Context, tx *db.Tx, person uuid.UUID, due []dueEntry,
) ([]digestEntry, error) {
	keys, unread, always := []uuid.UUID{}, []uuid.UUID{}, []uuid.UUID{}
	reminders := map[uuid.UUID]bool{}
	for _, d := range due {
		keys = append(keys, d.NotificationID)
		switch {
		case d.Channel == reminderChannel:
			reminders[d.NotificationID] = true
		case d.UnreadOnly:
			unread = append(unread, d.NotificationID)
		default:
			always = append(always, d.NotificationID)
		}
	}
	entries, err := db.Collect[digestEntry](ctx, tx, selectEntries, tx.Call().Organization.ID, keys, unread, always)
	if err != nil {
		return nil, err
	}
	holding, err := s.holdingReminders(ctx, tx, person, entries, reminders)
	if err != nil {
		return nil, err
	}
	preferred, err := preferencesOf(ctx, tx, []uuid.UUID{person})
	if err != nil {
		return nil, err
	}
	p, plan := preferred[person], &planned{}
	reminded := map[string]bool{}
	entries = slices.DeleteFunc(entries, func(e digestEntry) bool {
		if holding[e.ID] && !reminded[e.SubjectID] {
			reminded[e.SubjectID] = true
			next := p.nextDigest(tx.Call().Now(), tx.Call().Organization.Zone)
			plan.add(stored{e.ID, person}, reminderChannel, uuid.Nil, next, false)
			return !e.Listed && !p.wantsReminders(s.kinds[e.NotificationKind])
		}
		return !e.Listed || holding[e.ID]
	})
	return entries, plan.store(ctx, tx)
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
