package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// sealBatchSize is the maximum number of entries sealed or verified at a time.
const sealBatchSize = 500

// canonicalEntry is the hashed form of a posted entry: the fields that never change, in the order
// documented in the API reference.
type canonicalEntry struct {
	ID           string          `json:"id"`
	Date         string          `json:"date"`
	Description  string          `json:"description"`
	Reference    string          `json:"reference"`
	CurrencyCode string          `json:"currencyCode"`
	Source       string          `json:"source"`
	SourceID     string          `json:"sourceId"`
	ReversesID   string          `json:"reversesId"`
	RecodesID    string          `json:"recodesId,omitempty"`
	PostTime     string          `json:"postTime"`
	Lines        []canonicalLine `json:"lines"`
}

// canonicalLine is the hashed form of a line.
type canonicalLine struct {
	ID                string   `json:"id"`
	AccountID         string   `json:"accountId"`
	Amount            string   `json:"amount"`
	CurrencyCode      string   `json:"currencyCode"`
	BaseAmount        string   `json:"baseAmount"`
	ExchangeRate      string   `json:"exchangeRate"`
	DimensionValueIDs []string `json:"dimensionValueIds"`
	Memo              string   `json:"memo"`
	TaxCodeID         string   `json:"taxCodeId,omitempty"`
	TaxComponentID    string   `json:"taxComponentId,omitempty"`
}

// canonicalText returns the JSON text of an entry that is hashed.
func canonicalText(e *pb.JournalEntry) ([]byte, error) {
	c := canonicalEntry{
		ID: e.Id, Date: e.Date, Description: e.Description, Reference: e.Reference, CurrencyCode: e.CurrencyCode,
		Source:   e.Source.String(),
		SourceID: e.SourceId, ReversesID: e.ReversesId, RecodesID: e.RecodesId,
		PostTime: e.PostTime.AsTime().UTC().Format("2006-01-02T15:04:05.000000Z"),
	}
	for _, l := range e.Lines {
		values := l.DimensionValueIds
		if values == nil {
			values = []string{}
		}
		c.Lines = append(c.Lines, canonicalLine{
			ID: l.Id, AccountID: l.AccountId, Amount: l.Amount.GetAmount(), CurrencyCode: l.Amount.GetCurrencyCode(),
			BaseAmount:   l.BaseAmount.GetAmount(),
			ExchangeRate: l.ExchangeRate, DimensionValueIDs: values, Memo: l.Memo,
			TaxCodeID: l.TaxCodeId, TaxComponentID: l.TaxComponentId,
		})
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(c)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}

// chainHash returns the seal of an entry: a hash of the previous seal and the entry.
func chainHash(before []byte, e *pb.JournalEntry) ([]byte, error) {
	text, err := canonicalText(e)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(append(bytes.Clone(before), text...))
	return sum[:], nil
}

// chainEnd is the last seal of the chain.
type chainEnd struct {
	number, position, seq int64
	hash                  []byte
}

// Seal adds all posted entries below the horizon to the organization's chain.
func (s *Service) Seal(ctx context.Context) error {
	for {
		more := false
		_, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (_ *emptypb.Empty, err error) {
			more, err = sealBatch(ctx, tx)
			return &emptypb.Empty{}, err
		})
		if err != nil || !more {
			return err
		}
	}
}

// sealBatch seals one batch of entries. It waits while another server seals. more is true if there
// may be further entries.
func sealBatch(ctx context.Context, tx *db.Tx) (more bool, err error) {
	_, horizon, err := lockWatermarkAndReadHorizon(ctx, tx)
	if err != nil {
		return false, err
	}
	org := tx.Call().Organization.ID
	last := chainEnd{hash: make([]byte, sha256.Size)}
	err = tx.QueryRow(ctx, `
select number, position, seq, hash
from finance.journal_seals
where org_id = $1
order by number desc
limit 1`, org).Scan(&last.number, &last.position, &last.seq, &last.hash)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return false, err
	}
	places, err := db.Collect[entryPlace](ctx, tx, `
select journal_entry_id, position, seq
from finance.journal_lines
where org_id = $1
and (position, seq) > ($2, $3)
and position < $4
and line_number = 1
order by position, seq
limit $5`, org, last.position, last.seq, horizon, sealBatchSize)
	if err != nil || len(places) == 0 {
		return false, err
	}
	return len(places) == sealBatchSize, last.extend(ctx, tx, places)
}

// entryPlace is an entry with the position of its first line.
type entryPlace struct {
	JournalEntryID uuid.UUID
	Position, Seq  int64
}

