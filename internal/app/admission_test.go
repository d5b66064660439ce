package app_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/rpc"
)

// unknownKey has the form of an API key but was never issued.
const unknownKey = "bo_live_00000000000000000_0000000000000000000000000000000000000000000000000000000000000000000"

// serveOnNetwork serves an app on two local ports. It returns the address of REST and a gRPC
// connection.
func serveOnNetwork(t *testing.T, a *module.App) (web string, wire *grpc.ClientConn) {
	t.Helper()
	var listeners [2]net.Listener
	for i := range listeners {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		listeners[i] = l
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- a.Server.Serve(ctx, listeners[0], listeners[1], nil) }()
	conn, err := grpc.NewClient(listeners[0].Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		conn.Close()
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return listeners[1].Addr().String(), conn
}

// sendHead sends only the head of a POST request and returns the response.
func sendHead(t *testing.T, web, path, key string, size int) *http.Response {
	t.Helper()
	conn, err := net.Dial("tcp", web)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n", path,
		web, key, size)
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("%s without a body: %v", path, err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return response
}

// TestUnauthenticatedBodiesAreNotRead sends requests with an unknown key and without the body. They
// must be rejected before a byte of the body is sent.
func TestUnauthenticatedBodiesAreNotRead(t *testing.T) {
	t.Parallel()
	web, wire := serveOnNetwork(t, apptest.New(t))
	for _, path := range []string{"/v1/persons", "/v1/journalEntries:batchCreate", "/v1/files"} {
		if response := sendHead(t, web, path, unknownKey, 1<<20); response.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: got %s", path, response.Status)
		}
	}
	for name, key := range map[string]string{"no key": "", "an unknown key": "Bearer " + unknownKey} {
		ctx := t.Context()
		if key != "" {
			ctx = metadata.AppendToOutgoingContext(ctx, "authorization", key)
		}
		stream, err := wire.NewStream(ctx, &grpc.StreamDesc{ClientStreams: true, ServerStreams: true},
			platformv1.IdentityService_CreatePerson_FullMethodName)
		if err == nil {
			err = stream.RecvMsg(&platformv1.Person{})
		}
		if status.Code(err) != codes.Unauthenticated || apptest.Reason(err) == 0 {
			t.Errorf("gRPC with %s: got %v, want Unauthenticated", name, err)
		}
	}
}

// TestInvalidKeysAreRateLimitedByAddress sends unknown keys until their address is limited. A valid
// key from the same address must still work.
func TestInvalidKeysAreRateLimitedByAddress(t *testing.T) {
	t.Parallel()
	proxies, err := rpc.ParseProxies([]string{"127.0.0.0/8"})
	if err != nil {
		t.Fatal(err)
	}
	a := apptest.New(t, func(o *module.Options) { o.Rates, o.Proxies = rpc.Rates{Unauthenticated: 1}, proxies })
	o := apptest.SignUpTo(t, a)
	web, wire := serveOnNetwork(t, a)
	get := func(key, from string) *http.Response { return getClock(t, web, key, from) }
	call := func(key, from string) error {
		ctx := metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+key, "x-forwarded-for", from)
		_, err := platformv1.NewIdentityServiceClient(wire).GetClock(ctx, &platformv1.GetClockRequest{})
		return err
	}
	const limited, other = "198.51.100.1", "198.51.100.2"
	var last *http.Response
	for range 20 {
		last = get(unknownKey, limited)
	}
	if last.StatusCode != http.StatusTooManyRequests || last.Header.Get("Retry-After") == "" {
		t.Errorf("after twenty unknown keys: got %s %v, want 429", last.Status, last.Header)
	}
	if err := call(unknownKey, limited); apptest.Reason(err) != optionsv1.Reason_RATE_LIMITED {
		t.Errorf("an unknown key over gRPC from the same address: got %v", err)
	}
	if response := get(unknownKey, other); response.StatusCode != http.StatusUnauthorized {
		t.Errorf("an unknown key from another address: got %s", response.Status)
	}
	if response := get(o.Key, limited); response.StatusCode != http.StatusOK {
		t.Errorf("a valid key from the limited address: got %s", response.Status)
	}
	if err := call(o.Key, limited); err != nil {
		t.Errorf("a valid key over gRPC from the limited address: got %v", err)
	}
}

// getClock calls GetClock over REST, as if forwarded for an address.
func getClock(t *testing.T, web, key, from string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+web+"/v1/clock", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("X-Forwarded-For", from)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response
}

// TestBodiesInMemoryAreLimited sends heads of requests until the organization's share of memory is
// reserved. Another organization must still be served.
func TestBodiesInMemoryAreLimited(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	greedy, other := apptest.SignUpTo(t, a), apptest.SignUpTo(t, a)
	web, _ := serveOnNetwork(t, a)
	const size, limit = 1 << 20, 32 // an organization may have 32 bodies of 1 MiB in memory
	for range limit {
		conn, err := net.Dial("tcp", web)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		fmt.Fprintf(conn, "POST /v1/persons HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Length: "+
			"%d\r\nExpect: 100-continue\r\n\r\n", web, greedy.Key, size)
		// The server asks for the body once it has reserved room for it.
		if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || line != "HTTP/1.1 100 Continue\r\n" {
			t.Fatalf("%q, %v", line, err)
		}
	}
	response := sendHead(t, web, "/v1/persons", greedy.Key, size)
	if response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Retry-After") == "" {
		t.Errorf("one more body: got %s %v", response.Status, response.Header)
	}
	if got := other.REST(t, "POST", "/v1/persons", `{"displayName": "Ann"}`); got.Code != http.StatusOK {
		t.Errorf("another organization: got %s", got.Raw)
	}
}

// TestConcurrentCallsAreLimited opens calls without messages until the key reaches its limit, with
// several spellings of the scheme. New calls must succeed after the open ones end.
func TestConcurrentCallsAreLimited(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	o := apptest.SignUpTo(t, a)
	_, wire := serveOnNetwork(t, a)
	const limit = 64 // concurrent calls of one key
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	open := func(scheme string) (grpc.ClientStream, error) {
		return wire.NewStream(metadata.AppendToOutgoingContext(ctx, "authorization", scheme+" "+o.Key),
			&grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, platformv1.IdentityService_CreatePerson_FullMethodName)
	}
	for i := range limit {
		if _, err := open([]string{"Bearer", "bearer", "BEARER"}[i%3]); err != nil {
			t.Fatal(err)
		}
	}
	stream, err := open("bEARER")
	if err == nil {
		err = stream.RecvMsg(&platformv1.Person{})
	}
	if status.Code(err) != codes.Unavailable {
		t.Errorf("one more call: got %v", err)
	}
	cancel()
	for deadline := time.Now().Add(time.Minute); ; {
		ctx := metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+o.Key)
		_, err := platformv1.NewIdentityServiceClient(wire).GetClock(ctx, &platformv1.GetClockRequest{})
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("got %v after the open calls ended", err)
		}
	}
}
