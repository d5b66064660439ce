package responsibility

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/reflect/protoreflect"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/notice"
	"backoffice/internal/platform/resource"
)

// Notifications returns the kinds of notification about responsibilities and deadlines.
func Notifications() []notice.Kind {
	return []notice.Kind{assignmentNotification, dueSoonNotification, dueNotification, overdueNotification}
}

var assignmentNotification = notice.Kind{
	Name: "responsibility.assigned", Category: pb.Notification_ASSIGNMENT,
	Description: "The person becomes responsible for a record.",
	Each:        []string{"created", "updated"}, Concerns: isAssignment, Find: findAssigned,
	Reminds: selectOverdue,
	Texts: map[string]string{
		"en": "{actor} made you responsible for {subject}",
		"de": "{actor} hat Ihnen {subject} übertragen",
		"es": "{actor} le ha asignado {subject}",
		"fr": "{actor} vous a confié {subject}",
		"it": "{actor} le ha affidato {subject}",
		"nl": "{actor} heeft u verantwoordelijk gemaakt voor {subject}",
		"pl": "Przekazano Tobie ({actor}): {subject}",
		"pt": "{actor} atribuiu-lhe {subject}",
		"sv": "{actor} har gjort dig ansvarig för {subject}",
	},
}

var dueSoonNotification = notice.Kind{
	Name: "deadline.dueSoon", Category: pb.Notification_DEADLINE,
	Description: "A record for which the person is responsible is due in three days.",
	Each:        []string{"dueSoon"}, Find: findResponsible, Values: []string{"due"},
	Defaults: notice.Modes{pb.NotificationPreferences_EMAIL: pb.NotificationPreferences_DIGEST},
	Texts: map[string]string{
		"en": "{subject} is due on {due}",
		"de": "{subject} ist am {due} fällig",
		"es": "{subject} vence el {due}",
		"fr": "{subject} arrive à échéance le {due}",
		"it": "{subject} scade il {due}",
		"nl": "{subject} moet op {due} klaar zijn",
		"pl": "Termin {due}: {subject}",
		"pt": "{subject} vence em {due}",
		"sv": "{subject} ska vara klart {due}",
	},
}

var dueNotification = notice.Kind{
	Name: "deadline.due", Category: pb.Notification_DEADLINE,
	Description: "A record for which the person is responsible is due today.",
	Each:        []string{"due"}, Find: findResponsible, Values: []string{"due"},
	Texts: map[string]string{
		"en": "{subject} is due today",
		"de": "{subject} ist heute fällig",
		"es": "{subject} vence hoy",
		"fr": "{subject} arrive à échéance aujourd’hui",
		"it": "{subject} scade oggi",
		"nl": "{subject} moet vandaag klaar zijn",
		"pl": "Termin mija dziś: {subject}",
		"pt": "{subject} vence hoje",
		"sv": "{subject} ska vara klart i dag",
	},
}

var overdueNotification = notice.Kind{
	Name: "deadline.overdue", Category: pb.Notification_DEADLINE,
	Description: "A record for which the person is responsible is overdue.",
	Each:        []string{"overdue"}, Find: findResponsible, Values: []string{"due"},
	Reminds: selectOverdue,
	Texts: map[string]string{
		"en": "{subject} was due on {due}",
		"de": "{subject} war am {due} fällig",
		"es": "{subject} venció el {due}",
		"fr": "{subject} était à rendre le {due}",
		"it": "{subject} è scaduto il {due}",
		"nl": "{subject} had op {due} klaar moeten zijn",
		"pl": "Termin minął {due}: {subject}",
		"pt": "{subject} venceu em {due}",
		"sv": "{subject} skulle ha varit klart {due}",
	},
}

// kindOf returns the kind of a record, nil if no one can be responsible for such records.
func kindOf(tx *db.Tx, recordID string) resource.AnyKind {
	prefix, _, _ := strings.Cut(recordID, "_")
	known, found := tx.Kinds().ByPrefix(prefix)
	if !found {
		return nil
	}
	if k, ok := known.(resource.AnyKind); ok && k.Responsibility() != nil {
		return k
	}
	return nil
}

// isAssignment reports whether an event made someone responsible for a record, or created a record.
func isAssignment(tx *db.Tx, e notice.Event) bool {
	kind := kindOf(tx, e.SubjectID)
	if kind == nil || e.Changes == nil {
		return kind != nil && strings.HasSuffix(e.Type, ".created")
	}
	return slices.ContainsFunc(e.Changes, func(c notice.Change) bool {
		return c.Field == fault.JSONName(kind.Responsibility().Person)
	})
}

// findAssigned returns the person whom an event made responsible for a record.
func findAssigned(ctx context.Context, tx *db.Tx, e notice.Event) (a notice.Audience, err error) {
	for _, c := range e.Changes {
		if c.Field == fault.JSONName(kindOf(tx, e.SubjectID).Responsibility().Person) {
			text, _ := c.After.(string) // null if no one is responsible any more
			a.Persons = []uuid.UUID{personKey(text)}
		}
	}
	if e.Changes == nil {
		r, err := loadPersons(ctx, tx, e.SubjectID)
		if err != nil || r == nil {
			return a, err
		}
		a.Persons = []uuid.UUID{r.Person.UUID}
	}
	return a, nil
}

// personKey returns the key of a person, uuid.Nil for "".
func personKey(text string) uuid.UUID {
	key, _ := id.Parse(personPrefix, text)
	return key
}

// findResponsible returns the person who is responsible for a record and, while that person is
// away, who acts instead.
func findResponsible(ctx context.Context, tx *db.Tx, e notice.Event) (a notice.Audience, err error) {
	r, err := loadPersons(ctx, tx, e.SubjectID)
	if err != nil || r == nil {
		return a, err
	}
	acting, err := loadActing(ctx, tx, []titled{*r})
	if err != nil {
		return a, err
	}
	due, err := calendar.ParseDate(r.title)
	if err != nil {
		return a, nil //nolint:nilerr // the record has no due date any more
	}
	return notice.Audience{
		Persons: []uuid.UUID{r.Person.UUID, personKey(acting[0])}, Values: map[string]any{"due": due},
	}, nil
}

// loadPersons returns who is responsible for a record, nil if the record does not exist any more.
// The title is its due date.
func loadPersons(ctx context.Context, tx *db.Tx, recordID string) (*titled, error) {
	kind := kindOf(tx, recordID)
	if kind == nil {
		return nil, nil
	}
	found, err := kind.Load(ctx, tx, []string{recordID})
	if err != nil || found[0].Record == nil {
		return nil, err
	}
	m := found[0].Record.ProtoReflect()
	text := func(field string) string {
		if field == "" {
			return ""
		}
		return m.Get(m.Descriptor().Fields().ByName(protoreflect.Name(field))).String()
	}
	nullable := func(person string) uuid.NullUUID {
		key := personKey(person)
		return uuid.NullUUID{UUID: key, Valid: key != uuid.Nil}
	}
	d := kind.Responsibility()
	r := &titled{subjectID: recordID, title: text(d.Due)}
	r.Person, r.Deputy = nullable(text(d.Person)), nullable(text(d.Deputy))
	return r, nil
}
