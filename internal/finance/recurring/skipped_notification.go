package recurring

import (
	"context"

	"github.com/google/uuid"

	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/notice"
)

// skippedNotification tells the responsible person that an invoice was not created, not issued or
// not mailed.
var skippedNotification = notice.Kind{
	Name: "recurringInvoice.skipped", Category: platformv1.Notification_SYSTEM,
	Description: "An invoice of a recurring invoice that the person is responsible for was not created, issued or mailed.",
	On:          []string{"finance.recurringInvoice.skipped"}, Find: findResponsible,
	Texts: map[string]string{
		"en": "An invoice of {subject} was refused",
		"de": "Eine Rechnung von {subject} wurde abgelehnt",
		"es": "Se rechazó una factura de {subject}",
		"fr": "Une facture de {subject} a été refusée",
		"it": "Una fattura di {subject} è stata rifiutata",
		"nl": "Een factuur van {subject} is geweigerd",
		"pl": "Faktura z {subject} została odrzucona",
		"pt": "Uma fatura de {subject} foi recusada",
		"sv": "En faktura från {subject} avvisades",
	},
}

// findResponsible returns the responsible person, and why the latest invoice was refused.
func findResponsible(ctx context.Context, tx *db.Tx, e notice.Event) (a notice.Audience, err error) {
	r, err := recurringInvoices.Table().Get(ctx, tx, e.SubjectID)
	if err != nil || r.ResponsibleId == "" || len(r.Skips) == 0 {
		return a, err
	}
	person, err := id.Parse("prs", r.ResponsibleId)
	return notice.Audience{Persons: []uuid.UUID{person}, Body: r.Skips[0].Date + ": " + r.Skips[0].Message}, err
}
