package resource_test

import (
	"context"
	"testing"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
)

// language is a state of persons that tests make up.
type language int32

func (l language) String() string { return []string{"NONE", "SPOKEN", "SILENT"}[l] }

// spoken is a life of persons, whose state is kept by their display names.
func spoken() *state.Lifecycle[*platformv1.Person] {
	at := func(p *platformv1.Person) *language {
		now := language(1)
		if p.DisplayName == "Silent" {
			now = 2
		}
		return &now
	}
	return state.New(at, []state.Step[language]{
		{Verb: "hush", Event: "hushed", From: []language{1}},
		{Verb: "greet", Event: "greeted", From: []language{1}},
	})
}

// TestGuardIsAskedOnceForItsVerbs offers two verbs by one guard, which is asked once for a page
// and about the records that a state lets take one of them.
func TestGuardIsAskedOnceForItsVerbs(t *testing.T) {
	t.Parallel()
	ctx, d, ids := enter(t, "Pat", "Silent", "Sam")
	asked := 0
	kind := resource.New(personTable).Open().Lifecycle(spoken()).GuardAll(func(_ context.Context, _ *db.Tx, persons []*platformv1.Person) ([]error, error) {
		asked += len(persons)
		refusals := make([]error, len(persons))
		for i, p := range persons {
			if p.DisplayName == "Sam" {
				refusals[i] = fault.Invalid(fault.At("displayName", "is short"))
			}
		}
		return refusals, nil
	}, "hush", "greet")
	persons, err := kind.BatchGet(ctx, d, ids)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"Pat": "", "Silent": "It is SILENT; needed is SPOKEN.", "Sam": "DisplayName is short."}
	for _, p := range persons {
		for _, a := range p.AllowedActions {
			if a.Verb != "archive" && a.Verb != "unarchive" && (a.Reason != want[p.DisplayName] || a.Allowed != (a.Reason == "")) {
				t.Errorf("%s: %v is offered", p.DisplayName, a)
			}
		}
	}
	if asked != 2 {
		t.Errorf("the guard was asked about %d records", asked)
	}
	_, err = kind.Step(ctx, d, ids[2], "greet", rename("Greeted"))
	if apptest.Reason(err) != optionsv1.Reason_FIELDS_INVALID && fault.From(err).Reason != optionsv1.Reason_FIELDS_INVALID {
		t.Errorf("what the guard refuses is answered by %v", err)
	}
}

// TestPrepareComesBeforeGuards prepares for a verb once its state allows it, before the guards.
func TestPrepareComesBeforeGuards(t *testing.T) {
	t.Parallel()
	ctx, d, ids := enter(t, "Pat", "Silent")
	var order []string
	kind := resource.New(personTable).Open().Lifecycle(spoken()).Prepare("greet", func(context.Context, *db.Tx, *platformv1.Person) error {
		order = append(order, "prepare")
		return nil
	}).GuardEach(func(_ *db.Tx, p *platformv1.Person) error {
		if p.DisplayName == "Pat" {
			order = append(order, "guard")
		}
		return nil
	}, "greet")
	if _, err := kind.Step(ctx, d, ids[1], "greet", rename("Greeted")); fault.From(err).Reason != optionsv1.Reason_STATE_REFUSES_ACTION || len(order) > 0 {
		t.Errorf("got %v after %v", err, order)
	}
	p, err := kind.Step(ctx, d, ids[0], "greet", rename("Greeted"))
	if err != nil || p.DisplayName != "Greeted" || len(order) != 2 || order[0] != "prepare" {
		t.Errorf("got %v, %v after %v", p, err, order)
	}
}

// TestVerbWaitsAtGate leaves a record as it is while its verb waits, keeps what the gate stored,
// and takes the verb when the gate lets it pass.
func TestVerbWaitsAtGate(t *testing.T) {
	t.Parallel()
	ctx, d, ids := enter(t, "Pat", "Approver")
	wait := true
	kind := resource.New(personTable).Open().Lifecycle(spoken()).Gate("greet", func(ctx context.Context, tx *db.Tx, was, r *platformv1.Person) (bool, error) {
		if was.DisplayName != "Pat" || r.DisplayName != "Pat" {
			t.Errorf("the gate is shown %v and %v", was, r)
		}
		if wait {
			_, err := resource.New(personTable).Modify(ctx, tx, ids[1], "asked", rename("Asked"))
			return true, err
		}
		return false, nil
	})
	p, err := kind.Step(ctx, d, ids[0], "greet", rename("Greeted"))
	if err != nil || p.DisplayName != "Pat" || p.Etag != "1" {
		t.Errorf("waiting: got %v, %v", p, err)
	}
	if asked, err := kind.Get(ctx, d, ids[1]); err != nil || asked.DisplayName != "Asked" {
		t.Errorf("the gate stored %v, %v", asked, err)
	}
	wait = false
	if p, err = kind.Step(ctx, d, ids[0], "greet", rename("Greeted")); err != nil || p.DisplayName != "Greeted" {
		t.Errorf("passing: got %v, %v", p, err)
	}
}
