package app_test

import (
	"net/http"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/rpc"
)

// TestRolesLimitCallers writes as an auditor, and creates a key with more rights as an admin.
func TestRolesLimitCallers(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	auditor := o.WithRole(t, platformv1.ApiKey_AUDITOR)
	ids := platformv1.NewIdentityServiceClient(auditor)
	if _, err := ids.ListPersons(t.Context(), &platformv1.ListPersonsRequest{}); err != nil {
		t.Errorf("an auditor's read: got %v", err)
	}
	_, err := ids.CreatePerson(t.Context(),
		&platformv1.CreatePersonRequest{Person: &platformv1.Person{DisplayName: "Ann"}})
	if status.Code(err) != codes.PermissionDenied || apptest.Reason(err) != optionsv1.Reason_PERMISSION_MISSING {
		t.Errorf("an auditor's write: got %v", err)
	}
	admin := platformv1.NewIdentityServiceClient(o.WithRole(t, platformv1.ApiKey_ADMIN))
	_, err = admin.CreateApiKey(t.Context(),
		&platformv1.CreateApiKeyRequest{ApiKey: &platformv1.ApiKey{DisplayName: "Up", Role: platformv1.ApiKey_OWNER}})
	if apptest.Reason(err) != optionsv1.Reason_ROLE_EXCEEDS_CALLER {
		t.Errorf("an admin's key with the owner's role: got %v", err)
	}
}

// TestLastOwnerCannotBeRemoved archives the only owner and revokes the only owner's key.
func TestLastOwnerCannotBeRemoved(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	ids := platformv1.NewIdentityServiceClient(o)
	list, err := ids.ListApiKeys(t.Context(), &platformv1.ListApiKeysRequest{})
	if err != nil {
		t.Fatal(err)
	}
	first := list.GetApiKeys()[0].GetId()
	_, archived := ids.ArchivePerson(t.Context(), &platformv1.ArchivePersonRequest{PersonId: o.Owner.GetId()})
	_, revoked := ids.RevokeApiKey(t.Context(), &platformv1.RevokeApiKeyRequest{ApiKeyId: first})
	for _, err := range []error{archived, revoked} {
		if apptest.Reason(err) != optionsv1.Reason_LAST_OWNER {
			t.Errorf("got %v, want LAST_OWNER", err)
		}
	}
	me, err := ids.GetPerson(t.Context(), &platformv1.GetPersonRequest{PersonId: o.Owner.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	if got := personAction(t, me, "archive"); got.GetAllowed() || got.GetReason() != status.Convert(archived).Message() {
		t.Errorf("got the action %v of the only owner, want it refused", got)
	}
	o.WithRole(t, platformv1.ApiKey_OWNER)
	if _, err := ids.RevokeApiKey(t.Context(), &platformv1.RevokeApiKeyRequest{ApiKeyId: first}); err != nil {
		t.Errorf("revoking one of two owner's keys: got %v", err)
	}
}

// TestConflictsNeedReadPermission checks that the error for a taken identifier does not contain the
// record if the caller cannot read it.
func TestConflictsNeedReadPermission(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	writer := platformv1.NewIdentityServiceClient(o.WithRole(t, platformv1.ApiKey_OWNER, "platform.persons.write"))
	_, err := writer.CreatePerson(t.Context(),
		&platformv1.CreatePersonRequest{Person: &platformv1.Person{Id: o.Owner.GetId(), DisplayName: "X"}})
	if apptest.Reason(err) != optionsv1.Reason_ID_TAKEN {
		t.Fatal(err)
	}
	for _, d := range status.Convert(err).Details() {
		if p, ok := d.(*platformv1.Person); ok {
			t.Errorf("got %v in the error of a caller who cannot read persons", p)
		}
	}
}

// TestRevokedKeysAreRejectedImmediately calls the process that rotated or revoked a key with the
// old key.
func TestRevokedKeysAreRejectedImmediately(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	ids := platformv1.NewIdentityServiceClient(o)
	key, err := ids.CreateApiKey(t.Context(),
		&platformv1.CreateApiKeyRequest{ApiKey: &platformv1.ApiKey{DisplayName: "Temp", Role: platformv1.ApiKey_ADMIN}})
	if err != nil {
		t.Fatal(err)
	}
	old := *o
	old.Key = key.GetSecret()
	refused := func(o *apptest.Organization, why string) {
		t.Helper()
		if _, err := platformv1.NewIdentityServiceClient(o).GetClock(t.Context(),
			&platformv1.GetClockRequest{}); apptest.Reason(err) != optionsv1.Reason_CREDENTIAL_INVALID {
			t.Errorf("a key that %s: got %v, want CREDENTIAL_INVALID", why, err)
		}
	}
	if _, err := platformv1.NewIdentityServiceClient(&old).GetClock(t.Context(),
		&platformv1.GetClockRequest{}); err != nil {
		t.Fatal(err)
	}
	rotated, err := ids.RotateApiKey(t.Context(), &platformv1.RotateApiKeyRequest{ApiKeyId: key.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	refused(&old, "was rotated")
	next := *o
	next.Key = rotated.GetSecret()
	if _, err := platformv1.NewIdentityServiceClient(&next).GetClock(t.Context(),
		&platformv1.GetClockRequest{}); err != nil {
		t.Fatal(err)
	}
	if _, err := ids.RevokeApiKey(t.Context(), &platformv1.RevokeApiKeyRequest{ApiKeyId: key.GetId()}); err != nil {
		t.Fatal(err)
	}
	refused(&next, "was revoked")
	_, err = ids.RevokeApiKey(t.Context(), &platformv1.RevokeApiKeyRequest{ApiKeyId: key.GetId()})
	if apptest.Reason(err) != optionsv1.Reason_STATE_REFUSES_ACTION {
		t.Errorf("revoking twice: got %v", err)
	}
}

// TestRateLimitReturns429 sends requests until the limit is reached.
func TestRateLimitReturns429(t *testing.T) {
	t.Parallel()
	o := apptest.SignUpTo(t, apptest.New(t, func(o *module.Options) { o.Rates = rpc.Rates{Callers: 1, Visitors: 100} }))
	for range 10 {
		a := o.REST(t, "GET", "/v1/clock", "")
		if a.Code != http.StatusTooManyRequests {
			continue
		}
		if a.Header.Get("Retry-After") == "" || a.Reason() != "RATE_LIMITED" || a.Header.Get("RateLimit-Limit") != "2" {
			t.Errorf("got %v %s", a.Header, a.Raw)
		}
		return
	}
	t.Error("got no 429 for ten requests at once")
}
