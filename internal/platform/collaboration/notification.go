package collaboration

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/notice"
	"backoffice/internal/platform/table"
)

// Notifications returns the kinds of notification about comments and requests.
func Notifications() []notice.Kind {
	return []notice.Kind{mentionNotification, commentNotification, requestNotification}
}

var mentionNotification = notice.Kind{
	Name: "comment.mention", Category: pb.Notification_MENTION, Description: "A comment mentions the person.",
	On: []string{"platform.comment.created", "platform.comment.updated"}, Find: findMentioned,
	Texts: map[string]string{
		"en": "{actor} mentioned you on {subject}",
		"de": "{actor} hat Sie bei {subject} erwähnt",
		"es": "{actor} le ha mencionado en {subject}",
		"fr": "{actor} vous a mentionné sur {subject}",
		"it": "{actor} l’ha menzionata in {subject}",
		"nl": "{actor} heeft u genoemd bij {subject}",
		"pl": "{actor} wspomina o Tobie: {subject}",
		"pt": "{actor} mencionou-o em {subject}",
		"sv": "{actor} nämnde dig i {subject}",
	},
}

var commentNotification = notice.Kind{
	Name: "comment.created", Category: pb.Notification_COMMENT,
	Description: "Someone comments on a record that the person owns or watches.",
	On:          []string{"platform.comment.created"}, Find: findWatchers,
	Defaults: notice.Modes{pb.NotificationPreferences_EMAIL: pb.NotificationPreferences_DIGEST},
	Texts: map[string]string{
		"en": "{actor} commented on {subject}",
		"de": "{actor} hat {subject} kommentiert",
		"es": "{actor} ha comentado en {subject}",
		"fr": "{actor} a commenté {subject}",
		"it": "{actor} ha commentato {subject}",
		"nl": "{actor} heeft gereageerd op {subject}",
		"pl": "Nowy komentarz ({actor}): {subject}",
		"pt": "{actor} comentou em {subject}",
		"sv": "{actor} kommenterade {subject}",
	},
}

var requestNotification = notice.Kind{
	Name: "acknowledgment.requested", Category: pb.Notification_ASSIGNMENT,
	Description: "The person is asked to acknowledge a record.",
	On:          []string{"platform.acknowledgmentRequest.created"}, Find: findAsked, Values: []string{"due"},
	Texts: map[string]string{
		"en": "Please acknowledge {subject} by {due}",
		"de": "Bitte bestätigen Sie {subject} bis {due}",
		"es": "Confirme la lectura de {subject} antes del {due}",
		"fr": "Veuillez confirmer la lecture de {subject} avant le {due}",
		"it": "Confermi la lettura di {subject} entro il {due}",
		"nl": "Bevestig dat u {subject} hebt gelezen, uiterlijk {due}",
		"pl": "Potwierdź zapoznanie się do {due}: {subject}",
		"pt": "Confirme a leitura de {subject} até {due}",
		"sv": "Bekräfta att du har läst {subject} senast {due}",
	},
}

const selectMentioned = `
select m.person_id
from platform.comment_mentions m
where m.org_id = $1
and m.comment_id = $2`

// findMentioned returns the persons whom a comment mentions. An edit does not tell them again.
func findMentioned(ctx context.Context, tx *db.Tx, e notice.Event) (a notice.Audience, err error) {
	key, err := comments.Table().Key(e.RecordID)
	if err != nil {
		return a, err
	}
	a.Cause = e.RecordID
	if a.Persons, err = db.CollectColumn[uuid.UUID](ctx, tx, selectMentioned, tx.Call().Organization.ID,
		key); err != nil {
		return a, err
	}
	a.Body, err = plainText(ctx, tx, key)
	return a, err
}

// findWatchers returns the owner and the watchers of the record that a comment is on, without those
// whom the comment mentions. It returns no one if the comment was deleted.
func findWatchers(ctx context.Context, tx *db.Tx, e notice.Event) (a notice.Audience, err error) {
	key, err := comments.Table().Key(e.RecordID)
	if err != nil {
		return a, err
	}
	kind, subject, err := table.ParseSubject(e.SubjectID)
	if err != nil {
		return a, err
	}
	watching, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select w.person_id
from platform.watchers w
where w.org_id = $1
and w.kind = $2
and w.subject_key = $3`, tx.Call().Organization.ID, kind, subject)
	if err != nil {
		return a, err
	}
	mentioned, err := db.CollectColumn[uuid.UUID](ctx, tx, selectMentioned, tx.Call().Organization.ID, key)
	if err != nil {
		return a, err
	}
	if a.Body, err = plainText(ctx, tx, key); err != nil || a.Body == "" {
		return a, err
	}
	a.Cause = e.RecordID
	a.Persons = slices.DeleteFunc(append(watching, e.OwnerID), func(p uuid.UUID) bool {
		return slices.Contains(mentioned, p)
	})
	return a, nil
}

// plainText returns the text of a comment with the names of those whom it mentions, "" if it was
// deleted.
func plainText(ctx context.Context, tx *db.Tx, key uuid.UUID) (string, error) {
	var text string
	err := tx.QueryRow(ctx, `
select c.body_markdown
from platform.comments c
where c.org_id = $1
and c.id = $2`, tx.Call().Organization.ID, key).Scan(&text)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	persons := mentionsIn(text)
	if len(persons) == 0 {
		return text, nil
	}
	names, err := namesOf(ctx, tx, persons)
	if err != nil {
		return "", err
	}
	for person, name := range names {
		text = strings.ReplaceAll(text, "@["+person+"]", "@"+name)
	}
	return text, nil
}

var selectOpenAsked = strings.ReplaceAll(`
select p.id
from platform.acknowledgment_requests t
join platform.persons p on p.org_id = $1 and p.archive_time is null and `+asksPerson+`
where t.org_id = $1
and t.id = $2
and t.state = 'OPEN'`, ":now", "$3")

// findAsked returns the persons whom a request asks, if it is still open.
func findAsked(ctx context.Context, tx *db.Tx, e notice.Event) (a notice.Audience, err error) {
	r, err := requests.Find(ctx, tx, e.RecordID)
	if err != nil {
		return a, err
	}
	key, err := requests.Table().Key(r.Id)
	if err != nil {
		return a, err
	}
	due, err := calendar.ParseDate(r.DueDate)
	if err != nil {
		return a, err
	}
	a.Body, a.Values, a.Cause = r.Message, map[string]any{"due": due}, id.Format(requests.Prefix(), key)
	a.Persons, err = db.CollectColumn[uuid.UUID](ctx, tx, selectOpenAsked, tx.Call().Organization.ID, key,
		tx.Call().Now())
	return a, err
}
