package banking

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

// rateDigits is the maximum number of decimal places of an exchange rate.
const rateDigits = 12

var bankMatches = resource.New(table.New("finance.bank_matches",
	table.Ref("bank_account_id", "bac", func(m *pb.BankMatch) *string { return &m.BankAccountId }).Filter(),
	table.Messages("fees", func(m *pb.BankMatch) *[]*pb.BankMatch_Fee { return &m.Fees }),
	table.Messages("payments", func(m *pb.BankMatch) *[]*pb.BankMatch_ReceivedPayment { return &m.Payments }),
	table.Bool("exchange_difference", func(m *pb.BankMatch) *bool { return &m.ExchangeDifference }),
	table.Decimal("exchange_rate", rateDigits, func(m *pb.BankMatch) *string { return &m.ExchangeRate }),
	table.Text("description", func(m *pb.BankMatch) *string { return &m.Description }),
	table.Enum("state", func(m *pb.BankMatch) *pb.BankMatch_State { return &m.State }).Filter(),
	table.Money("exchange_gain", func(m *pb.BankMatch) **typepb.Money { return &m.ExchangeGain }),
	table.Ref("journal_entry_id", "jrn", func(m *pb.BankMatch) *string { return &m.JournalEntryId }).Filter(),
	table.Lines("lines", "finance.bank_match_lines", "bank_match_id",
		func(m *pb.BankMatch) *[]*pb.BankMatch_Line { return &m.Lines }, nil,
		table.Ref("bank_statement_line_id", "bsl", func(l *pb.BankMatch_Line) *string { return &l.BankStatementLineId }),
		table.Money("amount", func(l *pb.BankMatch_Line) **typepb.Money { return &l.Amount }),
	),
	table.Lines("entries", "finance.bank_match_entries", "bank_match_id",
		func(m *pb.BankMatch) *[]*pb.BankMatch_Entry { return &m.Entries }, nil,
		table.Ref("journal_entry_id", "jrn", func(e *pb.BankMatch_Entry) *string { return &e.JournalEntryId }),
		table.Ref("account_id", "acc", func(e *pb.BankMatch_Entry) *string { return &e.AccountId }),
		table.Money("amount", func(e *pb.BankMatch_Entry) **typepb.Money { return &e.Amount }),
		table.Minor("base_amount", func(e *pb.BankMatch_Entry) **typepb.Money { return &e.BaseAmount }),
	),
).Rank(db.RankDocument)).Lifecycle(matchLifecycle).Prepare("undo", lockMatchedLines).
	Guard("undo", guardUndoMatches).Open()

var matchLifecycle = state.New(
	func(r *pb.BankMatch) *pb.BankMatch_State { return &r.State },
	[]state.Step[pb.BankMatch_State]{
		{Verb: "undo", Event: "undone", From: []pb.BankMatch_State{pb.BankMatch_MATCHED}, To: pb.BankMatch_UNDONE},
	},
)

// CreateBankMatch matches statement lines to journal entries and to payments that it records.
func (s *Service) CreateBankMatch(ctx context.Context, req *pb.CreateBankMatchRequest) (*pb.BankMatch, error) {
	return bankMatches.Create(ctx, s.db, req.GetBankMatch(), s.createMatch(req.GetPostingDate()))
}

// GetBankMatch returns a match.
func (s *Service) GetBankMatch(ctx context.Context, req *pb.GetBankMatchRequest) (*pb.BankMatch, error) {
	return bankMatches.Get(ctx, s.db, req.GetBankMatchId())
}

// BatchGetBankMatches returns several matches by their ids.
func (s *Service) BatchGetBankMatches(
	ctx context.Context, req *pb.BatchGetBankMatchesRequest,
) (*pb.BatchGetBankMatchesResponse, error) {
	list, err := bankMatches.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetBankMatchesResponse{BankMatches: list}, err
}

