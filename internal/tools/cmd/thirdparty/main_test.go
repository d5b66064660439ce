package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWritesEveryListedFile(t *testing.T) {
	folder := t.TempDir()
	if err := write(folder); err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if info, err := os.Stat(filepath.Join(folder, path)); err != nil || info.Size() == 0 {
			t.Errorf("%s was not written: %v", path, err)
		}
	}
}
