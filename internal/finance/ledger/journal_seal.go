package ledger

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var journalSeals = resource.New(table.New("finance.journal_seals",
	table.Int64("number", func(s *pb.JournalSeal) *int64 { return &s.Number }).Filter(),
	table.Ref("journal_entry_id", "jrn", func(s *pb.JournalSeal) *string { return &s.JournalEntryId }).Filter(),
	table.Hex("hash", func(s *pb.JournalSeal) *string { return &s.Hash }),
).AppendOnly()).Open()

// GetJournalSeal returns a seal.
func (s *Service) GetJournalSeal(ctx context.Context, req *pb.GetJournalSealRequest) (*pb.JournalSeal, error) {
	return journalSeals.Get(ctx, s.db, req.GetJournalSealId())
}

// BatchGetJournalSeals returns seals by id.
func (s *Service) BatchGetJournalSeals(
	ctx context.Context, req *pb.BatchGetJournalSealsRequest,
) (*pb.BatchGetJournalSealsResponse, error) {
	list, err := journalSeals.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetJournalSealsResponse{JournalSeals: list}, err
}

// ListJournalSeals lists seals.
func (s *Service) ListJournalSeals(
	ctx context.Context, req *pb.ListJournalSealsRequest,
) (*pb.ListJournalSealsResponse, error) {
	page, err := journalSeals.List(ctx, s.db, req)
	return &pb.ListJournalSealsResponse{
		JournalSeals: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}
