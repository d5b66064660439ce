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

// programs are the server's executables of one PostgreSQL version.
type programs struct {
	dir   string
	major int
}

func (p programs) path(name string) string { return filepath.Join(p.dir, name) }

// files are the server's executable and its libraries, which sessions load when they need them.
func (p programs) files(libraries string) []string {
	found, _ := filepath.Glob(filepath.Join(libraries, "*.*"))
	return append(found, p.path("postgres"))
}

// picture tells how files are, so that two pictures differ if one of them was replaced or removed.
func picture(files []string) string {
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

// places are where the programs are looked for.
type places struct {
	path       string   // like $PATH
	globs      []string // folders with programs
	cache      string   // where fetched programs are kept
	repository string   // where they are fetched from; empty means the public one
}

func usualPlaces() places {
	return places{
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
		return "/var/cache/backoffice" // root's own cache is out of reach for the account that runs PostgreSQL
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "backoffice")
}

// find returns the programs for the data: of the very version that made the cluster, or for a new one the first in the
// path, else the newest in the usual places; what is not there is fetched.
func (p places) find(ctx context.Context, account account, home home, logger *slog.Logger) (programs, error) {
	major, err := home.major()
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
		return programs{}, missing(major, home, found, err)
	}
	return fetched, nil
}

// search lists what is on the machine and works, the best first.
func (p places) search(ctx context.Context, account account) []programs {
	var inPath, elsewhere []programs
	for _, dir := range filepath.SplitList(p.path) {
		inPath = append(inPath, inspect(ctx, account, dir)...)
	}
	for _, glob := range append([]string{filepath.Join(p.cache, "postgresql-*", "bin")}, p.globs...) {
		dirs, _ := filepath.Glob(glob)
		for _, dir := range dirs {
			elsewhere = append(elsewhere, inspect(ctx, account, dir)...)
		}
	}
	slices.SortStableFunc(elsewhere, func(a, b programs) int { return cmp.Compare(b.major, a.major) })
	return append(inPath, elsewhere...)
}

// inspect returns the programs a folder holds or links to, if the account can run them.
func inspect(ctx context.Context, account account, dir string) []programs {
	// PostgreSQL finds its other files from where it really lies
	real, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
	if err != nil {
		return nil
	}
	found := programs{dir: filepath.Dir(real)}
	if _, err := exec.LookPath(found.path("initdb")); err != nil || account.barrier(found.dir) != "" {
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

func missing(major int, home home, found []programs, cause error) error {
	if major != 0 {
		return fmt.Errorf("the data in %s was made by PostgreSQL %d, but %s, and version %d could not be fetched (%w): %s",
			home.dir, major, inventory(found), major, cause, advice(major))
	}
	return fmt.Errorf("%s, and none could be fetched (%w): %s, or set DATABASE_URL to a server of yours", inventory(found), cause, advice(0))
}

func inventory(found []programs) string {
	var versions []string
	for _, one := range found {
		versions = append(versions, strconv.Itoa(one.major))
	}
	if len(versions) == 0 {
		return "no PostgreSQL programs were found on this machine"
	}
	return "this machine has only PostgreSQL " + strings.Join(slices.Compact(versions), ", ")
}

func advice(major int) string {
	if runtime.GOOS == "darwin" {
		return fmt.Sprintf("install it with \"brew install postgresql@%d\"", cmp.Or(major, 17))
	}
	if major != 0 {
		return fmt.Sprintf("install the package postgresql-%d", major)
	}
	return fmt.Sprintf("install PostgreSQL %d or newer, for example with \"apt-get install postgresql\"", oldestMajor)
}

var errUnknownVersion = errors.New("no such version is offered")
