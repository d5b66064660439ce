package testkit

import (
	"context"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/db/embedded/flock"
)

// sweep drops the copies that no process uses and the templates of other schemas that have no
// copies. It returns the names of the databases that existed, without the dropped copies. A
// database that cannot be dropped remains for the next sweep.
func (m databaseMaker) sweep(ctx context.Context) (map[string]bool, error) {
	names, err := m.databases(ctx)
	if err != nil {
		return nil, err
	}
	for _, name := range m.copies(names) {
		if m.dropUnused(ctx, name) {
			delete(names, name)
		}
	}
	for name := range names {
		if digest, ok := strings.CutPrefix(name, templatePrefix); ok && name != m.template && !hasCopies(names, digest) {
			_ = m.drop(ctx, name)
		}
		if strings.HasPrefix(name, buildingPrefix) {
			_ = m.drop(ctx, name) // its builder died, since this process holds the mutex
		}
	}
	return names, nil
}

// databases lists the names of all databases.
func (m databaseMaker) databases(ctx context.Context) (map[string]bool, error) {
	rows, err := m.conn.Query(ctx, "select datname::text from pg_database where pg_get_userbyid(datdba) = current_user")
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	names := make(map[string]bool, len(list))
	for _, name := range list {
		names[name] = true
	}
	return names, nil
}

// copies lists the databases copied for tests, and the leases whose database was never created.
func (m databaseMaker) copies(names map[string]bool) []string {
	var list []string
	for name := range names {
		if strings.HasPrefix(name, copyPrefix) {
			list = append(list, name)
		}
	}
	leases, _ := os.ReadDir(m.leases())
	for _, lease := range leases {
		if !names[lease.Name()] {
			list = append(list, lease.Name())
		}
	}
	return list
}

// dropUnused drops a database and its lease unless the lease is held. It reports whether it did.
func (m databaseMaker) dropUnused(ctx context.Context, name string) bool {
	lease, err := flock.Try(m.lease(name))
	if err != nil {
		return false
	}
	defer lease.Release()
	if err := m.drop(ctx, name); err != nil {
		return false
	}
	return os.Remove(m.lease(name)) == nil
}

// hasCopies reports whether the template with a digest has copies.
func hasCopies(names map[string]bool, digest string) bool {
	for name := range names {
		if strings.HasPrefix(name, copyPrefix+digest+"_") {
			return true
		}
	}
	return false
}
