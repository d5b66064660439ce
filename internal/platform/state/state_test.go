package state_test

import (
	"slices"
	"testing"

	"google.golang.org/grpc/codes"
	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/state"
)

var lifecycle = state.New(func(t *pb.Task) *pb.Task_State { return &t.State }, []state.Step[pb.Task_State]{
	{Verb: "start", Event: "started", From: []pb.Task_State{pb.Task_BACKLOG, pb.Task_UNSTARTED}, To: pb.Task_STARTED},
	{Verb: "complete", Event: "completed", From: []pb.Task_State{pb.Task_STARTED}, To: pb.Task_COMPLETED},
	{Verb: "nudge", From: []pb.Task_State{pb.Task_STARTED}},
})

func TestVerbChangesState(t *testing.T) {
	t.Parallel()
	task := &pb.Task{State: pb.Task_UNSTARTED}
	for _, step := range []struct {
		verb string
		to   pb.Task_State
	}{{"start", pb.Task_STARTED}, {"nudge", pb.Task_STARTED}, {"complete", pb.Task_COMPLETED}} {
		if err := lifecycle.Move(step.verb, task); err != nil || task.State != step.to {
			t.Errorf("%s: got state %s, error %v; want state %s", step.verb, task.State, err, step.to)
		}
	}
}

func TestRefusalNamesTheStates(t *testing.T) {
	t.Parallel()
	task := &pb.Task{State: pb.Task_COMPLETED}
	err := lifecycle.Move("start", task)
	e := fault.From(err)
	if e.Reason != optionsv1.Reason_STATE_REFUSES_ACTION || e.Code != codes.FailedPrecondition {
		t.Errorf("got %s, %s", e.Reason, e.Code)
	}
	if want := "The state is COMPLETED; it must be BACKLOG or UNSTARTED."; e.Message != want {
		t.Errorf("got %q, want %q", e.Message, want)
	}
	if task.State != pb.Task_COMPLETED {
		t.Errorf("after a refused verb: got state %s", task.State)
	}
}

func TestVerbAcceptsEveryState(t *testing.T) {
	t.Parallel()
	every := []pb.Task_State{pb.Task_BACKLOG, pb.Task_UNSTARTED, pb.Task_STARTED, pb.Task_COMPLETED, pb.Task_CANCELED}
	l := state.New(func(t *pb.Task) *pb.Task_State { return &t.State }, []state.Step[pb.Task_State]{
		{Verb: "reset", From: every, To: pb.Task_UNSTARTED}, {Verb: "start", From: every[:4], To: pb.Task_STARTED},
	})
	for verb, want := range map[string]bool{"reset": true, "start": false, "fly": false} {
		if got := l.AcceptsEveryState(verb); got != want {
			t.Errorf("%s: got %t, want %t", verb, got, want)
		}
	}
}

func TestUnknownVerbIsRefused(t *testing.T) {
	t.Parallel()
	task := &pb.Task{State: pb.Task_STARTED}
	if err := lifecycle.Move("fly", task); err == nil || task.State != pb.Task_STARTED {
		t.Errorf("an unknown verb: got state %s, error %v", task.State, err)
	}
}

func TestActionIsRefusedWithoutPermission(t *testing.T) {
	t.Parallel()
	if a := state.Action("start", false, ""); a.GetAllowed() || a.GetReason() == "" {
		t.Errorf("start: got %v, want a refusal", a)
	}
}

// TestMoveAcceptsAllowedActions checks that Move accepts exactly the verbs that are offered as
// allowed.
func TestMoveAcceptsAllowedActions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from := pb.Task_State(rapid.SampledFrom(slices.Sorted(func(yield func(int32) bool) {
			for number := range pb.Task_State_name {
				if !yield(number) {
					return
				}
			}
		})).Draw(t, "state"))
		for _, verb := range lifecycle.Verbs() {
			task := &pb.Task{State: from}
			allowed := state.Action(verb, true, lifecycle.Refusal(verb, task)).GetAllowed()
			if err := lifecycle.Move(verb, task); (err == nil) != allowed {
				t.Errorf("%s from %s: got %v, but the action is allowed: %t", verb, from, err, allowed)
			}
		}
	})
}
