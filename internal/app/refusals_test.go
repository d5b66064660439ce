package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/rpc"
)

// TestRESTRefusals holds REST to say what it does not take, and to store nothing.
func TestRESTRefusals(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	for name, c := range map[string]struct {
		method, path, body string
		headers            []string
		code               int
		reason             string
	}{
		"unknown field":                        {method: "POST", path: "/v1/persons", body: `{"displayName": "Ann", "nickname": "A"}`, code: 400, reason: "BODY_INVALID"},
		"trailing JSON":                        {method: "POST", path: "/v1/persons", body: `{"displayName": "Ann"} {}`, code: 400, reason: "BODY_INVALID"},
		"trailing text":                        {method: "POST", path: "/v1/persons", body: `{"displayName": "Ann"}x`, code: 400, reason: "BODY_INVALID"},
		"broken JSON":                          {method: "POST", path: "/v1/persons", body: `{"displayName": `, code: 400, reason: "BODY_INVALID"},
		"a list for an object":                 {method: "POST", path: "/v1/persons", body: `[]`, code: 400, reason: "BODY_INVALID"},
		"a key twice":                          {method: "POST", path: "/v1/persons", body: `{"displayName": "Ann", "displayName": "Bob"}`, code: 400, reason: "BODY_INVALID"},
		"invalid UTF-8":                        {method: "POST", path: "/v1/persons", body: "{\"displayName\": \"\xff\"}", code: 400, reason: "BODY_INVALID"},
		"no body":                              {method: "POST", path: "/v1/persons", code: 400, reason: "FIELDS_INVALID"},
		"a body over 1 MiB":                    {method: "POST", path: "/v1/persons", body: `{"displayName": "` + strings.Repeat("x", 1<<20) + `"}`, code: 413, reason: "BODY_TOO_LARGE"},
		"a body on GET":                        {method: "GET", path: "/v1/persons", body: `{}`, code: 400, reason: "BODY_INVALID"},
		"unknown parameter":                    {method: "GET", path: "/v1/persons?filtr=x", code: 400, reason: "QUERY_PARAMETER_INVALID"},
		"unknown parameter, no list":           {method: "GET", path: "/v1/clock?x=1", code: 400, reason: "QUERY_PARAMETER_INVALID"},
		"unknown parameter, body *":            {method: "POST", path: "/v1/clock:advance?byDuration=1s", body: `{"byDuration": "1s"}`, code: 400, reason: "QUERY_PARAMETER_INVALID"},
		"a body's field as a query":            {method: "POST", path: "/v1/persons?person.displayName=x", body: `{"displayName": "Ann"}`, code: 400, reason: "QUERY_PARAMETER_INVALID"},
		"malformed parameter":                  {method: "GET", path: "/v1/persons?pageSize=many", code: 400, reason: "QUERY_PARAMETER_INVALID"},
		"malformed query":                      {method: "GET", path: "/v1/persons?filter=%zz", code: 400, reason: "QUERY_PARAMETER_INVALID"},
		"negative page":                        {method: "GET", path: "/v1/persons?pageSize=-1", code: 400, reason: "FIELDS_INVALID"},
		"broken page token":                    {method: "GET", path: "/v1/persons?pageToken=xyz", code: 400, reason: "PAGE_TOKEN_INVALID"},
		"field that is not filterable":         {method: "GET", path: "/v1/persons?filter=givenName%3D%22x%22", code: 400, reason: "FILTER_INVALID"},
		"unknown path":                         {method: "GET", path: "/v1/nonsense", code: 404, reason: "ROUTE_NOT_FOUND"},
		"unknown method":                       {method: "PUT", path: "/v1/persons", body: `{}`, code: 405, reason: "METHOD_NOT_ALLOWED"},
		"no such record":                       {method: "GET", path: "/v1/persons/prs_01k9zzzzzzzzzzzzzzzzzzzzzz", code: 404, reason: "RECORD_NOT_FOUND"},
		"no credential":                        {method: "GET", path: "/v1/persons", headers: []string{"Authorization: "}, code: 401, reason: "CREDENTIAL_MISSING"},
		"a broken credential":                  {method: "GET", path: "/v1/persons", headers: []string{"Authorization: Bearer bo_live_nonsense"}, code: 401, reason: "CREDENTIAL_INVALID"},
		"metadata from outside":                {method: "GET", path: "/v1/persons", headers: []string{"Authorization: ", "Grpc-Metadata-Authorization: Bearer " + o.Key}, code: 401, reason: "CREDENTIAL_MISSING"},
		"method override":                      {method: "POST", path: "/v1/persons", headers: []string{"X-HTTP-Method-Override: GET", "Content-Type: application/x-www-form-urlencoded"}, code: 400, reason: "FIELDS_INVALID"},
		"an idempotency key that is not ASCII": {method: "POST", path: "/v1/persons", body: `{"displayName": "Ann"}`, headers: []string{"Idempotency-Key: \xff"}, code: 400, reason: "FIELDS_INVALID"},
		"a query that is not UTF-8":            {method: "GET", path: "/v1/persons?%ff=1", code: 400, reason: "QUERY_PARAMETER_INVALID"},
		"a path that is not UTF-8":             {method: "GET", path: "/v1/%ff", code: 404, reason: "ROUTE_NOT_FOUND"},
		"an id that is not UTF-8":              {method: "PATCH", path: "/v1/persons/prs_%ff", body: `{"givenName": "A"}`, headers: []string{"Idempotency-Key: k"}, code: 404, reason: "ROUTE_NOT_FOUND"},
		"an instant beyond the calendar":       {method: "GET", path: "/v1/persons?updatedAfter=300000-01-01T00:00:00Z", code: 400, reason: "QUERY_PARAMETER_INVALID"},
		"a long idempotency key":               {method: "POST", path: "/v1/persons", body: `{"displayName": "Ann"}`, headers: []string{"Idempotency-Key: " + strings.Repeat("k", 256)}, code: 400, reason: "FIELDS_INVALID"},
	} {
		t.Run(name, func(t *testing.T) {
			a := o.REST(t, c.method, c.path, c.body, c.headers...)
			if a.Code != c.code || a.Reason() != c.reason {
				t.Errorf("got %d %s, want %d %s: %s", a.Code, a.Reason(), c.code, c.reason, a.Raw)
			}
			if a.Header.Get("X-Request-Id") == "" {
				t.Error("the answer names no request")
			}
		})
	}
	people, err := platformv1.NewIdentityServiceClient(o).ListPersons(t.Context(), &platformv1.ListPersonsRequest{})
	if err != nil || len(people.GetPersons()) != 1 {
		t.Errorf("after nothing but refusals there are %v, %v; want the owner alone", people.GetPersons(), err)
	}
}

