package repeating

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var repeatingEntries = resource.New(table.New("finance.repeating_entries",
	table.Text("display_name", func(r *pb.RepeatingEntry) *string { return &r.DisplayName }).Filter(),
	table.Enum("mode", func(r *pb.RepeatingEntry) *pb.RepeatingEntry_Mode { return &r.Mode }),
	table.Message("recurrence", func(r *pb.RepeatingEntry) **typepb.Recurrence { return &r.Recurrence }),
	table.Text("description", func(r *pb.RepeatingEntry) *string { return &r.Description }),
	table.Text("reference", func(r *pb.RepeatingEntry) *string { return &r.Reference }),
	table.Text("currency_code", func(r *pb.RepeatingEntry) *string { return &r.CurrencyCode }),
	table.Messages("lines", func(r *pb.RepeatingEntry) *[]*pb.RepeatingEntry_Line { return &r.Lines }),
	table.Enum("reversal", func(r *pb.RepeatingEntry) *pb.RepeatingEntry_Reversal { return &r.Reversal }),
	table.Enum("price_mode", func(r *pb.RepeatingEntry) *pb.TaxCalculation_Mode { return &r.PriceMode }),
	table.Date("last_date", func(r *pb.RepeatingEntry) *string { return &r.LastDate }),
	table.Int32("created_count", func(r *pb.RepeatingEntry) *int32 { return &r.CreatedCount }),
	table.Messages("skips", func(r *pb.RepeatingEntry) *[]*pb.RepeatingEntry_Skip { return &r.Skips }),
	table.Int32("skipped_count", func(r *pb.RepeatingEntry) *int32 { return &r.SkippedCount }),
).Rank(db.RankDocument)).DeclareEvents("repeated", "skipped").LoadComputed(setNextDates).Open().
	Searchable("display_name", "description", "reference")

// CreateRepeatingEntry creates a repeating entry.
func (s *Service) CreateRepeatingEntry(
	ctx context.Context, req *pb.CreateRepeatingEntryRequest,
) (*pb.RepeatingEntry, error) {
	return repeatingEntries.Create(ctx, s.db, req.GetRepeatingEntry(), setDefaults, checkLines, setSchedule)
}

// GetRepeatingEntry returns a repeating entry.
func (s *Service) GetRepeatingEntry(ctx context.Context, req *pb.GetRepeatingEntryRequest) (*pb.RepeatingEntry, error) {
	return repeatingEntries.Get(ctx, s.db, req.GetRepeatingEntryId())
}

// BatchGetRepeatingEntries returns several repeating entries.
func (s *Service) BatchGetRepeatingEntries(
	ctx context.Context, req *pb.BatchGetRepeatingEntriesRequest,
) (*pb.BatchGetRepeatingEntriesResponse, error) {
	list, err := repeatingEntries.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetRepeatingEntriesResponse{RepeatingEntries: list}, err
}

// ListRepeatingEntries lists repeating entries.
func (s *Service) ListRepeatingEntries(
	ctx context.Context, req *pb.ListRepeatingEntriesRequest,
) (*pb.ListRepeatingEntriesResponse, error) {
	page, err := repeatingEntries.List(ctx, s.db, req)
	return &pb.ListRepeatingEntriesResponse{RepeatingEntries: page.Records, NextPageToken: page.Next,
		TotalSize: page.Total}, err
}

// UpdateRepeatingEntry updates a repeating entry.
func (s *Service) UpdateRepeatingEntry(
	ctx context.Context, req *pb.UpdateRepeatingEntryRequest,
) (*pb.RepeatingEntry, error) {
	return repeatingEntries.Update(ctx, s.db, req.GetRepeatingEntryId(), req.GetRepeatingEntry(), req.GetUpdateMask(),
		setDefaults, checkLines, setSchedule)
}

// ArchiveRepeatingEntry archives a repeating entry. It stops: no more entries are created.
func (s *Service) ArchiveRepeatingEntry(
	ctx context.Context, req *pb.ArchiveRepeatingEntryRequest,
) (*pb.RepeatingEntry, error) {
	return repeatingEntries.Archive(ctx, s.db, req.GetRepeatingEntryId(), removeSchedule)
}

// UnarchiveRepeatingEntry restores an archived repeating entry. Days that passed get no entry.
func (s *Service) UnarchiveRepeatingEntry(
	ctx context.Context, req *pb.UnarchiveRepeatingEntryRequest,
) (*pb.RepeatingEntry, error) {
	return repeatingEntries.Unarchive(ctx, s.db, req.GetRepeatingEntryId(), setSchedule)
}

// DeleteRepeatingEntry deletes a repeating entry that no other record refers to.
func (s *Service) DeleteRepeatingEntry(
	ctx context.Context, req *pb.DeleteRepeatingEntryRequest,
) (*emptypb.Empty, error) {
	return repeatingEntries.Delete(ctx, s.db, req.GetRepeatingEntryId(), removeSchedule)
}
