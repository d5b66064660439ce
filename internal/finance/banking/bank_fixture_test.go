package banking_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// bank is an organization with a bank account. codes are the ids of its ledger accounts by subtype.
type bank struct {
	pb.BankingServiceClient
	ledger  pb.LedgerServiceClient
	reports pb.ReportsServiceClient
	history platformv1.HistoryServiceClient
	persons platformv1.IdentityServiceClient
	account *pb.BankAccount
	codes   map[string]string
	o       *apptest.Organization
}

// openBank signs up an organization in a currency and creates a bank account for it.
func openBank(t *testing.T, currency string) bank {
	t.Helper()
	return openBankFor(t, apptest.SignUp(t, func(r *platformv1.SignUpRequest) { r.CurrencyCode = currency }))
}

// openBankFor creates a bank account for an organization, and checks its books when the test ends.
func openBankFor(t *testing.T, o *apptest.Organization) bank {
	t.Helper()
	b := bank{
		pb.NewBankingServiceClient(o), pb.NewLedgerServiceClient(o), pb.NewReportsServiceClient(o),
		platformv1.NewHistoryServiceClient(o), platformv1.NewIdentityServiceClient(o), nil, map[string]string{}, o,
	}
	list, err := b.ledger.ListAccounts(t.Context(), &pb.ListAccountsRequest{PageSize: 500})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list.GetAccounts() {
		b.codes[a.GetSubtype().String()] = a.GetId()
	}
	t.Cleanup(func() { b.checkBooks(t) })
	if b.account, err = b.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{
		BankAccount: &pb.BankAccount{DisplayName: "Main account"},
	}); err != nil {
		t.Fatal(err)
	}
	return b
}

// checkBooks checks that the books pass every integrity check.
func (b bank) checkBooks(t *testing.T) {
	t.Helper()
	resp, err := b.ledger.CheckIntegrity(context.WithoutCancel(t.Context()), &pb.CheckIntegrityRequest{})
	if err != nil {
		t.Error(err)
	}
	for _, c := range resp.GetChecks() {
		if !c.GetPassed() {
			t.Errorf("integrity check failed at the end of the test: %v", c)
		}
	}
}

func file(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("statement/bankfile/testdata/ofx", name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func (b bank) createImport(
	t *testing.T, content []byte, changes ...func(*pb.CreateStatementImportRequest),
) (*pb.StatementImport, error) {
	req := &pb.CreateStatementImportRequest{
		BankAccountId: b.account.GetId(), StatementImport: &pb.StatementImport{FileName: "statement.ofx", Content: content},
	}
	for _, change := range changes {
		change(req)
	}
	return b.CreateStatementImport(t.Context(), req)
}

func (b bank) mustImport(
	t *testing.T, content []byte, changes ...func(*pb.CreateStatementImportRequest),
) *pb.StatementImport {
	t.Helper()
	made, err := b.createImport(t, content, changes...)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (b bank) listLines(t *testing.T, filter string) []*pb.BankStatementLine {
	t.Helper()
	list, err := b.ListBankStatementLines(t.Context(), &pb.ListBankStatementLinesRequest{
		Filter: filter, OrderBy: "booked_date", PageSize: 500,
	})
	if err != nil {
		t.Fatal(err)
	}
	return list.GetBankStatementLines()
}

func counts(i *pb.StatementImport) [4]int32 {
	return [4]int32{i.GetRowCount(), i.GetNewCount(), i.GetDuplicateCount(), i.GetInvalidCount()}
}

func (b bank) split(code, amount string) *pb.BankStatementLine_Split {
	s := &pb.BankStatementLine_Split{AccountId: b.codes[code]}
	if amount != "" {
		s.Amount = &typepb.Money{Amount: amount}
	}
	return s
}

// checkNetIncome checks the net income of all periods.
func (b bank) checkNetIncome(t *testing.T, want string) {
	t.Helper()
	pl, err := b.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{
		StartDate: "2000-01-01", EndDate: "2030-12-31",
	})
	if err != nil || pl.GetNetIncome().GetAmount() != want {
		t.Errorf("net income: got %v, %v, want %s", pl.GetNetIncome(), err, want)
	}
}
