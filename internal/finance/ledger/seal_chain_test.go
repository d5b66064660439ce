package ledger_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"testing"

	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/call"
)

// seal runs the chore until it has sealed want entries. Transactions of other tests can hold back
// the horizon for a moment.
func (b books) seal(t *testing.T, want int64) *pb.VerifyBooksResponse {
	t.Helper()
	d, _ := apptest.Databases(t)
	system, err := b.App.Identity.SystemCall(t.Context(), b.parseKey(t, "org", b.Organization.Organization.GetId()))
	if err != nil {
		t.Fatal(err)
	}
	system.Method = t.Name()
	for {
		if err := ledger.New(d).Seal(call.With(t.Context(), system)); err != nil {
			t.Fatal(err)
		}
		got, err := b.VerifyBooks(t.Context(), &pb.VerifyBooksRequest{})
		if err != nil {
			t.Fatal(err)
		}
		if got.GetSealCount() == want || !got.GetVerified() {
			return got
		}
	}
}

// execAsOwner runs a statement as the owner of the tables, whom policies and grants do not
// restrict.
func execAsOwner(t *testing.T, sql string, args ...any) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// TestSealsDetectTampering seals entries and recomputes the first hash from the API's response.
// Then it alters an entry in the database, and checks that verification names it.
func TestSealsDetectTampering(t *testing.T) {
	t.Parallel()
	b := open(t)
	first := b.postOn(t, "2026-01-10", "6100", "1000", "100")
	second := b.postOn(t, "2026-01-11", "6100", "1000", "5")
	whole := b.seal(t, 2)
	if !whole.GetVerified() || whole.GetHeadHash() == "" {
		t.Fatalf("got %v", whole)
	}
	seals, err := b.ListJournalSeals(t.Context(), &pb.ListJournalSealsRequest{})
	if err != nil || len(seals.GetJournalSeals()) != 2 || seals.GetJournalSeals()[1].GetHash() != whole.GetHeadHash() {
		t.Fatalf("got %v, %v", seals, err)
	}
	if got := documentedHash(t, first); got != seals.GetJournalSeals()[0].GetHash() {
		t.Errorf("got hash %s by the documentation, want that of seal %v", got, seals.GetJournalSeals()[0])
	}
	if _, err := b.ReverseJournalEntry(t.Context(),
		&pb.ReverseJournalEntryRequest{JournalEntryId: first.GetId()}); err != nil {
		t.Fatal(err)
	}
	if after := b.seal(t, 3); !after.GetVerified() {
		t.Errorf("got %v after a reversal", after)
	}
	if ok, err := b.CheckIntegrity(t.Context(), &pb.CheckIntegrityRequest{}); err != nil || !ok.GetPassed() {
		t.Errorf("got %v, %v", ok, err)
	}
	execAsOwner(t, "update finance.journal_lines set memo = 'altered' where journal_entry_id = $1",
		b.parseKey(t, "jrn", second.GetId()))
	broken, err := b.VerifyBooks(t.Context(), &pb.VerifyBooksRequest{})
	if err != nil || broken.GetVerified() || broken.GetBrokenJournalEntryId() != second.GetId() ||
		broken.GetSealCount() != 1 {
		t.Errorf("got %v, %v", broken, err)
	}
	execAsOwner(t, `
update finance.journal_lines
set base_amount_minor = base_amount_minor + 1
where journal_entry_id = $1
and line_number = 1`, b.parseKey(t, "jrn", second.GetId()))
	wrong, err := b.CheckIntegrity(t.Context(), &pb.CheckIntegrityRequest{})
	if err != nil || wrong.GetPassed() || wrong.GetChecks()[0].GetBrokenCount() != 1 ||
		wrong.GetChecks()[0].GetJournalEntryIds()[0] != second.GetId() {
		t.Errorf("got %v, %v", wrong, err)
	}
}

// documentedHash computes the hash of the first entry of a chain as the API reference documents it.
func documentedHash(t *testing.T, e *pb.JournalEntry) string {
	t.Helper()
	type pair struct{ name, value string }
	var out bytes.Buffer
	text := func(pairs ...pair) {
		for i, p := range pairs {
			value, err := json.Marshal(p.value)
			if err != nil {
				t.Fatal(err)
			}
			if i > 0 {
				out.WriteByte(',')
			}
			out.WriteString(`"` + p.name + `":` + string(value))
		}
	}
	out.WriteByte('{')
	text(pair{"id", e.GetId()}, pair{"date", e.GetDate()}, pair{"description", e.GetDescription()},
		pair{"reference", e.GetReference()}, pair{"currencyCode", e.GetCurrencyCode()},
		pair{"source", e.GetSource().String()}, pair{"sourceId", e.GetSourceId()},
		pair{"reversesId", e.GetReversesId()},
		pair{"postTime", e.GetPostTime().AsTime().Format("2006-01-02T15:04:05.000000Z")})
	out.WriteString(`,"lines":[`)
	for i, l := range e.GetLines() {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('{')
		text(pair{"id", l.GetId()}, pair{"accountId", l.GetAccountId()}, pair{"amount", l.GetAmount().GetAmount()},
			pair{"currencyCode", l.GetAmount().GetCurrencyCode()},
			pair{"baseAmount", l.GetBaseAmount().GetAmount()}, pair{"exchangeRate", l.GetExchangeRate()})
		out.WriteString(`,"dimensionValueIds":[],`)
		text(pair{"memo", l.GetMemo()})
		out.WriteByte('}')
	}
	out.WriteString("]}")
	sum := sha256.Sum256(append(make([]byte, 32), out.Bytes()...))
	return hex.EncodeToString(sum[:])
}
