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

// madeUp has the form of a key, and was issued by nobody.
const madeUp = "bo_live_00000000000000000_0000000000000000000000000000000000000000000000000000000000000000000"

// onNetwork serves an app on two ports of this machine.
func onNetwork(t *testing.T, a *module.App) (web string, wire *grpc.ClientConn) {
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

// announce begins a request whose body never comes, and returns the answer to its head.
func announce(t *testing.T, web, path, key string, size int) *http.Response {
	t.Helper()
	conn, err := net.Dial("tcp", web)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n", path, web, key, size)
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("%s with a body that never comes: %v", path, err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	return answer
}

// TestStrangersBodiesAreNotRead announces bodies with keys that nobody issued, and expects
// a refusal before a byte of them is sent.
func TestStrangersBodiesAreNotRead(t *testing.T) {
	t.Parallel()
	web, wire := onNetwork(t, apptest.New(t))
	for _, path := range []string{"/v1/persons", "/v1/journalEntries:batchCreate", "/v1/files"} {
		if answer := announce(t, web, path, madeUp, 1<<20); answer.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s is answered by %s", path, answer.Status)
		}
	}
	for name, key := range map[string]string{"no key": "", "a made-up key": "Bearer " + madeUp} {
		ctx := t.Context()
		if key != "" {
			ctx = metadata.AppendToOutgoingContext(ctx, "authorization", key)
		}
		stream, err := wire.NewStream(ctx, &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, platformv1.IdentityService_CreatePerson_FullMethodName)
		if err == nil {
			err = stream.RecvMsg(&platformv1.Person{})
		}
		if status.Code(err) != codes.Unauthenticated || apptest.Reason(err) == 0 {
			t.Errorf("a message that never comes, with %s, is answered by %v", name, err)
		}
	}
}

// TestRefusedCredentialsAreCountedByAddress guesses keys until the address is refused, and
// expects a good key from the same address to be served all the same.
func TestRefusedCredentialsAreCountedByAddress(t *testing.T) {
	t.Parallel()
	proxies, err := rpc.ParseProxies([]string{"127.0.0.0/8"})
	if err != nil {
		t.Fatal(err)
	}
	a := apptest.New(t, func(o *module.Options) { o.Rates, o.Proxies = rpc.Rates{Unauthenticated: 1}, proxies })
	o := apptest.SignUpTo(t, a)
	web, wire := onNetwork(t, a)
	get := func(key, from string) *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+web+"/v1/clock", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+key)
		r.Header.Set("X-Forwarded-For", from)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer
	}
	call := func(key, from string) error {
		ctx := metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+key, "x-forwarded-for", from)
		_, err := platformv1.NewIdentityServiceClient(wire).GetClock(ctx, &platformv1.GetClockRequest{})
		return err
	}
	const guesser, other = "198.51.100.1", "198.51.100.2"
	var last *http.Response
	for range 20 {
		last = get(madeUp, guesser)
	}
	if last.StatusCode != http.StatusTooManyRequests || last.Header.Get("Retry-After") == "" {
		t.Errorf("twenty guesses end with %s %v", last.Status, last.Header)
	}
	if err := call(madeUp, guesser); apptest.Reason(err) != optionsv1.Reason_RATE_LIMITED {
		t.Errorf("a guess over gRPC from there is answered by %v", err)
	}
	if answer := get(madeUp, other); answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("a first guess from elsewhere is answered by %s", answer.Status)
	}
	if answer := get(o.Key, guesser); answer.StatusCode != http.StatusOK {
		t.Errorf("a good key from the guesser's address is answered by %s", answer.Status)
	}
	if err := call(o.Key, guesser); err != nil {
		t.Errorf("a good key over gRPC from there is answered by %v", err)
	}
}

// TestBodiesInMemoryAreBounded keeps announcing bodies that never come until the
// organization's part is used up, and expects another organization to be served.
func TestBodiesInMemoryAreBounded(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	greedy, other := apptest.SignUpTo(t, a), apptest.SignUpTo(t, a)
	web, _ := onNetwork(t, a)
	const size, most = 1 << 20, 32 // as many as an organization may have in memory
	for range most {
		conn, err := net.Dial("tcp", web)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		fmt.Fprintf(conn, "POST /v1/persons HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", web, greedy.Key, size)
		// The server asks for the body once it has reserved room for it.
		if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || line != "HTTP/1.1 100 Continue\r\n" {
			t.Fatalf("%q, %v", line, err)
		}
	}
	if answer := announce(t, web, "/v1/persons", greedy.Key, size); answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" {
		t.Errorf("one body more is answered by %s %v", answer.Status, answer.Header)
	}
	if got := other.REST(t, "POST", "/v1/persons", `{"displayName": "Ann"}`); got.Code != http.StatusOK {
		t.Errorf("another organization is answered by %s", got.Raw)
	}
}

// TestPlacesComeBack opens calls whose messages never come until the caller has no more
// places, under several spellings of one key, and expects the places back once they end.
func TestPlacesComeBack(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	o := apptest.SignUpTo(t, a)
	_, wire := onNetwork(t, a)
	const most = 64 // calls of one key under way
	ctx, hangUp := context.WithCancel(t.Context())
	defer hangUp()
	open := func(scheme string) (grpc.ClientStream, error) {
		return wire.NewStream(metadata.AppendToOutgoingContext(ctx, "authorization", scheme+" "+o.Key),
			&grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, platformv1.IdentityService_CreatePerson_FullMethodName)
	}
	for i := range most {
		if _, err := open([]string{"Bearer", "bearer", "BEARER"}[i%3]); err != nil {
			t.Fatal(err)
		}
	}
	stream, err := open("bEARER")
	if err == nil {
		err = stream.RecvMsg(&platformv1.Person{})
	}
	if status.Code(err) != codes.Unavailable {
		t.Errorf("one call more is answered by %v", err)
	}
	hangUp()
	for late := time.Now().Add(time.Minute); ; {
		ctx := metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+o.Key)
		_, err := platformv1.NewIdentityServiceClient(wire).GetClock(ctx, &platformv1.GetClockRequest{})
		if err == nil {
			return
		}
		if time.Now().After(late) {
			t.Fatalf("no place came back: %v", err)
		}
	}
}
