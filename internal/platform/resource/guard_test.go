package resource_test

import (
	"context"
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

// TestGuardsRefuseArchiving checks that Archive and Unarchive run their preparer and guards, that
// allowed_actions gives the refusal, and that neither runs for a verb without effect.
func TestGuardsRefuseArchiving(t *testing.T) {
	t.Parallel()
	ctx, d, ids := enter(t, "Pat", "Sam")
	prepared := map[string]int{}
	prepare := func(verb string) func(context.Context, *db.Tx, *platformv1.Person) error {
		return func(context.Context, *db.Tx, *platformv1.Person) error {
			prepared[verb]++
			return nil
		}
	}
	kind := resource.New(personTable).Open().Prepare("archive", prepare("archive")).
		Prepare("unarchive", prepare("unarchive")).GuardEach(func(_ *db.Tx, p *platformv1.Person) error {
		if p.DisplayName != "Pat" {
			return nil
		}
		return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "Pat stays.")
	}, "archive", "unarchive")
	if _, err := kind.Unarchive(ctx, d, ids[0]); err != nil || prepared["unarchive"] != 0 {
		t.Errorf("without effect: got %v after %v, want no guard", err, prepared)
	}
	_, err := kind.Archive(ctx, d, ids[0])
	if fault.From(err).Reason != optionsv1.Reason_STATE_REFUSES_ACTION || prepared["archive"] != 1 {
		t.Errorf("archiving Pat: got %v after %v, want STATE_REFUSES_ACTION", err, prepared)
	}
	if _, err := kind.Archive(ctx, d, ids[1]); err != nil {
		t.Errorf("archiving Sam: got %v", err)
	}
	persons, err := kind.BatchGet(ctx, d, ids)
	if err != nil {
		t.Fatal(err)
	}
	wantActions(t, persons[0], map[string]string{"archive": "Pat stays.", "unarchive": "It is not archived."})
	wantActions(t, persons[1], map[string]string{"archive": "It is archived.", "unarchive": ""})
}

// wantActions checks the actions of a person, each with its reason, "" if allowed.
func wantActions(t *testing.T, p *platformv1.Person, want map[string]string) {
	t.Helper()
	if len(p.AllowedActions) != len(want) {
		t.Errorf("%s: got the actions %v, want %v", p.DisplayName, p.AllowedActions, want)
	}
	for _, a := range p.AllowedActions {
		if a.Reason != want[a.Verb] || a.Allowed != (a.Reason == "") {
			t.Errorf("%s: got the action %v, want the reason %q", p.DisplayName, a, want[a.Verb])
		}
	}
}

// TestGuardsNeedAnAction checks that a guard or preparer which nothing would run is a panic: that
// of a standard method without an allowed action, and of archiving records that cannot be archived.
func TestGuardsNeedAnAction(t *testing.T) {
	t.Parallel()
	seals := table.New("finance.journal_seals",
		table.Text("hash", func(s *financev1.JournalSeal) *string { return &s.Hash }))
	guard := func(_ context.Context, _ *db.Tx, records []*platformv1.Person) ([]error, error) {
		return make([]error, len(records)), nil
	}
	for name, declare := range map[string]func(){
		"update": func() { resource.New(personTable).Guard("update", guard) },
		"delete": func() { resource.New(personTable).GuardExisting("delete", guard) },
		"create": func() {
			resource.New(personTable).GuardEach(func(*db.Tx, *platformv1.Person) error { return nil }, "archive", "create")
		},
		"a preparer of delete": func() {
			resource.New(personTable).Prepare("delete", func(context.Context, *db.Tx, *platformv1.Person) error { return nil })
		},
		"archive of what cannot be archived": func() {
			resource.New(seals).GuardEach(func(*db.Tx, *financev1.JournalSeal) error { return nil }, "archive")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if recover() == nil {
					t.Error("got no panic")
				}
			}()
			declare()
		})
	}
}
