package demo

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"google.golang.org/protobuf/proto"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
)

// The files are in Canadian dollars, as the studio's books are.
const (
	statementFile = "bank_medium.ofx"
	damagedFile   = "decimal_error.ofx"
)

func (s *studio) openBankAccount(ctx context.Context) error {
	s.bank = &financev1.BankAccount{
		DisplayName: "Everyday chequing", Kind: financev1.BankAccount_CHECKING,
		BankCode: "160000100", AccountNumber: "12300 000012345678", LedgerAccountId: s.accounts[checking].GetId(),
	}
	return s.api.post(ctx, "/v1/bankAccounts", s.bank, s.bank)
}

// tryDamagedFile brings in a file with an amount of `$120`, which must be refused.
func (s *studio) tryDamagedFile(ctx context.Context) error {
	_, err := s.importFile(ctx, damagedFile, false)
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

func (s *studio) previewStatement(ctx context.Context) error {
	preview, err := s.importFile(ctx, statementFile, true)
	if err != nil {
		return err
	}
	s.tell("\n%s, looked into before the import:", statementFile)
	for _, r := range preview.GetRows() {
		s.tell("  %s  %10s  %-9s  %s", r.GetBookedDate(), r.GetAmount().GetAmount(), r.GetOutcome(), r.GetDescription())
	}
	for _, w := range preview.GetWarnings() {
		s.tell("  warning: %s", w)
	}
	return nil
}

func (s *studio) importStatement(ctx context.Context) error {
	done, err := s.importFile(ctx, statementFile, false)
	if err != nil {
		return err
	}
	s.tell("Imported: %d new lines, %d seen before.", done.GetNewCount(), done.GetDuplicateCount())
	return nil
}

func (s *studio) importAgain(ctx context.Context) error {
	done, err := s.importFile(ctx, statementFile, false)
	if err != nil {
		return err
	}
	s.tell("Imported again: %d new lines, %d seen before.", done.GetNewCount(), done.GetDuplicateCount())
	return nil
}

func (s *studio) importFile(ctx context.Context, name string, validateOnly bool) (*financev1.StatementImport, error) {
	content, err := testdata.ReadFile("testdata/" + name)
	if err != nil {
		return nil, err
	}
	path := fmt.Sprintf("/v1/bankAccounts/%s/statementImports?validateOnly=%t", s.bank.GetId(), validateOnly)
	answer := &financev1.StatementImport{}
	return answer, s.api.post(ctx, path, &financev1.StatementImport{FileName: name, Content: content}, answer)
}

// explainLines decides each line of the statement in another way.
func (s *studio) explainLines(ctx context.Context) error {
	lines, err := s.unmatched(ctx)
	if err != nil {
		return err
	}
	if len(lines) != 3 {
		return fmt.Errorf("%s has 3 lines to explain, and %d are unmatched", statementFile, len(lines))
	}
	s.lines = lines
	s.tell("Its lines, explained:")
	meal, styling, hair := lines[0], lines[1], lines[2]
	return errors.Join(
		s.decide(ctx, styling, "categorize", &financev1.CategorizeBankStatementLineRequest{
			Description: "Styling for the Harbour Bistro shoot",
			Splits: []*financev1.BankStatementLine_Split{
				s.split(subcontractors, "-250.00", "Stylist, half a day"),
				s.split(materials, "-66.67", "Props"),
			},
		}),
		s.decide(ctx, meal, "markPersonal", &financev1.MarkPersonalBankStatementLineRequest{}),
		s.decide(ctx, hair, "exclude", &financev1.ExcludeBankStatementLineRequest{Reason: "The bank's mistake; it was paid back in cash."}),
	)
}

func (s *studio) decide(ctx context.Context, line *financev1.BankStatementLine, verb string, how proto.Message) error {
	if err := s.api.post(ctx, "/v1/bankStatementLines/"+line.GetId()+":"+verb, how, line); err != nil {
		return fmt.Errorf("%s: %w", verb, err)
	}
	s.tell("  %s  %10s  %-9s  by %-12s  %s", line.GetBookedDate(), line.GetAmount().GetAmount(), line.GetState(), verb, line.GetDescription())
	return nil
}

func (s *studio) unmatched(ctx context.Context) ([]*financev1.BankStatementLine, error) {
	query := url.Values{
		"filter":  {fmt.Sprintf("bank_account_id = %q AND state = UNMATCHED", s.bank.GetId())},
		"orderBy": {"booked_date"},
	}
	page := &financev1.ListBankStatementLinesResponse{}
	err := s.api.get(ctx, "/v1/bankStatementLines?"+query.Encode(), page)
	return page.GetBankStatementLines(), err
}

func (s *studio) split(code, amount, memo string) *financev1.BankStatementLine_Split {
	return &financev1.BankStatementLine_Split{AccountId: s.accounts[code].GetId(), Amount: &typev1.Money{Amount: amount}, Memo: memo}
}
