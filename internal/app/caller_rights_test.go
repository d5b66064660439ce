package app_test

import (
	"context"
	"testing"
	"time"

	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/identity"
)

// TestCallersCannotTouchHigherRights calls every method that changes a key or a person, as callers
// who have the permission but fewer rights than the key or the person.
func TestCallersCannotTouchHigherRights(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	owner, ownerKey := o.Owner.GetId(), firstKey(t, o)
	callers := map[string]*apptest.Organization{
		"a narrow owner": o.WithRole(t, platformv1.ApiKey_OWNER, "platform.apiKeys.*", "platform.persons.*"),
		"an admin":       o.WithRole(t, platformv1.ApiKey_ADMIN),
	}
	hr := o.WithRole(t, platformv1.ApiKey_HR)
	narrowKey := keyNamed(t, o, "HR") // in the owner's name
	try := func(who string, caller *apptest.Organization, what string, do identityCall) {
		err := do(t.Context(), platformv1.NewIdentityServiceClient(caller))
		if apptest.Reason(err) != optionsv1.Reason_ROLE_EXCEEDS_CALLER {
			t.Errorf("%s %s: got %v, want ROLE_EXCEEDS_CALLER", who, what, err)
		}
	}
	for what, do := range listPersonChanges(owner) {
		try("HR", hr, what, do)
		for who, caller := range callers {
			try(who, caller, what, do)
		}
	}
	for what, do := range listKeyChanges(owner, ownerKey, narrowKey) {
		for who, caller := range callers {
			try(who, caller, what, do)
		}
	}
}

// identityCall calls a method that changes a key or a person.
type identityCall func(ctx context.Context, c platformv1.IdentityServiceClient) error

// listKeyChanges returns calls that change keys of the owner.
func listKeyChanges(ownerID, ownerKey, narrowKey string) map[string]identityCall {
	return map[string]identityCall{
		"creates a key in the owner's name": func(ctx context.Context, c platformv1.IdentityServiceClient) error {
			_, err := c.CreateApiKey(ctx, &platformv1.CreateApiKeyRequest{ApiKey: &platformv1.ApiKey{
				DisplayName: "Disguise", PersonId: ownerID, Role: platformv1.ApiKey_OWNER,
				Scopes: []string{"platform.persons.read"}}})
			return err
		},
		"rotates the owner's key": func(ctx context.Context, c platformv1.IdentityServiceClient) error {
			_, err := c.RotateApiKey(ctx, &platformv1.RotateApiKeyRequest{ApiKeyId: ownerKey})
			return err
		},
		"rotates a narrow key of the owner": func(ctx context.Context, c platformv1.IdentityServiceClient) error {
			_, err := c.RotateApiKey(ctx, &platformv1.RotateApiKeyRequest{ApiKeyId: narrowKey})
			return err
		},
		"renames the owner's key": func(ctx context.Context, c platformv1.IdentityServiceClient) error {
			_, err := c.UpdateApiKey(ctx, &platformv1.UpdateApiKeyRequest{ApiKeyId: ownerKey,
				ApiKey:     &platformv1.ApiKey{DisplayName: "Spare"},
				UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"display_name"}}})
			return err
		},
		"annotates the owner's key": func(ctx context.Context, c platformv1.IdentityServiceClient) error {
			_, err := c.UpdateApiKey(ctx, &platformv1.UpdateApiKeyRequest{ApiKeyId: ownerKey,
				ApiKey:     &platformv1.ApiKey{Metadata: map[string]string{"system": "erp"}},
				UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"metadata"}}})
			return err
		},
		"revokes the owner's key": func(ctx context.Context, c platformv1.IdentityServiceClient) error {
			_, err := c.RevokeApiKey(ctx, &platformv1.RevokeApiKeyRequest{ApiKeyId: ownerKey})
			return err
		},
	}
}

