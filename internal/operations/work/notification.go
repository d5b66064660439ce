package work

import (
	"context"
	"slices"

	"github.com/google/uuid"

	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/notice"
)

// notifications are the kinds of notification about tasks. Owners are told of assignments and
// deadlines as with all records that have a responsible person.
var notifications = []notice.Kind{collaborationNotification, blockedNotification, unblockedNotification}

var collaborationNotification = notice.Kind{
	Name: "task.collaborator", Category: platformv1.Notification_ASSIGNMENT,
	Description: "The person becomes a collaborator on a task.",
	On:          []string{"operations.task.created", "operations.task.updated"},
	Concerns:    changesCollaborators, Find: findNewCollaborators,
	Texts: map[string]string{
		"en": "{actor} added you to {subject}",
		"de": "{actor} hat Sie zu {subject} hinzugefügt",
		"es": "{actor} le ha añadido a {subject}",
		"fr": "{actor} vous a ajouté à {subject}",
		"it": "{actor} l’ha aggiunta a {subject}",
		"nl": "{actor} heeft u toegevoegd aan {subject}",
		"pl": "Dodano Cię ({actor}): {subject}",
		"pt": "{actor} adicionou-o a {subject}",
		"sv": "{actor} har lagt till dig i {subject}",
	},
}

var blockedNotification = notice.Kind{
	Name: "task.blocked", Category: platformv1.Notification_DEADLINE,
	Description: "A task of the person waits for another task again, because that one was reopened.",
	On:          []string{"operations.task.blocked"}, Find: findTaskOwner,
	Texts: map[string]string{
		"en": "{subject} is blocked again",
		"de": "{subject} ist wieder blockiert",
		"es": "{subject} vuelve a estar bloqueada",
		"fr": "{subject} est de nouveau bloquée",
		"it": "{subject} è di nuovo bloccata",
		"nl": "{subject} is weer geblokkeerd",
		"pl": "Ponownie zablokowano: {subject}",
		"pt": "{subject} está novamente bloqueada",
		"sv": "{subject} är blockerad igen",
	},
}

var unblockedNotification = notice.Kind{
	Name: "task.unblocked", Category: platformv1.Notification_DEADLINE,
	Description: "A task of the person no longer waits for other tasks.",
	On:          []string{"operations.task.unblocked"}, Find: findTaskOwner,
	Texts: map[string]string{
		"en": "{subject} is no longer blocked",
		"de": "{subject} ist nicht mehr blockiert",
		"es": "{subject} ya no está bloqueada",
		"fr": "{subject} n’est plus bloquée",
		"it": "{subject} non è più bloccata",
		"nl": "{subject} is niet meer geblokkeerd",
		"pl": "Odblokowano: {subject}",
		"pt": "{subject} já não está bloqueada",
		"sv": "{subject} är inte längre blockerad",
	},
}

// collaboratorsField is the field of collaborators in JSON.
const collaboratorsField = "collaboratorIds"

// changesCollaborators reports whether an event created a task or changed its collaborators.
func changesCollaborators(_ *db.Tx, e notice.Event) bool {
	return e.Changes == nil || slices.ContainsFunc(e.Changes, func(c notice.Change) bool {
		return c.Field == collaboratorsField
	})
}

// findNewCollaborators returns the persons whom an event made collaborators.
func findNewCollaborators(ctx context.Context, tx *db.Tx, e notice.Event) (a notice.Audience, err error) {
	if e.Changes == nil {
		found, err := tasks.Table().GetExisting(ctx, tx, []string{e.SubjectID})
		if t := found[e.SubjectID]; t != nil {
			a.Persons = personKeys(t.CollaboratorIds)
		}
		return a, err
	}
	for _, c := range e.Changes {
		if c.Field == collaboratorsField {
			before := personKeys(texts(c.Before))
			a.Persons = slices.DeleteFunc(personKeys(texts(c.After)), func(p uuid.UUID) bool {
				return slices.Contains(before, p)
			})
		}
	}
	return a, nil
}

// texts returns the texts in a changed list.
func texts(value any) (list []string) {
	items, _ := value.([]any)
	for _, item := range items {
		if text, ok := item.(string); ok {
			list = append(list, text)
		}
	}
	return list
}

func personKeys(ids []string) []uuid.UUID {
	keys := make([]uuid.UUID, len(ids))
	for i, person := range ids {
		keys[i], _ = id.Parse("prs", person) // stored, so valid
	}
	return keys
}

// findTaskOwner returns the owner of a task that is still open.
func findTaskOwner(ctx context.Context, tx *db.Tx, e notice.Event) (a notice.Audience, err error) {
	found, err := tasks.Table().GetExisting(ctx, tx, []string{e.SubjectID})
	if t := found[e.SubjectID]; t != nil && isOpen(t) {
		a.Persons = personKeys([]string{t.OwnerId})
	}
	return a, err
}
