package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/secret"
)

// tenant is an organization as the doctor names it.
type tenant struct {
	ID          uuid.UUID
	DisplayName string
}

// checkBooks checks the books of every organization against themselves. The login that
// owns the tables knows which there are; they are read as the server reads them.
func checkBooks(ctx context.Context, conn *pgx.Conn, url string, keys *secret.Master, log *slog.Logger, out io.Writer) error {
	tenants, err := allTenants(ctx, conn)
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, url, db.AppRole, 1, keys, log)
	if err != nil {
		return err
	}
	defer d.Close()
	identities, books := identity.New(d, calendar.System(), nil, nil), ledger.New(d, ledgerHooks()...)
	unwell := false
	for _, t := range tenants {
		system, err := identities.SystemCall(ctx, t.ID)
		if err != nil {
			return err
		}
		found, err := db.Read(call.With(ctx, system), d, func(ctx context.Context, tx *db.Tx) (*financev1.CheckIntegrityResponse, error) {
			// Nobody waits for the answer as for a request's: large books may take their time.
			if _, err := tx.Exec(ctx, "set local statement_timeout = 0"); err != nil {
				return nil, err
			}
			return books.Integrity(ctx, tx)
		})
		unwell = unwell || !found.GetPassed()
		t.report(found, err, out)
		sound, err := t.checkTeams(ctx, conn, out)
		if err != nil {
			return err
		}
		unwell = unwell || !sound
	}
	if unwell {
		return errUnwell
	}
	return nil
}

func allTenants(ctx context.Context, conn *pgx.Conn) ([]tenant, error) {
	rows, err := conn.Query(ctx, `
select org_id as id, display_name
from platform.organizations
order by org_id`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[tenant])
}

// report writes a line of each thing that is wrong with the books, or that all is well, or
// why nobody can tell.
func (t tenant) report(found *financev1.CheckIntegrityResponse, err error, out io.Writer) {
	name := fmt.Sprintf("%s (%s)", t.DisplayName, id.Format("org", t.ID))
	switch {
	case err != nil:
		fmt.Fprintf(out, "Are the books of %s sound? they cannot be checked: %v\n", name, err)
	case found.GetPassed():
		fmt.Fprintf(out, "Are the books of %s sound? yes\n", name)
	}
	for _, c := range found.GetChecks() {
		if c.GetPassed() {
			continue
		}
		fmt.Fprintf(out, "Are the books of %s sound? broken %d times: %s", name, c.GetBrokenCount(), c.GetRule())
		if records := append(c.GetJournalEntryIds(), c.GetAccountIds()...); len(records) > 0 {
			fmt.Fprintf(out, " See %s", strings.Join(records[:min(len(records), maxNamed)], ", "))
		}
		fmt.Fprintln(out)
	}
}

// maxNamed is how many records a line names.
const maxNamed = 5
