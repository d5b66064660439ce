// Package installation copies this machine's PostgreSQL programs for tests that replace or
// remove them. It promises that the copy runs as the original does and that nothing of the
// original is touched. Running a server from it is left to the caller, by its PATH.
package installation

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Installation is a copy of PostgreSQL's programs.
type Installation struct {
	// Root is the folder that holds everything, Bin the one of the executables and Libraries
	// that of what they load.
	Root, Bin, Libraries string

	t testing.TB
}

// Copy copies, into a folder that anybody may enter, the programs of the server that a
// superuser reaches at url.
func Copy(t testing.TB, url string) Installation {
	t.Helper()
	root, err := os.MkdirTemp("", "installation-")
	if err == nil {
		err = os.Chmod(root, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(root) })
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	// Each lies beside the others as it did, since PostgreSQL finds them from its executable.
	place := func(name string) string {
		var dir string
		err := conn.QueryRow(t.Context(), "select setting from pg_config where name = $1", name).Scan(&dir)
		if err == nil {
			err = copyFolder(filepath.Join(root, dir), dir)
		}
		if err != nil {
			t.Fatal(err)
		}
		return filepath.Join(root, dir)
	}
	place("SHAREDIR")
	return Installation{Root: root, Bin: place("BINDIR"), Libraries: place("PKGLIBDIR"), t: t}
}

// copyFolder copies the files in a folder, but for what just-in-time compilation is made of,
// which is large. Links are followed.
func copyFolder(to, from string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(to, strings.TrimPrefix(path, from))
		if entry.IsDir() {
			if entry.Name() == "bitcode" {
				return fs.SkipDir
			}
			return os.MkdirAll(target, 0o755)
		}
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, content, 0o755)
	})
}

// Library is the file of the library that the product's triggers need.
func (i Installation) Library() string {
	i.t.Helper()
	found, err := filepath.Glob(filepath.Join(i.Libraries, "plpgsql.*"))
	if err != nil || len(found) != 1 {
		i.t.Fatalf("the library is %v, %v", found, err)
	}
	return found[0]
}

// Replace puts content in a file's place as a package manager does: by renaming.
func (i Installation) Replace(name string, content []byte) {
	i.t.Helper()
	if err := errors.Join(os.WriteFile(name+".new", content, 0o755), os.Rename(name+".new", name)); err != nil {
		i.t.Fatal(err)
	}
}
