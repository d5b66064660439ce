package salesdocuments

import (
	"github.com/google/uuid"

	"backoffice/internal/platform/id"
	"backoffice/internal/platform/secret"
)

// newLinkToken returns the token of a link of an organization.
func newLinkToken(keys *secret.Master, organization uuid.UUID, linkID string) (string, error) {
	link, err := id.Parse(linkPrefix, linkID)
	if err != nil {
		return "", err
	}
	return keys.Token(secret.DocumentLinks, organization, link), nil
}

// parseLinkToken returns the organization and the link of a token. ok is false if the server did
// not make the token.
func parseLinkToken(keys *secret.Master, token string) (organization uuid.UUID, linkID string, ok bool) {
	organization, link, ok := keys.ParseToken(secret.DocumentLinks, token)
	return organization, id.Format(linkPrefix, link), ok
}
