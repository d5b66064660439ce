package files

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestStoreURLs checks that the error names each mistake in a store's URL.
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
		"s3://books?endpoint=storage.example.com": "is not an address",
		"s3://books?path_style=yes":               "true or false",
	} {
		if _, err := StoreAt(url); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s is refused by %v, want %q", url, err, words)
		}
	}
	for _, url := range []string{
		"file:///var/files", "s3://books", "s3://books?region=eu-central-1&endpoint=https://s3.example.com",
	} {
		if _, err := StoreAt(url); err != nil {
			t.Errorf("%s is refused: %v", url, err)
		}
	}
}

// TestBrokenPut checks that bytes which break off leave no file under any name.
func TestBrokenPut(t *testing.T) {
	t.Parallel()
	store := Folder(t.TempDir())
	broken := errors.New("the disk is gone")
	half := io.MultiReader(strings.NewReader("half"), readerOf{broken})
	err := store.Put(t.Context(), "organization/ab/abcd", half, 8)
	if !errors.Is(err, broken) {
		t.Errorf("it ends with %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(string(store), "organization", "ab", "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestEraseTakesRemains checks that erasing a file also removes what a killed server left
// beside it.
func TestEraseTakesRemains(t *testing.T) {
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
		t.Errorf("left are %v, %v", left, err)
	}
}

type readerOf struct{ err error }

func (r readerOf) Read([]byte) (int, error) { return 0, r.err }

// TestFolderPaths keeps and erases bytes in folders whose paths end in a slash or look like a
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
			t.Errorf("%s: %v is left, %v", path, left, err)
		}
	}
}
