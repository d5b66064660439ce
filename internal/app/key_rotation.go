package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/emptypb"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/sealed"
)

// rotationBatch is the number of keysets that are replaced in one transaction.
const rotationBatch = 100

// RotateKeys replaces the keys that encrypt sealed fields and were last replaced before a time, and
// encrypts the fields again. Keys that are encrypted with another master key are replaced too. It
// writes a line for each organization, and continues with the next one if an organization fails. If
// it is interrupted, it continues where it stopped when it is called again with the same time.
func RotateKeys(ctx context.Context, s Settings, before time.Time, log *slog.Logger, out io.Writer) error {
	if before.After(calendar.System().Now()) {
		return errors.New("keys can only be replaced that were last replaced before a time in the past")
	}
	return singleLine(withDatabase(ctx, s, log, func(conn *pgx.Conn, url string) error {
		keys, err := s.masterKey()
		if err != nil {
			return err
		}
		organizations, err := listOrganizations(ctx, conn)
		if err != nil {
			return err
		}
		d, err := db.Open(ctx, url, db.AppRole, 1, keys, log)
		if err != nil {
			return err
		}
		defer d.Close()
		if err := d.CheckMasterKey(ctx); err != nil {
			return err
		}
		fmt.Fprintf(out, "To continue after an interruption: backoffice rotate-keys --before %s\n",
			before.UTC().Format(time.RFC3339Nano))
		var failed error
		for _, o := range organizations {
			rotated, err := rotateKeysets(ctx, d, o, before)
			fmt.Fprintf(out, "Keys of %s: %d replaced\n", o.name(), rotated)
			if err != nil {
				failed = errors.Join(failed, fmt.Errorf("keys of %s: %w", o.name(), err))
			}
		}
		if failed != nil {
			return failed
		}
		return d.ReplaceMasterKey(ctx)
	}))
}

// rotateKeysets replaces the keysets of an organization, a batch in each transaction.
func rotateKeysets(ctx context.Context, d *db.DB, o organization, before time.Time) (rotated int, err error) {
	system, err := identity.New(d, calendar.System(), nil, nil).SystemCall(ctx, o.ID)
	if err != nil {
		return 0, err
	}
	for {
		n := 0
		_, err := db.Write(call.With(ctx, system), d, func(ctx context.Context, tx *db.Tx) (_ *emptypb.Empty, err error) {
			n, err = sealed.Rotate(ctx, tx, before, rotationBatch)
			return &emptypb.Empty{}, err
		})
		if err != nil {
			return rotated, err
		}
		if rotated += n; n < rotationBatch {
			return rotated, nil
		}
	}
}
