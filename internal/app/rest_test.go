package app_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// invalidRequest is a REST request and the error that it must get.
type invalidRequest struct {
	method, path, body string
	headers            []string
	code               int
	reason             string
}

// invalidBodies returns requests with invalid bodies by name.
func invalidBodies() map[string]invalidRequest {
	return map[string]invalidRequest{
		"unknown field": {method: "POST", path: "/v1/persons",
			body: `{"displayName": "Ann", "nickname": "A"}`, code: 400, reason: "BODY_INVALID"},
		"trailing JSON": {method: "POST", path: "/v1/persons", body: `{"displayName": "Ann"} {}`,
			code: 400, reason: "BODY_INVALID"},
		"trailing text": {method: "POST", path: "/v1/persons", body: `{"displayName": "Ann"}x`,
			code: 400, reason: "BODY_INVALID"},
		"broken JSON": {method: "POST", path: "/v1/persons", body: `{"displayName": `, code: 400,
			reason: "BODY_INVALID"},
		"a list for an object": {method: "POST", path: "/v1/persons", body: `[]`, code: 400,
			reason: "BODY_INVALID"},
		"a key twice": {method: "POST", path: "/v1/persons",
			body: `{"displayName": "Ann", "displayName": "Bob"}`, code: 400, reason: "BODY_INVALID"},
		"invalid UTF-8": {method: "POST", path: "/v1/persons", body: "{\"displayName\": \"\xff\"}",
			code: 400, reason: "BODY_INVALID"},
		"no body": {method: "POST", path: "/v1/persons", code: 400, reason: "FIELDS_INVALID"},
		"a body over 1 MiB": {method: "POST", path: "/v1/persons",
			body: `{"displayName": "` + strings.Repeat("x", 1<<20) + `"}`, code: 413, reason: "BODY_TOO_LARGE"},
		"a body on GET": {method: "GET", path: "/v1/persons", body: `{}`, code: 400,
			reason: "BODY_INVALID"},
	}
}

// invalidParameters returns requests with invalid query parameters by name.
func invalidParameters() map[string]invalidRequest {
	return map[string]invalidRequest{
		"unknown parameter": {method: "GET", path: "/v1/persons?filtr=x", code: 400,
			reason: "QUERY_PARAMETER_INVALID"},
		"unknown parameter, no list": {method: "GET", path: "/v1/clock?x=1", code: 400,
			reason: "QUERY_PARAMETER_INVALID"},
		"unknown parameter, body *": {method: "POST", path: "/v1/clock:advance?byDuration=1s",
			body: `{"byDuration": "1s"}`, code: 400, reason: "QUERY_PARAMETER_INVALID"},
		"a body's field as a query": {method: "POST", path: "/v1/persons?person.displayName=x",
			body: `{"displayName": "Ann"}`, code: 400, reason: "QUERY_PARAMETER_INVALID"},
		"malformed parameter": {method: "GET", path: "/v1/persons?pageSize=many", code: 400,
			reason: "QUERY_PARAMETER_INVALID"},
		"malformed query": {method: "GET", path: "/v1/persons?filter=%zz", code: 400,
			reason: "QUERY_PARAMETER_INVALID"},
		"negative page": {method: "GET", path: "/v1/persons?pageSize=-1", code: 400,
			reason: "FIELDS_INVALID"},
		"broken page token": {method: "GET", path: "/v1/persons?pageToken=xyz", code: 400,
			reason: "PAGE_TOKEN_INVALID"},
		"field that is not filterable": {method: "GET", path: "/v1/persons?filter=givenName%3D%22x%22", code: 400,
			reason: "FILTER_INVALID"},
	}
}

