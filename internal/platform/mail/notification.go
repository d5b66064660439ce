package mail

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/notice"
	"backoffice/internal/platform/table"
)

// Notifications returns the kinds of notification about suppressed addresses.
func Notifications() []notice.Kind { return []notice.Kind{suppressedNotification} }

var suppressedNotification = notice.Kind{
	Name: "email.suppressed", Category: pb.Notification_SYSTEM,
	Description: "An email that the person sent was returned, or the person is an administrator.",
	On:          []string{"platform.emailSuppression.created", "platform.emailSuppression.updated"},
	Find:        findSenders, Values: []string{"email"},
	Defaults: notice.Modes{pb.NotificationPreferences_EMAIL: pb.NotificationPreferences_DIGEST},
	Texts: map[string]string{
		"en": "{email} gets no more email, because one was returned",
		"de": "{email} erhält keine E-Mails mehr, weil eine zurückkam",
		"es": "{email} ya no recibe correos, porque uno fue devuelto",
		"fr": "{email} ne reçoit plus d’e-mails, car l’un d’eux a été retourné",
		"it": "{email} non riceve più email, perché una è stata respinta",
		"nl": "{email} krijgt geen e-mail meer, omdat er een is teruggekomen",
		"pl": "{email} nie otrzyma więcej wiadomości, ponieważ jedna wróciła",
		"pt": "{email} já não recebe emails, porque um foi devolvido",
		"sv": "{email} får inga fler mejl, eftersom ett kom tillbaka",
	},
}

// findSenders returns whom to tell of a suppressed address: the person who sent the email that was
// returned, and the administrators. They are told about that email, which its sender may read.
func findSenders(ctx context.Context, tx *db.Tx, e notice.Event) (a notice.Audience, err error) {
	_, key, err := table.ParseSubject(e.SubjectID)
	if err != nil {
		return a, err
	}
	var email string
	var sent, sender uuid.NullUUID
	org := tx.Call().Organization.ID
	err = tx.QueryRow(ctx, `
select s.email, s.sent_email_id, e.person_id
from platform.email_suppressions s
left join platform.sent_emails e on e.org_id = $1 and e.id = s.sent_email_id
where s.org_id = $1
and s.id = $2
and s.reason in ('BOUNCE', 'COMPLAINT')`, org, key).Scan(&email, &sent, &sender)
	if errors.Is(err, pgx.ErrNoRows) {
		return a, nil
	}
	if err != nil {
		return a, err
	}
	a.Values = map[string]any{"email": email}
	if sent.Valid {
		a.SubjectID = id.Format("sem", sent.UUID)
	}
	a.Persons, err = db.CollectColumn[uuid.UUID](ctx, tx, `
select distinct k.person_id
from platform.api_keys k
where k.org_id = $1
and k.role in ('OWNER', 'ADMIN')
and k.state = 'ACTIVE'`, org)
	a.Persons = append(a.Persons, sender.UUID)
	return a, err
}
