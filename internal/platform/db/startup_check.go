package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/secret"
)

// canaryText is stored encrypted by the master key, so that a wrong master key is detected.
const canaryText = "backoffice"

// Prepare checks that the database is fit to serve: it must be durable and encrypted with this
// master key. It also makes event positions continue above the highest one, even after a restore.
func (d *DB) Prepare(ctx context.Context) error {
	return d.AcrossOrganizations(ctx, func(ctx context.Context, tx pgx.Tx) error {
		return errors.Join(checkDurable(ctx, tx), d.checkKey(ctx, tx), d.settlePosition(ctx, tx))
	})
}

// checkDurable refuses settings under which an acknowledged write may be lost.
func checkDurable(ctx context.Context, tx pgx.Tx) error {
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		var value string
		if err := tx.QueryRow(ctx, "select current_setting($1)", setting).Scan(&value); err != nil {
			return err
		}
		if value == "off" {
			return fmt.Errorf("the database has %s = off, so acknowledged writes could be lost; turn it on", setting)
		}
	}
	return nil
}

// checkKey decrypts the canary, or stores one in a new database.
func (d *DB) checkKey(ctx context.Context, tx pgx.Tx) error {
	var sealed []byte
	if err := tx.QueryRow(ctx, "select canary from platform.cluster for update").Scan(&sealed); err != nil {
		return err
	}
	if sealed == nil {
		return d.sealCanary(ctx, tx)
	}
	if _, err := d.keys.Open(secret.Canary, sealed, nil); err != nil {
		return errors.New("the master key is not the one that encrypted this database; use the key from its backup, " +
			"or set it as the previous key")
	}
	return nil
}

func (d *DB) sealCanary(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "update platform.cluster set canary = $1", d.keys.Seal(secret.Canary, []byte(canaryText), nil))
	return err
}

// CheckMasterKey fails unless the database is encrypted with the master key or the previous one.
func (d *DB) CheckMasterKey(ctx context.Context) error {
	return d.AcrossOrganizations(ctx, d.checkKey)
}

// ReplaceMasterKey makes the current master key the one with which the database is encrypted. From
// then on, servers with only the previous key do not start.
func (d *DB) ReplaceMasterKey(ctx context.Context) error {
	return d.AcrossOrganizations(ctx, d.sealCanary)
}

// settlePosition moves event positions above the highest one if the database was restored or moved.
func (d *DB) settlePosition(ctx context.Context, tx pgx.Tx) error {
	var moved bool
	err := tx.QueryRow(ctx, "select platform.settle_position()").Scan(&moved)
	if moved {
		d.log.Warn("the database was restored or moved; event positions continue above the highest one")
	}
	return err
}
