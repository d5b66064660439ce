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

var life = state.Machine[pb.Task_State]{
	{Verb: "start", From: []pb.Task_State{pb.Task_BACKLOG, pb.Task_UNSTARTED}, To: pb.Task_STARTED},
	{Verb: "complete", From: []pb.Task_State{pb.Task_STARTED}, To: pb.Task_COMPLETED},
}

func TestMove(t *testing.T) {
	t.Parallel()
	s := pb.Task_UNSTARTED
	for _, step := range []struct {
		verb string
		to   pb.Task_State
	}{{"start", pb.Task_STARTED}, {"complete", pb.Task_COMPLETED}} {
		if err := life.Move(step.verb, &s); err != nil || s != step.to {
			t.Errorf("%s leads to %s, %v; want %s", step.verb, s, err, step.to)
		}
	}
}

func TestRefusalNamesTheStates(t *testing.T) {
	t.Parallel()
	s := pb.Task_COMPLETED
	err := life.Move("start", &s)
	e := fault.From(err)
	if e.Reason != optionsv1.Reason_STATE_REFUSES_ACTION || e.Code != codes.FailedPrecondition {
		t.Errorf("got %s, %s", e.Reason, e.Code)
	}
	if want := "It is COMPLETED; start needs BACKLOG or UNSTARTED."; e.Message != want {
		t.Errorf("got %q, want %q", e.Message, want)
	}
	if s != pb.Task_COMPLETED {
		t.Errorf("a refused verb leads to %s", s)
	}
}

func TestActionsOfACallerWithoutPermission(t *testing.T) {
	t.Parallel()
	for _, a := range life.Actions(pb.Task_UNSTARTED, false) {
		if a.GetAllowed() || a.GetReason() == "" {
			t.Errorf("%s is allowed: %v", a.GetVerb(), a)
		}
	}
}

func TestActionsAreWhatMoveAccepts(t *testing.T) {
	t.Parallel()
	states := rapid.SampledFrom([]pb.Task_State{
		pb.Task_STATE_UNSPECIFIED, pb.Task_BACKLOG, pb.Task_UNSTARTED, pb.Task_STARTED, pb.Task_COMPLETED, pb.Task_CANCELED,
	})
	verbs := []string{"start", "complete", "cancel", "reopen"}
	rapid.Check(t, func(t *rapid.T) {
		var m state.Machine[pb.Task_State]
		for _, verb := range verbs[:rapid.IntRange(0, len(verbs)).Draw(t, "verbs")] {
			m = append(m, state.Step[pb.Task_State]{
				Verb: verb, From: rapid.SliceOfNDistinct(states, 0, 4, rapid.ID).Draw(t, "from"), To: states.Draw(t, "to"),
			})
		}
		at := states.Draw(t, "at")
		actions := m.Actions(at, true)
		if len(actions) != len(m) {
			t.Fatalf("%d actions of %d verbs", len(actions), len(m))
		}
		for i, a := range actions {
			moved := at
			err := m.Move(a.GetVerb(), &moved)
			switch {
			case a.GetAllowed() != (err == nil):
				t.Fatalf("%s from %s: offered %v, answered %v", a.GetVerb(), at, a.GetAllowed(), err)
			case err == nil && moved != m[i].To, err != nil && moved != at:
				t.Fatalf("%s from %s leads to %s", a.GetVerb(), at, moved)
			case a.GetAllowed() == (a.GetReason() != ""):
				t.Fatalf("%s is allowed %v because %q", a.GetVerb(), a.GetAllowed(), a.GetReason())
			}
		}
		if slices.Contains(verbs[len(m):], "reopen") && m.Move("reopen", &at) == nil {
			t.Fatal("a verb that the machine lacks is accepted")
		}
	})
}
