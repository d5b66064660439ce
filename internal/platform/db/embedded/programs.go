package embedded

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// oldestMajor is the oldest PostgreSQL the product runs on.
const oldestMajor = 15

// programs are the executables of one PostgreSQL version.
type programs struct {
	dir   string
	major int
}

func (p programs) path(name string) string { return filepath.Join(p.dir, name) }

// filesWith returns the server's executable and the libraries, which sessions load on demand.
func (p programs) filesWith(libraries string) []string {
	found, _ := filepath.Glob(filepath.Join(libraries, "*.*"))
	return append(found, p.path("postgres"))
}

// fingerprint describes files by inode, size and modification time, so that it changes if one of
// them is replaced or removed.
func fingerprint(files []string) string {
	var all strings.Builder
	for _, name := range files {
		info, err := os.Stat(name)
		if err != nil {
			fmt.Fprintln(&all, name, "is missing")
			continue
		}
		fmt.Fprintln(&all, name, info.Sys().(*syscall.Stat_t).Ino, info.Size(), info.ModTime())
	}
	return all.String()
}

// locations lists the places to search for the programs.
type locations struct {
	path       string   // list of folders, like $PATH
	globs      []string // patterns of folders with programs
	cache      string   // folder that keeps downloaded programs
	repository string   // URL to download from; "" means the public repository
}

func defaultLocations() locations {
	return locations{
		path: os.Getenv("PATH"),
		globs: []string{
			"/usr/lib/postgresql/*/bin",
			"/usr/lib/postgresql*/bin",
			"/usr/libexec/postgresql*",
			"/usr/pgsql-*/bin",
			"/usr/local/pgsql/bin",
			"/usr/local/opt/postgresql@*/bin",
			"/opt/homebrew/opt/postgresql@*/bin",
			"/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
			"/Applications/Postgres.app/Contents/Versions/*/bin",
			"/opt/local/lib/postgresql*/bin",
		},
		cache: cacheFolder(),
	}
}

func cacheFolder() string {
	if os.Geteuid() == 0 {
		return "/var/cache/backoffice" // the account that runs PostgreSQL cannot read root's cache
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "backoffice")
}

// find returns the programs for the data directory: those of the version that created the cluster,
// or for a new cluster the first in the path, or else the newest elsewhere. If there are none on
// this machine, it downloads them.
func (p locations) find(ctx context.Context, account account, data dataDir, logger *slog.Logger) (programs, error) {
	major, err := data.major()
	if err != nil {
		return programs{}, err
	}
	found := p.search(ctx, account)
	for _, candidate := range found {
		if candidate.major == major || major == 0 && candidate.major >= oldestMajor {
			return candidate, nil
		}
	}
	fetched, err := p.fetch(ctx, account, major, logger)
	if err != nil {
		return programs{}, missingPrograms(major, data, found, err)
	}
	return fetched, nil
}

// search lists the working programs on this machine, in order of preference.
func (p locations) search(ctx context.Context, account account) []programs {
	var inPath, elsewhere []programs
	for _, dir := range filepath.SplitList(p.path) {
		inPath = append(inPath, inspectFolder(ctx, account, dir)...)
	}
	for _, glob := range append([]string{filepath.Join(p.cache, "postgresql-*", "bin")}, p.globs...) {
		dirs, _ := filepath.Glob(glob)
		for _, dir := range dirs {
			elsewhere = append(elsewhere, inspectFolder(ctx, account, dir)...)
		}
	}
	slices.SortStableFunc(elsewhere, func(a, b programs) int { return cmp.Compare(b.major, a.major) })
	return append(inPath, elsewhere...)
}

// inspectFolder returns the programs in a folder, directly or by link, if the account can run them.
func inspectFolder(ctx context.Context, account account, dir string) []programs {
	// PostgreSQL locates its other files relative to its real path
	real, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
	if err != nil {
		return nil
	}
	found := programs{dir: filepath.Dir(real)}
	if _, err := exec.LookPath(found.path("initdb")); err != nil || account.blockedFolder(found.dir) != "" {
		return nil
	}
	output, err := account.command(ctx, found.path("postgres"), "--version").Output()
	if err != nil {
		return nil
	}
	if found.major = parseMajor(string(output)); found.major == 0 {
		return nil
	}
	return []programs{found}
}

func parseMajor(version string) int {
	match := regexp.MustCompile(`\(PostgreSQL\) (\d+)`).FindStringSubmatch(version)
	if match == nil {
		return 0
	}
	major, _ := strconv.Atoi(match[1])
	return major
}

// missingPrograms returns the error that no programs fit, with the action to take.
func missingPrograms(major int, data dataDir, found []programs, cause error) error {
	if major != 0 {
		return fmt.Errorf("the data in %s was created by PostgreSQL %d, but %s, "+
			"and version %d could not be downloaded (%w): %s",
			data.dir, major, listVersions(found), major, cause, installAdvice(major))
	}
	return fmt.Errorf("%s, and none could be downloaded (%w): %s, or set DATABASE_URL to your server",
		listVersions(found), cause, installAdvice(0))
}

func listVersions(found []programs) string {
	var versions []string
	for _, one := range found {
		versions = append(versions, strconv.Itoa(one.major))
	}
	if len(versions) == 0 {
		return "no PostgreSQL programs were found on this machine"
	}
	return "this machine has only PostgreSQL " + strings.Join(slices.Compact(versions), ", ")
}

func installAdvice(major int) string {
	if runtime.GOOS == "darwin" {
		return fmt.Sprintf("install it with \"brew install postgresql@%d\"", cmp.Or(major, 17))
	}
	if major != 0 {
		return fmt.Sprintf("install the package postgresql-%d", major)
	}
	return fmt.Sprintf("install PostgreSQL %d or newer, for example with \"apt-get install postgresql\"", oldestMajor)
}

var errUnknownVersion = errors.New("this version is not available for download")
