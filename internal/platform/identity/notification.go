package identity

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/notification"
)

// Notifications returns the kinds of notification about API keys.
func Notifications() []notification.Kind {
	return []notification.Kind{keyCreatedNotification, keyRevokedNotification}
}

var keyCreatedNotification = notification.Kind{
	Name: "apiKey.created", Category: pb.Notification_SECURITY,
	Description: "Someone else creates an API key of the person, or the person is an owner of the organization.",
	On:          []history.Type{"platform.apiKey.created"}, Find: findKeyHolders,
	Texts: map[string]string{
		"en": "{actor} created the API key {subject}",
		"de": "{actor} hat den API-Schlüssel {subject} erstellt",
		"es": "{actor} ha creado la clave de API {subject}",
		"fr": "{actor} a créé la clé d’API {subject}",
		"it": "{actor} ha creato la chiave API {subject}",
		"nl": "{actor} heeft de API-sleutel {subject} gemaakt",
		"pl": "Utworzono klucz API ({actor}): {subject}",
		"pt": "{actor} criou a chave de API {subject}",
		"sv": "{actor} skapade API-nyckeln {subject}",
	},
}

var keyRevokedNotification = notification.Kind{
	Name: "apiKey.revoked", Category: pb.Notification_SECURITY,
	Description: "Someone else revokes an API key of the person, or the person is an owner of the organization.",
	On:          []history.Type{"platform.apiKey.revoked"}, Find: findKeyHolders,
	Texts: map[string]string{
		"en": "{actor} revoked the API key {subject}",
		"de": "{actor} hat den API-Schlüssel {subject} widerrufen",
		"es": "{actor} ha revocado la clave de API {subject}",
		"fr": "{actor} a révoqué la clé d’API {subject}",
		"it": "{actor} ha revocato la chiave API {subject}",
		"nl": "{actor} heeft de API-sleutel {subject} ingetrokken",
		"pl": "Unieważniono klucz API ({actor}): {subject}",
		"pt": "{actor} revogou a chave de API {subject}",
		"sv": "{actor} återkallade API-nyckeln {subject}",
	},
}

// findKeyHolders returns the holder of an API key and the owners of the organization.
func findKeyHolders(ctx context.Context, tx *db.Tx, e notification.Event) (notification.Audience, error) {
	owners, err := ownerKeys(ctx, tx)
	persons := []uuid.UUID{e.OwnerID}
	for _, o := range owners {
		persons = append(persons, o.PersonID)
	}
	return notification.Audience{Persons: persons}, err
}
