package app_test

import (
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
)

// idempotency checks that a retry returns the first response, and that a key cannot be reused for
// another request.
func (s suite) idempotency() {
	if s.k.methods["Create"] == nil {
		return
	}
	ctx := metadata.AppendToOutgoingContext(s.t.Context(), "idempotency-key", uniqueName("key"))
	fields := s.createRequest()
	var header metadata.MD
	first, err := s.callAs(ctx, s.conn, "Create", fields)
	if err != nil {
		s.t.Fatal(err)
	}
	again, err := s.callAs(ctx, s.conn, "Create", fields, grpc.Header(&header))
	if err != nil || !proto.Equal(withoutCreateOnly(again), withoutCreateOnly(first)) {
		s.t.Errorf("the retry: got\n%v, %v, want\n%v", again, err, first)
	}
	if got := header.Get("idempotency-replayed"); len(got) != 1 {
		s.t.Errorf("the retry: got %v, want idempotency-replayed", header)
	}
	_, err = s.callAs(ctx, s.conn, "Create", s.createRequest())
	s.wantError(err, codes.Aborted, optionsv1.Reason_IDEMPOTENCY_KEY_REUSED)
	s.checkConcurrentRetries()
}

// checkConcurrentRetries checks that concurrent requests with one idempotency key create one
// record.
func (s suite) checkConcurrentRetries() {
	ctx := metadata.AppendToOutgoingContext(s.t.Context(), "idempotency-key", uniqueName("key"))
	fields := s.createRequest()
	made := make(chan string, 4)
	for range cap(made) {
		go func() {
			response, err := s.callAs(ctx, s.conn, "Create", fields)
			if err != nil {
				s.t.Errorf("a concurrent retry: got %v", err)
			}
			made <- text(response, "id")
		}()
	}
	first := <-made
	for range cap(made) - 1 {
		if next := <-made; next != first {
			s.t.Errorf("got %s and %s, want the same record", first, next)
		}
	}
}
