package module_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/module"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// TestInvalidConsumersAreRefused constructs apps whose consumers share a name, have none, or wait
// for events that are never recorded.
func TestInvalidConsumersAreRefused(t *testing.T) {
	t.Parallel()
	known, unknown := []history.Type{"platform.person.created"}, []history.Type{"platform.persn.created"}
	handle := func(context.Context, history.Occurrence) error { return nil }
	take := func(context.Context, pgx.Tx, []history.Occurrence) error { return nil }
	work := func(context.Context) error { return nil }
	subscribe := func(name string, on ...history.Type) module.Module {
		return module.Module{Subscriptions: []history.Subscription{{Name: name, On: on, Handle: handle}}}
	}
	for name, c := range map[string]struct {
		module  module.Module
		message string // part of the error, empty if none is expected
	}{
		"accepts distinct names and recorded events": {module.Module{
			Subscriptions: []history.Subscription{{Name: "mail", On: known, Handle: handle}, {Name: "log", Handle: handle}},
			Followers:     []history.Follower{{Name: "ledger-copy", Take: take}},
			Chores:        []jobs.Chore{{Name: "letters", After: known, Work: work}},
		}, ""},
		"refuses two subscriptions with the same name": {module.Module{
			Subscriptions: []history.Subscription{{Name: "mail", Handle: handle}, {Name: "mail", Handle: handle}},
		}, `"mail"`},
		"refuses a follower with the name of the jobs' follower": {module.Module{
			Followers: []history.Follower{{Name: "jobs", Take: take}},
		}, `"jobs"`},
		"refuses a subscription without a name": {subscribe(""), `""`},
		"refuses two chores with the same name": {module.Module{
			Chores: []jobs.Chore{{Name: "seal", Work: work}, {Name: "seal", Work: work}},
		}, `"seal"`},
		"refuses a subscription to events of no kind": {subscribe("mail", unknown...), "platform.persn.created"},
		"refuses a subscription to an event that is never recorded": {
			subscribe("mail", "platform.person.hired"), "platform.person.hired",
		},
		"refuses a chore that waits for events of no kind": {module.Module{
			Chores: []jobs.Chore{{Name: "seal", After: unknown, Work: work}},
		}, "platform.persn.created"},
	} {
		t.Run(name, func(t *testing.T) {
			err := startWith(t, c.module)
			if (err == nil) != (c.message == "") || err != nil && !strings.Contains(err.Error(), c.message) {
				t.Errorf("got %v, want %q", err, c.message)
			}
		})
	}
}

// startWith creates an app with a module and returns the error.
func startWith(t *testing.T, m module.Module) error {
	t.Helper()
	server, _ := apptest.Databases(t)
	m.Name = "test"
	_, err := module.New(t.Context(), server, module.Options{
		Modules: []module.Constructor{func(module.Platform) module.Module { return m }},
		Clock:   calendar.System(), Log: slog.New(slog.DiscardHandler),
	})
	return err
}