// extend seals entries, ordered by position.
func (s chainEnd) extend(ctx context.Context, tx *db.Tx, places []entryPlace) error {
	entries, err := readEntries(ctx, tx, places)
	if err != nil {
		return err
	}
	entryNumbers, err := takeNumbers(ctx, tx, entries)
	if err != nil {
		return err
	}
	var (
		keys, sealed           []uuid.UUID
		numbers, positions, at []int64
		hashes                 [][]byte
	)
	for i, e := range entries {
		if s.hash, err = chainHash(s.hash, e); err != nil {
			return err
		}
		s.number++
		keys, sealed, hashes = append(keys, id.New()), append(sealed, places[i].JournalEntryID), append(hashes, s.hash)
		numbers, positions, at = append(numbers, s.number), append(positions, places[i].Position),
			append(at, places[i].Seq)
	}
	stored, err := tx.Exec(ctx, `
insert into finance.journal_seals (org_id, create_time, id, number, journal_entry_id, hash, position, seq,
  entry_number)
select o.org_id, $2, u.*
from platform.organizations o
cross join unnest($3::uuid[], $4::bigint[], $5::uuid[], $6::bytea[], $7::bigint[], $8::bigint[],
  $9::text[]) as u
where o.org_id = $1`,
		tx.Call().Organization.ID, tx.Call().Now(), keys, numbers, sealed, hashes, positions, at,
		entryNumbers)
	if n := stored.RowsAffected(); err == nil && n != int64(len(keys)) {
		return fmt.Errorf("ledger: %d of %d seals were stored", n, len(keys))
	}
	if err != nil {
		return err
	}
	return journalEntries.QueueIndexing(ctx, tx, sealed) // the number changes without an event
}

// readEntries reads the entries at places, in the same order.
func readEntries(ctx context.Context, tx *db.Tx, places []entryPlace) ([]*pb.JournalEntry, error) {
	ids := make([]string, len(places))
	for i, p := range places {
		ids[i] = id.Format("jrn", p.JournalEntryID)
	}
	found, err := journalEntries.Table().GetMany(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	byID := map[string]*pb.JournalEntry{}
	for _, e := range found {
		byID[e.Id] = e
	}
	out := make([]*pb.JournalEntry, len(ids))
	for i, key := range ids {
		out[i] = byID[key]
	}
	return out, nil
}

// VerifyBooks recomputes the chain of seals.
func (s *Service) VerifyBooks(ctx context.Context, _ *pb.VerifyBooksRequest) (*pb.VerifyBooksResponse, error) {
	return db.Read(ctx, s.db, verifySeals)
}

// selectSeals reads the next seals, and whether their entries exist. The lateral join makes the
// planner look up each entry.
const selectSeals = `
select s.journal_entry_id, s.number, s.hash, e.id is not null as here
from finance.journal_seals s
left join lateral (
  select p.id
  from finance.journal_entries p
  where p.org_id = $1
  and p.id = s.journal_entry_id
  offset 0
) e on true
where s.org_id = $1
and s.number > $2
and s.number < $3 + (
  select min(n.number)
  from finance.journal_seals n
  where n.org_id = $1
  and n.number > $2
)
order by s.number`

// verifySeals recomputes the chain in one snapshot. It returns the first entry at which the chain
// breaks because an entry was altered, removed or inserted.
func verifySeals(ctx context.Context, tx *db.Tx) (*pb.VerifyBooksResponse, error) {
	out := &pb.VerifyBooksResponse{Verified: true}
	hash := make([]byte, sha256.Size)
	for {
		seals, err := db.Collect[storedSeal](ctx, tx, selectSeals, tx.Call().Organization.ID, out.SealCount, sealBatchSize)
		if err != nil || len(seals) == 0 {
			return out, err
		}
		var places []entryPlace
		for _, seal := range seals {
			if !seal.Here {
				break
			}
			places = append(places, entryPlace{JournalEntryID: seal.JournalEntryID})
		}
		entries, err := readEntries(ctx, tx, places)
		if err != nil {
			return nil, err
		}
		for i, seal := range seals {
			if i == len(entries) {
				return setBroken(out, seal), nil
			}
			if hash, err = chainHash(hash, entries[i]); err != nil {
				return nil, err
			}
			if seal.Number != out.SealCount+1 || !bytes.Equal(hash, seal.Hash) {
				return setBroken(out, seal), nil
			}
			out.SealCount, out.HeadHash = seal.Number, hex.EncodeToString(seal.Hash)
		}
	}
}

// setBroken completes the response for a chain that breaks at a seal.
func setBroken(out *pb.VerifyBooksResponse, s storedSeal) *pb.VerifyBooksResponse {
	out.Verified, out.BrokenJournalEntryId = false, id.Format("jrn", s.JournalEntryID)
	return out
}

// storedSeal is a row of finance.journal_seals.
type storedSeal struct {
	JournalEntryID uuid.UUID
	Number         int64
	Hash           []byte
	// Here is false if the sealed entry no longer exists.
	Here bool
}
