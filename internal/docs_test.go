package internal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// docs returns the paths of the documents about the code: those of the root and those of packages.
func docs(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"../*.md", "*/*/README.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	if len(all) < 5 {
		t.Fatalf("found only the documents %v", all)
	}
	return all
}

// TestDocsNameExistingFiles checks the files that documents name, such as `rpc/interceptor_chain.go`.
func TestDocsNameExistingFiles(t *testing.T) {
	t.Parallel()
	named := regexp.MustCompile("`([a-z_0-9]+(?:/[a-z_0-9]+)*\\.(?:go|sql|proto|txt|json))`")
	for _, page := range docs(t) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		folders := []string{filepath.Dir(page), "..", ".", "platform", "../proto/backoffice/finance/v1"}
		for _, m := range named.FindAllSubmatch(text, -1) {
			exists := func(folder string) bool {
				_, err := os.Stat(filepath.Join(folder, string(m[1])))
				return err == nil
			}
			if !slices.ContainsFunc(folders, exists) {
				t.Errorf("%s names %s, which does not exist", page, m[1])
			}
		}
	}
}
