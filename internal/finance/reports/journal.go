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

// GetJournal returns a page of the journal.
func (s *Service) GetJournal(ctx context.Context, req *pb.GetJournalRequest) (*pb.JournalReport, error) {
	c := call.From(ctx)
	selection, err := s.linesColumn(ctx, req)
	if err != nil {
		return nil, err
	}
	paging, from, err := s.paging(c, req, selection, req.GetDimensionValueIds()...)
	if err != nil {
		return nil, err
	}
	if from == nil {
		from = &cursor{Date: "-infinity"}
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.JournalReport, error) {
		page, err := journalPage(ctx, tx, selection, *from, paging.Size)
		if err != nil {
			return nil, err
		}
		out := &pb.JournalReport{
			StartDate: selection.start.String(), EndDate: selection.end.String(), Entries: page.entries,
		}
		if page.next != nil {
			out.NextPageToken, err = nextPageToken(paging, page.next)
		}
		return out, err
	})
}

// journalEntry is a posted entry of the journal, journalLine one of its lines.
type (
	journalEntry struct {
		ID                                          uuid.UUID
		Date, Reference, Description, Notes, Source string
		PostTime                                    time.Time
	}
	journalLine struct {
		JournalEntryID, ID, AccountID uuid.UUID
		Code, DisplayName, Memo       string
		Minor                         int64
	}
)

// journalSection is a run of journal entries.
type journalSection struct {
	entries []*pb.JournalReport_Entry
	// debits is the total of the debits in minor units. The credits are equal.
	debits int64
	// next is the last entry of the section, nil if no more follow.
	next *cursor
}

// journalPage reads up to size entries after a cursor, with their lines.
func journalPage(ctx context.Context, tx *db.Tx, c column, from cursor, size int) (out journalSection, err error) {
	org := tx.Call().Organization.ID
	entries, err := db.Collect[journalEntry](ctx, tx, selectJournal, org, c.start.String(), c.end.String(), from.Date,
		from.Line, c.knownAtArg(), c.withinArg(), size+1)
	if err != nil {
		return out, err
	}
	if len(entries) > size {
		entries = entries[:size]
		last := entries[size-1]
		out.next = &cursor{Date: last.Date, Line: last.ID}
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

func (p *journalSection) addLines(
	ctx context.Context, tx *db.Tx, keys []uuid.UUID, entries map[uuid.UUID]*pb.JournalReport_Entry,
) error {
	lines, err := db.Collect[journalLine](ctx, tx, selectJournalLines, tx.Call().Organization.ID, keys)
	base := statement{currency: tx.Call().Organization.CurrencyCode}
	for _, l := range lines {
		e := entries[l.JournalEntryID]
		e.Lines = append(e.Lines, l.message(base))
		if p.debits += max(l.Minor, 0); p.debits < 0 {
			return fault.SumOutOfRange()
		}
	}
	return err
}

func (e journalEntry) message() *pb.JournalReport_Entry {
	return &pb.JournalReport_Entry{
		JournalEntryId: id.Format("jrn", e.ID), Date: e.Date, Reference: e.Reference, Description: e.Description,
		Notes:  e.Notes,
		Source: pb.JournalEntry_Source(pb.JournalEntry_Source_value[e.Source]), PostTime: timestamppb.New(e.PostTime),
	}
}

func (l journalLine) message(base statement) *pb.JournalReport_Line {
	out := &pb.JournalReport_Line{
		JournalLineId: id.Format("jln", l.ID), AccountId: id.Format("acc",
			l.AccountID), AccountCode: l.Code, AccountDisplayName: l.DisplayName, Memo: l.Memo,
	}
	out.Debit, out.Credit = base.debitOrCredit(l.Minor)
	return out
}
