package app_test

import (
	"slices"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestMeReturnsCallerAndPermissions calls GetMe with several roles and scopes.
func TestMeReturnsCallerAndPermissions(t *testing.T) {
	t.Parallel()
	owner := apptest.SignUp(t)
	for name, c := range map[string]struct {
		role         platformv1.ApiKey_Role
		scopes       []string
		has, hasNone []string
	}{
		"owner": {role: platformv1.ApiKey_OWNER,
			has: []string{"finance.vendors.write", "platform.organizations.write", "people.employees.read"}},
		"auditor": {role: platformv1.ApiKey_AUDITOR, has: []string{"finance.vendors.read"},
			hasNone: []string{"finance.vendors.write"}},
		"employee": {role: platformv1.ApiKey_EMPLOYEE, has: []string{"operations.tasks.write"},
			hasNone: []string{"finance.vendors.read", "platform.apiKeys.read"}},
		"narrowed scopes": {role: platformv1.ApiKey_OWNER, scopes: []string{"finance.vendors.read"},
			has: []string{"finance.vendors.read"}, hasNone: []string{"finance.vendors.write", "platform.organizations.read"}},
		"no permission": {role: platformv1.ApiKey_EMPLOYEE, scopes: []string{"finance.*"},
			hasNone: []string{"operations.tasks.read", "finance.vendors.read"}},
	} {
		as := owner.WithRole(t, c.role, c.scopes...)
		for wire, conn := range map[string]grpc.ClientConnInterface{"gRPC": as, "REST": apptest.OverREST{Organization: as}} {
			t.Run(name+"/"+wire, func(t *testing.T) {
				me, err := platformv1.NewIdentityServiceClient(conn).GetMe(t.Context(), &platformv1.GetMeRequest{})
				if err != nil {
					t.Fatal(err)
				}
				if me.GetOrganization().GetId() != owner.Organization.GetId() || me.GetPerson().GetId() != owner.Owner.GetId() ||
					me.GetApiKey().GetRole() != c.role || me.GetRole() != c.role || me.GetApiKey().GetSecret() != "" {
					t.Errorf("got %v", me)
				}
				if me.GetCurrencyCode() != "USD" || me.GetTimeZone() != "America/New_York" || me.GetLanguageCode() != "en" {
					t.Errorf("got %s, %s, %s", me.GetCurrencyCode(), me.GetTimeZone(), me.GetLanguageCode())
				}
				checkPermissions(t, me.GetPermissions(), c.has, c.hasNone)
				checkGrants(t, me, c.role)
			})
		}
	}
}

// checkGrants checks that the grants have the permissions in the same order, with the role's reach.
func checkGrants(t *testing.T, me *platformv1.Me, role platformv1.ApiKey_Role) {
	t.Helper()
	if len(me.GetGrants()) != len(me.GetPermissions()) {
		t.Fatalf("got %d grants for %d permissions", len(me.GetGrants()), len(me.GetPermissions()))
	}
	for i, g := range me.GetGrants() {
		want := g.GetReach()
		switch {
		case role == platformv1.ApiKey_OWNER:
			want = platformv1.Me_ALL
		case role == platformv1.ApiKey_EMPLOYEE && g.GetPermission() == "operations.tasks.write":
			want = platformv1.Me_OWN
		}
		if g.GetPermission() != me.GetPermissions()[i] || g.GetReach() != want {
			t.Errorf("got the grant %v, want %s with the reach %s", g, me.GetPermissions()[i], want)
		}
	}
}

// checkPermissions checks that got is sorted and has all of has and none of hasNone.
func checkPermissions(t *testing.T, got, has, hasNone []string) {
	t.Helper()
	if !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
		t.Errorf("got %v, want sorted permissions without duplicates", got)
	}
	for _, p := range has {
		if !slices.Contains(got, p) {
			t.Errorf("got %v, want %s", got, p)
		}
	}
	for _, p := range hasNone {
		if slices.Contains(got, p) {
			t.Errorf("got %v, want no %s", got, p)
		}
	}
}

// TestMeReturnsRequestedLanguage calls GetMe with several values of Accept-Language, and without a
// key.
func TestMeReturnsRequestedLanguage(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	for header, want := range map[string]string{
		"de-DE": "de-DE", "fr;q=0.5, pt-br": "pt-BR", "*": "en", "": "en",
	} {
		me := o.REST(t, "GET", "/v1/me", "", "Accept-Language: "+header)
		if me.Code != 200 || me.Body["languageCode"] != want {
			t.Errorf("Accept-Language %q: got %d %s, want %s", header, me.Code, me.Raw, want)
		}
	}
	bad := o.REST(t, "GET", "/v1/me", "", "Accept-Language: de-DE;q=much")
	if bad.Code != 400 || bad.Reason() != "FIELDS_INVALID" {
		t.Errorf("got %d %s", bad.Code, bad.Raw)
	}
	german := metadata.AppendToOutgoingContext(t.Context(), "accept-language", "de")
	me, err := platformv1.NewIdentityServiceClient(o).GetMe(german, &platformv1.GetMeRequest{})
	if err != nil || me.GetLanguageCode() != "de" {
		t.Errorf("got %v, %v", me, err)
	}
	stranger := *o
	stranger.Key = ""
	if a := stranger.REST(t, "GET", "/v1/me", ""); a.Code != 401 || a.Reason() != "CREDENTIAL_MISSING" {
		t.Errorf("got %d %s", a.Code, a.Raw)
	}
	if _, err := platformv1.NewIdentityServiceClient(o.App.Server.Conn()).GetMe(t.Context(),
		&platformv1.GetMeRequest{}); status.Code(err) != codes.Unauthenticated {
		t.Errorf("got %v", err)
	}
}
