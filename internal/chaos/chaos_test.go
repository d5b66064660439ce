// Package chaos_test kills the server and the database while entries are posted, and the server
// during an import. It then checks that everything that was acknowledged exists exactly once.
// One round of posting runs with the other tests; `make chaos` runs twenty.
package chaos_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/db/embedded"
	"backoffice/internal/platform/secret"
)

// clientCount is the number of clients that post concurrently.
const clientCount = 6

// machine is a database and a server that can be killed and restarted.
type machine struct {
	t       *testing.T
	program string
	data    string
	// database is nil if the server runs its own PostgreSQL, with the programs in path.
	database *embedded.Server
	path     string
	server   *exec.Cmd
	conn     *grpc.ClientConn
	key      string
	accounts []string
}

func TestAcknowledgedEntriesSurviveKills(t *testing.T) {
	t.Parallel()
	rounds := 1
	if text := os.Getenv("CHAOS_ROUNDS"); text != "" {
		var err error
		if rounds, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	m := startMachine(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	posted := map[string]string{}
	for round := range rounds {
		acknowledged, open := m.postUntilFailure(round, time.Duration(200+random.IntN(800))*time.Millisecond, func() {
			if random.IntN(2) == 0 {
				m.killServer()
			} else {
				m.killDatabase()
			}
		})
		m.checkRetries(acknowledged, open)
		for key, entry := range acknowledged {
			posted[key] = entry
		}
		m.checkEntries(posted)
		t.Logf("round %d: %d acknowledged entries, %d in progress at the failure", round, len(acknowledged), len(open))
	}
}

// startMachine builds the server, starts it on its own database, and signs up.
func startMachine(t *testing.T) *machine {
	t.Helper()
	m := buildServer(t)
	m.startDatabase()
	m.startServer()
	t.Cleanup(m.stop)
	m.signUp()
	return m
}

// buildServer builds the server and creates a folder for its data.
func buildServer(t *testing.T) *machine {
	t.Helper()
	m := &machine{t: t, program: filepath.Join(t.TempDir(), "backoffice")}
	dir, err := os.MkdirTemp("", "backoffice-chaos-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	m.data = filepath.Join(dir, "data")
	if out, err := exec.Command("go", "build", "-o", m.program,
		"backoffice/cmd/backoffice").CombinedOutput(); err != nil {
		t.Fatalf("building the server: %v\n%s", err, out)
	}
	return m
}

func (m *machine) startDatabase() {
	m.t.Helper()
	var err error
	if m.database, err = embedded.Start(context.Background(), embedded.Config{
		DataDir: m.data, Logger: slog.New(slog.DiscardHandler),
	}); err != nil {
		m.t.Fatal(err)
	}
}

func (m *machine) environment() []string {
	own := append(os.Environ(), "BACKOFFICE_HTTP_ADDR=127.0.0.1:0", "BACKOFFICE_GRPC_ADDR=127.0.0.1:0",
		"BACKOFFICE_RATE_LIMIT=0", "BACKOFFICE_SIGN_UP_RATE_LIMIT=0", "BACKOFFICE_LOG_LEVEL=error")
	if m.database == nil {
		return append(own, "BACKOFFICE_DATA_DIR="+m.data, "PATH="+m.path)
	}
	return append(own, "DATABASE_URL="+m.database.URL(),
		"BACKOFFICE_DATA_DIR="+filepath.Join(filepath.Dir(m.data), "server"),
		"BACKOFFICE_MASTER_KEY="+base64.StdEncoding.EncodeToString(make([]byte, secret.KeySize)))
}

var listening = regexp.MustCompile(`gRPC on ([^,\s]+)`)

func (m *machine) startServer() {
	m.t.Helper()
	m.server = exec.Command(m.program, "serve")
	m.server.Env = m.environment()
	out, err := m.server.StdoutPipe()
	if err != nil {
		m.t.Fatal(err)
	}
	if err := m.server.Start(); err != nil {
		m.t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if found := listening.FindStringSubmatch(lines.Text()); found != nil {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			if m.conn, err = grpc.NewClient(found[1],
				grpc.WithTransportCredentials(insecure.NewCredentials())); err != nil {
				m.t.Fatal(err)
			}
			return
		}
	}
	m.t.Fatal("the server exited before it was ready")
}

// killServer kills the server without warning, like a power failure.
func (m *machine) killServer() { _ = m.server.Process.Kill() }

// killDatabase kills PostgreSQL and all of its processes.
func (m *machine) killDatabase() {
	text, err := os.ReadFile(filepath.Join(m.data, "postgres", "postmaster.pid"))
	if err != nil {
		m.t.Error(err)
		return
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil {
		m.t.Error(err)
		return
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		m.t.Error(err)
	}
}

// restart restarts the server and the database, whichever was killed.
func (m *machine) restart() {
	m.conn.Close()
	_ = m.server.Process.Kill()
	_ = m.server.Wait()
	if err := m.ping(); err != nil {
		_ = m.database.Stop(context.Background())
		m.startDatabase()
	}
	m.startServer()
}

func (m *machine) ping() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, m.database.URL())
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

func (m *machine) stop() {
	m.conn.Close()
	_ = m.server.Process.Kill()
	_ = m.server.Wait()
	_ = m.database.Stop(context.Background())
}

func (m *machine) withKey(idempotencyKey string) context.Context {
	ctx := metadata.AppendToOutgoingContext(m.t.Context(), "authorization", "Bearer "+m.key)
	if idempotencyKey != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "idempotency-key", idempotencyKey)
	}
	return ctx
}

func (m *machine) signUp() {
	m.t.Helper()
	answer, err := platformv1.NewIdentityServiceClient(m.conn).SignUp(m.t.Context(), &platformv1.SignUpRequest{
		DisplayName: "Chaos", CurrencyCode: "USD", TimeZone: "UTC", RegionCode: "US", OwnerEmail: "owner@chaos.example",
		OwnerDisplayName: "Owner",
		OwnerPassword:    "a long enough password", Test: true,
	})
	if err != nil {
		m.t.Fatal(err)
	}
	m.key = answer.GetApiKey().GetSecret()
	list, err := financev1.NewLedgerServiceClient(m.conn).ListAccounts(m.withKey(""), &financev1.ListAccountsRequest{
		PageSize: 500, Filter: `code = "1000" OR code = "6100"`,
	})
	if err != nil || len(list.GetAccounts()) != 2 {
		m.t.Fatalf("got %v, %v", list, err)
	}
	for _, a := range list.GetAccounts() {
		m.accounts = append(m.accounts, a.GetId())
	}
}

func (m *machine) post(key string) (*financev1.JournalEntry, error) {
	ctx, cancel := context.WithTimeout(m.withKey(key), 10*time.Second)
	defer cancel()
	return financev1.NewLedgerServiceClient(m.conn).CreateJournalEntry(ctx, &financev1.CreateJournalEntryRequest{
		JournalEntry: &financev1.JournalEntry{
			Date: "2026-11-02", Description: key, Lines: []*financev1.JournalLine{
				{AccountId: m.accounts[0], Amount: &typev1.Money{Amount: "12.50"}},
				{AccountId: m.accounts[1], Amount: &typev1.Money{Amount: "-12.50"}},
			},
		}})
}

// postUntilFailure posts until the failure. It returns the acknowledged entries by idempotency
// key, and the keys of requests in progress.
func (m *machine) postUntilFailure(
	round int, after time.Duration, disaster func(),
) (acknowledged map[string]string, open []string) {
	acknowledged = map[string]string{}
	var mu sync.Mutex
	var group sync.WaitGroup
	for client := range clientCount {
		group.Go(func() {
			for n := 0; ; n++ {
				key := fmt.Sprintf("%d-%d-%d", round, client, n)
				entry, err := m.post(key)
				mu.Lock()
				if err != nil {
					open = append(open, key)
					mu.Unlock()
					return
				}
				acknowledged[key] = entry.GetId()
				mu.Unlock()
			}
		})
	}
	time.Sleep(after)
	disaster()
	group.Wait()
	m.restart()
	return acknowledged, open
}
