// Package installation copies this machine's PostgreSQL programs for tests that replace or remove
// them. It guarantees that the copy works like the original and that the original is not changed.
// The caller runs a server from the copy by setting its PATH.
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
	// Root is the folder of the whole copy, Bin that of the executables, and Libraries that of the
	// libraries they load.
	Root, Bin, Libraries string

	t testing.TB
}

// Copy copies the programs of the server at url, which must be the URL of a superuser, into a
// folder that every user can enter.
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
	// Keep the relative positions of the folders, since PostgreSQL locates them from its executable.
	copyDir := func(name string) string {
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
	copyDir("SHAREDIR")
	return Installation{Root: root, Bin: copyDir("BINDIR"), Libraries: copyDir("PKGLIBDIR"), t: t}
}

// copyFolder copies the files in a folder, except the large bitcode for just-in-time compilation.
// It follows links.
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

// Library returns the path of the PL/pgSQL library, which the product's triggers need.
func (i Installation) Library() string {
	i.t.Helper()
	found, err := filepath.Glob(filepath.Join(i.Libraries, "plpgsql.*"))
	if err != nil || len(found) != 1 {
		i.t.Fatalf("got libraries %v, %v; want one", found, err)
	}
	return found[0]
}

// Replace replaces a file as a package manager does: by renaming a new file to its name.
func (i Installation) Replace(name string, content []byte) {
	i.t.Helper()
	if err := errors.Join(os.WriteFile(name+".new", content, 0o755), os.Rename(name+".new", name)); err != nil {
		i.t.Fatal(err)
	}
}
