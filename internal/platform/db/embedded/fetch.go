package embedded

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"

	embeddedpostgres "github.com/fergusstrange/embedded-postgres"
)

const fetchedMajor = 18

// fetch downloads the programs of a version, or of the newest one for a new cluster, into the cache.
func (p places) fetch(ctx context.Context, account account, major int, logger *slog.Logger) (programs, error) {
	if major == 0 {
		major = fetchedMajor
	}
	version, known := offered(major)
	if !known {
		return programs{}, errUnknownVersion
	}
	logger.Info("fetching PostgreSQL: none fitting is on this machine", "version", version)
	target := filepath.Join(p.cache, "postgresql-"+strconv.Itoa(major))
	if err := waitFor(ctx, func() error { return p.download(version, target) }); err != nil {
		return programs{}, err
	}
	found := inspect(ctx, account, filepath.Join(target, "bin"))
	if len(found) == 0 {
		return programs{}, fmt.Errorf("what was fetched into %s does not run here", target)
	}
	return found[0], nil
}

func offered(major int) (embeddedpostgres.PostgresVersion, bool) {
	version, known := map[int]embeddedpostgres.PostgresVersion{
		15: embeddedpostgres.V15,
		16: embeddedpostgres.V16,
		17: embeddedpostgres.V17,
		18: embeddedpostgres.V18,
	}[major]
	return version, known
}

// waitFor returns when work is done or ctx ends; the download cannot be interrupted, only left.
func waitFor(ctx context.Context, work func() error) error {
	done := make(chan error, 1)
	go func() { done <- work() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// download unpacks beside the target and renames, so that a rival or a crash never leaves half a set of programs.
func (p places) download(version embeddedpostgres.PostgresVersion, target string) error {
	if err := os.MkdirAll(p.cache, 0o755); err != nil {
		return err
	}
	scratch, err := os.MkdirTemp(p.cache, "fetch-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	unpacked := filepath.Join(scratch, "unpacked")
	if err := p.unpack(version, scratch, unpacked); err != nil {
		return err
	}
	if err := os.Rename(unpacked, target); err != nil && !executable(filepath.Join(target, "bin", "initdb")) {
		return err
	}
	return nil
}

// unpack lets the library fetch, and stops it before it does more. The library fetches only as the first step of a start
// of its own; a data directory whose name ends in a dot is one that it can neither clear nor use, so it ends there.
func (p places) unpack(version embeddedpostgres.PostgresVersion, scratch, target string) error {
	runtime := filepath.Join(scratch, "runtime")
	config := embeddedpostgres.DefaultConfig().
		Version(version).
		Port(0).
		CachePath(filepath.Join(scratch, "archive")).
		RuntimePath(runtime).
		BinariesPath(target).
		DataPath(filepath.Join(scratch, "data") + "/.").
		Logger(io.Discard)
	if p.repository != "" {
		config = config.BinaryRepositoryURL(p.repository)
	}
	server := embeddedpostgres.NewDatabase(config)
	err := server.Start()
	if err == nil {
		err = server.Stop()
	}
	// it makes this folder when, and only when, all is unpacked
	if _, missing := os.Stat(runtime); missing == nil {
		return nil
	}
	return err
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o100 != 0
}
