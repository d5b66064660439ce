// Package testkit provides a real PostgreSQL to tests. It owns a cluster per checkout, which the
// first test binary starts and which stops when it is idle; a template database per set of
// migrations; and a database per caller, copied from the template. It guarantees that any number of
// test binaries can request databases concurrently, that each caller's database is exclusive, that
// later runs drop the databases of crashed ones, and that a missing PostgreSQL is an error and
// never a skip. Callers provide the migrations and decide what their tests do in the database.
package testkit

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"backoffice/internal/platform/db/embedded/flock"
)

// idle is how long a cluster runs without users before it stops.
const idle = 90 * time.Second

// cluster is a folder through which test binaries share a server. The lock on the mutex file,
// called the mutex below, protects the state of the server and the set of databases. The keeper is
// the process that runs the server; it holds the lock on the keeper file. The user of a database
// holds the lock on its lease file.
type cluster struct {
	dir  string
	idle time.Duration
}

func (c cluster) mutexFile() string        { return filepath.Join(c.dir, "mutex.lock") }
func (c cluster) keeperLockFile() string   { return filepath.Join(c.dir, "keeper.lock") }
func (c cluster) address() string          { return filepath.Join(c.dir, "address") }
func (c cluster) log() string              { return filepath.Join(c.dir, "keeper.log") }
func (c cluster) data() string             { return filepath.Join(c.dir, "data") }
func (c cluster) leases() string           { return filepath.Join(c.dir, "leases") }
func (c cluster) lease(name string) string { return filepath.Join(c.leases(), name) }

// checkoutCluster returns the cluster of this checkout and user. It is in the folder for temporary
// files, since the user that PostgreSQL runs as may not have access to the checkout.
func checkoutCluster() (cluster, error) {
	root, err := checkout()
	if err != nil {
		return cluster{}, err
	}
	key := digest(fmt.Sprint(os.Geteuid(), root))
	return makeCluster(filepath.Join(os.TempDir(), "backoffice-test-"+key), idle)
}

func makeCluster(dir string, idle time.Duration) (cluster, error) {
	c := cluster{dir: dir, idle: idle}
	return c, errors.Join(os.MkdirAll(c.leases(), 0o755), os.Chmod(dir, 0o755))
}

// checkout returns the folder of the module under test: the nearest that contains go.mod.
func checkout() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("no go.mod in or above %s", dir)
		}
	}
}

// findRunning returns the server's URL if a keeper runs the server. The caller holds the mutex.
func (c cluster) findRunning() (url string, ok bool) {
	content, err := os.ReadFile(c.address())
	if err != nil {
		return "", false
	}
	keeperLock, err := flock.Try(c.keeperLockFile())
	if err == nil {
		keeperLock.Release() // the keeper died without removing its address
	}
	return string(content), errors.Is(err, flock.ErrHeld)
}

// isInUse reports whether any lease is held. The caller holds the mutex.
func (c cluster) isInUse() bool {
	leases, _ := os.ReadDir(c.leases())
	for _, lease := range leases {
		held, err := flock.Try(c.lease(lease.Name()))
		if err != nil {
			return true
		}
		held.Release()
	}
	return false
}

// leasesChangedAt returns when a lease was last added or removed.
func (c cluster) leasesChangedAt() time.Time {
	info, err := os.Stat(c.leases())
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// digest returns a short hash of text for use in names.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return strings.ToLower(hex.EncodeToString(sum[:6]))
}
