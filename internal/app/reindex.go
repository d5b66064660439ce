package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"

	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/module"
)

// Reindex builds the search index of an organization again, or of all organizations if the
// identifier is empty. It writes a line for each. Searches use the index while it is built. If it
// is interrupted, it continues where it stopped when it is called again; so does a running server.
func Reindex(ctx context.Context, s Settings, only string, log *slog.Logger, out io.Writer) error {
	return singleLine(withDatabase(ctx, s, log, func(conn *pgx.Conn, url string) error {
		organizations, err := listOrganizations(ctx, conn)
		if err != nil {
			return err
		}
		if only != "" {
			organizations = slices.DeleteFunc(organizations, func(o organization) bool { return id.Format("org", o.ID) != only })
			if len(organizations) == 0 {
				return fmt.Errorf("there is no organization %q", only)
			}
		}
		keys, err := s.masterKey()
		if err != nil {
			return err
		}
		d, err := db.Open(ctx, url, db.AppRole, 1, keys, log)
		if err != nil {
			return err
		}
		defer d.Close()
		product, err := module.New(ctx, d, module.Options{Modules: Modules(), Clock: calendar.System(), Log: log})
		if err != nil {
			return err
		}
		for _, o := range organizations {
			if err := reindexOrganization(ctx, product, o); err != nil {
				return fmt.Errorf("search index of %s: %w", o.name(), err)
			}
			fmt.Fprintf(out, "Search index of %s: complete\n", o.name())
		}
		return nil
	}))
}

func reindexOrganization(ctx context.Context, product *module.App, o organization) error {
	system, err := product.Identity.SystemCall(ctx, o.ID)
	if err != nil {
		return err
	}
	ctx = call.With(ctx, system)
	if err := product.Search.StartReindexing(ctx); err != nil {
		return err
	}
	for more := true; more; {
		if more, err = product.Search.IndexPage(ctx); err != nil {
			return err
		}
	}
	return nil
}
