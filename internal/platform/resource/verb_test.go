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

// speechLifecycle is a made-up lifecycle of persons, with the states of API keys. A person named
// Silent is REVOKED, any other ACTIVE.
func speechLifecycle() *state.Lifecycle[*platformv1.Person] {
	at := func(p *platformv1.Person) *platformv1.ApiKey_State {
		if p.DisplayName == "Silent" {
			return platformv1.ApiKey_REVOKED.Enum()
		}
		return platformv1.ApiKey_ACTIVE.Enum()
	}
	active := []platformv1.ApiKey_State{platformv1.ApiKey_ACTIVE}
	return state.New(at, []state.Step[platformv1.ApiKey_State]{
		{Verb: "hush", Event: "hushed", From: active}, {Verb: "greet", Event: "greeted", From: active},
	})
}

// TestGuardRunsOnceForItsVerbs checks that a guard of two verbs runs once for a page, with the
// records whose state accepts one of the verbs.
func TestGuardRunsOnceForItsVerbs(t *testing.T) {
	t.Parallel()
	ctx, d, ids := enter(t, "Pat", "Silent", "Sam")
	guarded := 0
	kind := resource.New(personTable).Open().Lifecycle(speechLifecycle()).GuardAll(func(
		_ context.Context, _ *db.Tx, persons []*platformv1.Person,
	) ([]error, error) {
		guarded += len(persons)
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
	want := map[string]string{
		"Pat": "", "Silent": "The state is REVOKED; it must be ACTIVE.", "Sam": "DisplayName is short.",
	}
	for _, p := range persons {
		for _, a := range p.AllowedActions {
			if a.Verb == "archive" || a.Verb == "unarchive" {
				continue
			}
			if a.Reason != want[p.DisplayName] || a.Allowed != (a.Reason == "") {
				t.Errorf("%s: got action %v", p.DisplayName, a)
			}
		}
	}
	if guarded != 2 {
		t.Errorf("the guard got %d records, want 2", guarded)
	}
	_, err = kind.Step(ctx, d, ids[2], "greet", rename("Greeted"))
	if apptest.Reason(err) != optionsv1.Reason_FIELDS_INVALID &&
		fault.From(err).Reason != optionsv1.Reason_FIELDS_INVALID {
		t.Errorf("a guarded step: got %v, want FIELDS_INVALID", err)
	}
}

// TestPrepareRunsBeforeGuards checks that Prepare runs once the state accepts the verb, and before
// the guards.
func TestPrepareRunsBeforeGuards(t *testing.T) {
	t.Parallel()
	ctx, d, ids := enter(t, "Pat", "Silent")
	var order []string
	kind := resource.New(personTable).Open().Lifecycle(speechLifecycle()).
		Prepare("greet", func(context.Context, *db.Tx, *platformv1.Person) error {
			order = append(order, "prepare")
			return nil
		}).GuardEach(func(_ *db.Tx, p *platformv1.Person) error {
		if p.DisplayName == "Pat" {
			order = append(order, "guard")
		}
		return nil
	}, "greet")
	_, err := kind.Step(ctx, d, ids[1], "greet", rename("Greeted"))
	if fault.From(err).Reason != optionsv1.Reason_STATE_REFUSES_ACTION || len(order) > 0 {
		t.Errorf("refused by its state: got %v after %v", err, order)
	}
	p, err := kind.Step(ctx, d, ids[0], "greet", rename("Greeted"))
	if err != nil || p.DisplayName != "Greeted" || len(order) != 2 || order[0] != "prepare" {
		t.Errorf("got %v, %v after %v", p, err, order)
	}
}

// TestVerbWaitsAtGate checks that a waiting verb leaves its record unchanged but keeps what the
// gate stored, and that the verb is executed once the gate lets it pass.
func TestVerbWaitsAtGate(t *testing.T) {
	t.Parallel()
	ctx, d, ids := enter(t, "Pat", "Approver")
	wait := true
	kind := resource.New(personTable).Open().Lifecycle(speechLifecycle()).Gate("greet", func(
		ctx context.Context, tx *db.Tx, was, r *platformv1.Person,
	) (bool, error) {
		if was.DisplayName != "Pat" || r.DisplayName != "Pat" {
			t.Errorf("the gate got %v and %v", was, r)
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
