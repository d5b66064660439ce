package reports

import (
	"context"
	_ "embed"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

var (
	//go:embed journal.sql
	selectJournal string
	//go:embed journal_lines.sql
	selectJournalLines string
)

// GetJournal answers a page of the journal.
func (s *Service) GetJournal(ctx context.Context, req *pb.GetJournalRequest) (*pb.JournalReport, error) {
	c := call.From(ctx)
	asked, err := linesColumn(c, req)
	if err != nil {
		return nil, err
	}
	paging, from, err := s.paging(c, req, asked, req.GetDimensionValueIds()...)
	if err != nil {
		return nil, err
	}
	if from == nil {
		from = &place{Date: "-infinity"}
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.JournalReport, error) {
		page, err := journalPage(ctx, tx, asked, *from, paging.Size)
		if err != nil {
			return nil, err
		}
		out := &pb.JournalReport{StartDate: asked.start.String(), EndDate: asked.end.String(), Entries: page.entries}
		if page.next != nil {
			out.NextPageToken, err = tokenOf(paging, page.next)
		}
		return out, err
	})
}

// journalEntry is a posted entry as the journal shows it, journalLine one of its lines.
type (
	journalEntry struct {
		ID                                   uuid.UUID
		Date, Reference, Description, Source string
		PostTime                             time.Time
	}
	journalLine struct {
		JournalEntryID, ID, AccountID uuid.UUID
		Code, DisplayName, Memo       string
		Minor                         int64
	}
)

// journalPart are some of a journal's entries.
type journalPart struct {
	entries []*pb.JournalReport_Entry
	// debits are what they add up to, as the credits do.
	debits int64
	// next is where what follows begins.
	next *place
}

// journalPage is so many entries from a place on, with their lines.
func journalPage(ctx context.Context, tx *db.Tx, c column, from place, size int) (out journalPart, err error) {
	org := tx.Call().Organization.ID
	entries, err := db.Collect[journalEntry](ctx, tx, selectJournal, org, c.start.String(), c.end.String(), from.Date, from.Line, c.known(), c.values(), size+1)
	if err != nil {
		return out, err
	}
	if len(entries) > size {
		entries = entries[:size]
		last := entries[size-1]
		out.next = &place{Date: last.Date, Line: last.ID}
	}
	keys := make([]uuid.UUID, len(entries))
	byID := map[uuid.UUID]*pb.JournalReport_Entry{}
	for i, e := range entries {
		keys[i] = e.ID
		byID[e.ID] = e.message()
		out.entries = append(out.entries, byID[e.ID])
	}
	return out, out.addLines(ctx, tx, keys, byID)
}

func (p *journalPart) addLines(ctx context.Context, tx *db.Tx, keys []uuid.UUID, entries map[uuid.UUID]*pb.JournalReport_Entry) error {
	lines, err := db.Collect[journalLine](ctx, tx, selectJournalLines, tx.Call().Organization.ID, keys)
	base := statement{currency: tx.Call().Organization.CurrencyCode}
	for _, l := range lines {
		e := entries[l.JournalEntryID]
		e.Lines = append(e.Lines, l.message(base))
		if p.debits += max(l.Minor, 0); p.debits < 0 {
			return fault.TooLarge()
		}
	}
	return err
}

func (e journalEntry) message() *pb.JournalReport_Entry {
	return &pb.JournalReport_Entry{
		JournalEntryId: id.Format("jrn", e.ID), Date: e.Date, Reference: e.Reference, Description: e.Description,
		Source: pb.JournalEntry_Source(pb.JournalEntry_Source_value[e.Source]), PostTime: timestamppb.New(e.PostTime),
	}
}

func (l journalLine) message(base statement) *pb.JournalReport_Line {
	out := &pb.JournalReport_Line{
		JournalLineId: id.Format("jln", l.ID), AccountId: id.Format("acc", l.AccountID), AccountCode: l.Code, AccountDisplayName: l.DisplayName, Memo: l.Memo,
	}
	out.Debit, out.Credit = base.sides(l.Minor)
	return out
}