// invalidPathsAndHeaders returns requests with invalid paths or headers by name. key is a valid API
// key.
func invalidPathsAndHeaders(key string) map[string]invalidRequest {
	return map[string]invalidRequest{
		"unknown path": {method: "GET", path: "/v1/nonsense", code: 404, reason: "ROUTE_NOT_FOUND"},
		"unknown method": {method: "PUT", path: "/v1/persons", body: `{}`, code: 405,
			reason: "METHOD_NOT_ALLOWED"},
		"no such record": {method: "GET", path: "/v1/persons/prs_01k9zzzzzzzzzzzzzzzzzzzzzz",
			code: 404, reason: "RECORD_NOT_FOUND"},
		"no credential": {method: "GET", path: "/v1/persons", headers: []string{"Authorization: "},
			code: 401, reason: "CREDENTIAL_MISSING"},
		"a broken credential": {method: "GET", path: "/v1/persons",
			headers: []string{"Authorization: Bearer bo_live_nonsense"}, code: 401, reason: "CREDENTIAL_INVALID"},
		"metadata from outside": {method: "GET", path: "/v1/persons", headers: []string{"Authorization: ",
			"Grpc-Metadata-Authorization: Bearer " + key}, code: 401, reason: "CREDENTIAL_MISSING"},
		"method override": {method: "POST", path: "/v1/persons",
			headers: []string{"X-HTTP-Method-Override: GET",
				"Content-Type: application/x-www-form-urlencoded"}, code: 400, reason: "FIELDS_INVALID"},
		"an idempotency key that is not ASCII": {method: "POST", path: "/v1/persons", body: `{"displayName": "Ann"}`,
			headers: []string{"Idempotency-Key: \xff"}, code: 400, reason: "FIELDS_INVALID"},
		"a query that is not UTF-8": {method: "GET", path: "/v1/persons?%ff=1", code: 400,
			reason: "QUERY_PARAMETER_INVALID"},
		"a path that is not UTF-8": {method: "GET", path: "/v1/%ff", code: 404, reason: "ROUTE_NOT_FOUND"},
		"an id that is not UTF-8": {method: "PATCH", path: "/v1/persons/prs_%ff", body: `{"givenName": "A"}`,
			headers: []string{"Idempotency-Key: k"}, code: 404, reason: "ROUTE_NOT_FOUND"},
		"an instant beyond the calendar": {method: "GET", path: "/v1/persons?updatedAfter=300000-01-01T00:00:00Z",
			code: 400, reason: "QUERY_PARAMETER_INVALID"},
		"a long idempotency key": {method: "POST", path: "/v1/persons", body: `{"displayName": "Ann"}`,
			headers: []string{"Idempotency-Key: " + strings.Repeat("k", 256)}, code: 400, reason: "FIELDS_INVALID"},
	}
}

// TestRESTRejectsInvalidRequests sends invalid requests, which must fail with their reason and
// store nothing.
func TestRESTRejectsInvalidRequests(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	requests := invalidPathsAndHeaders(o.Key)
	maps.Copy(requests, invalidBodies())
	maps.Copy(requests, invalidParameters())
	for name, c := range requests {
		t.Run(name, func(t *testing.T) {
			a := o.REST(t, c.method, c.path, c.body, c.headers...)
			if a.Code != c.code || a.Reason() != c.reason {
				t.Errorf("got %d %s, want %d %s: %s", a.Code, a.Reason(), c.code, c.reason, a.Raw)
			}
			if a.Header.Get("X-Request-Id") == "" {
				t.Error("got no X-Request-Id")
			}
		})
	}
	people, err := platformv1.NewIdentityServiceClient(o).ListPersons(t.Context(), &platformv1.ListPersonsRequest{})
	if err != nil || len(people.GetPersons()) != 1 {
		t.Errorf("got the persons %v, %v, want only the owner", people.GetPersons(), err)
	}
}

// TestUnknownMethodListsAllowedOnes checks the header Allow of a 405 response.
func TestUnknownMethodListsAllowedOnes(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	if got := o.REST(t, "PUT", "/v1/persons", `{}`).Header.Get("Allow"); got != "GET, HEAD, POST" {
		t.Errorf("got Allow %q, want GET, HEAD, POST", got)
	}
}

