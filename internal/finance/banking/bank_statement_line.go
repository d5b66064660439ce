package banking

import (
	"context"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

var bankStatementLines = resource.New(table.New("finance.bank_statement_lines",
	table.Ref("bank_account_id", "bac", func(l *pb.BankStatementLine) *string { return &l.BankAccountId }).Filter(),
	table.Ref("statement_import_id", "sim", func(l *pb.BankStatementLine) *string { return &l.StatementImportId }).
		Filter(),
	table.Ref("bank_statement_id", "bst", func(l *pb.BankStatementLine) *string { return &l.BankStatementId }).Filter(),
	table.Date("booked_date", func(l *pb.BankStatementLine) *string { return &l.BookedDate }).Filter().
		Sort("bank_statement_lines_by_booked_date"),
	table.Money("amount", func(l *pb.BankStatementLine) **typepb.Money { return &l.Amount }).Filter(),
	table.Text("description", func(l *pb.BankStatementLine) *string { return &l.Description }).Raw().Filter(),
	table.Text("counterparty_name", func(l *pb.BankStatementLine) *string { return &l.CounterpartyName }).Raw().Filter(),
	table.Text("payee", func(l *pb.BankStatementLine) *string { return &l.Payee }).Raw().Filter(),
	table.Text("counterparty_account", func(l *pb.BankStatementLine) *string { return &l.CounterpartyAccount }).Raw().
		Filter(),
	table.Text("bank_reference", func(l *pb.BankStatementLine) *string { return &l.BankReference }).Raw(),
	table.Text("details", func(l *pb.BankStatementLine) *string { return &l.Details }).Raw(),
	table.Text("corrected_reference", func(l *pb.BankStatementLine) *string { return &l.CorrectedReference }).Raw(),
	table.Text("check_number", func(l *pb.BankStatementLine) *string { return &l.CheckNumber }).Raw(),
	table.Text("transaction_type", func(l *pb.BankStatementLine) *string { return &l.TransactionType }).Raw(),
	table.Text("deduplication_key", func(l *pb.BankStatementLine) *string { return &l.DeduplicationKey }).Raw(),
	table.Enum("state", func(l *pb.BankStatementLine) *pb.BankStatementLine_State { return &l.State }).Filter(),
	table.Ref("journal_entry_id", "jrn", func(l *pb.BankStatementLine) *string { return &l.JournalEntryId }).Filter(),
	table.Messages("splits", func(l *pb.BankStatementLine) *[]*pb.BankStatementLine_Split { return &l.Splits }),
	table.ListedRefs[*pb.BankStatementLine]("splits.account_id", "acc", `array(
  select s.value ->> 'accountId'
  from jsonb_array_elements(t.splits) s
)`),
	table.Bool("personal", func(l *pb.BankStatementLine) *bool { return &l.Personal }).Filter(),
	table.Text("exclude_reason", func(l *pb.BankStatementLine) *string { return &l.ExcludeReason }),
	table.Text("hold_reason", func(l *pb.BankStatementLine) *string { return &l.HoldReason }),
	table.Ref("bank_rule_id", "bru", func(l *pb.BankStatementLine) *string { return &l.BankRuleId }).Filter(),
	table.Ref("vendor_id", "ven", func(l *pb.BankStatementLine) *string { return &l.VendorId }).Filter(),
	table.Bool("existing_entry", func(l *pb.BankStatementLine) *bool { return &l.ExistingEntry }),
	table.Ref("bank_transfer_id", "btr", func(l *pb.BankStatementLine) *string { return &l.BankTransferId }).Filter(),
).Rank(db.RankStatementLine)).Lifecycle(lineLifecycle).
	GuardEach(refuseZeroLine, "categorize", "markPersonal", "match", "acceptSuggestion").
	GuardEach(refuseDecidedLine, "acceptSuggestion").
	GuardAll(guardBookLines, "categorize", "markPersonal").Guard("undo", guardUndoLines).LoadComputed(loadOpenAmounts).
	DeclareEvents("created", "deleted", "decidedByRule", "recoded", "transferred", "distinguished", "suggestionRejected").
	LockFirst(lockBankAccount).Open().
	Searchable("description", "counterparty_name", "payee", "bank_reference", "details", "corrected_reference",
		"check_number")

// refuseZeroLine refuses to book a line whose amount is zero.
func refuseZeroLine(_ *db.Tx, l *pb.BankStatementLine) error {
	if isZero(l) {
		return fault.Refuse(
			optionsv1.Reason_STATE_REFUSES_ACTION, "The line's amount is zero; there is nothing to book. Exclude the line.",
		).WithSubject(l.Id)
	}
	return nil
}

// isZero reports whether the amount of a line is zero.
func isZero(l *pb.BankStatementLine) bool { return strings.Trim(l.GetAmount().GetAmount(), "0.") == "" }

// States of lines. unbookedStates are those in which nothing of a line is in the books, and from
// which it can be categorized. From undecidedStates it can be matched, and from undoableStates
// undone.
var (
	unbookedStates  = []pb.BankStatementLine_State{pb.BankStatementLine_UNMATCHED, pb.BankStatementLine_HELD}
	undecidedStates = []pb.BankStatementLine_State{
		pb.BankStatementLine_UNMATCHED, pb.BankStatementLine_HELD, pb.BankStatementLine_PARTIALLY_MATCHED,
	}
	undoableStates = []pb.BankStatementLine_State{
		pb.BankStatementLine_MATCHED, pb.BankStatementLine_EXCLUDED, pb.BankStatementLine_HELD,
		pb.BankStatementLine_PARTIALLY_MATCHED,
	}
)

var lineLifecycle = state.New(
	func(r *pb.BankStatementLine) *pb.BankStatementLine_State { return &r.State },
	[]state.Step[pb.BankStatementLine_State]{
		{Verb: "categorize", Event: "categorized", From: unbookedStates, To: pb.BankStatementLine_MATCHED},
		{Verb: "exclude", Event: "excluded", From: unbookedStates, To: pb.BankStatementLine_EXCLUDED},
		{Verb: "markPersonal", Event: "markedPersonal", From: unbookedStates, To: pb.BankStatementLine_MATCHED},
		{Verb: "match", Event: "matched", From: undecidedStates, To: pb.BankStatementLine_MATCHED},
		{
			Verb: "hold", Event: "held",
			From: []pb.BankStatementLine_State{pb.BankStatementLine_UNMATCHED}, To: pb.BankStatementLine_HELD,
		},
		{Verb: "undo", Event: "undone", From: undoableStates, To: pb.BankStatementLine_UNMATCHED},
	},
)

// GetBankStatementLine returns a statement line.
func (s *Service) GetBankStatementLine(
	ctx context.Context, req *pb.GetBankStatementLineRequest,
) (*pb.BankStatementLine, error) {
	return bankStatementLines.Get(ctx, s.db, req.GetBankStatementLineId())
}

// BatchGetBankStatementLines returns several statement lines by their ids.
func (s *Service) BatchGetBankStatementLines(
	ctx context.Context, req *pb.BatchGetBankStatementLinesRequest,
) (*pb.BatchGetBankStatementLinesResponse, error) {
	list, err := bankStatementLines.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetBankStatementLinesResponse{BankStatementLines: list}, err
}

// ListBankStatementLines lists statement lines.
func (s *Service) ListBankStatementLines(
	ctx context.Context, req *pb.ListBankStatementLinesRequest,
) (*pb.ListBankStatementLinesResponse, error) {
	if req.GetView() == pb.ListBankStatementLinesRequest_REVIEW {
		return s.listReviews(ctx, req)
	}
	page, err := bankStatementLines.List(ctx, s.db, req)
	return &pb.ListBankStatementLinesResponse{
		BankStatementLines: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}

// UpdateBankStatementLine updates the metadata and the external id of a bank statement line.
func (s *Service) UpdateBankStatementLine(
	ctx context.Context, req *pb.UpdateBankStatementLineRequest,
) (*pb.BankStatementLine, error) {
	return bankStatementLines.Update(ctx, s.db, req.GetBankStatementLineId(), req.GetBankStatementLine(),
		req.GetUpdateMask())
}

// CategorizeBankStatementLine splits a line among accounts and posts the journal entry.
func (s *Service) CategorizeBankStatementLine(
	ctx context.Context, req *pb.CategorizeBankStatementLineRequest,
) (*pb.BankStatementLine, error) {
	categorize := func(ctx context.Context, tx *db.Tx, _, l *pb.BankStatementLine) error {
		if err := resource.CheckReference(ctx, tx, "ven", "vendorId", req.GetVendorId()); err != nil {
			return err
		}
		l.VendorId = req.GetVendorId()
		return postLineEntry(ctx, tx, l, lineEntry{
			splits: req.GetSplits(), description: req.GetDescription(), date: req.GetPostingDate(),
		})
	}
	return bankStatementLines.Step(ctx, s.db, req.GetBankStatementLineId(), "categorize", categorize)
}

// ExcludeBankStatementLine excludes a line from the books.
func (s *Service) ExcludeBankStatementLine(
	ctx context.Context, req *pb.ExcludeBankStatementLineRequest,
) (*pb.BankStatementLine, error) {
	exclude := func(_ context.Context, _ *db.Tx, _, l *pb.BankStatementLine) error {
		l.ExcludeReason = req.GetReason()
		return nil
	}
	return bankStatementLines.Step(ctx, s.db, req.GetBankStatementLineId(), "exclude", exclude)
}

// MarkPersonalBankStatementLine books a line as the owner's personal spending or deposit.
func (s *Service) MarkPersonalBankStatementLine(
	ctx context.Context, req *pb.MarkPersonalBankStatementLineRequest,
) (*pb.BankStatementLine, error) {
	mark := func(ctx context.Context, tx *db.Tx, _, l *pb.BankStatementLine) error {
		return markPersonal(ctx, tx, l, req.GetAccountId(), req.GetBusinessSplits(), req.GetPostingDate())
	}
	l, err := bankStatementLines.Step(ctx, s.db, req.GetBankStatementLineId(), "markPersonal", mark)
	return l, remapOwnerAccount(err)
}

// UndoBankStatementLine undoes the decision about a line. If a transfer or matches decided it, it
// undoes all of them.
func (s *Service) UndoBankStatementLine(
	ctx context.Context, req *pb.UndoBankStatementLineRequest,
) (*pb.BankStatementLine, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.BankStatementLine, error) {
		key := req.GetBankStatementLineId()
		l, err := s.lockForUndo(ctx, tx, key)
		if err != nil {
			return nil, err
		}
		if err := bankStatementLines.CheckEtag(ctx, tx, l, l); err != nil {
			return nil, err
		}
		if l.BankTransferId != "" {
			if _, err := bankTransfers.StepIn(ctx, tx, l.BankTransferId, "undo", undoTransfer); err != nil {
				return nil, err
			}
			return bankStatementLines.Find(ctx, tx, key)
		}
		if len(l.BankMatchIds) == 0 {
			return bankStatementLines.StepIn(ctx, tx, key, "undo", undoLine)
		}
		for _, m := range l.BankMatchIds {
			if _, err := bankMatches.StepIn(ctx, tx, m, "undo", s.undoMatch); err != nil {
				return nil, err
			}
		}
		return bankStatementLines.Find(ctx, tx, key)
	})
}

