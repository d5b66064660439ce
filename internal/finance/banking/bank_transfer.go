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
	table.Ref("from_bank_account_id", "bac", func(t *pb.BankTransfer) *string { return &t.FromBankAccountId }).Filter().
		Usable(),
	table.Ref("to_bank_account_id", "bac", func(t *pb.BankTransfer) *string { return &t.ToBankAccountId }).Filter().
		Usable(),
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
).Rank(db.RankDocument)).Lifecycle(transferLifecycle).Guard(
	"pair", guardLineForMissingSide,
).Prepare("undo", lockTransferSides).
	Guard("undo", guardUndoTransfers).Open()

var transferLifecycle = state.New(
	func(r *pb.BankTransfer) *pb.BankTransfer_State { return &r.State },
	[]state.Step[pb.BankTransfer_State]{
		{Verb: "pair", Event: "paired", From: []pb.BankTransfer_State{pb.BankTransfer_OPEN}, To: pb.BankTransfer_PAIRED},
		{
			Verb: "undo", Event: "undone",
			From: []pb.BankTransfer_State{pb.BankTransfer_OPEN, pb.BankTransfer_PAIRED}, To: pb.BankTransfer_UNDONE,
		},
	},
)

// CreateBankTransfer books a transfer between two of the organization's bank accounts.
func (s *Service) CreateBankTransfer(ctx context.Context, req *pb.CreateBankTransferRequest) (*pb.BankTransfer, error) {
	return bankTransfers.Create(ctx, s.db, req.GetBankTransfer(), postTransfer(req.GetPostingDate()))
}

// GetBankTransfer returns a transfer.
func (s *Service) GetBankTransfer(ctx context.Context, req *pb.GetBankTransferRequest) (*pb.BankTransfer, error) {
	return bankTransfers.Get(ctx, s.db, req.GetBankTransferId())
}

// BatchGetBankTransfers returns several transfers by their ids.
func (s *Service) BatchGetBankTransfers(
	ctx context.Context, req *pb.BatchGetBankTransfersRequest,
) (*pb.BatchGetBankTransfersResponse, error) {
	list, err := bankTransfers.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetBankTransfersResponse{BankTransfers: list}, err
}

// ListBankTransfers lists transfers.
func (s *Service) ListBankTransfers(
	ctx context.Context, req *pb.ListBankTransfersRequest,
) (*pb.ListBankTransfersResponse, error) {
	page, err := bankTransfers.List(ctx, s.db, req)
	return &pb.ListBankTransfersResponse{BankTransfers: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateBankTransfer updates the metadata and the external id of a bank transfer.
func (s *Service) UpdateBankTransfer(
	ctx context.Context, req *pb.UpdateBankTransferRequest,
) (*pb.BankTransfer, error) {
	return bankTransfers.Update(ctx, s.db, req.GetBankTransferId(), req.GetBankTransfer(), req.GetUpdateMask())
}

// PairBankTransfer adds the missing statement line to an open transfer.
func (s *Service) PairBankTransfer(ctx context.Context, req *pb.PairBankTransferRequest) (*pb.BankTransfer, error) {
	return bankTransfers.Change(ctx, s.db, req.GetBankTransferId(), "paired", pairWith(req.GetBankStatementLineId()))
}

// UndoBankTransfer undoes a transfer: it reopens its lines and reverses its entry.
func (s *Service) UndoBankTransfer(ctx context.Context, req *pb.UndoBankTransferRequest) (*pb.BankTransfer, error) {
	return bankTransfers.Step(ctx, s.db, req.GetBankTransferId(), "undo", undoTransfer)
}

// undoTransfer reopens the lines of a transfer and reverses its entry.
func undoTransfer(ctx context.Context, tx *db.Tx, _, t *pb.BankTransfer) error {
	for _, key := range []string{t.OutgoingLineId, t.IncomingLineId} {
		if key == "" {
			continue
		}
		if _, err := bankStatementLines.Modify(ctx, tx, key, "undone", clearTransfer); err != nil {
			return err
		}
	}
	_, err := ledger.Reverse(ctx, tx, t.JournalEntryId, "", "")
	return err
}

// lockTransferSides locks both bank accounts of a transfer, even if the line of one is missing, and
// its lines, so that neither account can be reconciled while the transfer is undone.
func lockTransferSides(ctx context.Context, tx *db.Tx, t *pb.BankTransfer) error {
	accounts, lines := []string{t.FromBankAccountId, t.ToBankAccountId}, []string{t.OutgoingLineId, t.IncomingLineId}
	_, err := lockAccountsAndLines(ctx, tx, accounts, lines)
	return err
}

// clearTransfer detaches a line from its transfer and returns it to HELD or UNMATCHED.
func clearTransfer(_ context.Context, _ *db.Tx, _, l *pb.BankStatementLine) error {
	l.BankTransferId, l.BankRuleId = "", ""
	resetLine(l)
	return nil
}
