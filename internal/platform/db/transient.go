package db

import (
	"errors"
	"io"
	"net"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
)

// lostClasses are the SQLSTATE classes of connections that PostgreSQL ended or refused.
var lostClasses = map[string]bool{"08": true, "53": true, "57": true}

// IsTransient reports whether a unit of work failed because of concurrent changes or a lost
// connection, rather than because of what it did.
func IsTransient(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return isRetryable(err) || lostClasses[pg.Code[:2]]
	}
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) || pgconn.SafeToRetry(err) || errors.Is(err, pgconn.ErrConnClosed) {
		return true
	}
	for _, lost := range []error{net.ErrClosed, io.ErrUnexpectedEOF, io.EOF, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, lost) {
			return true
		}
	}
	return false
}
