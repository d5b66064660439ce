package timekeeping

import (
	"context"

	"github.com/google/uuid"

	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/notice"
	"backoffice/internal/platform/resource"
)

// notifications are the kinds of notification about timesheets.
func notifications() []notice.Kind {
	return []notice.Kind{submissionNotification, approvalNotification, rejectionNotification, reopeningNotification}
}

var submissionNotification = notice.Kind{
	Name: "timesheet.submitted", Category: platformv1.Notification_APPROVAL,
	Description: "Someone whose manager the person is, or who has no manager, submits a timesheet.",
	On:          []string{"operations.timesheet.submitted"}, Find: findManager, Values: []string{"start", "end"},
	Texts: map[string]string{
		"en": "{actor} submitted the timesheet from {start} to {end}",
		"de": "{actor} hat den Stundenzettel vom {start} bis {end} eingereicht",
		"es": "{actor} ha enviado la hoja de horas del {start} al {end}",
		"fr": "{actor} a soumis la feuille de temps du {start} au {end}",
		"it": "{actor} ha inviato il foglio ore dal {start} al {end}",
		"nl": "{actor} heeft de urenstaat van {start} tot {end} ingediend",
		"pl": "Przesłano kartę czasu pracy od {start} do {end} ({actor})",
		"pt": "{actor} enviou a folha de horas de {start} a {end}",
		"sv": "{actor} har lämnat in tidrapporten från {start} till {end}",
	},
}

var approvalNotification = notice.Kind{
	Name: "timesheet.approved", Category: platformv1.Notification_APPROVAL,
	Description: "A timesheet of the person is approved.",
	On:          []string{"operations.timesheet.approved"}, Find: findPerson, Values: []string{"start", "end"},
	Texts: map[string]string{
		"en": "{actor} approved your timesheet from {start} to {end}",
		"de": "{actor} hat Ihren Stundenzettel vom {start} bis {end} genehmigt",
		"es": "{actor} ha aprobado su hoja de horas del {start} al {end}",
		"fr": "{actor} a approuvé votre feuille de temps du {start} au {end}",
		"it": "{actor} ha approvato il suo foglio ore dal {start} al {end}",
		"nl": "{actor} heeft uw urenstaat van {start} tot {end} goedgekeurd",
		"pl": "Zatwierdzono kartę czasu pracy od {start} do {end} ({actor})",
		"pt": "{actor} aprovou a sua folha de horas de {start} a {end}",
		"sv": "{actor} har godkänt din tidrapport från {start} till {end}",
	},
}

var rejectionNotification = notice.Kind{
	Name: "timesheet.rejected", Category: platformv1.Notification_APPROVAL,
	Description: "A timesheet of the person is rejected.",
	On:          []string{"operations.timesheet.rejected"}, Find: findPerson, Values: []string{"start", "end"},
	Texts: map[string]string{
		"en": "{actor} rejected your timesheet from {start} to {end}",
		"de": "{actor} hat Ihren Stundenzettel vom {start} bis {end} abgelehnt",
		"es": "{actor} ha rechazado su hoja de horas del {start} al {end}",
		"fr": "{actor} a refusé votre feuille de temps du {start} au {end}",
		"it": "{actor} ha respinto il suo foglio ore dal {start} al {end}",
		"nl": "{actor} heeft uw urenstaat van {start} tot {end} afgewezen",
		"pl": "Odrzucono kartę czasu pracy od {start} do {end} ({actor})",
		"pt": "{actor} rejeitou a sua folha de horas de {start} a {end}",
		"sv": "{actor} har avslagit din tidrapport från {start} till {end}",
	},
}

var reopeningNotification = notice.Kind{
	Name: "timesheet.reopened", Category: platformv1.Notification_APPROVAL,
	Description: "An approved timesheet of the person is reopened.",
	On:          []string{"operations.timesheet.reopened"}, Find: findPerson, Values: []string{"start", "end"},
	Texts: map[string]string{
		"en": "{actor} reopened your timesheet from {start} to {end}",
		"de": "{actor} hat Ihren Stundenzettel vom {start} bis {end} wieder geöffnet",
		"es": "{actor} ha reabierto su hoja de horas del {start} al {end}",
		"fr": "{actor} a rouvert votre feuille de temps du {start} au {end}",
		"it": "{actor} ha riaperto il suo foglio ore dal {start} al {end}",
		"nl": "{actor} heeft uw urenstaat van {start} tot {end} heropend",
		"pl": "Ponownie otwarto kartę czasu pracy od {start} do {end} ({actor})",
		"pt": "{actor} reabriu a sua folha de horas de {start} a {end}",
		"sv": "{actor} har öppnat din tidrapport från {start} till {end} igen",
	},
}

// findManager returns the manager of the person of a timesheet, or those who may approve the time
// of everyone if the person has none.
func findManager(ctx context.Context, tx *db.Tx, e notice.Event) (notice.Audience, error) {
	out, err := describe(ctx, tx, e)
	if err != nil || out.Values == nil { // the timesheet was deleted
		return out, err
	}
	manager, err := resource.Manager(ctx, tx, id.Format("prs", e.OwnerID))
	if err != nil {
		return notice.Audience{}, err
	}
	if manager != "" {
		key, err := id.Parse("prs", manager)
		out.Persons = []uuid.UUID{key}
		return out, err
	}
	out.Persons, err = db.CollectColumn[uuid.UUID](ctx, tx, `
select distinct k.person_id
from platform.api_keys k
where k.org_id = $1
and k.role in ('OWNER', 'ADMIN')
and k.state = 'ACTIVE'
and (k.expire_time is null or k.expire_time > $2)
and k.person_id <> $3`, tx.Call().Organization.ID, tx.Call().Now(), e.OwnerID)
	return out, err
}

// findPerson returns the person of a timesheet.
func findPerson(ctx context.Context, tx *db.Tx, e notice.Event) (notice.Audience, error) {
	out, err := describe(ctx, tx, e)
	if out.Values != nil { // the timesheet still exists
		out.Persons = []uuid.UUID{e.OwnerID}
	}
	return out, err
}

// describe returns what to tell about a timesheet: its week, and the reason of the decision.
func describe(ctx context.Context, tx *db.Tx, e notice.Event) (out notice.Audience, err error) {
	found, err := timesheets.Table().GetExisting(ctx, tx, []string{e.SubjectID})
	t := found[e.SubjectID]
	if err != nil || t == nil {
		return out, err
	}
	week, err := parseSpan(t.StartDate, t.EndDate)
	out.Values = map[string]any{"start": week.start, "end": week.end}
	for _, c := range e.Changes {
		if reason, ok := c.After.(string); ok && c.Field == "reason" {
			out.Body = reason
		}
	}
	return out, err
}