func TestAllowHeader(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	if got := o.REST(t, "PUT", "/v1/persons", `{}`).Header.Get("Allow"); got != "GET, HEAD, POST" {
		t.Errorf("Allow is %q", got)
	}
}

// TestConditionalRequests holds reads to answer 304 and writes to answer 412.
func TestConditionalRequests(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	path := "/v1/persons/" + o.Owner.GetId()
	first := o.REST(t, "GET", path, "")
	tag := first.Header.Get("ETag")
	if a := o.REST(t, "GET", path, "", "If-None-Match: "+tag); a.Code != http.StatusNotModified || len(a.Raw) != 0 {
		t.Errorf("an unchanged record is answered by %d %s", a.Code, a.Raw)
	}
	changed := o.REST(t, "PATCH", path, `{"givenName": "Olive"}`, "If-Match: "+tag)
	if changed.Code != http.StatusOK {
		t.Fatalf("a change of the version that was read is answered by %d %s", changed.Code, changed.Raw)
	}
	if a := o.REST(t, "PATCH", path, `{"givenName": "Oliver"}`, "If-Match: "+tag); a.Code != http.StatusPreconditionFailed || a.Reason() != "ETAG_MISMATCH" {
		t.Errorf("a stale If-Match is answered by %d %s", a.Code, a.Raw)
	}
	for _, header := range []string{`""`, `"-1"`, `W/""`, `nonsense`} {
		if a := o.REST(t, "PATCH", path, `{"givenName": "Oliver"}`, "If-Match: "+header); a.Code != http.StatusPreconditionFailed {
			t.Errorf("If-Match %s is answered by %d %s", header, a.Code, a.Raw)
		}
	}
	if a := o.REST(t, "PATCH", path, `{"givenName": "Olivia"}`, `If-Match: "99-a", "2-b"`); a.Code != http.StatusOK {
		t.Errorf("a list with the version that is there is answered by %d %s", a.Code, a.Raw)
	}
	if a := o.REST(t, "PATCH", path, `{"givenName": "Olive"}`, `If-Match: *`); a.Code != http.StatusOK {
		t.Errorf("any version is answered by %d %s", a.Code, a.Raw)
	}
	if a := o.REST(t, "PATCH", path, `{"givenName": "Oliver", "etag": "1"}`); a.Code != http.StatusConflict || a.Reason() != "ETAG_MISMATCH" {
		t.Errorf("a stale etag is answered by %d %s", a.Code, a.Raw)
	}
	if a := o.REST(t, "GET", path, "", "If-None-Match: "+tag); a.Code != http.StatusOK {
		t.Errorf("a changed record is answered by %d", a.Code)
	}
	list := o.REST(t, "GET", "/v1/persons", "").Header.Get("ETag")
	if a := o.REST(t, "GET", "/v1/persons", "", "If-None-Match: "+list); a.Code != http.StatusNotModified {
		t.Errorf("an unchanged list is answered by %d", a.Code)
	}
}

