package planning

import (
	"context"
	"slices"

	"github.com/google/uuid"

	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/operations/projects"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/notice"
)

// updateRequestNotification asks the owner of a project for an update.
var updateRequestNotification = notice.Kind{
	Name: "projectUpdate.due", Category: platformv1.Notification_DEADLINE,
	Description: "An update of a project for which the person is accountable is due.",
	On:          []string{"operations.project.updateRequested"}, Find: findOwner, Values: []string{"due"},
	Texts: map[string]string{
		"en": "A project update of {subject} is due on {due}",
		"de": "Ein Statusbericht zu {subject} ist am {due} fällig",
		"es": "Una actualización del proyecto {subject} vence el {due}",
		"fr": "Un point d’avancement sur {subject} est attendu le {due}",
		"it": "Un aggiornamento del progetto {subject} scade il {due}",
		"nl": "Een update van het project {subject} moet op {due} klaar zijn",
		"pl": "Termin aktualizacji projektu {subject}: {due}",
		"pt": "Uma atualização do projeto {subject} vence em {due}",
		"sv": "En uppdatering av projektet {subject} ska vara klar {due}",
	},
}

// updateNotification tells the people of a project about a new update.
var updateNotification = notice.Kind{
	Name: "projectUpdate.written", Category: platformv1.Notification_COMMENT,
	Description: "A project update was written about a project of the person.",
	On:          []string{"operations.projectUpdate.created"}, Find: findPeople,
	Defaults: notice.Modes{
		platformv1.NotificationPreferences_EMAIL: platformv1.NotificationPreferences_DIGEST,
	},
	Texts: map[string]string{
		"en": "{actor} wrote a project update of {subject}",
		"de": "{actor} hat einen Statusbericht zu {subject} geschrieben",
		"es": "{actor} ha escrito una actualización del proyecto {subject}",
		"fr": "{actor} a rédigé un point d’avancement sur {subject}",
		"it": "{actor} ha scritto un aggiornamento del progetto {subject}",
		"nl": "{actor} heeft een update van het project {subject} geschreven",
		"pl": "Nowa aktualizacja projektu {subject} ({actor})",
		"pt": "{actor} escreveu uma atualização do projeto {subject}",
		"sv": "{actor} har skrivit en uppdatering av projektet {subject}",
	},
}

// findOwner returns the owner of a project, or the deputy if it has no owner.
func findOwner(ctx context.Context, tx *db.Tx, e notice.Event) (a notice.Audience, err error) {
	p, err := projects.FindProject(ctx, tx, e.SubjectID)
	if err != nil || p.UpdateDueDate == "" {
		return a, err
	}
	due, err := calendar.ParseDate(p.UpdateDueDate)
	if err != nil {
		return a, err
	}
	owner := p.OwnerId
	if owner == "" {
		owner = p.DeputyId
	}
	a.Persons, err = personKeys(owner)
	a.Values = map[string]any{"due": due}
	return a, err
}

// findPeople returns the owner, the deputy and the members of the project of an update.
func findPeople(ctx context.Context, tx *db.Tx, e notice.Event) (a notice.Audience, err error) {
	u, err := projectUpdates.Table().Get(ctx, tx, e.SubjectID)
	if err != nil {
		return a, err
	}
	p, err := projects.FindProject(ctx, tx, u.ProjectId)
	if err != nil {
		return a, err
	}
	a.Persons, err = personKeys(append([]string{p.OwnerId, p.DeputyId}, p.MemberIds...)...)
	a.Body, a.SubjectID = u.BodyMarkdown, p.Id
	return a, err
}

// personKeys returns the keys of persons, each once. It skips empty identifiers.
func personKeys(ids ...string) (keys []uuid.UUID, err error) {
	for _, person := range ids {
		if person == "" {
			continue
		}
		key, err := id.Parse("prs", person)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys, nil
}
