package longwork

import (
	"context"
	"strings"
	"unicode"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/notice"
)

// Notifications returns the kinds of notification about operations.
func Notifications() []notice.Kind {
	return []notice.Kind{successNotification, failureNotification}
}

var successNotification = notice.Kind{
	Name: "operation.succeeded", Category: pb.Notification_SYSTEM,
	Description: "An operation that the person started is complete.",
	On:          []string{"platform.operation.succeeded"}, Find: findStarter, Values: []string{"work"},
	Defaults:  notice.Modes{pb.NotificationPreferences_EMAIL: pb.NotificationPreferences_OFF},
	TellActor: true,
	Texts: map[string]string{
		"en": "{work} is complete",
		"de": "{work} ist fertig",
		"es": "{work} ha terminado",
		"fr": "{work} est terminé",
		"it": "{work} è terminato",
		"nl": "{work} is voltooid",
		"pl": "Zakończono: {work}",
		"pt": "{work} terminou",
		"sv": "{work} är klart",
	},
}

var failureNotification = notice.Kind{
	Name: "operation.failed", Category: pb.Notification_SYSTEM,
	Description: "An operation that the person started has failed.",
	On:          []string{"platform.operation.failed"}, Find: findStarter, Values: []string{"work"},
	TellActor: true,
	Texts: map[string]string{
		"en": "{work} has failed",
		"de": "{work} ist fehlgeschlagen",
		"es": "{work} ha fallado",
		"fr": "{work} a échoué",
		"it": "{work} non è riuscito",
		"nl": "{work} is mislukt",
		"pl": "Nie powiodło się: {work}",
		"pt": "{work} falhou",
		"sv": "{work} misslyckades",
	},
}

// findStarter returns the person who started an operation.
func findStarter(ctx context.Context, tx *db.Tx, e notice.Event) (a notice.Audience, err error) {
	o, err := operations.Find(ctx, tx, e.SubjectID)
	if err != nil {
		return a, err
	}
	return notice.Audience{
		Persons: []uuid.UUID{e.OwnerID}, Body: o.GetError().GetMessage(),
		Values: map[string]any{"work": wordsOf(o.GetMethod())},
	}, nil
}

// wordsOf returns the name of a method as words, such as `Apply bank rules`.
func wordsOf(method string) string {
	name := method[strings.LastIndex(method, "/")+1:]
	var out strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			out.WriteByte(' ')
			r = unicode.ToLower(r)
		}
		out.WriteRune(r)
	}
	return out.String()
}