// TestConditionalRequests sends If-None-Match, which must return 304 for an unchanged record, and
// If-Match, which must return 412 for a changed one.
func TestConditionalRequests(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	path := "/v1/persons/" + o.Owner.GetId()
	first := o.REST(t, "GET", path, "")
	tag := first.Header.Get("ETag")
	if a := o.REST(t, "GET", path, "", "If-None-Match: "+tag); a.Code != http.StatusNotModified || len(a.Raw) != 0 {
		t.Errorf("an unchanged record: got %d %s", a.Code, a.Raw)
	}
	changed := o.REST(t, "PATCH", path, `{"givenName": "Olive"}`, "If-Match: "+tag)
	if changed.Code != http.StatusOK {
		t.Fatalf("an update with the current ETag: got %d %s", changed.Code, changed.Raw)
	}
	a := o.REST(t, "PATCH", path, `{"givenName": "Oliver"}`, "If-Match: "+tag)
	if a.Code != http.StatusPreconditionFailed || a.Reason() != "ETAG_MISMATCH" {
		t.Errorf("a stale If-Match: got %d %s", a.Code, a.Raw)
	}
	for _, header := range []string{`""`, `"-1"`, `W/""`, `nonsense`} {
		a := o.REST(t, "PATCH", path, `{"givenName": "Oliver"}`, "If-Match: "+header)
		if a.Code != http.StatusPreconditionFailed {
			t.Errorf("If-Match %s: got %d %s", header, a.Code, a.Raw)
		}
	}
	if a := o.REST(t, "PATCH", path, `{"givenName": "Olivia"}`, `If-Match: "99-a", "2-b"`); a.Code != http.StatusOK {
		t.Errorf("a list with the current ETag: got %d %s", a.Code, a.Raw)
	}
	if a := o.REST(t, "PATCH", path, `{"givenName": "Olive"}`, `If-Match: *`); a.Code != http.StatusOK {
		t.Errorf("If-Match *: got %d %s", a.Code, a.Raw)
	}
	a = o.REST(t, "PATCH", path, `{"givenName": "Oliver", "etag": "1"}`)
	if a.Code != http.StatusConflict || a.Reason() != "ETAG_MISMATCH" {
		t.Errorf("a stale etag: got %d %s", a.Code, a.Raw)
	}
	if a := o.REST(t, "GET", path, "", "If-None-Match: "+tag); a.Code != http.StatusOK {
		t.Errorf("a changed record: got %d", a.Code)
	}
	list := o.REST(t, "GET", "/v1/persons", "").Header.Get("ETag")
	if a := o.REST(t, "GET", "/v1/persons", "", "If-None-Match: "+list); a.Code != http.StatusNotModified {
		t.Errorf("an unchanged list: got %d", a.Code)
	}
}

// TestProblemDetails requests an error as application/problem+json.
func TestProblemDetails(t *testing.T) {
	t.Parallel()
	a := apptest.SignUp(t).REST(t, "POST", "/v1/persons", `{"email": "nonsense"}`, "Accept: application/problem+json")
	if a.Header.Get("Content-Type") != "application/problem+json" || a.Body["status"] != 400.0 ||
		a.Body["reason"] != "FIELDS_INVALID" {
		t.Errorf("got %s %s", a.Header, a.Raw)
	}
	if errors, _ := a.Body["errors"].([]any); len(errors) != 2 {
		t.Errorf("got the errors %v, want both violations", a.Body["errors"])
	}
}

// TestPatchChangesOnlyFieldsInBody updates a person with and without an explicit mask.
func TestPatchChangesOnlyFieldsInBody(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	path := "/v1/persons/" + o.Owner.GetId()
	if a := o.REST(t, "PATCH", path,
		`{"givenName": "Olive", "familyName": "Owner"}`); a.Body["displayName"] != "Olive Owner" ||
		a.Body["givenName"] != "Olive" {
		t.Errorf("got %s", a.Raw)
	}
	a := o.REST(t, "PATCH", path+"?updateMask=familyName", `{"givenName": "X", "familyName": ""}`)
	if a.Body["givenName"] != "Olive" || a.Body["familyName"] != "" {
		t.Errorf("an explicit mask: got %s", a.Raw)
	}
	before := o.REST(t, "GET", path, "").Body["etag"]
	if a := o.REST(t, "PATCH", path, `{}`); a.Code != 200 || a.Body["etag"] != before {
		t.Errorf("an empty object: got %d %s", a.Code, a.Raw)
	}
	if a := o.REST(t, "PATCH", path, ``); a.Code != 200 || a.Body["etag"] != before {
		t.Errorf("an empty body: got %d %s", a.Code, a.Raw)
	}
}
