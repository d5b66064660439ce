package main

import (
	"runtime/debug"
	"testing"
)

// TestVersion names what a program was built from, as far as it is known.
func TestVersion(t *testing.T) {
	t.Parallel()
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "abc123"}
	modified := debug.BuildSetting{Key: "vcs.modified", Value: "true"}
	for want, info := range map[string]debug.BuildInfo{
		"v1.2.0, built by go1.26":              {GoVersion: "go1.26", Main: debug.Module{Version: "v1.2.0"}},
		"abc123, built by go1.26":              {GoVersion: "go1.26", Main: debug.Module{Version: "(devel)"}, Settings: []debug.BuildSetting{revision}},
		"abc123 with changes, built by go1.26": {GoVersion: "go1.26", Settings: []debug.BuildSetting{revision, modified}},
		"unknown, built by go1.26":             {GoVersion: "go1.26", Main: debug.Module{Version: "(devel)"}},
	} {
		if got := versionOf(&info); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if version() == "" {
		t.Error("a program does not know its version")
	}
}
