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

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/module"
)

// Organization is a test's own organization and a caller in it. It is a connection:
// give it to the generated clients.
type Organization struct {
	App          *module.App
	Organization *platformv1.Organization
	Owner        *platformv1.Person
	// Key is the caller's credential, the owner's unless it was made by As.
	Key string

	// t is told of answers that are not as the reference says.
	t testing.TB
}

// SignUp makes a test organization in US dollars and New York by the API, on an app
// of its own. The changes may make it another.
func SignUp(t testing.TB, changes ...func(*platformv1.SignUpRequest)) *Organization {
	t.Helper()
	return SignUpTo(t, New(t), changes...)
}

// SignUpTo is SignUp to an app that is there already.
func SignUpTo(t testing.TB, a *module.App, changes ...func(*platformv1.SignUpRequest)) *Organization {
	t.Helper()
	req := &platformv1.SignUpRequest{
		DisplayName: "Acme", CurrencyCode: "USD", TimeZone: "America/New_York", RegionCode: "US",
		OwnerEmail: "owner@acme.example", OwnerDisplayName: "Olive Owner", OwnerPassword: "correct horse battery", Test: true,
	}
	for _, change := range changes {
		change(req)
	}
	answer, err := platformv1.NewIdentityServiceClient(a.Server.Conn()).SignUp(t.Context(), req)
	if err != nil {
		t.Fatalf("signing up: %v", err)
	}
	return &Organization{App: a, Organization: answer.GetOrganization(), Owner: answer.GetOwner(), Key: answer.GetApiKey().GetSecret(), t: t}
}

// WithRole is the same organization by the same person with another role and scopes.
func (o *Organization) WithRole(t testing.TB, role platformv1.ApiKey_Role, scopes ...string) *Organization {
	t.Helper()
	return o.AsPerson(t, o.Owner.GetId(), role, scopes...)
}

// AsPerson is the same organization by a person with a role and scopes.
func (o *Organization) AsPerson(t testing.TB, personID string, role platformv1.ApiKey_Role, scopes ...string) *Organization {
	t.Helper()
	key, err := platformv1.NewIdentityServiceClient(o).CreateApiKey(t.Context(), &platformv1.CreateApiKeyRequest{
		ApiKey: &platformv1.ApiKey{DisplayName: role.String(), Role: role, Scopes: scopes, PersonId: personID},
	})
	if err != nil {
		t.Fatalf("making a key: %v", err)
	}
	as := *o
	as.Key, as.t = key.GetSecret(), t
	return &as
}

// Drain does the work that the organization's requests left behind, as the queue does in
// its own time.
func (o *Organization) Drain(t testing.TB) {
	t.Helper()
	key, err := id.Parse("org", o.Organization.GetId())
	if err == nil {
		err = o.App.Jobs.Drain(t.Context(), key)
	}
	if err != nil {
		t.Fatalf("draining: %v", err)
	}
}

// Invoke implements grpc.ClientConnInterface: a call with the organization's key.
func (o *Organization) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+o.Key)
	err := o.App.Server.Conn().Invoke(ctx, method, args, reply, opts...)
	if err == nil {
		holdMessage(o.t, method, reply.(proto.Message))
	} else {
		holdStatus(o.t, method, err)
	}
	return err
}

// NewStream implements grpc.ClientConnInterface.
func (o *Organization) NewStream(ctx context.Context, d *grpc.StreamDesc, method string, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	return o.App.Server.Conn().NewStream(ctx, d, method, opts...)
}

// Response is what a REST call answered.
type Response struct {
	Code   int
	Header http.Header
	Raw    []byte
	// Body is the JSON object, nil when there was none.
	Body map[string]any
}

// REST calls a path with a body, "" for none, and headers as `Name: value`.
func (o *Organization) REST(t testing.TB, method, path, body string, headers ...string) Response {
	t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	return o.Send(t, httptest.NewRequestWithContext(t.Context(), method, path, reader), headers...)
}

// Send sends a request that is made, with headers as `Name: value`.
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
	answer := Response{Code: w.Code, Header: w.Header(), Raw: w.Body.Bytes()}
	holdREST(t, r, answer)
	if bytes.HasPrefix(bytes.TrimSpace(answer.Raw), []byte("{")) {
		if err := json.Unmarshal(answer.Raw, &answer.Body); err != nil {
			t.Fatalf("%s %s answered broken JSON: %v", r.Method, r.URL.Path, err)
		}
	}
	return answer
}

// Reason is the reason in an error answer, or "".
func (a Response) Reason() string {
	details, _ := a.Body["details"].([]any)
	for _, d := range details {
		if reason, ok := d.(map[string]any)["reason"].(string); ok {
			return reason
		}
	}
	return ""
}

// Reason is the reason in an error of a gRPC call, or 0.
func Reason(err error) optionsv1.Reason {
	for _, d := range status.Convert(err).Details() {
		if info, ok := d.(*errdetails.ErrorInfo); ok {
			return optionsv1.Reason(optionsv1.Reason_value[info.GetReason()])
		}
	}
	return 0
}

// Fields are the paths of the field violations in an error of a gRPC call.
func Fields(err error) []string {
	var paths []string
	for _, d := range status.Convert(err).Details() {
		if bad, ok := d.(*errdetails.BadRequest); ok {
			for _, v := range bad.GetFieldViolations() {
				paths = append(paths, v.GetField())
			}
		}
	}
	return paths
}
