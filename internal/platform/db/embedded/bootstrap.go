package embedded

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// bootstrap creates role and database "backoffice" unless they exist, and returns the folder of the
// server's libraries. It runs at every start, so that a start completes an interrupted earlier one.
func bootstrap(ctx context.Context, url string) (libraries string, err error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close(ctx) }()
	if err := createIfMissing(ctx, conn, "select exists (select from pg_roles where rolname = $1)",
		"create role "+owner+" login createrole createdb nosuperuser nobypassrls"); err != nil {
		return "", fmt.Errorf("cannot create role %s: %w", owner, err)
	}
	if err := createIfMissing(ctx, conn, "select exists (select from pg_database where datname = $1)",
		"create database "+owner+" owner "+owner); err != nil {
		return "", fmt.Errorf("cannot create database %s: %w", owner, err)
	}
	err = conn.QueryRow(ctx, "select setting from pg_catalog.pg_config where name = 'PKGLIBDIR'").Scan(&libraries)
	return libraries, err
}

// createIfMissing executes a statement unless the query reports that its object exists.
func createIfMissing(ctx context.Context, conn *pgx.Conn, existsQuery, statement string) error {
	var exists bool
	if err := conn.QueryRow(ctx, existsQuery, owner).Scan(&exists); err != nil || exists {
		return err
	}
	_, err := conn.Exec(ctx, statement)
	return err
}
