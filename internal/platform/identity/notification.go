package identity

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/notice"
)

// Notifications returns the kinds of notification about API keys.
func Notifications() []notice.Kind {
	return []notice.Kind{keyCreatedNotification, keyRevokedNotification}
}

var keyCreatedNotification = notice.Kind{
	Name: "apiKey.created", Category: pb.Notification_SECURITY,
	Description: "Someone else creates an API key of the person, or the person is an owner of the organization.",
	On:          []string{"platform.apiKey.created"}, Find: findKeyHolders, Values: []string{"key"},
	Texts: map[string]string{
		"en": "{actor} created the API key {key}",
		"de": "{actor} hat den API-Schlüssel {key} erstellt",
		"es": "{actor} ha creado la clave de API {key}",
		"fr": "{actor} a créé la clé d’API {key}",
		"it": "{actor} ha creato la chiave API {key}",
		"nl": "{actor} heeft de API-sleutel {key} gemaakt",
		"pl": "Utworzono klucz API ({actor}): {key}",
		"pt": "{actor} criou a chave de API {key}",
		"sv": "{actor} skapade API-nyckeln {key}",
	},
}

var keyRevokedNotification = notice.Kind{
	Name: "apiKey.revoked", Category: pb.Notification_SECURITY,
	Description: "Someone else revokes an API key of the person, or the person is an owner of the organization.",
	On:          []string{"platform.apiKey.revoked"}, Find: findKeyHolders, Values: []string{"key"},
	Texts: map[string]string{
		"en": "{actor} revoked the API key {key}",
		"de": "{actor} hat den API-Schlüssel {key} widerrufen",
		"es": "{actor} ha revocado la clave de API {key}",
		"fr": "{actor} a révoqué la clé d’API {key}",
		"it": "{actor} ha revocato la chiave API {key}",
		"nl": "{actor} heeft de API-sleutel {key} ingetrokken",
		"pl": "Unieważniono klucz API ({actor}): {key}",
		"pt": "{actor} revogou a chave de API {key}",
		"sv": "{actor} återkallade API-nyckeln {key}",
	},
}

// findKeyHolders returns the holder of an API key and the owners of the organization. They are told
// about the holder, because the holder may not read API keys.
func findKeyHolders(ctx context.Context, tx *db.Tx, e notice.Event) (a notice.Audience, err error) {
	k, err := apiKeys.Find(ctx, tx, e.SubjectID)
	if err != nil {
		return a, err
	}
	owners, err := ownerKeys(ctx, tx)
	a.Persons, a.SubjectID, a.Values = []uuid.UUID{e.OwnerID}, k.PersonId, map[string]any{"key": k.DisplayName}
	for _, o := range owners {
		a.Persons = append(a.Persons, o.PersonID)
	}
	return a, err
}