func TestProblemDetails(t *testing.T) {
	t.Parallel()
	a := apptest.SignUp(t).REST(t, "POST", "/v1/persons", `{"email": "nonsense"}`, "Accept: application/problem+json")
	if a.Header.Get("Content-Type") != "application/problem+json" || a.Body["status"] != 400.0 || a.Body["reason"] != "FIELDS_INVALID" {
		t.Errorf("got %s %s", a.Header, a.Raw)
	}
	if errors, _ := a.Body["errors"].([]any); len(errors) != 2 {
		t.Errorf("want both violations at once, got %v", a.Body["errors"])
	}
}

// TestMaskFromBody holds PATCH to change what its body has and nothing else.
func TestMaskFromBody(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	path := "/v1/persons/" + o.Owner.GetId()
	if a := o.REST(t, "PATCH", path, `{"givenName": "Olive", "familyName": "Owner"}`); a.Body["displayName"] != "Olive Owner" || a.Body["givenName"] != "Olive" {
		t.Errorf("got %s", a.Raw)
	}
	if a := o.REST(t, "PATCH", path+"?updateMask=familyName", `{"givenName": "X", "familyName": ""}`); a.Body["givenName"] != "Olive" || a.Body["familyName"] != "" {
		t.Errorf("an explicit mask gives %s", a.Raw)
	}
	before := o.REST(t, "GET", path, "").Body["etag"]
	if a := o.REST(t, "PATCH", path, `{}`); a.Code != 200 || a.Body["etag"] != before {
		t.Errorf("an empty change gives %d %s", a.Code, a.Raw)
	}
	if a := o.REST(t, "PATCH", path, ``); a.Code != 200 || a.Body["etag"] != before {
		t.Errorf("no change gives %d %s", a.Code, a.Raw)
	}
}

func TestScopesAndRoles(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	auditor := o.WithRole(t, platformv1.ApiKey_AUDITOR)
	ids := platformv1.NewIdentityServiceClient(auditor)
	if _, err := ids.ListPersons(t.Context(), &platformv1.ListPersonsRequest{}); err != nil {
		t.Errorf("an auditor may not read: %v", err)
	}
	_, err := ids.CreatePerson(t.Context(), &platformv1.CreatePersonRequest{Person: &platformv1.Person{DisplayName: "Ann"}})
	if status.Code(err) != codes.PermissionDenied || apptest.Reason(err) != optionsv1.Reason_PERMISSION_MISSING {
		t.Errorf("an auditor's write is answered by %v", err)
	}
	admin := platformv1.NewIdentityServiceClient(o.WithRole(t, platformv1.ApiKey_ADMIN))
	_, err = admin.CreateApiKey(t.Context(), &platformv1.CreateApiKeyRequest{ApiKey: &platformv1.ApiKey{DisplayName: "Up", Role: platformv1.ApiKey_OWNER}})
	if apptest.Reason(err) != optionsv1.Reason_ROLE_EXCEEDS_CALLER {
		t.Errorf("an admin's key with the owner's role is answered by %v", err)
	}
}

// TestTheLastOwnerStays holds an organization to keep somebody who can act as the
// owner.
func TestTheLastOwnerStays(t *testing.T) {
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
			t.Errorf("taking the last owner away is answered by %v", err)
		}
	}
	o.WithRole(t, platformv1.ApiKey_OWNER)
	if _, err := ids.RevokeApiKey(t.Context(), &platformv1.RevokeApiKeyRequest{ApiKeyId: first}); err != nil {
		t.Errorf("one of two owner's keys cannot be revoked: %v", err)
	}
}

