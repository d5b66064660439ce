package demo

import (
	"context"
	"errors"
	"fmt"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

// Statement files of an account that the studio had long ago: one in Canadian dollars, like its
// books, and a corrupt one.
const (
	oldFile     = "bank_medium.ofx"
	corruptFile = "decimal_error.ofx"
)

// account is a bank account of the studio.
type account struct {
	record  *financev1.BankAccount
	balance int64 // the closing balance of the last statement, in cents
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

// importOldFiles imports files of an account that was closed long ago. The corrupt one is
// rejected. The import of the other is undone, since its lines are older than the books.
func (s *studio) importOldFiles(ctx context.Context) error {
	old := account{record: &financev1.BankAccount{DisplayName: "Closed in 2009", AccountNumber: "12300 000012345678"}}
	if err := s.api.post(ctx, "/v1/bankAccounts", old.record, old.record); err != nil {
		return err
	}
	if err := s.importCorruptFile(ctx, old); err != nil {
		return err
	}
	if err := s.importAndUndoOldFile(ctx, old); err != nil {
		return err
	}
	return s.api.post(ctx, "/v1/bankAccounts/"+old.record.GetId()+":archive", &financev1.ArchiveBankAccountRequest{},
		old.record)
}

// importCorruptFile imports a file with the malformed amount `$120`.
func (s *studio) importCorruptFile(ctx context.Context, old account) error {
	_, err := s.importTestdata(ctx, old, corruptFile, false)
	var refused *apiError
	if !errors.As(err, &refused) || refused.reason != "STATEMENT_ROWS_INVALID" {
		return fmt.Errorf("%s was not rejected for its rows: %w", corruptFile, err)
	}
	s.addLine("\n%s was rejected, and nothing was stored: %s", corruptFile, refused.reason)
	for _, field := range refused.fields {
		s.addLine("  %s", field)
	}
	return nil
}

// importAndUndoOldFile previews a file, imports it, and undoes the import.
func (s *studio) importAndUndoOldFile(ctx context.Context, old account) error {
	preview, err := s.importTestdata(ctx, old, oldFile, true)
	if err != nil {
		return err
	}
	s.addLine("\nPreview of %s before the import:", oldFile)
	for _, r := range preview.GetRows() {
		s.addLine("  %s  %10s  %-9s  %s", r.GetBookedDate(), r.GetAmount().GetAmount(), r.GetOutcome(),
			r.GetDescription())
	}
	done, err := s.importTestdata(ctx, old, oldFile, false)
	if err != nil {
		return err
	}
	s.addLine("Imported: %d new lines, %d duplicates.", done.GetNewCount(), done.GetDuplicateCount())
	if err := s.api.post(ctx, "/v1/statementImports/"+done.GetId()+":undo", &financev1.UndoStatementImportRequest{},
		done); err != nil {
		return err
	}
	s.addLine("The lines are older than the books, so the import was undone: it is %s, and its lines were deleted.\n",
		done.GetState())
	return nil
}

func (s *studio) importTestdata(
	ctx context.Context, to account, name string, validateOnly bool,
) (*financev1.StatementImport, error) {
	content, err := testdata.ReadFile("testdata/" + name)
	if err != nil {
		return nil, err
	}
	return s.importFile(ctx, to, &financev1.StatementImport{FileName: name, Content: content}, validateOnly)
}

func (s *studio) importFile(
	ctx context.Context, to account, file *financev1.StatementImport, validateOnly bool,
) (*financev1.StatementImport, error) {
	path := fmt.Sprintf("/v1/bankAccounts/%s/statementImports?validateOnly=%t", to.record.GetId(), validateOnly)
	response := &financev1.StatementImport{}
	return response, s.api.post(ctx, path, file, response)
}
