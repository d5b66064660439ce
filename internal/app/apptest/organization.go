package apptest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/module"
)

// Organization is the organization of a test, called with an API key. It implements
// grpc.ClientConnInterface, so generated clients can be created on it.
type Organization struct {
	App          *module.App
	Organization *platformv1.Organization
	Owner        *platformv1.Person
	// Key is the API key of the caller, the owner's unless it was created by WithRole or AsPerson.
	Key string

	// t fails when a response does not match the OpenAPI document.
	t testing.TB
}

// SignUp creates an app and, through the API, a test organization with US dollars and the time zone
// of New York. The changes modify the request.
func SignUp(t testing.TB, changes ...func(*platformv1.SignUpRequest)) *Organization {
	t.Helper()
	return SignUpTo(t, New(t), changes...)
}

// SignUpTo creates a test organization as SignUp does, on an existing app.
func SignUpTo(t testing.TB, a *module.App, changes ...func(*platformv1.SignUpRequest)) *Organization {
	t.Helper()
	req := &platformv1.SignUpRequest{
		DisplayName: "Acme", CurrencyCode: "USD", TimeZone: "America/New_York", RegionCode: "US",
		OwnerEmail: "owner@acme.example", OwnerDisplayName: "Olive Owner", OwnerPassword: "correct horse battery", Test: true,
	}
	for _, change := range changes {
		change(req)
	}
	response, err := platformv1.NewIdentityServiceClient(a.Server.Conn()).SignUp(t.Context(), req)
	if err != nil {
		t.Fatalf("signing up: %v", err)
	}
	return &Organization{
		App: a, Organization: response.GetOrganization(), Owner: response.GetOwner(),
		Key: response.GetApiKey().GetSecret(), t: t,
	}
}

// WithRole returns the organization called by its owner with a new key of a role and scopes.
func (o *Organization) WithRole(t testing.TB, role platformv1.ApiKey_Role, scopes ...string) *Organization {
	t.Helper()
	return o.AsPerson(t, o.Owner.GetId(), role, scopes...)
}

// AsPerson returns the organization called by a person with a new key of a role and scopes.
func (o *Organization) AsPerson(
	t testing.TB, personID string, role platformv1.ApiKey_Role, scopes ...string,
) *Organization {
	t.Helper()
	key, err := platformv1.NewIdentityServiceClient(o).CreateApiKey(t.Context(), &platformv1.CreateApiKeyRequest{
		ApiKey: &platformv1.ApiKey{DisplayName: role.String(), Role: role, Scopes: scopes, PersonId: personID},
	})
	if err != nil {
		t.Fatalf("creating a key: %v", err)
	}
	as := *o
	as.Key, as.t = key.GetSecret(), t
	return &as
}

// RunJobs runs the organization's queued jobs and due chores, which a server runs in the
// background.
func (o *Organization) RunJobs(t testing.TB) {
	t.Helper()
	key, err := id.Parse("org", o.Organization.GetId())
	if err == nil {
		err = o.App.Jobs.RunChores(t.Context(), key)
	}
	if err != nil {
		t.Fatalf("running the jobs: %v", err)
	}
}

// Invoke implements grpc.ClientConnInterface. It calls a method with the organization's key.
func (o *Organization) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+o.Key)
	err := o.App.Server.Conn().Invoke(ctx, method, args, reply, opts...)
	if err == nil {
		checkMessage(o.t, method, reply.(proto.Message))
	} else {
		checkStatus(o.t, method, err)
	}
	return err
}

// NewStream implements grpc.ClientConnInterface.
func (o *Organization) NewStream(
	ctx context.Context, d *grpc.StreamDesc, method string, opts ...grpc.CallOption,
) (grpc.ClientStream, error) {
	return o.App.Server.Conn().NewStream(ctx, d, method, opts...)
}

// Response is the response of a REST request.
type Response struct {
	Code   int
	Header http.Header
	Raw    []byte
	// Body is the JSON object, nil if the body is not one.
	Body map[string]any
}

// REST sends a request with headers as `Name: value`. body is its body, or "" if there is none.
func (o *Organization) REST(t testing.TB, method, path, body string, headers ...string) Response {
	t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	return o.Send(t, httptest.NewRequestWithContext(t.Context(), method, path, reader), headers...)
}

// Send sends a request with headers as `Name: value`.
func (o *Organization) Send(t testing.TB, r *http.Request, headers ...string) Response {
	t.Helper()
	if o.Key != "" {
		r.Header.Set("Authorization", "Bearer "+o.Key)
	}
	for _, h := range headers {
		if name, value, ok := strings.Cut(h, ": "); ok {
			r.Header.Set(name, value)
		}
	}
	w := httptest.NewRecorder()
	o.App.Server.HTTP().ServeHTTP(w, r)
	response := Response{Code: w.Code, Header: w.Header(), Raw: w.Body.Bytes()}
	checkREST(t, r, response)
	if bytes.HasPrefix(bytes.TrimSpace(response.Raw), []byte("{")) {
		if err := json.Unmarshal(response.Raw, &response.Body); err != nil {
			t.Fatalf("%s %s returned broken JSON: %v", r.Method, r.URL.Path, err)
		}
	}
	return response
}

// Reason returns the reason in an error response, or "".
func (a Response) Reason() string {
	details, _ := a.Body["details"].([]any)
	for _, d := range details {
		if reason, ok := d.(map[string]any)["reason"].(string); ok {
			return reason
		}
	}
	return ""
}
