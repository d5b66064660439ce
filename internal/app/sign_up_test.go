package app_test

import (
	"testing"

	"backoffice/internal/app/apptest"
)

// TestSignUpRetryReturnsSameOrganization retries a sign-up. The retry must return the same
// organization without the secret of its key.
func TestSignUpRetryReturnsSameOrganization(t *testing.T) {
	t.Parallel()
	visitor := &apptest.Organization{App: apptest.New(t)}
	body := `{"displayName": "Acme", "currencyCode": "USD", "timeZone": "UTC", "regionCode": "US", "ownerEmail": ` +
		`"a@acme.example", "ownerDisplayName": "A", "ownerPassword": "correct horse"}`
	first := visitor.REST(t, "POST", "/v1/organizations:signUp", body, "Idempotency-Key: "+uniqueName("sign-up"))
	if first.Code != 200 {
		t.Fatalf("%s", first.Raw)
	}
	key := uniqueName("sign-up")
	first = visitor.REST(t, "POST", "/v1/organizations:signUp", body, "Idempotency-Key: "+key)
	again := visitor.REST(t, "POST", "/v1/organizations:signUp", body, "Idempotency-Key: "+key)
	if organizationID(first) != organizationID(again) || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("got the organization %s, want %s with Idempotency-Replayed", organizationID(again), organizationID(first))
	}
	secret := func(a apptest.Response) any { return a.Body["apiKey"].(map[string]any)["secret"] }
	if secret(first) == "" || secret(again) != "" {
		t.Errorf("got the secrets %v and %v, want only the first", secret(first), secret(again))
	}
}

func organizationID(a apptest.Response) any { return a.Body["organization"].(map[string]any)["id"] }

// TestConcurrentSignUpsWithOneKeyCreateOneOrganization sends the same sign-up four times at once.
func TestConcurrentSignUpsWithOneKeyCreateOneOrganization(t *testing.T) {
	t.Parallel()
	visitor := &apptest.Organization{App: apptest.New(t)}
	body := `{"displayName": "Acme", "currencyCode": "USD", "timeZone": "UTC", "regionCode": "US", "ownerEmail": ` +
		`"a@acme.example", "ownerDisplayName": "A", "ownerPassword": "correct horse"}`
	key := uniqueName("rivals")
	organizations := make(chan any, 4)
	for range cap(organizations) {
		go func() {
			a := visitor.REST(t, "POST", "/v1/organizations:signUp", body, "Idempotency-Key: "+key)
			if a.Code != 200 {
				t.Errorf("a concurrent sign-up: got %s", a.Raw)
				organizations <- nil
				return
			}
			organizations <- organizationID(a)
		}()
	}
	first := <-organizations
	for range cap(organizations) - 1 {
		if next := <-organizations; next != first {
			t.Errorf("got %v and %v, want one organization", first, next)
		}
	}
}