// ListBankMatches lists matches.
func (s *Service) ListBankMatches(
	ctx context.Context, req *pb.ListBankMatchesRequest,
) (*pb.ListBankMatchesResponse, error) {
	page, err := bankMatches.List(ctx, s.db, req)
	return &pb.ListBankMatchesResponse{BankMatches: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateBankMatch updates the metadata and the external id of a bank match.
func (s *Service) UpdateBankMatch(
	ctx context.Context, req *pb.UpdateBankMatchRequest,
) (*pb.BankMatch, error) {
	return bankMatches.Update(ctx, s.db, req.GetBankMatchId(), req.GetBankMatch(), req.GetUpdateMask())
}

// UndoBankMatch undoes a match: it reopens the lines, voids the payments that the match recorded,
// and reverses the entry that it posted.
func (s *Service) UndoBankMatch(ctx context.Context, req *pb.UndoBankMatchRequest) (*pb.BankMatch, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.BankMatch, error) {
		m, err := bankMatches.Find(ctx, tx, req.GetBankMatchId())
		if err != nil {
			return nil, err
		}
		if _, _, err := s.lockMatches(ctx, tx, []string{m.Id}); err != nil {
			return nil, err
		}
		return bankMatches.StepByCaller(ctx, tx, m.Id, "undo", s.undoMatch)
	})
}

// lockMatches locks matches and the payments that they recorded. It returns the matches, and the
// entries that undoing them reverses.
func (s *Service) lockMatches(
	ctx context.Context, tx *db.Tx, ids []string,
) (matches []*pb.BankMatch, entries []string, err error) {
	if matches, err = bankMatches.Table().LockMany(ctx, tx, ids); err != nil {
		return nil, nil, err
	}
	paid := paymentsOf(matches...)
	if len(paid) > 0 && !tx.Call().Allows(recordPayments) {
		return nil, nil, fault.PermissionMissing(recordPayments)
	}
	entries, err = s.receivables.LockForUndo(ctx, tx, paid)
	for _, m := range matches {
		if m.JournalEntryId != "" {
			entries = append(entries, m.JournalEntryId)
		}
	}
	return matches, entries, err
}

// undoMatch reopens the lines of a match, voids the payments that it recorded, and reverses the
// entry that it posted, if any.
func (s *Service) undoMatch(ctx context.Context, tx *db.Tx, _, m *pb.BankMatch) error {
	_, entries, err := s.lockMatches(ctx, tx, []string{m.Id})
	if err != nil {
		return err
	}
	if err := ledger.LockForReversal(ctx, tx, entries); err != nil {
		return err
	}
	for _, key := range matchLineIDs(m) {
		reopen := func(ctx context.Context, tx *db.Tx, _, l *pb.BankStatementLine) error {
			return reopenLine(ctx, tx, m.Id, l)
		}
		if _, err := bankStatementLines.Modify(ctx, tx, key, "undone", reopen); err != nil {
			return err
		}
	}
	for _, key := range paymentsOf(m) {
		if err := s.receivables.UndoPayment(ctx, tx, key, "The bank match was undone."); err != nil {
			return err
		}
	}
	if m.JournalEntryId == "" {
		return nil
	}
	_, err = ledger.Reverse(ctx, tx, m.JournalEntryId, "", "")
	return err
}

// lockMatchedLines locks the lines of a match so that they cannot be reconciled while it is undone.
func lockMatchedLines(ctx context.Context, tx *db.Tx, m *pb.BankMatch) error {
	_, err := lockAccountsAndLines(ctx, tx, []string{m.BankAccountId}, matchLineIDs(m))
	return err
}

// matchLineIDs returns the ids of the statement lines of a match.
func matchLineIDs(m *pb.BankMatch) []string {
	lines := make([]string, len(m.Lines))
	for i, l := range m.Lines {
		lines[i] = l.BankStatementLineId
	}
	return lines
}

// reopenLine restores the state that a line had before a match: partially matched if other matches
// remain, else held or unmatched.
func reopenLine(ctx context.Context, tx *db.Tx, matchID string, l *pb.BankStatementLine) error {
	other, err := otherMatch(ctx, tx, l, matchID)
	if err != nil {
		return err
	}
	if other != nil {
		account, err := bankAccounts.Table().Get(ctx, tx, l.BankAccountId)
		if err != nil {
			return err
		}
		l.State = pb.BankStatementLine_PARTIALLY_MATCHED
		l.JournalEntryId, l.ExistingEntry = entryOfMatch(other, account)
		return nil
	}
	resetLine(l)
	return nil
}

// entryOfMatch returns the journal entry that the lines of a match refer to. This is the first
// matched entry on the bank account's own ledger account, or else the entry that the match posted.
// existing reports whether it is a matched entry.
func entryOfMatch(m *pb.BankMatch, account *pb.BankAccount) (entry string, existing bool) {
	for _, e := range m.Entries {
		if e.AccountId == account.LedgerAccountId {
			return e.JournalEntryId, true
		}
	}
	return m.JournalEntryId, false
}
