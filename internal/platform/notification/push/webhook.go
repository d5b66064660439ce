package push

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"time"

	"backoffice/internal/platform/mail/signature"
)

// webhookSecretBytes is the size of the secret of a webhook.
const webhookSecretBytes = 32

// NewWebhookSecret returns a random secret as Standard Webhooks write it.
func NewWebhookSecret() string {
	raw := make([]byte, webhookSecretBytes)
	_, _ = rand.Read(raw) // documented never to fail
	return "whsec_" + base64.StdEncoding.EncodeToString(raw)
}

// newWebhookRequest returns a signed request (Standard Webhooks 1.0.0).
func newWebhookRequest(ctx context.Context, m Message, now time.Time) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, m.Endpoint, bytes.NewReader(m.Body))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnusable, err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Backoffice-Webhooks/1.0")
	signature.Sign(m.Secret, req.Header, m.ID, m.Body, now)
	return req, nil
}

// ParseWebhookSecret returns the key in a secret that NewWebhookSecret returned.
func ParseWebhookSecret(secret string) ([]byte, error) { return signature.ParseSecret(secret) }
