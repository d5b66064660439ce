package app_test

import (
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// books creates and changes the records of an organization's books.
type books struct {
	financev1.BankingServiceClient
	financev1.LedgerServiceClient
	t     *testing.T
	owner string
	// accounts are the identifiers of the first account of each subtype.
	accounts map[string]string
}

// require fails the test on an error and returns r otherwise.
func require[T any](t *testing.T, r T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// openBooks returns the books of a new organization.
func openBooks(t *testing.T, o *apptest.Organization) books {
	t.Helper()
	b := books{financev1.NewBankingServiceClient(o), financev1.NewLedgerServiceClient(o), t, o.Owner.GetId(),
		map[string]string{}}
	list, err := b.ListAccounts(t.Context(), &financev1.ListAccountsRequest{PageSize: 500})
	for _, a := range require(t, list, err).GetAccounts() {
		if b.accounts[a.GetSubtype().String()] == "" {
			b.accounts[a.GetSubtype().String()] = a.GetId()
		}
	}
	return b
}

// createBooks creates the books of a business with records in many states, and returns the
// identifier of an expense account. The fiscal year 2025 is closed, January 2026 is closed and
// reconciled, and later months are open.
func createBooks(t *testing.T, o *apptest.Organization) (expenses string) {
	t.Helper()
	b := openBooks(t, o)
	expenses = b.accounts["OPERATING_EXPENSE"]
	checking, savings := createBankAccount(t, o), createBankAccount(t, o)
	b.post("2025-05-05", "10.00", false)
	lines := b.importLines(checking,
		"2026-01-05,Rent,-50.00\n2026-01-06,Coffee,-4.00\n2026-01-20,Zero,0.00\n2026-01-21,Zero again,0.00\n")
	for _, l := range lines[:2] {
		b.categorize(l, expenses)
	}
	for _, l := range lines[2:] {
		_, err := b.ExcludeBankStatementLine(t.Context(),
			&financev1.ExcludeBankStatementLineRequest{BankStatementLineId: l, Reason: "Nothing"})
		require(t, 0, err)
	}
	b.post("2026-01-15", "7.00", true)
	b.reconcile(checking, "2026-01-31", "-54.00", true)
	b.closeYear("2025-12-31")
	b.close("2026-01-31")
	b.createFebruary(checking, savings)
	return expenses
}

// createFebruary adds records that are open: late lines of the closed months, lines in all states,
// and a reconciliation with a difference.
func (b books) createFebruary(checking, savings string) {
	t := b.t
	late := b.importLines(checking,
		"2026-01-25,Late,-1.00\n2025-06-01,Very late,-2.00\n2026-02-03,Waiting,-10.00\n2026-02-04,Zero,0.00\n")
	if len(late) != 4 {
		t.Fatalf("got lines %v", late)
	}
	february := b.importLines(checking,
		"2026-02-06,Dinner,-20.00\n2026-02-10,Train,-30.00\n2026-02-11,To savings,-40.00\n"+
			"2026-02-12,Paper,-5.00\n2026-03-02,Held,-6.00\n2026-03-03,To savings,-5.00\n")
	b.categorize(february[1], b.accounts["OPERATING_EXPENSE"])
	_, err := b.HoldBankStatementLine(t.Context(),
		&financev1.HoldBankStatementLineRequest{BankStatementLineId: february[4], Reason: "Ask"})
	require(t, 0, err)
	for _, sent := range []string{february[2], february[5]} {
		_, err = b.CreateBankTransfer(t.Context(), &financev1.CreateBankTransferRequest{
			BankTransfer: &financev1.BankTransfer{OutgoingLineId: sent, ToBankAccountId: savings},
		})
		require(t, 0, err)
	}
	b.matchLines(february[0], february[3])
	b.post("2026-02-20", "9.00", false)
	b.post("2026-02-21", "8.00", true)
	_, err = b.CreateJournalEntry(t.Context(),
		&financev1.CreateJournalEntryRequest{Draft: true, JournalEntry: &financev1.JournalEntry{Date: "2026-02-22"}})
	require(t, 0, err)
	b.reconcile(checking, "2026-02-28", "-1.00", false)
	b.importLines(savings, "2026-03-01,Untouched,5.00\n")
}

// matchLines matches a line with a private expense and one with an entry, and creates an expense
// without a match.
func (b books) matchLines(dinner, paperLine string) {
	t := b.t
	expense, err := b.CreatePrivateExpense(t.Context(),
		&financev1.CreatePrivateExpenseRequest{PrivateExpense: b.expense("2026-02-05", "20.00")})
	require(t, expense, err)
	_, err = b.CreateBankMatch(t.Context(), &financev1.CreateBankMatchRequest{BankMatch: &financev1.BankMatch{
		Lines: []*financev1.BankMatch_Line{{BankStatementLineId: dinner}},
		Entries: []*financev1.BankMatch_Entry{{JournalEntryId: expense.GetJournalEntryId(),
			AccountId: expense.GetAccountId()}},
	}})
	require(t, 0, err)
	_, err = b.CreatePrivateExpense(t.Context(),
		&financev1.CreatePrivateExpenseRequest{PrivateExpense: b.expense("2026-01-07", "3.00")})
	if apptest.Reason(err) != optionsv1.Reason_PERIOD_CLOSED {
		t.Errorf("an expense of a closed month: got %v, want PERIOD_CLOSED", err)
	}
	_, err = b.CreatePrivateExpense(t.Context(),
		&financev1.CreatePrivateExpenseRequest{PrivateExpense: b.expense("2026-02-08", "3.00")})
	require(t, 0, err)
	paper := b.post("2026-02-12", "5.00", false)
	_, err = b.CreateBankMatch(t.Context(), &financev1.CreateBankMatchRequest{BankMatch: &financev1.BankMatch{
		Lines:   []*financev1.BankMatch_Line{{BankStatementLineId: paperLine}},
		Entries: []*financev1.BankMatch_Entry{{JournalEntryId: paper, AccountId: b.accounts["CASH"]}},
	}})
	require(t, 0, err)
}

// expense returns a private expense that the organization owes to its owner as a staff member.
func (b books) expense(date, amount string) *financev1.PrivateExpense {
	return &financev1.PrivateExpense{
		Date: date, Description: "Dinner", Payer: financev1.PrivateExpense_STAFF, PersonId: b.owner,
		Splits: []*financev1.BankStatementLine_Split{{AccountId: b.accounts["OPERATING_EXPENSE"],
			Amount: &typev1.Money{Amount: amount}}},
	}
}

// importLines imports lines of a statement, as CSV, and returns their identifiers.
func (b books) importLines(account, rows string) (ids []string) {
	b.t.Helper()
	imported, err := b.CreateStatementImport(b.t.Context(), &financev1.CreateStatementImportRequest{
		BankAccountId: account, StatementImport: &financev1.StatementImport{Content: []byte("Date,Text,Amount\n" + rows)},
	})
	require(b.t, imported, err)
	list, err := b.ListBankStatementLines(b.t.Context(), &financev1.ListBankStatementLinesRequest{
		Filter: `statement_import_id = "` + imported.GetId() + `"`,
	})
	for _, l := range require(b.t, list, err).GetBankStatementLines() {
		ids = append(ids, l.GetId())
	}
	return ids
}

func (b books) categorize(line, account string) {
	b.t.Helper()
	_, err := b.CategorizeBankStatementLine(b.t.Context(), &financev1.CategorizeBankStatementLineRequest{
		BankStatementLineId: line, Splits: []*financev1.BankStatementLine_Split{{AccountId: account}},
	})
	require(b.t, 0, err)
}

// post posts an entry, or saves it as a draft.
func (b books) post(date, amount string, draft bool) (key string) {
	b.t.Helper()
	e := &financev1.JournalEntry{Date: date, Lines: []*financev1.JournalLine{
		{AccountId: b.accounts["OPERATING_EXPENSE"], Amount: &typev1.Money{Amount: amount}},
		{AccountId: b.accounts["CASH"], Amount: &typev1.Money{Amount: "-" + amount}},
	}}
	stored, err := b.CreateJournalEntry(b.t.Context(), &financev1.CreateJournalEntryRequest{JournalEntry: e, Draft: draft})
	return require(b.t, stored, err).GetId()
}

func (b books) reconcile(account, date, balance string, complete bool) {
	b.t.Helper()
	r, err := b.CreateReconciliation(b.t.Context(),
		&financev1.CreateReconciliationRequest{Reconciliation: &financev1.Reconciliation{
			BankAccountId: account, StatementDate: date, StatementBalance: &typev1.Money{Amount: balance},
		}})
	require(b.t, r, err)
	if complete {
		_, err := b.CompleteReconciliation(b.t.Context(),
			&financev1.CompleteReconciliationRequest{ReconciliationId: r.GetId()})
		require(b.t, 0, err)
	}
}

// close closes the accounting period that ends on a day, and all earlier ones.
func (b books) close(end string) {
	b.t.Helper()
	list, err := b.ListAccountingPeriods(b.t.Context(),
		&financev1.ListAccountingPeriodsRequest{Filter: `end_date = "` + end + `"`})
	p := require(b.t, list, err).GetAccountingPeriods()[0]
	_, err = b.CloseAccountingPeriod(b.t.Context(), &financev1.CloseAccountingPeriodRequest{
		AccountingPeriodId: p.GetId(), Reason: "Done", IncludeEarlier: true,
	})
	require(b.t, 0, err)
}

// closeYear closes the fiscal year that ends on a day, with its periods.
func (b books) closeYear(end string) {
	b.t.Helper()
	b.close(end)
	list, err := b.ListFiscalYears(b.t.Context(), &financev1.ListFiscalYearsRequest{Filter: `end_date = "` + end + `"`})
	y := require(b.t, list, err).GetFiscalYears()[0]
	_, err = b.CloseFiscalYear(b.t.Context(), &financev1.CloseFiscalYearRequest{FiscalYearId: y.GetId()})
	require(b.t, 0, err)
}
