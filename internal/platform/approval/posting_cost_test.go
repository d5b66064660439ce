package approval_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/secret"
)

// wire records what an app sends to PostgreSQL.
type wire struct {
	mu sync.Mutex
	// prepared are the texts of the statements that were prepared. Each connection prepares a
	// statement before it executes it for the first time.
	prepared []string
	// executed counts the statements, and synced the round trips.
	executed, synced int
}

type recordedConn struct {
	net.Conn
	to      *wire
	started bool
	rest    []byte
}

// Write implements net.Conn. It reads the messages of the protocol: a type, a length, and the body.
func (c *recordedConn) Write(b []byte) (int, error) {
	c.rest = append(c.rest, b...)
	c.to.mu.Lock()
	defer c.to.mu.Unlock()
	if !c.started { // the first message has no type
		c.started, c.rest = true, nil
	}
	for len(c.rest) >= 5 {
		end := 1 + int(binary.BigEndian.Uint32(c.rest[1:5]))
		if len(c.rest) < end {
			break
		}
		switch c.rest[0] {
		case 'P':
			parts := bytes.SplitN(c.rest[5:end], []byte{0}, 3)
			c.to.prepared = append(c.to.prepared, string(parts[1]))
		case 'E':
			c.to.executed++
		case 'S':
			c.to.synced++
		}
		c.rest = c.rest[end:]
	}
	return c.Conn.Write(b)
}

// newRecorded returns an organization on an app whose statements are recorded.
func newRecorded(t *testing.T) (*company, *wire) {
	t.Helper()
	w := &wire{}
	keys := must(secret.New(make([]byte, secret.KeySize)))(t)
	d := must(db.Open(t.Context(), apptest.URL(t), db.AppRole, 4, keys, slog.New(slog.DiscardHandler),
		func(config *pgxpool.Config) {
			dial := config.ConnConfig.DialFunc
			config.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
				conn, err := dial(ctx, network, address)
				return &recordedConn{Conn: conn, to: w}, err
			}
		}))(t)
	t.Cleanup(d.Close)
	a := must(module.New(context.Background(), d, module.Options{
		Modules: []module.Constructor{ledger.Module}, Clock: calendar.System(), Log: slog.New(slog.DiscardHandler),
		Files: files.Folder(apptest.FilesFolder(t)),
	}))(t)
	o := &company{Organization: apptest.SignUpTo(t, a)}
	o.maker, o.makerID = o.Organization, o.Organization.Owner.Id
	o.cash, o.sales = newAccounts(t, o.Organization)
	return o, w
}

// asksForApproval reports whether a statement belongs to package approval. The statement that reads
// the caller's key also says for which kinds there are policies.
func asksForApproval(sql string) bool {
	return strings.Contains(sql, "platform.approval_requests") ||
		strings.Contains(sql, "platform.approval_policies") && !strings.Contains(sql, "platform.api_keys")
}

// TestPostingWithoutPoliciesCostsNothing posts entries in every way in an organization without
// policies, on new connections: none of them prepares a statement about approvals.
func TestPostingWithoutPoliciesCostsNothing(t *testing.T) {
	t.Parallel()
	o, w := newRecorded(t)
	posted := func() {
		must(books(o.Organization).CreateJournalEntry(t.Context(),
			&financev1.CreateJournalEntryRequest{JournalEntry: o.entry("5.00")}))(t)
	}
	posted()
	must(books(o.Organization).BatchCreateJournalEntries(t.Context(), &financev1.BatchCreateJournalEntriesRequest{
		Requests: []*financev1.CreateJournalEntryRequest{{JournalEntry: o.entry("5.00")}, {JournalEntry: o.entry("6.00")}},
	}))(t)
	draft := o.draft(t, "7.00")
	draft = o.update(t, draft, o.entry("8.00"), "lines")
	if e := o.post(t, draft); e.State != financev1.JournalEntry_POSTED {
		t.Errorf("got state %s, want POSTED", e.State)
	}
	for _, sql := range w.prepared {
		if asksForApproval(sql) {
			t.Errorf("an organization without policies ran\n%s", sql)
		}
	}
	before, trips := w.executed, w.synced
	posted()
	if statements, trips := w.executed-before, w.synced-trips; trips != 2 {
		t.Errorf("a single posting took %d round trips with %d statements, want 2 round trips", trips, statements)
	}
	o.policy(t, "amount > 1000", byPersons(o.Owner.Id))
	posted()
	asked := 0
	for _, sql := range w.prepared {
		if asksForApproval(sql) && strings.Contains(sql, "approval_kind = $2") {
			asked++
		}
	}
	if asked == 0 {
		t.Error("an organization with a policy did not read it")
	}
}
