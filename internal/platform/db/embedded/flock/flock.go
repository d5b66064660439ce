// Package flock locks files between processes. It owns the advisory lock of the operating system on one open file and
// promises that a lock ends with the process that holds it, however that process ends. It leaves the lock file in place:
// who removes it, and when that is safe, is the caller's to say.
package flock

import (
	"errors"
	"os"
	"syscall"
)

// ErrHeld says that another holder has the lock.
var ErrHeld = errors.New("the file is locked by another process")

// Lock is an exclusive lock on a file.
type Lock struct{ file *os.File }

// Acquire waits until the lock on the file at path is free and takes it.
func Acquire(path string) (*Lock, error) { return open(path, syscall.LOCK_EX) }

// Try takes the lock on the file at path, or returns ErrHeld at once.
func Try(path string) (*Lock, error) { return open(path, syscall.LOCK_EX|syscall.LOCK_NB) }

// Release gives the lock back; releasing twice does nothing.
func (l *Lock) Release() { _ = l.file.Close() }

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
			// the runtime interrupts system calls with signals of its own
		case errors.Is(err, syscall.EWOULDBLOCK):
			return ErrHeld
		default:
			return &os.PathError{Op: "lock", Path: file.Name(), Err: err}
		}
	}
}