// listPersonChanges returns calls that change the owner.
func listPersonChanges(ownerID string) map[string]identityCall {
	return map[string]identityCall{
		"moves the owner's external id": func(ctx context.Context, c platformv1.IdentityServiceClient) error {
			_, err := c.UpdatePerson(ctx, &platformv1.UpdatePersonRequest{PersonId: ownerID,
				Person:     &platformv1.Person{ExternalId: "crm-1"},
				UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"external_id"}}})
			return err
		}, "renames the owner": func(ctx context.Context, c platformv1.IdentityServiceClient) error {
			_, err := c.UpdatePerson(ctx, &platformv1.UpdatePersonRequest{PersonId: ownerID,
				Person:     &platformv1.Person{Email: "mine@evil.example"},
				UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"email"}}})
			return err
		},
		"archives the owner": func(ctx context.Context, c platformv1.IdentityServiceClient) error {
			_, err := c.ArchivePerson(ctx, &platformv1.ArchivePersonRequest{PersonId: ownerID})
			return err
		},
	}
}

// firstKey returns the identifier of the key that sign-up created.
func firstKey(t *testing.T, o *apptest.Organization) string {
	t.Helper()
	return keyNamed(t, o, "First key")
}

func keyNamed(t *testing.T, o *apptest.Organization, name string) string {
	t.Helper()
	list, err := platformv1.NewIdentityServiceClient(o).ListApiKeys(t.Context(),
		&platformv1.ListApiKeysRequest{Filter: `display_name = "` + name + `"`})
	if err != nil || len(list.GetApiKeys()) != 1 {
		t.Fatal(list, err)
	}
	return list.GetApiKeys()[0].GetId()
}

// TestCallersCanChangeKeysWithinTheirRights checks that callers can change keys and persons whose
// rights do not exceed their own.
func TestCallersCanChangeKeysWithinTheirRights(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	owners := platformv1.NewIdentityServiceClient(o)
	ctx := t.Context()
	ann, err := owners.CreatePerson(ctx, &platformv1.CreatePersonRequest{Person: &platformv1.Person{DisplayName: "Ann"}})
	if err != nil {
		t.Fatal(err)
	}
	admin := platformv1.NewIdentityServiceClient(o.WithRole(t, platformv1.ApiKey_ADMIN))
	key, err := admin.CreateApiKey(ctx, &platformv1.CreateApiKeyRequest{ApiKey: &platformv1.ApiKey{DisplayName: "Hers",
		PersonId: ann.GetId(), Role: platformv1.ApiKey_MANAGER}})
	if err != nil {
		t.Fatal(err)
	}
	if key.GetMakerId() != o.Owner.GetId() || key.GetPersonId() != ann.GetId() {
		t.Errorf("got a key of %s made by %s, want one of %s made by %s", key.GetPersonId(), key.GetMakerId(), ann.GetId(),
			o.Owner.GetId())
	}
	history := platformv1.NewHistoryServiceClient(o)
	events, err := history.ListEvents(ctx, &platformv1.ListEventsRequest{Filter: `subject_id = "` + key.GetId() + `"`})
	if err != nil || len(events.GetEvents()) != 1 || events.GetEvents()[0].GetActorId() != key.GetMakerId() ||
		events.GetEvents()[0].GetApiKeyId() == "" {
		t.Errorf("got the events %v, %v, want the key's creation", events, err)
	}
	hr := platformv1.NewIdentityServiceClient(o.WithRole(t, platformv1.ApiKey_HR))
	_, err = hr.ArchivePerson(ctx, &platformv1.ArchivePersonRequest{PersonId: ann.GetId()})
	if apptest.Reason(err) != optionsv1.Reason_ROLE_EXCEEDS_CALLER {
		t.Errorf("HR archives a manager: got %v, want ROLE_EXCEEDS_CALLER", err)
	}
	if _, err := admin.RevokeApiKey(ctx, &platformv1.RevokeApiKeyRequest{ApiKeyId: key.GetId()}); err != nil {
		t.Error(err)
	}
	if _, err := hr.ArchivePerson(ctx, &platformv1.ArchivePersonRequest{PersonId: ann.GetId()}); err != nil {
		t.Errorf("HR archives a person without keys: got %v", err)
	}
}

