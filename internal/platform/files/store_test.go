package files

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestStoreURLs checks which URLs of a store are accepted and what the errors for the others say.
func TestStoreURLs(t *testing.T) {
	t.Parallel()
	for url, words := range map[string]string{
		"/var/files":                        "file:///",
		"file://var/files":                  "file:///path",
		"file:///var/files?create_dir=true": "file:///path",
		"gs://books":                        "s3://books?endpoint=https://storage.googleapis.com",
		"s3://":                             "s3://name",
		"s3://books/folder":                 "s3://name",
		"s3://books?awssdk=v2":              "no parameter awssdk",
		"s3://books?endpoint=storage.example.com": "is not a URL",
		"s3://books?path_style=yes":               "true or false",
	} {
		if _, err := StoreAt(url); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: got %v, want an error that contains %q", url, err, words)
		}
	}
	for _, url := range []string{
		"file:///var/files", "s3://books", "s3://books?region=eu-central-1&endpoint=https://s3.example.com",
	} {
		if _, err := StoreAt(url); err != nil {
			t.Errorf("%s: got %v, want no error", url, err)
		}
	}
}

// TestInterruptedPutLeavesNoFile checks that a body that fails halfway leaves no file.
func TestInterruptedPutLeavesNoFile(t *testing.T) {
	t.Parallel()
	store := Folder(t.TempDir())
	broken := errors.New("the disk is gone")
	half := io.MultiReader(strings.NewReader("half"), errorReader{broken})
	err := store.Put(t.Context(), "organization/ab/abcd", half, 8)
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
	if left, _ := filepath.Glob(filepath.Join(string(store), "organization", "ab", "*")); len(left) > 0 {
		t.Errorf("got the files %v, want none", left)
	}
}

// TestDeleteRemovesTemporaryFiles checks that Delete also removes temporary files of the same blob
// that a killed server left, and no others.
func TestDeleteRemovesTemporaryFiles(t *testing.T) {
	t.Parallel()
	store := Folder(t.TempDir())
	for _, name := range []string{"o/ab/abcd", "o/ab/abcd.123", "o/ab/abff"} {
		if err := store.Put(t.Context(), name, strings.NewReader("x"), 1); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Delete(t.Context(), "o/ab/abcd"); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(filepath.Join(string(store), "o", "ab"))
	if err != nil || len(left) != 1 || left[0].Name() != "abff" {
		t.Errorf("got %v, %v, want only abff", left, err)
	}
}

// errorReader is a body whose Read fails.
type errorReader struct{ err error }

func (r errorReader) Read([]byte) (int, error) { return 0, r.err }

// TestFolderPaths stores and deletes bytes in folders whose paths end in a slash or look like a
// pattern.
func TestFolderPaths(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"plain", "slash/", "[a-z]*"} {
		dir := t.TempDir() + "/" + path
		store, err := StoreAt("file://" + dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := store.Put(t.Context(), "one/two", strings.NewReader("x"), 1); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if err := store.Delete(t.Context(), "one/two"); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if left, err := os.ReadDir(filepath.Join(dir, "one")); len(left) != 0 || err != nil {
			t.Errorf("%s: got %v, %v, want no files", path, left, err)
		}
	}
}
