package app_test

import (
	"log/slog"
	"strings"
	"testing"

	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app"
	"backoffice/internal/app/apptest"
)

// TestReindexBuildsTheSearchIndex indexes the records of one organization, and then of all, with
// the command.
func TestReindexBuildsTheSearchIndex(t *testing.T) {
	t.Parallel()
	d := openTestDatabase(t)
	first, second := apptest.SignUpTo(t, d.app), apptest.SignUpTo(t, d.app)
	settings := app.Settings{DatabaseURL: d.url, MigrateURL: d.url, MasterKey: someKey}
	count := func(o *apptest.Organization) int {
		page, err := platformv1.NewSearchServiceClient(o).Search(t.Context(), &platformv1.SearchRequest{Q: "olive"})
		if err != nil {
			t.Fatal(err)
		}
		return len(page.GetResults())
	}
	for _, c := range []struct {
		only          string
		first, second int
	}{{first.Organization.GetId(), 1, 0}, {"", 1, 1}} {
		out := &strings.Builder{}
		if err := app.Reindex(t.Context(), settings, c.only, slog.New(slog.DiscardHandler), out); err != nil {
			t.Fatal(err)
		}
		if a, b := count(first), count(second); a != c.first || b != c.second {
			t.Errorf("only %q: found %d and %d persons, want %d and %d; %s", c.only, a, b, c.first, c.second, out)
		}
	}
	err := app.Reindex(t.Context(), settings, "org_unknown", slog.New(slog.DiscardHandler), &strings.Builder{})
	if err == nil || !strings.Contains(err.Error(), "org_unknown") {
		t.Errorf("an unknown organization: got %v", err)
	}
}
