package internal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
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

// TestDocsNameExistingFiles checks the files that documents name, such as
// `rpc/interceptor_chain.go`.
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

// TestDocsNameTestsThatExist checks the tests that documents name, such as those of TRUST.md.
func TestDocsNameTestsThatExist(t *testing.T) {
	t.Parallel()
	declared := map[string]bool{}
	for _, f := range files(t) {
		for _, d := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllStringSubmatch(f.source, -1) {
			declared[d[1]] = true
		}
	}
	for _, page := range docs(t) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(string(text), -1) {
			if !declared[m[1]] {
				t.Errorf("%s names the test %s, which does not exist", page, m[1])
			}
		}
	}
}

// TestDocsNameExistingTests checks that each alternative of a -run that documents give matches a
// test of the package.
func TestDocsNameExistingTests(t *testing.T) {
	t.Parallel()
	command := regexp.MustCompile(`go test \./internal/(\S+) .*-run '([^']+)'`)
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	found := 0
	for _, page := range docs(t) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range command.FindAllStringSubmatch(string(text), -1) {
			var tests []string
			for _, f := range files(t) {
				if f.test && f.dir == m[1] {
					for _, d := range declared.FindAllStringSubmatch(f.source, -1) {
						tests = append(tests, d[1])
					}
				}
			}
			for _, alternative := range strings.Split(m[2], "|") {
				found++
				name, _, _ := strings.Cut(alternative, "/")
				if !slices.ContainsFunc(tests, regexp.MustCompile(name).MatchString) {
					t.Errorf("%s runs %s of %s, which matches no test", page, alternative, m[1])
				}
			}
		}
	}
	if found < 5 {
		t.Errorf("found only %d names of tests", found)
	}
}
