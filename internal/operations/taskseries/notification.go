package taskseries

import (
	"context"
	"slices"

	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/operations/projects"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/notice"
)

// pauseNotification tells the people of a series that the server paused it.
var pauseNotification = notice.Kind{
	Name: "taskSeries.interrupted", Category: platformv1.Notification_SYSTEM,
	Description: "The server paused a series of tasks that the person owns or created, or of the person's project.",
	On:          []string{"operations.taskSeries.interrupted"}, Find: findPeople,
	Texts: map[string]string{
		"en": "{subject} creates no more tasks",
		"de": "{subject} legt keine Aufgaben mehr an",
		"es": "{subject} ya no crea tareas",
		"fr": "{subject} ne crée plus de tâches",
		"it": "{subject} non crea più attività",
		"nl": "{subject} maakt geen taken meer aan",
		"pl": "{subject} nie tworzy już zadań",
		"pt": "{subject} já não cria tarefas",
		"sv": "{subject} skapar inga fler uppgifter",
	},
}

// findPeople returns the owner and the creator of a series and the owner of its project, and why
// the series was paused.
func findPeople(ctx context.Context, tx *db.Tx, e notice.Event) (a notice.Audience, err error) {
	s, err := taskSeries.Table().Get(ctx, tx, e.SubjectID)
	if err != nil {
		return a, err
	}
	persons := []string{s.OwnerId, s.CreatorId}
	if s.ProjectId != "" {
		p, err := projects.FindProject(ctx, tx, s.ProjectId)
		if err != nil {
			return a, err
		}
		persons = append(persons, p.OwnerId)
	}
	for _, person := range persons {
		if person == "" {
			continue
		}
		key, err := id.Parse("prs", person)
		if err != nil {
			return a, err
		}
		if !slices.Contains(a.Persons, key) {
			a.Persons = append(a.Persons, key)
		}
	}
	a.Body = s.PauseReason
	return a, nil
}
