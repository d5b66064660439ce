package db

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/calendar"
)

// Limits of a probe: how long its result is valid, and how long it may take.
const (
	probeAge     = 2 * time.Second
	probeTimeout = 2 * time.Second
)

// probe is the time and the result of the last write probe.
type probe struct {
	mu   sync.Mutex
	time time.Time
	err  error
}

// Ready reports whether the database accepts writes; its error says why not. However often it is
// called, it writes at most once in two seconds.
func (d *DB) Ready(ctx context.Context) error {
	d.probe.mu.Lock()
	defer d.probe.mu.Unlock()
	if calendar.System().Now().Sub(d.probe.time) < probeAge {
		return d.probe.err
	}
	// A caller who hangs up must not make the server appear unready to others.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), probeTimeout)
	defer cancel()
	d.probe.err = d.AcrossOrganizations(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "select platform.probe_write()")
		return err
	})
	d.probe.time = calendar.System().Now()
	return d.probe.err
}
