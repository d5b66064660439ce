package main

import (
	"fmt"
	"runtime/debug"
)

// version returns what this program was built from: a release, a revision, or "unknown" if the
// sources had no history.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return versionOf(info)
}

func versionOf(info *debug.BuildInfo) string {
	from := "unknown"
	if v := info.Main.Version; v != "" && v != "(devel)" {
		from = v
	} else if revision := setting(info, "vcs.revision"); revision != "" {
		from = revision
		if setting(info, "vcs.modified") == "true" {
			from += " with changes"
		}
	}
	return fmt.Sprintf("%s, built by %s", from, info.GoVersion)
}

func setting(info *debug.BuildInfo, key string) string {
	for _, s := range info.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}
