package embedded

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// furnish makes role and database "backoffice" unless they exist, and returns the folder of the
// server's libraries. It runs at every start, so that a first start that died half way is made good
// by the second.
func furnish(ctx context.Context, url string) (libraries string, err error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close(ctx) }()
	if err := ensure(ctx, conn, "select exists (select from pg_roles where rolname = $1)",
		"create role "+owner+" login createrole createdb nosuperuser nobypassrls"); err != nil {
		return "", fmt.Errorf("cannot make role %s: %w", owner, err)
	}
	if err := ensure(ctx, conn, "select exists (select from pg_database where datname = $1)",
		"create database "+owner+" owner "+owner); err != nil {
		return "", fmt.Errorf("cannot make database %s: %w", owner, err)
	}
	err = conn.QueryRow(ctx, "select setting from pg_catalog.pg_config where name = 'PKGLIBDIR'").Scan(&libraries)
	return libraries, err
}

func ensure(ctx context.Context, conn *pgx.Conn, question, statement string) error {
	var exists bool
	if err := conn.QueryRow(ctx, question, owner).Scan(&exists); err != nil || exists {
		return err
	}
	_, err := conn.Exec(ctx, statement)
	return err
}
