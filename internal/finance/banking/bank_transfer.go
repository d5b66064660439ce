package banking

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

var bankTransfers = resource.New(table.New("finance.bank_transfers",
	table.Ref("from_bank_account_id", "bac", func(t *pb.BankTransfer) *string { return &t.FromBankAccountId }).Filter().Usable(),
	table.Ref("to_bank_account_id", "bac", func(t *pb.BankTransfer) *string { return &t.ToBankAccountId }).Filter().Usable(),
	table.Ref("outgoing_line_id", "bsl", func(t *pb.BankTransfer) *string { return &t.OutgoingLineId }),
	table.Ref("incoming_line_id", "bsl", func(t *pb.BankTransfer) *string { return &t.IncomingLineId }),
	table.Message("fee", func(t *pb.BankTransfer) **pb.BankMatch_Fee { return &t.Fee }),
	table.Decimal("exchange_rate", rateDigits, func(t *pb.BankTransfer) *string { return &t.ExchangeRate }),
	table.Text("description", func(t *pb.BankTransfer) *string { return &t.Description }),
	table.Date("date", func(t *pb.BankTransfer) *string { return &t.Date }).Filter().Sort("bank_transfers_by_date"),
	table.Money("sent_amount", func(t *pb.BankTransfer) **typepb.Money { return &t.SentAmount }),
	table.Money("received_amount", func(t *pb.BankTransfer) **typepb.Money { return &t.ReceivedAmount }),
	table.Enum("state", func(t *pb.BankTransfer) *pb.BankTransfer_State { return &t.State }).Filter(),
	table.Ref("journal_entry_id", "jrn", func(t *pb.BankTransfer) *string { return &t.JournalEntryId }).Filter(),
).Rank(db.RankDocument)).Lifecycle(transferLife).Guard("pair", awaited).Prepare("undo", lockTransferred).Guard("undo", undoableTransfers).Open()

var transferLife = state.New(func(r *pb.BankTransfer) *pb.BankTransfer_State { return &r.State }, []state.Step[pb.BankTransfer_State]{
	{Verb: "pair", Event: "paired", From: []pb.BankTransfer_State{pb.BankTransfer_OPEN}, To: pb.BankTransfer_PAIRED},
	{Verb: "undo", Event: "undone", From: []pb.BankTransfer_State{pb.BankTransfer_OPEN, pb.BankTransfer_PAIRED}, To: pb.BankTransfer_UNDONE},
})

// CreateBankTransfer books money moved between own bank accounts.
func (s *Service) CreateBankTransfer(ctx context.Context, req *pb.CreateBankTransferRequest) (*pb.BankTransfer, error) {
	return bankTransfers.Create(ctx, s.db, req.GetBankTransfer(), transfer)
}

// GetBankTransfer answers one transfer.
func (s *Service) GetBankTransfer(ctx context.Context, req *pb.GetBankTransferRequest) (*pb.BankTransfer, error) {
	return bankTransfers.Get(ctx, s.db, req.GetBankTransferId())
}

// BatchGetBankTransfers answers several transfers.
func (s *Service) BatchGetBankTransfers(ctx context.Context, req *pb.BatchGetBankTransfersRequest) (*pb.BatchGetBankTransfersResponse, error) {
	list, err := bankTransfers.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetBankTransfersResponse{BankTransfers: list}, err
}

// ListBankTransfers answers a page of transfers.
func (s *Service) ListBankTransfers(ctx context.Context, req *pb.ListBankTransfersRequest) (*pb.ListBankTransfersResponse, error) {
	page, err := bankTransfers.List(ctx, s.db, req)
	return &pb.ListBankTransfersResponse{BankTransfers: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// PairBankTransfer gives a transfer its missing side.
func (s *Service) PairBankTransfer(ctx context.Context, req *pb.PairBankTransferRequest) (*pb.BankTransfer, error) {
	return bankTransfers.Change(ctx, s.db, req.GetBankTransferId(), "paired", pairWith(req.GetBankStatementLineId()))
}

// UndoBankTransfer takes a transfer back.
func (s *Service) UndoBankTransfer(ctx context.Context, req *pb.UndoBankTransferRequest) (*pb.BankTransfer, error) {
	return bankTransfers.Step(ctx, s.db, req.GetBankTransferId(), "undo", undoTransfer)
}

// undoTransfer lets the lines wait again and reverses the entry.
func undoTransfer(ctx context.Context, tx *db.Tx, _, t *pb.BankTransfer) error {
	for _, key := range []string{t.OutgoingLineId, t.IncomingLineId} {
		if key == "" {
			continue
		}
		if _, err := bankStatementLines.Modify(ctx, tx, key, "undone", letGo); err != nil {
			return err
		}
	}
	_, err := ledger.Reverse(ctx, tx, t.JournalEntryId, "", "")
	return err
}

// lockTransferred locks the lines of a transfer, and the account of a missing side too, so that
// neither is reconciled meanwhile.
func lockTransferred(ctx context.Context, tx *db.Tx, t *pb.BankTransfer) error {
	_, err := lockSides(ctx, tx, []string{t.FromBankAccountId, t.ToBankAccountId}, []string{t.OutgoingLineId, t.IncomingLineId})
	return err
}

// letGo makes a line what it was before a transfer: held, or waiting.
func letGo(_ context.Context, _ *db.Tx, _, l *pb.BankStatementLine) error {
	l.BankTransferId, l.BankRuleId = "", ""
	waitAgain(l)
	return nil
}
