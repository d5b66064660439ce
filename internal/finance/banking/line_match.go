package banking

import (
	"context"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// HoldBankStatementLine puts a line on hold until an open question about it is answered.
func (s *Service) HoldBankStatementLine(
	ctx context.Context, req *pb.HoldBankStatementLineRequest,
) (*pb.BankStatementLine, error) {
	hold := func(_ context.Context, _ *db.Tx, _, l *pb.BankStatementLine) error {
		l.HoldReason = req.GetReason()
		return nil
	}
	return bankStatementLines.Step(ctx, s.db, req.GetBankStatementLineId(), "hold", hold)
}

// MatchBankStatementLine matches a line to one journal entry on the bank account's own ledger
// account, or pairs it with the transfer that the entry belongs to.
func (s *Service) MatchBankStatementLine(
	ctx context.Context, req *pb.MatchBankStatementLineRequest,
) (*pb.BankStatementLine, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.BankStatementLine, error) {
		key := req.GetBankStatementLineId()
		l, err := bankStatementLines.Find(ctx, tx, key)
		if err != nil {
			return nil, err
		}
		if err := bankStatementLines.CheckEtag(ctx, tx, l, l); err != nil {
			return nil, err
		}
		if err := s.matchLineToEntry(ctx, tx, key, req.GetJournalEntryId()); err != nil {
			return nil, err
		}
		return bankStatementLines.Find(ctx, tx, key)
	})
}

// matchLineToEntry matches a line to an entry, or pairs it with the transfer that posted the entry.
func (s *Service) matchLineToEntry(ctx context.Context, tx *db.Tx, line, entry string) error {
	posted, err := ledger.ResolvePostedEntry(ctx, tx, "journalEntryId", entry)
	if err != nil {
		return err
	}
	if posted.Source == pb.JournalEntry_BANK_TRANSFER && posted.ReversesId == "" {
		_, err := bankTransfers.Modify(ctx, tx, posted.SourceId, "paired", pairWith(line))
		return err
	}
	m := &pb.BankMatch{
		Lines: []*pb.BankMatch_Line{{BankStatementLineId: line}}, Entries: []*pb.BankMatch_Entry{{JournalEntryId: entry}},
	}
	return remapSingleMatch(bankMatches.Insert(ctx, tx, m, s.createMatch("")))
}

// remapSingleMatch removes "entries[0]." and "lines[0]." from the fields of an error, because a
// request that matches one line to one entry has their fields at its top level.
func remapSingleMatch(err error) error {
	return fault.MapFields(err, func(f fault.Field) fault.Field {
		return fault.Field{
			Path: strings.TrimPrefix(strings.TrimPrefix(f.Path, "entries[0]."), "lines[0]."), Message: f.Message,
		}
	})
}
