package db

import (
	"errors"
	"fmt"
	"net"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// TestLostConnectionsAndConflictsAreTransient classifies the errors of units of work.
func TestLostConnectionsAndConflictsAreTransient(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"changed rows":            {RowsChanged("changed"), true},
		"a deadlock":              {&pgconn.PgError{Code: deadlockDetected}, true},
		"a stopped server":        {&pgconn.PgError{Code: "57P01"}, true},
		"a closed connection":     {fmt.Errorf("commit: %w", &net.OpError{Op: "write", Err: net.ErrClosed}), true},
		"a closed pgx connection": {fmt.Errorf("query: %w", pgconn.ErrConnClosed), true},
		"a violated constraint":   {&pgconn.PgError{Code: "23514"}, false},
		"an error of a trigger":   {&pgconn.PgError{Code: "P0001"}, false},
		"another error":           {errors.New("out of paper"), false},
	} {
		if got := IsTransient(c.err); got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}