// TestPersonActionsDependOnCallerRights archives and unarchives a manager as a caller with fewer
// rights. allowed_actions must give the reason of the error.
func TestPersonActionsDependOnCallerRights(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	ctx, owners := t.Context(), platformv1.NewIdentityServiceClient(o)
	hr := platformv1.NewIdentityServiceClient(o.WithRole(t, platformv1.ApiKey_HR))
	ann, err := owners.CreatePerson(ctx, &platformv1.CreatePersonRequest{Person: &platformv1.Person{DisplayName: "Ann"}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = owners.CreateApiKey(ctx, &platformv1.CreateApiKeyRequest{ApiKey: &platformv1.ApiKey{
		DisplayName: "Hers", PersonId: ann.GetId(), Role: platformv1.ApiKey_MANAGER,
	}})
	if err != nil {
		t.Fatal(err)
	}
	refused := func(verb string, err error) {
		t.Helper()
		if apptest.Reason(err) != optionsv1.Reason_ROLE_EXCEEDS_CALLER {
			t.Errorf("%s: got %v, want ROLE_EXCEEDS_CALLER", verb, err)
		}
		p, readErr := hr.GetPerson(ctx, &platformv1.GetPersonRequest{PersonId: ann.GetId()})
		if readErr != nil {
			t.Fatal(readErr)
		}
		if got := personAction(t, p, verb); got.GetAllowed() || got.GetReason() != status.Convert(err).Message() {
			t.Errorf("%s: got the action %v, want the reason of %v", verb, got, err)
		}
	}
	_, err = hr.ArchivePerson(ctx, &platformv1.ArchivePersonRequest{PersonId: ann.GetId()})
	refused("archive", err)
	if _, err := owners.ArchivePerson(ctx, &platformv1.ArchivePersonRequest{PersonId: ann.GetId()}); err != nil {
		t.Fatal(err)
	}
	_, err = hr.UnarchivePerson(ctx, &platformv1.UnarchivePersonRequest{PersonId: ann.GetId()})
	refused("unarchive", err)
}

// personAction returns the action of a verb in a person's allowed_actions.
func personAction(t *testing.T, p *platformv1.Person, verb string) *typev1.AllowedAction {
	t.Helper()
	for _, a := range p.GetAllowedActions() {
		if a.GetVerb() == verb {
			return a
		}
	}
	t.Fatalf("got no action %s of %v", verb, p)
	return nil
}

// TestKeysExpireNoLaterThanTheirCreator creates and rotates keys with a key that expires.
func TestKeysExpireNoLaterThanTheirCreator(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	owners := platformv1.NewIdentityServiceClient(o)
	ctx, soon := t.Context(), time.Now().Add(time.Hour)
	key := func(c platformv1.IdentityServiceClient, until time.Time) (*platformv1.ApiKey, error) {
		k := &platformv1.ApiKey{DisplayName: "Key", Role: platformv1.ApiKey_OWNER}
		if !until.IsZero() {
			k.ExpireTime = timestamppb.New(until)
		}
		return c.CreateApiKey(ctx, &platformv1.CreateApiKeyRequest{ApiKey: k})
	}
	if _, err := key(owners, time.Now().Add(-time.Minute)); len(apptest.Fields(err)) != 1 ||
		apptest.Fields(err)[0] != "expireTime" {
		t.Errorf("a key that has already expired: got %v, want a violation of expireTime", err)
	}
	made, err := key(owners, soon)
	if err != nil {
		t.Fatal(err)
	}
	brief := *o
	brief.Key = made.GetSecret()
	c := platformv1.NewIdentityServiceClient(&brief)
	for name, until := range map[string]time.Time{"forever": {}, "longer": soon.Add(time.Second)} {
		if _, err := key(c, until); apptest.Reason(err) != optionsv1.Reason_KEY_OUTLIVES_CALLER {
			t.Errorf("a key that lives %s: got %v, want KEY_OUTLIVES_CALLER", name, err)
		}
	}
	_, err = c.RotateApiKey(ctx, &platformv1.RotateApiKeyRequest{ApiKeyId: firstKey(t, o)})
	if apptest.Reason(err) != optionsv1.Reason_KEY_OUTLIVES_CALLER {
		t.Errorf("rotating a key without expiry: got %v, want KEY_OUTLIVES_CALLER", err)
	}
	if _, err := key(c, soon.Add(-time.Minute)); err != nil {
		t.Errorf("a key that expires earlier: got %v", err)
	}
}

// TestReferencesNeedReadPermission refers to a file in a request of a caller who cannot read files.
func TestReferencesNeedReadPermission(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	file := o.REST(t, "POST", "/v1/files?fileName=secret.csv",
		"Date,Description,Amount\n2026-01-05,Salary of Ann,-5000.00\n").Body["id"].(string)
	bank := o.REST(t, "POST", "/v1/bankAccounts", `{"displayName": "Bank"}`).Body["id"].(string)
	path, body := "/v1/bankAccounts/"+bank+"/statementImports?validateOnly=true", `{"fileId": "`+file+`"}`
	blind := o.WithRole(t, platformv1.ApiKey_BOOKKEEPER, "finance.*")
	if got := blind.REST(t, "POST", path, body); got.Reason() != "REFERENCE_NOT_FOUND" {
		t.Errorf("a key without file permissions: got %s, want REFERENCE_NOT_FOUND", got.Raw)
	}
	if got := o.WithRole(t, platformv1.ApiKey_BOOKKEEPER).REST(t, "POST", path, body); got.Code != 200 {
		t.Errorf("a bookkeeper: got %s", got.Raw)
	}
}

// TestEntryReportsRequireEntryPermission reads the reports that list single entries as a caller who
// may only read totals.
func TestEntryReportsRequireEntryPermission(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	payroll, auditor := o.WithRole(t, platformv1.ApiKey_PAYROLL), o.WithRole(t, platformv1.ApiKey_AUDITOR)
	span := "startDate=2026-01-01&endDate=2026-01-31"
	for _, path := range []string{
		"/v1/reports/journal?" + span,
		"/v1/reports/generalLedger?" + span,
		"/v1/reports/realizedGains?" + span,
		"/v1/reports:download?format=CSV&report=JOURNAL&" + span,
		"/v1/reports:download?format=CSV&report=GENERAL_LEDGER&" + span,
		"/v1/reports:download?format=CSV&report=REALIZED_GAINS&" + span,
		"/v1/books:export?format=CSV",
	} {
		if got := payroll.REST(t, "GET", path, ""); got.Code != 403 || got.Reason() != "PERMISSION_MISSING" {
			t.Errorf("payroll, %s: got %d %.200s, want PERMISSION_MISSING", path, got.Code, got.Raw)
		}
		if got := auditor.REST(t, "GET", path, ""); got.Code != 200 {
			t.Errorf("an auditor, %s: got %.200s", path, got.Raw)
		}
	}
	if got := payroll.REST(t, "GET", "/v1/reports/profitAndLoss?"+span, ""); got.Code != 200 {
		t.Errorf("payroll, totals: got %s", got.Raw)
	}
}

// TestCallAsNeedsPolicy runs a method for an actor in a transaction whose call has no policy.
func TestCallAsNeedsPolicy(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	org, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	person, err := id.Parse("prs", o.Owner.GetId())
	if err != nil {
		t.Fatal(err)
	}
	system, err := o.App.Identity.SystemCall(t.Context(), org)
	if err != nil {
		t.Fatal(err)
	}
	server, _ := apptest.Databases(t)
	callAs := func() error {
		_, err := db.Read(call.With(t.Context(), system), server,
			func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
				_, err := identity.CallAs(ctx, tx, identity.Actor{PersonID: person}, "test")
				return &emptypb.Empty{}, err
			})
		return err
	}
	if err := callAs(); err != nil {
		t.Errorf("with a policy: got %v", err)
	}
	system.Policy = nil
	if err := callAs(); err == nil {
		t.Error("without a policy: got no error")
	}
}
