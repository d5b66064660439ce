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

// TestServerSurvivesReplacedPostgreSQL replaces a library that every write needs, while a
// server runs its own PostgreSQL. With a broken library, writes continue on the old one. With a
// good one, PostgreSQL is restarted. Nothing is lost, and the server keeps running.
func TestServerSurvivesReplacedPostgreSQL(t *testing.T) {
	t.Parallel()
	m := buildServer(t)
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
			t.Errorf("server exit: got %v", err)
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
	m.checkEntries(posted)
}

// postUntil posts a few entries, and more until done returns true. If the server is
// unavailable, it sends the entry again with the same key.
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
				m.t.Fatalf("post %s: got %v", key, err)
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
}

// postmaster returns the process ID of PostgreSQL from its PID file, or "" while it is not
// running.
func (m *machine) postmaster() string {
	text, _ := os.ReadFile(filepath.Join(m.data, "postgres", "postmaster.pid"))
	pid, _, _ := strings.Cut(string(text), "\n")
	return pid
}
