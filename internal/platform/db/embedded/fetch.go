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

// fetchedMajor is the PostgreSQL version to download for a new cluster.
const fetchedMajor = 18

// fetch downloads the programs of a version into the cache. For a new cluster, major is 0 and
// fetchedMajor is downloaded.
func (p locations) fetch(ctx context.Context, account account, major int, logger *slog.Logger) (programs, error) {
	if major == 0 {
		major = fetchedMajor
	}
	version, known := releaseOf(major)
	if !known {
		return programs{}, errUnknownVersion
	}
	logger.Info("downloading PostgreSQL: no suitable version is on this machine", "version", version)
	target := filepath.Join(p.cache, "postgresql-"+strconv.Itoa(major))
	if err := waitFor(ctx, func() error { return p.download(version, target) }); err != nil {
		return programs{}, err
	}
	found := inspectFolder(ctx, account, filepath.Join(target, "bin"))
	if len(found) == 0 {
		return programs{}, fmt.Errorf("the PostgreSQL downloaded to %s does not run on this machine", target)
	}
	return found[0], nil
}

// releaseOf returns the release of a major version that can be downloaded.
func releaseOf(major int) (embeddedpostgres.PostgresVersion, bool) {
	version, known := map[int]embeddedpostgres.PostgresVersion{
		15: embeddedpostgres.V15,
		16: embeddedpostgres.V16,
		17: embeddedpostgres.V17,
		18: embeddedpostgres.V18,
	}[major]
	return version, known
}

// waitFor returns when work is done or ctx ends. The download cannot be interrupted, so it then
// continues in the background.
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

// download unpacks the programs next to the target and renames them, so that a concurrent download
// or a crash never leaves an incomplete set of programs.
func (p locations) download(version embeddedpostgres.PostgresVersion, target string) error {
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
	if err := os.Rename(unpacked, target); err != nil && !isExecutable(filepath.Join(target, "bin", "initdb")) {
		return err
	}
	return nil
}

// unpack makes the library download the programs, and prevents it from starting a server. The
// library downloads only as the first step of a start. It can neither clear nor use a data
// directory whose name ends in a dot, so the start fails after the download.
func (p locations) unpack(version embeddedpostgres.PostgresVersion, scratch, target string) error {
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
	// the library creates this folder if and only if it has unpacked everything
	if _, missing := os.Stat(runtime); missing == nil {
		return nil
	}
	return err
}

// isExecutable reports whether path is an executable file.
func isExecutable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o100 != 0
}
