// Package flock locks files between processes with the operating system's advisory locks. It
// guarantees that a lock ends with the process that holds it, however the process ends. It never
// removes the lock file: the caller decides when that is safe.
package flock

import (
	"errors"
	"os"
	"syscall"
)

// ErrHeld is the error of Try if the file is already locked.
var ErrHeld = errors.New("the file is locked by another process")

// Lock is an exclusive lock on a file.
type Lock struct{ file *os.File }

// Acquire waits for the lock on the file at path and acquires it.
func Acquire(path string) (*Lock, error) { return open(path, syscall.LOCK_EX) }

// Try acquires the lock on the file at path, or returns ErrHeld without waiting.
func Try(path string) (*Lock, error) { return open(path, syscall.LOCK_EX|syscall.LOCK_NB) }

// Release releases the lock. Further calls have no effect.
func (l *Lock) Release() {
	// A process that another goroutine is starting has a copy of the descriptor until it executes its
	// program. Closing the file alone would leave the lock to that copy.
	_ = syscall.Flock(int(l.file.Fd()), syscall.LOCK_UN)
	_ = l.file.Close()
}

func open(path string, how int) (*Lock, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := lock(file, how); err != nil {
		_ = file.Close()
		return nil, err
	}
	return &Lock{file: file}, nil
}

func lock(file *os.File, how int) error {
	for {
		err := syscall.Flock(int(file.Fd()), how)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, syscall.EINTR):
			// the Go runtime interrupts system calls with signals
		case errors.Is(err, syscall.EWOULDBLOCK):
			return ErrHeld
		default:
			return &os.PathError{Op: "lock", Path: file.Name(), Err: err}
		}
	}
}