// TestConflictsShowNoMoreThanReading holds a conflict of identifiers to answer with
// the record only to those who may read it.
func TestConflictsShowNoMoreThanReading(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	writer := platformv1.NewIdentityServiceClient(o.WithRole(t, platformv1.ApiKey_OWNER, "platform.persons.write"))
	_, err := writer.CreatePerson(t.Context(), &platformv1.CreatePersonRequest{Person: &platformv1.Person{Id: o.Owner.GetId(), DisplayName: "X"}})
	if apptest.Reason(err) != optionsv1.Reason_ID_TAKEN {
		t.Fatal(err)
	}
	for _, d := range status.Convert(err).Details() {
		if p, ok := d.(*platformv1.Person); ok {
			t.Errorf("a caller who may not read is shown %v", p)
		}
	}
}

// TestRevokedKeys holds revoked, rotated and archived holders' keys to be refused at
// once by the process that did it.
func TestRevokedKeys(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	ids := platformv1.NewIdentityServiceClient(o)
	key, err := ids.CreateApiKey(t.Context(), &platformv1.CreateApiKeyRequest{ApiKey: &platformv1.ApiKey{DisplayName: "Temp", Role: platformv1.ApiKey_ADMIN}})
	if err != nil {
		t.Fatal(err)
	}
	old := *o
	old.Key = key.GetSecret()
	refused := func(o *apptest.Organization, why string) {
		t.Helper()
		if _, err := platformv1.NewIdentityServiceClient(o).GetClock(t.Context(), &platformv1.GetClockRequest{}); apptest.Reason(err) != optionsv1.Reason_CREDENTIAL_INVALID {
			t.Errorf("a key that %s is answered by %v", why, err)
		}
	}
	if _, err := platformv1.NewIdentityServiceClient(&old).GetClock(t.Context(), &platformv1.GetClockRequest{}); err != nil {
		t.Fatal(err)
	}
	rotated, err := ids.RotateApiKey(t.Context(), &platformv1.RotateApiKeyRequest{ApiKeyId: key.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	refused(&old, "was rotated")
	next := *o
	next.Key = rotated.GetSecret()
	if _, err := platformv1.NewIdentityServiceClient(&next).GetClock(t.Context(), &platformv1.GetClockRequest{}); err != nil {
		t.Fatal(err)
	}
	if _, err := ids.RevokeApiKey(t.Context(), &platformv1.RevokeApiKeyRequest{ApiKeyId: key.GetId()}); err != nil {
		t.Fatal(err)
	}
	refused(&next, "was revoked")
	_, err = ids.RevokeApiKey(t.Context(), &platformv1.RevokeApiKeyRequest{ApiKeyId: key.GetId()})
	if apptest.Reason(err) != optionsv1.Reason_STATE_REFUSES_ACTION {
		t.Errorf("revoking twice is answered by %v", err)
	}
}

func TestRateLimit(t *testing.T) {
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
	t.Error("ten requests in no time were all answered")
}

// TestClock holds live clocks to stand and test clocks to move forward only.
func TestClock(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	live := apptest.SignUpTo(t, a, func(r *platformv1.SignUpRequest) { r.Test = false })
	if got := live.REST(t, "POST", "/v1/clock:advance", `{"byDuration": "1s"}`); got.Reason() != "CLOCK_IS_LIVE" {
		t.Errorf("moving a live clock is answered by %s", got.Raw)
	}
	o := apptest.SignUpTo(t, a)
	if !strings.HasPrefix(o.Key, "bo_test_") || !strings.HasPrefix(live.Key, "bo_live_") {
		t.Errorf("keys are %.8s and %.8s", o.Key, live.Key)
	}
	moved := o.REST(t, "POST", "/v1/clock:advance", `{"toTime": "2031-02-03T04:05:06Z"}`)
	if now := o.REST(t, "GET", "/v1/clock", "").Body; moved.Code != 200 || now["todayDate"] != "2031-02-02" {
		t.Errorf("moved to %s, and it is %v in New York", moved.Raw, now)
	}
	for range 3 {
		if got := o.REST(t, "POST", "/v1/clock:advance", `{"byDuration": "3100000000s"}`); got.Code == 200 && got.Body["todayDate"].(string) < "2031" {
			t.Errorf("the clock went back: %s", got.Raw)
		}
	}
	if got := o.REST(t, "POST", "/v1/clock:advance", `{"toTime": "2030-01-01T00:00:00Z"}`); got.Reason() != "CLOCK_GOES_BACK" {
		t.Errorf("moving back is answered by %s", got.Raw)
	}
	made := o.REST(t, "POST", "/v1/persons", `{"displayName": "Ann"}`)
	at, err := time.Parse(time.RFC3339Nano, made.Body["createTime"].(string))
	if err != nil || at.Year() != 2031 {
		t.Errorf("a record made then is of %v, %v", made.Body["createTime"], err)
	}
}

// TestSignUpRetry holds a retried sign-up to make one organization, and to show the
// secret once.
func TestSignUpRetry(t *testing.T) {
	t.Parallel()
	nobody := &apptest.Organization{App: apptest.New(t)}
	body := `{"displayName": "Acme", "currencyCode": "USD", "timeZone": "UTC", "regionCode": "US", "ownerEmail": "a@acme.example", "ownerDisplayName": "A", "ownerPassword": "correct horse"}`
	first := nobody.REST(t, "POST", "/v1/organizations:signUp", body, "Idempotency-Key: "+nth("sign-up"))
	if first.Code != 200 {
		t.Fatalf("%s", first.Raw)
	}
	key := nth("sign-up")
	first = nobody.REST(t, "POST", "/v1/organizations:signUp", body, "Idempotency-Key: "+key)
	again := nobody.REST(t, "POST", "/v1/organizations:signUp", body, "Idempotency-Key: "+key)
	if organizationID(first) != organizationID(again) || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("a retry made %s after %s", organizationID(again), organizationID(first))
	}
	secret := func(a apptest.Response) any { return a.Body["apiKey"].(map[string]any)["secret"] }
	if secret(first) == "" || secret(again) != "" {
		t.Errorf("secrets are shown as %v and then %v", secret(first), secret(again))
	}
}

func organizationID(a apptest.Response) any { return a.Body["organization"].(map[string]any)["id"] }

// TestSignUpRivals holds sign-ups at once under one idempotency key to make one
// organization.
func TestSignUpRivals(t *testing.T) {
	t.Parallel()
	nobody := &apptest.Organization{App: apptest.New(t)}
	body := `{"displayName": "Acme", "currencyCode": "USD", "timeZone": "UTC", "regionCode": "US", "ownerEmail": "a@acme.example", "ownerDisplayName": "A", "ownerPassword": "correct horse"}`
	key := nth("rivals")
	answers := make(chan any, 4)
	for range cap(answers) {
		go func() {
			a := nobody.REST(t, "POST", "/v1/organizations:signUp", body, "Idempotency-Key: "+key)
			if a.Code != 200 {
				t.Errorf("a rival is answered by %s", a.Raw)
				answers <- nil
				return
			}
			answers <- organizationID(a)
		}()
	}
	first := <-answers
	for range cap(answers) - 1 {
		if next := <-answers; next != first {
			t.Errorf("rivals made %v and %v", first, next)
		}
	}
}

// TestBrowsers holds scripts of configured origins to be let in, and no others.
func TestBrowsers(t *testing.T) {
	t.Parallel()
	preflight := []string{"Access-Control-Request-Method: PATCH", "Access-Control-Request-Headers: authorization,if-match"}
	open := apptest.SignUpTo(t, apptest.New(t, func(o *module.Options) { o.Origins = []string{"https://app.acme.example"} }))
	closed := apptest.SignUp(t)
	for origin, want := range map[string]string{"https://app.acme.example": "https://app.acme.example", "https://evil.example": ""} {
		a := open.REST(t, "OPTIONS", "/v1/persons", "", append(preflight, "Origin: "+origin)...)
		if got := a.Header.Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%s is allowed as %q", origin, got)
		}
		if a := closed.REST(t, "GET", "/v1/clock", "", "Origin: "+origin); a.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("without configured origins, %s is let in", origin)
		}
	}
}

// TestGzip holds large answers to be compressed when the caller takes it.
func TestGzip(t *testing.T) {
	t.Parallel()
	a := apptest.SignUp(t).REST(t, "GET", "/v1/accounts", "", "Accept-Encoding: gzip")
	if a.Header.Get("Content-Encoding") != "gzip" || len(a.Raw) == 0 || a.Raw[0] != 0x1f {
		t.Errorf("got %v and %d bytes", a.Header, len(a.Raw))
	}
}
