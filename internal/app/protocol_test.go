package app_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestRESTIgnoresGrpcTimeout sends the header Grpc-Timeout over REST.
func TestRESTIgnoresGrpcTimeout(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	for _, timeout := range []string{"1n", "0S", "nonsense", "99999999H"} {
		if a := o.REST(t, "GET", "/v1/persons", "", "Grpc-Timeout: "+timeout); a.Code != 200 {
			t.Errorf("Grpc-Timeout %s: got %d %s", timeout, a.Code, a.Raw)
		}
	}
}

// TestInvalidIdempotencyKeysAreRejected sends empty, white-space and other invalid keys over gRPC
// and REST.
func TestInvalidIdempotencyKeysAreRejected(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	for name, keys := range map[string][]string{"empty": {""}, "spaces": {"  "}, "two": {"a", "b"}, "not ASCII": {"\xff"},
		"with a control character": {"a\x00"}} {
		md := metadata.MD{"idempotency-key": keys}
		_, err := platformv1.NewIdentityServiceClient(o).CreatePerson(metadata.NewOutgoingContext(t.Context(), md),
			&platformv1.CreatePersonRequest{Person: &platformv1.Person{DisplayName: "Ann"}})
		if status.Code(err) != codes.InvalidArgument || apptest.Reason(err) != optionsv1.Reason_FIELDS_INVALID {
			t.Errorf("gRPC, %s: got %v, want FIELDS_INVALID", name, err)
		}
	}
	for _, key := range []string{"Idempotency-Key: ", "Idempotency-Key:    "} {
		a := o.REST(t, "POST", "/v1/persons", `{"displayName": "Ann"}`, key)
		if a.Code != 400 || !strings.Contains(string(a.Raw), "Idempotency-Key") {
			t.Errorf("REST, %q: got %d %s", key, a.Code, a.Raw)
		}
	}
	if a := o.REST(t, "GET", "/v1/persons", "", "Idempotency-Key: "); a.Code != 200 {
		t.Errorf("a read, which ignores the key: got %d %s", a.Code, a.Raw)
	}
}

// TestErrorViolationsAreCapped checks that an error lists some violations and counts the rest.
func TestErrorViolationsAreCapped(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	var query strings.Builder
	for range 3000 {
		query.WriteString(uniqueCode() + "=1&")
	}
	a := o.REST(t, "GET", "/v1/persons?"+query.String(), "")
	if a.Code != 400 || len(a.Raw) > maxRefusal || !strings.Contains(string(a.Raw),
		"and 2995 more") || !strings.Contains(string(a.Raw), `"violationCount":"3000"`) {
		t.Errorf("3000 unknown parameters: got %d, %d bytes: %.600s", a.Code, len(a.Raw), a.Raw)
	}
}

// TestErrorsListAllInvalidFields checks that an error lists every invalid field of a body or query.
func TestErrorsListAllInvalidFields(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	a := o.REST(t, "POST", "/v1/journalEntries",
		`{"date": 5, "lines": [{"amount": {"amount": true}}, {"memo": "x", "memos": "y"}], "state": "OPEN", "postTime": `+
			`"noon"}`)
	for _, field := range []string{"date", "lines[0].amount.amount", "lines[1].memos", "state", "postTime"} {
		if !strings.Contains(strings.ReplaceAll(string(a.Raw), " ", ""), `"field":"`+field+`"`) {
			t.Errorf("got %s, want a violation of %s", a.Raw, field)
		}
	}
	a = o.REST(t, "GET", "/v1/persons?pageSize=many&showArchived=maybe&updatedAfter=yesterday&filter=a&filter=b", "")
	for _, field := range []string{"pageSize", "showArchived", "updatedAfter", "filter"} {
		if !strings.Contains(strings.ReplaceAll(string(a.Raw), " ", ""), `"field":"`+field+`"`) {
			t.Errorf("got %s, want a violation of %s", a.Raw, field)
		}
	}
}

// TestGRPCErrorsHaveReasons sends malformed messages and calls unknown methods over a connection.
func TestGRPCErrorsHaveReasons(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	_, conn := serveOnNetwork(t, o.App)
	ctx := metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+o.Key)
	for name, c := range map[string]struct {
		method string
		raw    string
		code   codes.Code
		reason optionsv1.Reason
	}{
		"malformed": {"/backoffice.platform.v1.IdentityService/GetPerson", "\xff\xff\xff", codes.InvalidArgument,
			optionsv1.Reason_BODY_INVALID},
		"invalid UTF-8": {"/backoffice.platform.v1.IdentityService/GetPerson", "\x0a\x02\xff\xfe", codes.InvalidArgument,
			optionsv1.Reason_BODY_INVALID},
		"a long id": {"/backoffice.platform.v1.IdentityService/GetPerson",
			"\x0a\xa0\xf7\x36" + strings.Repeat("x", 900_000), codes.InvalidArgument, optionsv1.Reason_FIELDS_INVALID},
		"unknown method": {"/backoffice.platform.v1.IdentityService/Nonsense", "", codes.Unimplemented,
			optionsv1.Reason_ROUTE_NOT_FOUND},
		"unknown service": {"/nonsense.Service/Get", "", codes.Unimplemented, optionsv1.Reason_ROUTE_NOT_FOUND},
		"an empty call": {"/backoffice.platform.v1.IdentityService/GetPerson", "", codes.NotFound,
			optionsv1.Reason_RECORD_NOT_FOUND},
	} {
		var response []byte
		err := conn.Invoke(ctx, c.method, []byte(c.raw), &response, grpc.ForceCodec(bytesCodec{}))
		if status.Code(err) != c.code || apptest.Reason(err) != c.reason {
			t.Errorf("%s: got %v, want %s %s", name, err, c.code, c.reason)
		}
		for _, word := range internals {
			if text := status.Convert(err).Message(); strings.Contains(text, word) && c.code != codes.Unimplemented {
				t.Errorf("%s: the error contains %q: %s", name, word, text)
			}
		}
	}
	// A caller's deadline may be shorter than the server's.
	soon, cancel := context.WithTimeout(ctx, time.Nanosecond)
	defer cancel()
	if _, err := platformv1.NewIdentityServiceClient(conn).ListPersons(soon,
		&platformv1.ListPersonsRequest{}); status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("an expired deadline: got %v", err)
	}
}

// bytesCodec sends and receives raw bytes as messages.
type bytesCodec struct{}

// Marshal implements encoding.Codec.
func (bytesCodec) Marshal(v any) ([]byte, error) { return v.([]byte), nil }

// Unmarshal implements encoding.Codec.
func (bytesCodec) Unmarshal(raw []byte, v any) error {
	*v.(*[]byte) = raw
	return nil
}

// Name implements encoding.Codec.
func (bytesCodec) Name() string { return "proto" }
