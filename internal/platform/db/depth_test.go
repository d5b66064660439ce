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

// deep is the call in ctx as a consequence that lies so deep.
func deep(ctx context.Context, depth int32) context.Context {
	c := *call.From(ctx)
	c.Cause.Depth = depth
	return call.With(ctx, &c)
}

func TestEventsDeeperThanFiveRefuseTheWrite(t *testing.T) {
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
	if _, err := db.Write(deep(ctx, 5), d, add("five", 1)); err != nil || count(ctx, t, d, "five") != 1 {
		t.Errorf("five deep it is answered by %v", err)
	}
	if _, err := db.Write(deep(ctx, 6), d, add("six", 1)); fault.From(err).Reason != optionsv1.Reason_CAUSATION_TOO_DEEP || count(ctx, t, d, "six") != 0 {
		t.Errorf("six deep it is answered by %v", err)
	}
	if _, err := db.Write(deep(ctx, 6), d, add("silent", 0)); err != nil || count(ctx, t, d, "silent") != 1 {
		t.Errorf("a write without an event is answered by %v", err)
	}
	dry := *call.From(deep(ctx, 6))
	dry.ValidateOnly = true
	if _, err := db.Write(call.With(ctx, &dry), d, add("dry", 1)); fault.From(err).Reason != optionsv1.Reason_CAUSATION_TOO_DEEP {
		t.Errorf("a dry run is answered by %v", err)
	}
}

// TestDeepMemberIsRefusedAlone refuses a deep call of a group before its neighbors share a
// commit with it.
func TestDeepMemberIsRefusedAlone(t *testing.T) {
	t.Parallel()
	ctx, _, d := enter(t)
	p := newPeople(d)
	close(p.gate)
	if _, err := p.Do(deep(ctx, 6), "deep"); fault.From(err).Reason != optionsv1.Reason_CAUSATION_TOO_DEEP || count(ctx, t, d, "deep") != 0 {
		t.Errorf("six deep it is answered by %v", err)
	}
	if _, err := p.Do(deep(ctx, 5), "shallow"); err != nil || count(ctx, t, d, "shallow") != 1 {
		t.Errorf("five deep it is answered by %v", err)
	}
}
