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

// TestListenersThatDoNotFitAreRefused starts apps whose listeners share a name, or wait for
// events that nobody records.
func TestListenersThatDoNotFitAreRefused(t *testing.T) {
	t.Parallel()
	known, unknown := []history.Type{"platform.person.created"}, []history.Type{"platform.persn.created"}
	handle := func(context.Context, history.Occurrence) error { return nil }
	take := func(context.Context, pgx.Tx, []history.Occurrence) error { return nil }
	work := func(context.Context) error { return nil }
	for name, c := range map[string]struct {
		brings module.Module
		says   string
	}{
		"fitting ones": {module.Module{
			Subscriptions: []history.Subscription{{Name: "mail", On: known, Handle: handle}, {Name: "log", Handle: handle}},
			Followers:     []history.Follower{{Name: "search", Take: take}},
			Chores:        []jobs.Chore{{Name: "mail", After: known, Work: work}},
		}, ""},
		"two subscriptions with one name": {module.Module{
			Subscriptions: []history.Subscription{{Name: "mail", Handle: handle}, {Name: "mail", Handle: handle}},
		}, `"mail"`},
		"a follower with the name of the jobs":              {module.Module{Followers: []history.Follower{{Name: "jobs", Take: take}}}, `"jobs"`},
		"a subscription without a name":                     {module.Module{Subscriptions: []history.Subscription{{Handle: handle}}}, `""`},
		"two chores with one name":                          {module.Module{Chores: []jobs.Chore{{Name: "seal", Work: work}, {Name: "seal", Work: work}}}, `"seal"`},
		"a subscription to events of no kind":               {module.Module{Subscriptions: []history.Subscription{{Name: "mail", On: unknown, Handle: handle}}}, "platform.persn.created"},
		"a subscription to an event that is never recorded": {module.Module{Subscriptions: []history.Subscription{{Name: "mail", On: []history.Type{"platform.person.hired"}, Handle: handle}}}, "platform.person.hired"},
		"a chore that waits for events of no kind":          {module.Module{Chores: []jobs.Chore{{Name: "seal", After: unknown, Work: work}}}, "platform.persn.created"},
	} {
		t.Run(name, func(t *testing.T) {
			server, _ := apptest.Databases(t)
			c.brings.Name = "test"
			_, err := module.New(t.Context(), server, module.Options{
				Modules: []module.Constructor{func(module.Platform) module.Module { return c.brings }},
				Clock:   calendar.System(), Log: slog.New(slog.DiscardHandler),
			})
			if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
}
