package main

import (
	"runtime/debug"
	"testing"
)

// TestVersion checks that the version is a release, else a revision, else unknown.
func TestVersion(t *testing.T) {
	t.Parallel()
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "abc123"}
	modified := debug.BuildSetting{Key: "vcs.modified", Value: "true"}
	for want, info := range map[string]debug.BuildInfo{
		"v1.2.0, built by go1.26": {GoVersion: "go1.26", Main: debug.Module{Version: "v1.2.0"}},
		"abc123, built by go1.26": {GoVersion: "go1.26", Main: debug.Module{
			Version: "(devel)",
		}, Settings: []debug.BuildSetting{revision}},
		"abc123 with changes, built by go1.26": {
			GoVersion: "go1.26", Settings: []debug.BuildSetting{revision, modified},
		},
		"unknown, built by go1.26": {GoVersion: "go1.26", Main: debug.Module{Version: "(devel)"}},
	} {
		if got := versionOf(&info); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if version() == "" {
		t.Error("got an empty version")
	}
}
