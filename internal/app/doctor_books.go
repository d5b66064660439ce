package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/jackc/pgx/v5"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/secret"
)

// checkBooks checks the integrity of every organization's books, and its teams. conn belongs to
// the login that owns the tables, which can list all organizations. The books are read in the
// server's role, so that row-level security applies.
func checkBooks(
	ctx context.Context, conn *pgx.Conn, url string, keys *secret.Master, log *slog.Logger, out io.Writer,
) error {
	organizations, err := listOrganizations(ctx, conn)
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, url, db.AppRole, 1, keys, log)
	if err != nil {
		return err
	}
	defer d.Close()
	identities, books := identity.New(d, calendar.System(), nil, nil), ledger.New(d, ledgerHooks()...)
	failed := false
	for _, o := range organizations {
		system, err := identities.SystemCall(ctx, o.ID)
		if err != nil {
			return err
		}
		read := func(ctx context.Context, tx *db.Tx) (*financev1.CheckIntegrityResponse, error) {
			// Large books take longer than the server allows a request.
			if _, err := tx.Exec(ctx, "set local statement_timeout = 0"); err != nil {
				return nil, err
			}
			return books.Integrity(ctx, tx)
		}
		found, err := db.Read(call.With(ctx, system), d, read)
		failed = failed || !found.GetPassed()
		o.reportBooks(found, err, out)
		failed = !o.checkTeams(ctx, conn, out) || failed
	}
	if failed {
		return errProblemsFound
	}
	return nil
}

// reportBooks writes a line for each rule that the books break, "ok" if there are none, or the
// error that prevented the check.
func (o organization) reportBooks(found *financev1.CheckIntegrityResponse, err error, out io.Writer) {
	switch {
	case err != nil:
		fmt.Fprintf(out, "Books of %s: cannot be checked: %v\n", o.name(), err)
	case found.GetPassed():
		fmt.Fprintf(out, "Books of %s: ok\n", o.name())
	}
	for _, c := range found.GetChecks() {
		if c.GetPassed() {
			continue
		}
		fmt.Fprintf(out, "Books of %s: %d violations of the rule: %s", o.name(), c.GetBrokenCount(), c.GetRule())
		if records := append(c.GetJournalEntryIds(), c.GetAccountIds()...); len(records) > 0 {
			fmt.Fprintf(out, " See %s", strings.Join(records[:min(len(records), maxListed)], ", "))
		}
		fmt.Fprintln(out)
	}
}

// maxListed is the most records that the doctor lists for a problem.
const maxListed = 5
