package ledger_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/db"
)

// annotate changes the notes of an entry.
func (b books) annotate(ctx context.Context, e *pb.JournalEntry, notes string) (*pb.JournalEntry, error) {
	return b.UpdateJournalEntry(ctx, &pb.UpdateJournalEntryRequest{
		JournalEntryId: e.GetId(), JournalEntry: &pb.JournalEntry{Notes: notes, Etag: e.GetEtag()},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"notes"}},
	})
}

// TestNotesOfPostedEntryCanChange changes the notes of entries of a closed year: one that is
// reversed, and one that closes the year. The seals stay valid.
func TestNotesOfPostedEntryCanChange(t *testing.T) {
	t.Parallel()
	b := open(t)
	first := b.postOn(t, "2025-01-10", "6100", "1000", "100")
	if _, err := b.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{
		JournalEntryId: first.GetId(),
	}); err != nil {
		t.Fatal(err)
	}
	b.postOn(t, "2025-02-10", "6100", "1000", "7")
	before := b.seal(t, 3)
	b.closeThrough(t, "2025-01-01", "2025-12-01")
	years, err := b.ListFiscalYears(t.Context(), &pb.ListFiscalYearsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	closed, err := b.CloseFiscalYear(t.Context(), &pb.CloseFiscalYearRequest{
		FiscalYearId: years.GetFiscalYears()[0].GetId(),
	})
	if err != nil {
		t.Fatal(err)
	}
	year := closed.GetFiscalYear()
	for _, key := range append(year.GetClosingEntryIds(), first.GetId()) {
		was, err := b.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: key})
		if err != nil {
			t.Fatal(err)
		}
		got, err := b.annotate(t.Context(), was, " Receipt in binder 7,\nsee Zoë’s mail ")
		if err != nil || got.GetNotes() != "Receipt in binder 7,\nsee Zoë’s mail" || got.GetEtag() == was.GetEtag() {
			t.Fatalf("got %v, %v", got, err)
		}
		want := proto.CloneOf(was)
		want.Notes, want.Etag, want.UpdateTime = got.GetNotes(), got.GetEtag(), got.GetUpdateTime()
		if !proto.Equal(got, want) {
			t.Errorf("got %v, want only new notes in %v", got, was)
		}
		_, err = b.annotate(t.Context(), was, "Stale")
		wantReason(t, err, optionsv1.Reason_ETAG_MISMATCH)
		if again, err := b.annotate(t.Context(), got, got.GetNotes()); err != nil || again.GetEtag() != got.GetEtag() {
			t.Errorf("the same notes again: got %v, %v", again, err)
		}
	}
	events, err := platformv1.NewHistoryServiceClient(b.Organization).ListEvents(t.Context(),
		&platformv1.ListEventsRequest{
			Filter: `subject_id = "` + first.GetId() + `" AND type = "finance.journalEntry.updated"`,
		})
	if err != nil || len(events.GetEvents()) != 1 {
		t.Errorf("got events %v, %v, want one", events, err)
	}
	found, err := b.ListJournalEntries(t.Context(), &pb.ListJournalEntriesRequest{Filter: `notes:"binder 7"`})
	if err != nil || len(found.GetJournalEntries()) != 1+len(year.GetClosingEntryIds()) {
		t.Errorf("got %v, %v", found, err)
	}
	if after := b.seal(t, before.GetSealCount()+int64(len(year.GetClosingEntryIds()))); !after.GetVerified() {
		t.Errorf("got %v after new notes", after)
	}
	if ok, err := b.CheckIntegrity(t.Context(), &pb.CheckIntegrityRequest{}); err != nil || !ok.GetPassed() {
		t.Errorf("got %v, %v", ok, err)
	}
}

