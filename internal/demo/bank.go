package demo

import (
	"context"
	"errors"
	"fmt"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

// A file of an account that the studio had long ago, in Canadian dollars as its books are,
// and a damaged one.
const (
	oldFile     = "bank_medium.ofx"
	damagedFile = "decimal_error.ofx"
)

// account is a bank account of the studio, with what its bank has reported.
type account struct {
	record  *financev1.BankAccount
	balance int64 // in cents
}

func (s *studio) openBankAccounts(ctx context.Context) error {
	s.chequing = account{balance: openingChequing, record: &financev1.BankAccount{
		DisplayName: "Everyday chequing", Kind: financev1.BankAccount_CHECKING,
		BankCode: "160000100", AccountNumber: "00219-1600001", LedgerAccountId: s.accounts[checking].GetId(),
	}}
	s.savings = account{balance: openingSavings, record: &financev1.BankAccount{
		DisplayName: "Rainy days", Kind: financev1.BankAccount_SAVINGS,
		AccountNumber: "00219-1600002", LedgerAccountId: s.accounts[savingsAccount].GetId(),
	}}
	for _, a := range []*financev1.BankAccount{s.chequing.record, s.savings.record} {
		if err := s.api.post(ctx, "/v1/bankAccounts", a, a); err != nil {
			return err
		}
	}
	s.profile = csvProfile()
	return s.api.post(ctx, "/v1/csvProfiles", s.profile, s.profile)
}

// tryFiles brings in files of an account that was closed long ago: a damaged one, which
// is refused, and one that is taken back, since it is older than the books.
func (s *studio) tryFiles(ctx context.Context) error {
	old := account{record: &financev1.BankAccount{DisplayName: "Closed in 2009", AccountNumber: "12300 000012345678"}}
	if err := s.api.post(ctx, "/v1/bankAccounts", old.record, old.record); err != nil {
		return err
	}
	if err := s.tryDamagedFile(ctx, old); err != nil {
		return err
	}
	if err := s.tryOldFile(ctx, old); err != nil {
		return err
	}
	return s.api.post(ctx, "/v1/bankAccounts/"+old.record.GetId()+":archive", &financev1.ArchiveBankAccountRequest{}, old.record)
}

// tryDamagedFile brings in a file with an amount of `$120`.
func (s *studio) tryDamagedFile(ctx context.Context, old account) error {
	_, err := s.importTestdata(ctx, old, damagedFile, false)
	var no *refusal
	if !errors.As(err, &no) || no.reason != "STATEMENT_ROWS_INVALID" {
		return fmt.Errorf("%s was not refused for its rows: %w", damagedFile, err)
	}
	s.tell("\n%s was refused, and nothing of it stored: %s", damagedFile, no.reason)
	for _, field := range no.fields {
		s.tell("  %s", field)
	}
	return nil
}

// tryOldFile looks into a file, imports it, and takes it back.
func (s *studio) tryOldFile(ctx context.Context, old account) error {
	preview, err := s.importTestdata(ctx, old, oldFile, true)
	if err != nil {
		return err
	}
	s.tell("\n%s, looked into before the import:", oldFile)
	for _, r := range preview.GetRows() {
		s.tell("  %s  %10s  %-9s  %s", r.GetBookedDate(), r.GetAmount().GetAmount(), r.GetOutcome(), r.GetDescription())
	}
	done, err := s.importTestdata(ctx, old, oldFile, false)
	if err != nil {
		return err
	}
	s.tell("Imported: %d new lines, %d seen before.", done.GetNewCount(), done.GetDuplicateCount())
	if err := s.api.post(ctx, "/v1/statementImports/"+done.GetId()+":undo", &financev1.UndoStatementImportRequest{}, done); err != nil {
		return err
	}
	s.tell("They are older than the books, so the import was taken back: it is %s, and its lines are gone.\n", done.GetState())
	return nil
}

func (s *studio) importTestdata(ctx context.Context, to account, name string, validateOnly bool) (*financev1.StatementImport, error) {
	content, err := testdata.ReadFile("testdata/" + name)
	if err != nil {
		return nil, err
	}
	return s.importFile(ctx, to, &financev1.StatementImport{FileName: name, Content: content}, validateOnly)
}

func (s *studio) importFile(ctx context.Context, to account, file *financev1.StatementImport, validateOnly bool) (*financev1.StatementImport, error) {
	path := fmt.Sprintf("/v1/bankAccounts/%s/statementImports?validateOnly=%t", to.record.GetId(), validateOnly)
	answer := &financev1.StatementImport{}
	return answer, s.api.post(ctx, path, file, answer)
}
