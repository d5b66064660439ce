// Package testkit gives tests a real PostgreSQL. It owns one cluster per checkout, which the first test binary starts and
// which ends by itself when it has been idle, one template database per set of migrations, and a database per caller
// cloned from it. It promises that any number of test binaries may ask at once, that each gets a database nobody else
// uses, that what crashed runs left is dropped by later ones, and that a missing PostgreSQL is an error and never a skip.
// It leaves the migrations, and what the tests do inside their database, to the caller.
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

// idle is how long a cluster outlives its last user.
const idle = 90 * time.Second

// cluster is a folder through which test binaries share a server. Whoever holds its door may look at the state of the
// server and change the set of databases; a lease is held for as long as a database is used.
type cluster struct {
	dir  string
	idle time.Duration
}

func (c cluster) door() string             { return filepath.Join(c.dir, "door") }
func (c cluster) life() string             { return filepath.Join(c.dir, "life") }
func (c cluster) address() string          { return filepath.Join(c.dir, "address") }
func (c cluster) log() string              { return filepath.Join(c.dir, "keeper.log") }
func (c cluster) data() string             { return filepath.Join(c.dir, "data") }
func (c cluster) leases() string           { return filepath.Join(c.dir, "leases") }
func (c cluster) lease(name string) string { return filepath.Join(c.leases(), name) }

// checkoutCluster is the cluster of this checkout and user. It lies in the folder for temporary files, since the user
// that PostgreSQL runs as may not be able to reach the checkout.
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

// checkout is the folder of the go.mod above the tests.
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
			return "", fmt.Errorf("no go.mod above %s", dir)
		}
	}
}

// running returns the server's address if a keeper keeps it. The caller holds the door.
func (c cluster) running() (string, bool) {
	url, err := os.ReadFile(c.address())
	if err != nil {
		return "", false
	}
	life, err := flock.Try(c.life())
	if err == nil {
		life.Release() // the keeper died and left its address behind
	}
	return string(url), errors.Is(err, flock.ErrHeld)
}

// used says whether any lease is held. The caller holds the door.
func (c cluster) used() bool {
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

// stamp changes whenever a lease comes or goes, even between two looks.
func (c cluster) stamp() time.Time {
	info, err := os.Stat(c.leases())
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return strings.ToLower(hex.EncodeToString(sum[:6]))
}