// TestPostedEntryCanBeAnnotated changes the notes, the metadata and the external id of a posted
// entry together. The seals stay valid, and the reversal of the entry gets none of them.
func TestPostedEntryCanBeAnnotated(t *testing.T) {
	t.Parallel()
	b := open(t)
	e := b.postOn(t, "2025-01-10", "6100", "1000", "100")
	before := b.seal(t, 1)
	b.closeThrough(t, "2025-01-01", "2025-01-01")
	annotated, err := b.UpdateJournalEntry(t.Context(), &pb.UpdateJournalEntryRequest{
		JournalEntryId: e.GetId(), JournalEntry: &pb.JournalEntry{
			Notes: "Seen", Metadata: map[string]string{"order": "4711"}, ExternalId: "erp-1", Etag: e.GetEtag(),
		},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"notes", "metadata.order", "external_id"}},
	})
	if err != nil || annotated.GetMetadata()["order"] != "4711" || annotated.GetExternalId() != "erp-1" {
		t.Fatalf("got %v, %v", annotated, err)
	}
	reversal, err := b.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: e.GetId()})
	if err != nil || len(reversal.GetMetadata()) > 0 || reversal.GetExternalId() != "" {
		t.Errorf("got the reversal %v, %v, want no annotations", reversal, err)
	}
	if after := b.seal(t, before.GetSealCount()+1); !after.GetVerified() {
		t.Errorf("got %v after new metadata", after)
	}
}

// TestOnlyNotesOfPostedEntryChange refuses every other change of a posted entry, also beside new
// notes, and notes from callers who may not write.
func TestOnlyNotesOfPostedEntryChange(t *testing.T) {
	t.Parallel()
	b := open(t)
	e := b.postOn(t, "2026-01-10", "6100", "1000", "100")
	update := func(to *pb.JournalEntry, paths ...string) error {
		to.Etag = e.GetEtag()
		_, err := b.UpdateJournalEntry(t.Context(), &pb.UpdateJournalEntryRequest{
			JournalEntryId: e.GetId(), JournalEntry: to, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths},
		})
		return err
	}
	for path, to := range map[string]*pb.JournalEntry{
		"date":                  {Date: "2026-01-11"},
		"description":           {Description: "Other rent"},
		"reference":             {Reference: "R-1"},
		"exchange_rate":         {ExchangeRate: "2"},
		"lock_exception_reason": {LockExceptionReason: "Because"},
		"lines":                 {Lines: []*pb.JournalLine{b.line("6100", "5"), b.line("1000", "-5")}},
	} {
		wantReason(t, update(proto.CloneOf(to), path), optionsv1.Reason_JOURNAL_ENTRY_POSTED)
		to.Notes = "Beside it"
		wantReason(t, update(to, "notes", path), optionsv1.Reason_JOURNAL_ENTRY_POSTED)
	}
	wantReason(t, update(&pb.JournalEntry{Notes: strings.Repeat("é", 5001)}, "notes"),
		optionsv1.Reason_FIELDS_INVALID, "notes")
	wantReason(t, update(&pb.JournalEntry{Notes: "null\x00"}, "notes"), optionsv1.Reason_FIELDS_INVALID, "notes")
	wantReason(t, update(&pb.JournalEntry{Notes: "All"}, "*"), optionsv1.Reason_FIELDS_INVALID, "updateMask")
	_, err := b.annotate(t.Context(), &pb.JournalEntry{Id: e.GetId()}, "Without a version")
	wantReason(t, err, optionsv1.Reason_ETAG_REQUIRED, "etag")
	auditor := books{Organization: b.Organization, LedgerServiceClient: pb.NewLedgerServiceClient(
		b.Organization.WithRole(t, platformv1.ApiKey_AUDITOR))}
	_, err = auditor.annotate(t.Context(), e, "From an auditor")
	wantReason(t, err, optionsv1.Reason_PERMISSION_MISSING)
	stranger := open(t)
	_, err = stranger.annotate(t.Context(), e, "From a stranger")
	wantReason(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
	stored, err := b.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: e.GetId()})
	if err != nil || !proto.Equal(stored, e) {
		t.Errorf("got %v, %v, want it unchanged", stored, err)
	}
	// Over REST, the mask is what the body contains. Values that stay are no change.
	r := b.Organization.REST(t, "PATCH", "/v1/journalEntries/"+e.GetId(),
		`{"notes": "Seen", "date": "2026-01-10", "etag": "`+e.GetEtag()+`"}`)
	if r.Code != 200 || r.Body["notes"] != "Seen" {
		t.Errorf("got %d %v", r.Code, r.Body)
	}
}

