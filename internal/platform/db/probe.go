package db

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/calendar"
)

// Bounds of a probe: how long its outcome counts, and how long it may take.
const (
	probeAge     = 2 * time.Second
	probeTimeout = 2 * time.Second
)

// probe is the last try to write, and how it went.
type probe struct {
	mu   sync.Mutex
	time time.Time
	err  error
}

// Ready tells whether the database can be written to: an error says why not. It writes at
// most once in two seconds, however often it is asked.
func (d *DB) Ready(ctx context.Context) error {
	d.probe.mu.Lock()
	defer d.probe.mu.Unlock()
	if calendar.System().Now().Sub(d.probe.time) < probeAge {
		return d.probe.err
	}
	// A caller who hangs up must not make the server look unfit to others.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), probeTimeout)
	defer cancel()
	d.probe.err = d.AcrossOrganizations(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "select platform.probe_write()")
		return err
	})
	d.probe.time = calendar.System().Now()
	return d.probe.err
}
