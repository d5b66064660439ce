package jobs_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/module"
)

func TestMain(m *testing.M) { apptest.Main(m) }

const (
	created  = history.Type("platform.person.created")
	archived = history.Type("platform.person.archived")
)

// withModule adds a module to an app.
func withModule(m module.Module) func(*module.Options) {
	m.Name = "test"
	return func(o *module.Options) {
		o.Modules = append(o.Modules, func(module.Platform) module.Module { return m })
	}
}

// newApp returns an app with chores.
func newApp(t *testing.T, chores ...jobs.Chore) *module.App {
	t.Helper()
	return apptest.New(t, withModule(module.Module{Chores: chores}))
}

// signUp creates an organization and returns its key.
func signUp(t *testing.T, a *module.App) uuid.UUID {
	t.Helper()
	key, err := id.Parse("org", apptest.SignUpTo(t, a).Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// start starts an app's jobs until the test ends.
func start(t *testing.T, a *module.App) {
	t.Helper()
	_, relay := apptest.Databases(t)
	if err := a.Jobs.Start(context.Background(), relay); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = a.Jobs.Stop(ctx)
	})
}

// deliver passes an event of an organization to an app, as the relay does.
func deliver(t *testing.T, a *module.App, organization uuid.UUID, event history.Type) {
	t.Helper()
	_, relay := apptest.Databases(t)
	err := relay.AcrossOrganizations(context.Background(), func(ctx context.Context, tx pgx.Tx) error {
		return a.Jobs.Deliver(ctx, tx, []history.Occurrence{{Organization: organization, ID: id.New(), Type: event}})
	})
	if err != nil {
		t.Error(err)
	}
}

func eventually(t *testing.T, what string, isTrue func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !isTrue(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("timed out after a minute: want that %s", what)
		}
	}
}

// unique returns a name that no other test uses.
func unique(name string) string { return fmt.Sprintf("%s-%s", name, id.New()) }

// tally counts by organization.
type tally struct {
	mu     sync.Mutex
	counts map[uuid.UUID]int
}

func (c *tally) add(organization uuid.UUID) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts == nil {
		c.counts = map[uuid.UUID]int{}
	}
	c.counts[organization]++
	return c.counts[organization]
}

func (c *tally) get(organization uuid.UUID) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counts[organization]
}