// TestNotesStayWithDraftWhenPosted posts a draft with notes.
func TestNotesStayWithDraftWhenPosted(t *testing.T) {
	t.Parallel()
	b := open(t)
	draft := b.entryOn("2026-01-10", "6100", "1000", "100")
	draft.Notes = "Ask for the receipt"
	e, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{Draft: true, JournalEntry: draft})
	if err != nil {
		t.Fatal(err)
	}
	posted, err := b.PostJournalEntry(t.Context(), &pb.PostJournalEntryRequest{
		JournalEntryId: e.GetId(), Etag: e.GetEtag(),
	})
	if err != nil || posted.GetNotes() != draft.GetNotes() {
		t.Errorf("got %v, %v", posted, err)
	}
}

// TestDatabaseAcceptsNoLinesWithNewNotes changes notes by SQL, and then adds lines to the entry in
// the same transaction.
func TestDatabaseAcceptsNoLinesWithNewNotes(t *testing.T) {
	t.Parallel()
	b := open(t)
	posted := b.post(t, "6100", "1000", "10.00")
	entry := b.parseKey(t, "jrn", posted.GetId())
	account := b.parseKey(t, "acc", b.codes["1000"])
	const annotate = `
update finance.journal_entries
set notes = notes || 'x', changed_since_posting = false, version = version + 1
where id = $1`
	more := refusedSQL{"journal_entry_posted", insertTwoLines, []any{entry, account, 5, posted.GetDate()}}
	more.run(t, b, annotate, entry)
	for name, c := range map[string]string{
		"rejects a new date beside notes": `set notes = 'y', date = date + 1`,
		"rejects a return to draft":       `set notes = 'y', state = 'DRAFT', post_time = null`,
		"rejects another reversal":        `set notes = notes || 'y', reversed_by_id = case when reversed_by_id is null then id end`,
	} {
		t.Run(name, func(t *testing.T) {
			sql := `update finance.journal_entries ` + c + ` where id = $1`
			refusedSQL{"journal_entry_posted", sql, []any{entry}}.run(t, b, "")
		})
	}
}

// TestNotesAndReversalDoNotDisturbEachOther changes the notes of an entry from several clients
// while another client reverses it.
func TestNotesAndReversalDoNotDisturbEachOther(t *testing.T) {
	t.Parallel()
	b := open(t)
	e := b.postOn(t, "2026-01-10", "6100", "1000", "100")
	var all sync.WaitGroup
	for _, notes := range []string{"One", "Two", "Three"} {
		all.Go(func() {
			for {
				current, err := b.GetJournalEntry(context.Background(), &pb.GetJournalEntryRequest{JournalEntryId: e.GetId()})
				if err == nil {
					_, err = b.annotate(context.Background(), current, notes)
				}
				if apptest.Reason(err) != optionsv1.Reason_ETAG_MISMATCH {
					if err != nil {
						t.Error(err)
					}
					return
				}
			}
		})
	}
	all.Go(func() {
		if _, err := b.ReverseJournalEntry(context.Background(), &pb.ReverseJournalEntryRequest{
			JournalEntryId: e.GetId(),
		}); err != nil {
			t.Error(err)
		}
	})
	all.Wait()
	stored, err := b.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: e.GetId()})
	if err != nil || stored.GetReversedById() == "" || stored.GetNotes() == "" {
		t.Errorf("got %v, %v, want both the reversal and notes", stored, err)
	}
	if got := b.seal(t, 2); !got.GetVerified() {
		t.Errorf("got %v", got)
	}
	var marked bool
	if err := b.inTransaction(t, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `
select changed_since_posting
from finance.journal_entries
where org_id = platform.org_id()
and id = $1`, b.parseKey(t, "jrn", e.GetId())).Scan(&marked)
	}); err != nil || !marked {
		t.Errorf("got %t, %v, want a marked entry", marked, err)
	}
}
