package db_test

import (
	"context"
	"testing"

	"google.golang.org/protobuf/types/known/emptypb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// withDepth returns ctx with a call that was caused by a chain of depth events.
func withDepth(ctx context.Context, depth int32) context.Context {
	c := *call.From(ctx)
	c.Cause.Depth = depth
	return call.With(ctx, &c)
}

func TestWriteRefusesEventDeeperThanFive(t *testing.T) {
	t.Parallel()
	ctx, _, d := enter(t)
	add := func(name string, events int) func(context.Context, *db.Tx) (*emptypb.Empty, error) {
		return func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
			for range events {
				tx.Record(db.Event{Type: "test.person.created", SubjectID: name})
			}
			return &emptypb.Empty{}, addPerson(ctx, tx, name)
		}
	}
	if _, err := db.Write(withDepth(ctx, 5), d, add("five", 1)); err != nil || count(ctx, t, d, "five") != 1 {
		t.Errorf("depth 5: got %v", err)
	}
	_, err := db.Write(withDepth(ctx, 6), d, add("six", 1))
	if fault.From(err).Reason != optionsv1.Reason_CAUSATION_TOO_DEEP || count(ctx, t, d, "six") != 0 {
		t.Errorf("depth 6: got %v, want CAUSATION_TOO_DEEP", err)
	}
	if _, err := db.Write(withDepth(ctx, 6), d, add("silent", 0)); err != nil || count(ctx, t, d, "silent") != 1 {
		t.Errorf("depth 6 without an event: got %v", err)
	}
	dry := *call.From(withDepth(ctx, 6))
	dry.ValidateOnly = true
	_, err = db.Write(call.With(ctx, &dry), d, add("dry", 1))
	if fault.From(err).Reason != optionsv1.Reason_CAUSATION_TOO_DEEP {
		t.Errorf("a dry run: got %v, want CAUSATION_TOO_DEEP", err)
	}
}

// TestDeepMemberIsRefusedAlone checks that a group refuses a call that is too deep before other
// calls share a commit with it.
func TestDeepMemberIsRefusedAlone(t *testing.T) {
	t.Parallel()
	ctx, _, d := enter(t)
	p := newPeople(d)
	close(p.gate)
	_, err := p.Do(withDepth(ctx, 6), "deep")
	if fault.From(err).Reason != optionsv1.Reason_CAUSATION_TOO_DEEP || count(ctx, t, d, "deep") != 0 {
		t.Errorf("depth 6: got %v, want CAUSATION_TOO_DEEP", err)
	}
	if _, err := p.Do(withDepth(ctx, 5), "shallow"); err != nil || count(ctx, t, d, "shallow") != 1 {
		t.Errorf("depth 5: got %v", err)
	}
}
