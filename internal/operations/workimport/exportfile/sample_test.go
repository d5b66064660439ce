package exportfile

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the texts of the samples")

// TestSamplesAreReadCompletely compares what is read from each sample with its text beside it.
func TestSamplesAreReadCompletely(t *testing.T) {
	t.Parallel()
	samples, err := filepath.Glob("testdata/*.*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range samples {
		if strings.HasSuffix(name, ".txt") {
			continue
		}
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		f, err := Read(t.Context(), content, Options{Zone: paris(t)})
		if err != nil {
			got = err.Error() + "\n"
		} else {
			checkFile(t, f)
			got = describe(f)
		}
		text := name + ".txt"
		if *update {
			if err := os.WriteFile(text, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(text)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
	}
}
