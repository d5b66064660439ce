package chaos_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"backoffice/internal/platform/testkit/installation"
)

// TestReplacedPrograms replaces the library that every write needs under a server that runs
// its own PostgreSQL: first by a broken one, with which writes go on, and then by a good one,
// for which PostgreSQL is restarted. Nothing is lost, and the server stays.
func TestReplacedPrograms(t *testing.T) {
	t.Parallel()
	m := build(t)
	m.startDatabase()
	programs := installation.Copy(t, m.database.AdminURL())
	if err := m.database.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	m.database, m.path = nil, programs.Bin
	m.data += "-own"
	m.startServer()
	t.Cleanup(func() {
		m.conn.Close()
		_ = m.server.Process.Signal(os.Interrupt)
		if err := m.server.Wait(); err != nil {
			t.Errorf("the server ends with %v", err)
		}
	})
	m.signUp()
	library := programs.Library()
	good, err := os.ReadFile(library)
	if err != nil {
		t.Fatal(err)
	}
	posted := map[string]string{}
	m.postUntil(posted, "before", func() bool { return true })
	programs.Replace(library, []byte("broken"))
	looked := time.Now().Add(6 * time.Second) // longer than the server takes to see it
	m.postUntil(posted, "broken", func() bool { return time.Now().After(looked) })
	first := m.postmaster()
	programs.Replace(library, good)
	m.postUntil(posted, "good", func() bool { return m.postmaster() != first })
	second := m.postmaster()
	m.killDatabase()
	m.postUntil(posted, "killed", func() bool { return m.postmaster() != second })
	m.check(posted)
}

// postUntil posts some entries, and more until something is done. An entry that the server
// has no time for is sent again, under its key, until it has.
func (m *machine) postUntil(posted map[string]string, name string, done func() bool) {
	m.t.Helper()
	begun := time.Now()
	for n := 0; n < 40 || !done(); n++ {
		key := fmt.Sprint(name, "-", n)
		for posted[key] == "" {
			entry, err := m.post(key)
			if err == nil {
				posted[key] = entry.GetId()
				continue
			}
			if name == "broken" || status.Code(err) != codes.Unavailable || time.Since(begun) > 2*time.Minute {
				m.t.Fatalf("%s is answered by %v", key, err)
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
}

// postmaster is PostgreSQL's process, by its own note; "" while there is none.
func (m *machine) postmaster() string {
	text, _ := os.ReadFile(filepath.Join(m.data, "postgres", "postmaster.pid"))
	pid, _, _ := strings.Cut(string(text), "\n")
	return pid
}