// undoLine undoes a decision that concerns one line only, and reverses the entry that it posted and
// those that recoded it.
func undoLine(ctx context.Context, tx *db.Tx, _, l *pb.BankStatementLine) error {
	entry := l.JournalEntryId
	l.JournalEntryId, l.Splits, l.Personal, l.BankRuleId, l.VendorId = "", nil, false, "", ""
	l.ExcludeReason, l.HoldReason = "", ""
	if entry == "" {
		return nil
	}
	recodings, err := ledger.RecodingsOf(ctx, tx, []string{entry})
	if err != nil {
		return err
	}
	for _, e := range append(recodings[entry], entry) {
		if _, err := ledger.Reverse(ctx, tx, e, "", ""); err != nil {
			return err
		}
	}
	return nil
}

// resetLine clears the entry of a line and returns it to HELD if it has a hold reason, else to
// UNMATCHED.
func resetLine(l *pb.BankStatementLine) {
	l.JournalEntryId, l.ExistingEntry, l.State = "", false, pb.BankStatementLine_UNMATCHED
	if l.HoldReason != "" {
		l.State = pb.BankStatementLine_HELD
	}
}

// transition returns a rule that moves a line through a verb of its lifecycle without checking the
// guards. Decisions that follow from other records, such as a transfer, use it with their own
// checks.
func transition(verb string) resource.Rule[*pb.BankStatementLine] {
	return func(_ context.Context, _ *db.Tx, _, l *pb.BankStatementLine) error {
		return lineLifecycle.Move(verb, l)
	}
}
