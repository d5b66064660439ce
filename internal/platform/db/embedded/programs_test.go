package embedded

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestMissingProgramsErrorSaysWhatToInstall(t *testing.T) {
	t.Parallel()
	_, err := start(
		t.Context(), Config{DataDir: folder(t), Logger: discardLogger()}, locations{
			cache: folder(t), repository: closedServer(),
		},
	)
	oneLineWith(
		t, err, "no PostgreSQL programs were found on this machine", "unable to connect to", "install", "DATABASE_URL",
	)
}

func TestTooOldVersionIsRefused(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	writeFakePrograms(t, dir, 14)
	_, err := start(
		t.Context(), Config{DataDir: folder(t), Logger: discardLogger()},
		locations{path: dir, cache: folder(t), repository: closedServer()},
	)
	oneLineWith(t, err, "this machine has only PostgreSQL 14", "install PostgreSQL 15 or newer")
}

func TestRefusesDataFromNewerPostgres(t *testing.T) {
	t.Parallel()
	dir, old := folder(t), folder(t)
	writeFakePrograms(t, old, 16)
	writeVersionFile(t, dir, 17)
	_, err := start(
		t.Context(), Config{DataDir: dir, Logger: discardLogger()},
		locations{globs: []string{old}, cache: folder(t), repository: closedServer()},
	)
	oneLineWith(
		t, err, "the data in "+dir+" was created by PostgreSQL 17", "this machine has only PostgreSQL 16", "postgresql",
		"17",
	)
}

func TestPrefersProgramsThatMatchData(t *testing.T) {
	t.Parallel()
	root, dir := folder(t), folder(t)
	for _, major := range []int{16, 17, 18} {
		writeFakePrograms(t, filepath.Join(root, fmt.Sprint(major), "bin"), major)
	}
	found := locations{path: filepath.Join(root, "16", "bin"), globs: []string{root + "/*/bin"}}
	for data, want := range map[int]int{0: 16, 17: 17, 18: 18} {
		if data != 0 {
			writeVersionFile(t, dir, data)
		}
		got, err := found.find(t.Context(), mustAccount(t), dataDir{dir}, discardLogger())
		if data == 0 {
			got, err = found.find(t.Context(), mustAccount(t), dataDir{folder(t)}, discardLogger())
		}
		if err != nil || got.major != want {
			t.Errorf("data of version %d: got %d, %v; want %d", data, got.major, err, want)
		}
	}
}

func TestNewestVersionOutsidePathIsUsed(t *testing.T) {
	t.Parallel()
	root := folder(t)
	for _, major := range []int{9, 18, 17} {
		writeFakePrograms(t, filepath.Join(root, fmt.Sprint(major), "bin"), major)
	}
	got, err := locations{globs: []string{root + "/*/bin"}}.find(
		t.Context(), mustAccount(t), dataDir{folder(t)}, discardLogger(),
	)
	if err != nil || got.major != 18 {
		t.Errorf("got %d, %v; want 18", got.major, err)
	}
}

func TestProgramsAreDownloadedOnce(t *testing.T) {
	t.Parallel()
	repository := httptest.NewServer(archive(t))
	cache := folder(t)
	from := locations{cache: cache, repository: repository.URL}
	var concurrent sync.WaitGroup
	for range 3 {
		concurrent.Go(func() {
			got, err := from.find(t.Context(), mustAccount(t), dataDir{folder(t)}, discardLogger())
			if err != nil || got.major != 18 {
				t.Errorf("got version %d, %v; want 18", got.major, err)
			}
		})
	}
	concurrent.Wait()
	repository.Close()
	if got, err := from.find(
		t.Context(), mustAccount(t), dataDir{folder(t)}, discardLogger(),
	); err != nil || got.major != 18 {
		t.Errorf("from the cache: got version %d, %v; want 18", got.major, err)
	}
	if entries, _ := os.ReadDir(cache); len(entries) != 1 {
		t.Errorf("got %v in the cache, want only the programs", entries)
	}
}

func TestBrokenArchiveIsNotCached(t *testing.T) {
	t.Parallel()
	repository := httptest.NewServer(
		http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("broken")) }),
	)
	defer repository.Close()
	cache := folder(t)
	_, err := locations{cache: cache, repository: repository.URL}.find(
		t.Context(), mustAccount(t), dataDir{folder(t)}, discardLogger(),
	)
	oneLineWith(t, err, "could be downloaded")
	if entries, _ := os.ReadDir(cache); len(entries) != 0 {
		t.Errorf("got %v in the cache, want nothing", entries)
	}
}

// writeFakePrograms writes programs that only print their version.
func writeFakePrograms(t *testing.T, dir string, major int) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	script := fmt.Sprintf("#!/bin/sh\necho 'postgres (PostgreSQL) %d.1 (Test)'\n", major)
	for _, name := range []string{"postgres", "initdb"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// writeVersionFile writes the version file of a cluster.
func writeVersionFile(t *testing.T, dir string, major int) {
	t.Helper()
	cluster := dataDir{dir}.cluster()
	if err := os.MkdirAll(cluster, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(cluster, "PG_VERSION"), []byte(fmt.Sprintln(major)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// archive serves the programs in the format of the public repository: a zip file without a
// checksum.
func archive(t *testing.T) http.Handler {
	t.Helper()
	packed, err := os.ReadFile("testdata/programs.txz")
	if err != nil {
		t.Fatal(err)
	}
	var buffer bytes.Buffer
	writer := zip.NewWriter(&buffer)
	file, err := writer.Create("postgres.txz")
	if err == nil {
		_, err = file.Write(packed)
	}
	if err == nil {
		err = writer.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".jar") {
			_, _ = w.Write(buffer.Bytes())
			return
		}
		http.NotFound(w, r)
	})
}

func closedServer() string {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	return server.URL
}

func mustAccount(t *testing.T) account {
	t.Helper()
	found, err := currentAccount()
	if err != nil {
		t.Fatal(err)
	}
	return found
}
