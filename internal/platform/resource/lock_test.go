package resource_test

import (
	"context"
	"slices"
	"testing"

	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var personTable = table.New("platform.persons",
	table.Text("display_name", func(p *platformv1.Person) *string { return &p.DisplayName }),
)

// enter returns a context that works for a new organization with persons of these names, and their
// identifiers.
func enter(t *testing.T, names ...string) (ctx context.Context, d *db.DB, ids []string) {
	t.Helper()
	o := apptest.SignUp(t)
	d, _ = apptest.Databases(t)
	org, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	c, err := o.App.Identity.SystemCall(t.Context(), org)
	if err != nil {
		t.Fatal(err)
	}
	c.Method = t.Name()
	for _, name := range names {
		p, err := platformv1.NewIdentityServiceClient(o).CreatePerson(t.Context(), &platformv1.CreatePersonRequest{
			Person: &platformv1.Person{DisplayName: name},
		})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, p.GetId())
	}
	return call.With(t.Context(), c), d, ids
}

func rename(name string) resource.Rule[*platformv1.Person] {
	return func(_ context.Context, _ *db.Tx, _, p *platformv1.Person) error {
		p.DisplayName = name
		return nil
	}
}

// TestParentsAreLockedFirst checks that a change locks the parents of a record before the record,
// and retries if the record has other parents once it is locked.
func TestParentsAreLockedFirst(t *testing.T) {
	t.Parallel()
	ctx, d, ids := enter(t, "Old parent", "New parent", "Child of the old")
	parents := map[string]string{"Child of the old": ids[0], "Child of the new": ids[1]}
	var locked []string
	runs := 0
	kind := resource.New(personTable).LockFirst(func(ctx context.Context, tx *db.Tx, p *platformv1.Person) error {
		// The second run checks the locked record and locks nothing.
		if runs++; personTable.HoldsLock(tx, p.Id) != (runs == 2) {
			t.Errorf("run %d: %s is locked in the wrong order", runs, p.DisplayName)
		}
		parent := parents[p.DisplayName]
		if _, err := personTable.Lock(ctx, tx, parent); err != nil {
			return err
		}
		locked = append(locked, parent)
		if runs > 1 {
			return nil
		}
		// A concurrent change gives the child another parent before the child is locked.
		_, err := resource.New(personTable).Change(ctx, d, p.Id, "moved", rename("Child of the new"))
		return err
	})
	p, err := kind.Change(ctx, d, ids[2], "renamed", rename("Grown up"))
	if err != nil || p.DisplayName != "Grown up" || !slices.Equal(locked, ids[:2]) {
		t.Errorf("got %v, %v; locked %v, want the first two of %v", p, err, locked, ids)
	}
}

// TestManyAreLockedInOrder checks that LockMany locks each record once, sorted by identifier, and
// refuses a record that does not exist.
func TestManyAreLockedInOrder(t *testing.T) {
	t.Parallel()
	ctx, d, ids := enter(t, "One", "Two", "Three")
	lock := func(ids ...string) (found []*platformv1.Person, err error) {
		_, err = db.Write(ctx, d, func(ctx context.Context, tx *db.Tx) (*platformv1.Person, error) {
			found, err = personTable.LockMany(ctx, tx, ids)
			return &platformv1.Person{}, err
		})
		return found, err
	}
	found, err := lock(ids[2], ids[0], ids[2], ids[1])
	if err != nil {
		t.Fatal(err)
	}
	var locked []string
	for _, p := range found {
		locked = append(locked, p.Id)
	}
	if !slices.Equal(locked, slices.Sorted(slices.Values(ids))) {
		t.Errorf("got %v of %v", locked, ids)
	}
	if _, err := lock(ids[0], id.Format("prs", id.New())); err == nil {
		t.Error("got no error for a person who does not exist")
	}
	if found, err := lock(); err != nil || len(found) != 0 {
		t.Errorf("no ids: got %v, %v", found, err)
	}
}
