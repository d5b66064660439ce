package db_test

import (
	"context"
	"testing"

	"google.golang.org/protobuf/types/known/emptypb"

	"backoffice/internal/platform/db"
)

// TestUndeclaredEventPanics checks that, under test, recording an undeclared event type panics once
// kinds have declared theirs.
func TestUndeclaredEventPanics(t *testing.T) {
	t.Parallel()
	kinds := db.NewKinds()
	ctx, _, d := enter(t)
	d = d.WithKinds(kinds)
	record := func(event string) (panicked bool) {
		defer func() { panicked = recover() != nil }()
		if _, err := db.Write(ctx, d, func(_ context.Context, tx *db.Tx) (*emptypb.Empty, error) {
			tx.Record(db.Event{Type: event, SubjectID: "x"})
			return &emptypb.Empty{}, nil
		}); err != nil {
			t.Error(err)
		}
		return false
	}
	if record("test.person.hired") {
		t.Error("an event: got a panic before any event is declared")
	}
	kinds.Declare("test.person.created")
	if record("test.person.created") {
		t.Error("a declared event: got a panic")
	}
	if !record("test.person.hired") {
		t.Error("an undeclared event: got no panic")
	}
}
