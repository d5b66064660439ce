package app

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/db/embedded"
	"backoffice/internal/platform/id"
	"backoffice/migrations"
)

// withDatabase runs a command of the operator on the database, which must have no pending
// migrations. It starts the server's own PostgreSQL if there is no other. conn belongs to the login
// that owns the tables; url is that of the login that serves.
func withDatabase(ctx context.Context, s Settings, log *slog.Logger, do func(conn *pgx.Conn, url string) error) error {
	url := s.migrateURL()
	if url == "" {
		server, err := embedded.Start(ctx, embedded.Config{DataDir: s.DataDir, Logger: log})
		if err != nil {
			return err
		}
		defer func() { _ = server.Stop(context.WithoutCancel(ctx)) }()
		url = server.URL()
	}
	pending, err := migrations.Pending(ctx, url)
	if err != nil {
		return err
	}
	if pending > 0 {
		return fmt.Errorf("%d migrations are pending: run `backoffice migrate`", pending)
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("the database cannot be reached: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if s.DatabaseURL != "" {
		url = s.DatabaseURL // serve's login, which may differ from the one that migrates
	}
	return do(conn, url)
}

// organization is an organization as the operator's commands print it.
type organization struct {
	ID          uuid.UUID
	DisplayName string
}

// name is what the commands print: the display name and the identifier.
func (o organization) name() string {
	return fmt.Sprintf("%s (%s)", o.DisplayName, id.Format("org", o.ID))
}

// listOrganizations lists all organizations. conn must belong to the login that owns the tables.
func listOrganizations(ctx context.Context, conn *pgx.Conn) ([]organization, error) {
	rows, err := conn.Query(ctx, `
select org_id as id, display_name
from platform.organizations
order by org_id`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[organization])
}
