package app_test

import (
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
)

// tried are the records of a kind whose verb was said to be allowed and refused, and why.
type tried struct {
	allowed, refused int
	reasons          []string
}

// TestAllowedActionsTellTheTruth tries each verb that a record offers, or says that it refuses,
// as a dry run: what is allowed is accepted, or lacks only what the request names, and what is
// refused is refused. The records are those of a business that has closed some of its months.
func TestAllowedActionsTellTheTruth(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	account := keepBooks(t, o)
	operation(t, o)
	for _, of := range []string{"Task", "BookkeepingSchedule", "ApiKey", "CurrencyRevaluation"} {
		makeFixture(t, o, of)
	}
	found := tryActions(t, o, account)
	for name, want := range wantTried() {
		got := found[name]
		if got == nil || want.allowed > got.allowed || want.refused > got.refused {
			t.Errorf("%s: tried %v, want at least %v", name, got, want)
		}
	}
}

// tryActions tries each verb of each record of an organization, by kind and verb.
func tryActions(t *testing.T, o *apptest.Organization, account string) map[string]*tried {
	t.Helper()
	found := map[string]*tried{}
	for _, k := range kinds() {
		if k.message.Fields().ByName("allowed_actions") == nil {
			continue
		}
		for _, r := range listAll(t, o, k) {
			for _, a := range actionsOf(r) {
				m := verbMethod(k, a.GetVerb())
				if m == nil || a.GetVerb() == "archive" || a.GetVerb() == "unarchive" {
					continue
				}
				name := string(k.message.Name()) + "." + a.GetVerb()
				if found[name] == nil {
					found[name] = &tried{}
				}
				tryAction(t, o, k, m, r, a, account, found[name])
			}
		}
	}
	return found
}

// wantTried are how many records the books have at least of each case.
func wantTried() map[string]tried {
	return map[string]tried{
		"BankStatementLine.categorize": {2, 3, nil}, "BankStatementLine.undo": {2, 2, nil}, "BankStatementLine.hold": {1, 1, nil},
		"BankStatementLine.match": {1, 1, nil}, "Reconciliation.complete": {0, 1, nil}, "Reconciliation.reopen": {1, 0, nil},
		"AccountingPeriod.close": {1, 1, nil}, "AccountingPeriod.reopen": {1, 1, nil}, "FiscalYear.close": {0, 1, nil}, "FiscalYear.reopen": {1, 0, nil},
		"JournalEntry.post": {1, 2, nil}, "JournalEntry.reverse": {1, 8, nil}, "BankTransfer.pair": {1, 1, nil}, "BankTransfer.undo": {2, 0, nil},
		"BankMatch.undo": {1, 0, nil}, "PrivateExpense.undo": {1, 1, nil}, "StatementImport.undo": {1, 1, nil}, "ApiKey.revoke": {0, 1, nil},
		"Task.start": {1, 0, nil}, "CurrencyRevaluation.undo": {1, 0, nil}, "BookkeepingSchedule.complete": {1, 0, nil},
	}
}

// makeFixture makes a record of the conformance suite.
func makeFixture(t *testing.T, o *apptest.Organization, name string) {
	t.Helper()
	for _, k := range kinds() {
		if string(k.message.Name()) == name {
			suite{t: t, k: k, f: fixtures[string(k.message.FullName())], o: o, conn: o}.make()
		}
	}
}

func listAll(t *testing.T, o *apptest.Organization, k kind) (records []protoreflect.Message) {
	t.Helper()
	answer, err := suite{t: t, k: k, o: o, conn: o}.call("List", map[string]any{"page_size": int32(500)})
	if err != nil {
		t.Fatal(err)
	}
	list := answer.Get(answer.Descriptor().Fields().ByName(protoreflect.Name(k.plural))).List()
	for i := range list.Len() {
		records = append(records, list.Get(i).Message())
	}
	return records
}

func actionsOf(r protoreflect.Message) (actions []*typev1.AllowedAction) {
	list := r.Get(r.Descriptor().Fields().ByName("allowed_actions")).List()
	for i := range list.Len() {
		actions = append(actions, list.Get(i).Message().Interface().(*typev1.AllowedAction))
	}
	return actions
}

// verbMethod is the custom method of a verb.
func verbMethod(k kind, verb string) protoreflect.MethodDescriptor {
	name := strings.ToUpper(verb[:1]) + verb[1:] + string(k.message.Name())
	for _, m := range rpcs() {
		if string(m.Name()) == name && m.ParentFile().Package() == k.message.ParentFile().Package() {
			return m
		}
	}
	return nil
}

// tryAction takes a verb as a dry run, with an argument for all that it asks for.
func tryAction(
	t *testing.T, o *apptest.Organization, k kind, m protoreflect.MethodDescriptor, r protoreflect.Message,
	a *typev1.AllowedAction, account string, count *tried,
) {
	t.Helper()
	req, answer := empty(m.Input()), empty(m.Output())
	fields := m.Input().Fields()
	if fields.ByName("validate_only") == nil && a.GetAllowed() {
		return // it would be done
	}
	arguments := map[string]any{
		"validate_only": true, "etag": text(r, "etag"), "reason": "Tried", "confirm_unusual_date": true,
		"bank_statement_line_id": id.Format("bsl", id.New()), "journal_entry_id": id.Format("jrn", id.New()),
		k.singular + "_id": text(r, "id"),
	}
	for name, value := range arguments {
		if fields.ByName(protoreflect.Name(name)) != nil {
			set(req, name, value)
		}
	}
	if categorize, ok := req.Interface().(*financev1.CategorizeBankStatementLineRequest); ok {
		categorize.Splits = []*financev1.BankStatementLine_Split{{AccountId: account}}
	}
	err := o.Invoke(t.Context(), path(m), req.Interface(), answer.Interface())
	reason := apptest.Reason(err)
	lacking := reason == optionsv1.Reason_FIELDS_INVALID || reason == optionsv1.Reason_REFERENCE_NOT_FOUND
	switch {
	case a.GetAllowed() && (err == nil || lacking && a.GetVerb() != "post"):
		count.allowed++
	case !a.GetAllowed() && err != nil && status.Code(err) != codes.Internal:
		count.refused++
		count.reasons = append(count.reasons, a.GetReason())
	default:
		t.Errorf("%s of %v: said %v %q, answered by %v", m.Name(), r.Interface(), a.GetAllowed(), a.GetReason(), err)
	}
}

// books is what keepBooks works with.
type books struct {
	financev1.BankingServiceClient
	financev1.LedgerServiceClient
	t     *testing.T
	owner string
	// accounts are the first accounts of the chart by subtype.
	accounts map[string]string
}

// made fails the test on an error.
func made[T any](t *testing.T, r T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func openBooks(t *testing.T, o *apptest.Organization) books {
	t.Helper()
	b := books{financev1.NewBankingServiceClient(o), financev1.NewLedgerServiceClient(o), t, o.Owner.GetId(), map[string]string{}}
	list, err := b.ListAccounts(t.Context(), &financev1.ListAccountsRequest{PageSize: 500})
	for _, a := range made(t, list, err).GetAccounts() {
		if b.accounts[a.GetSubtype().String()] == "" {
			b.accounts[a.GetSubtype().String()] = a.GetId()
		}
	}
	return b
}

// keepBooks makes the books of a business in many states, and returns an account for expenses:
// 2025 is closed as a year, January 2026 as a month and reconciled, later months are open.
func keepBooks(t *testing.T, o *apptest.Organization) (expenses string) {
	t.Helper()
	b := openBooks(t, o)
	expenses = b.accounts["OPERATING_EXPENSE"]
	checking, savings := bankAccount(t, o), bankAccount(t, o)
	b.post("2025-05-05", "10.00", false)
	lines := b.said(checking, "2026-01-05,Rent,-50.00\n2026-01-06,Coffee,-4.00\n2026-01-20,Zero,0.00\n2026-01-21,Zero again,0.00\n")
	for _, l := range lines[:2] {
		b.categorize(l, expenses)
	}
	for _, l := range lines[2:] {
		_, err := b.ExcludeBankStatementLine(t.Context(), &financev1.ExcludeBankStatementLineRequest{BankStatementLineId: l, Reason: "Nothing"})
		made(t, 0, err)
	}
	b.post("2026-01-15", "7.00", true)
	b.reconcile(checking, "2026-01-31", "-54.00", true)
	b.closeYear("2025-12-31")
	b.close("2026-01-31")
	b.keepFebruary(checking, savings)
	return expenses
}

// keepFebruary adds what is open: late lines of the closed month, decisions, and a difference.
func (b books) keepFebruary(checking, savings string) {
	t := b.t
	late := b.said(checking, "2026-01-25,Late,-1.00\n2025-06-01,Very late,-2.00\n2026-02-03,Waiting,-10.00\n2026-02-04,Zero,0.00\n")
	if len(late) != 4 {
		t.Fatalf("got lines %v", late)
	}
	february := b.said(checking, "2026-02-06,Dinner,-20.00\n2026-02-10,Train,-30.00\n2026-02-11,To savings,-40.00\n2026-02-12,Paper,-5.00\n2026-03-02,Held,-6.00\n2026-03-03,To savings,-5.00\n")
	b.categorize(february[1], b.accounts["OPERATING_EXPENSE"])
	_, err := b.HoldBankStatementLine(t.Context(), &financev1.HoldBankStatementLineRequest{BankStatementLineId: february[4], Reason: "Ask"})
	made(t, 0, err)
	for _, sent := range []string{february[2], february[5]} { // the second arrives
		_, err = b.CreateBankTransfer(t.Context(), &financev1.CreateBankTransferRequest{
			BankTransfer: &financev1.BankTransfer{OutgoingLineId: sent, ToBankAccountId: savings},
		})
		made(t, 0, err)
	}
	expense, err := b.CreatePrivateExpense(t.Context(), &financev1.CreatePrivateExpenseRequest{PrivateExpense: b.expense("2026-02-05", "20.00")})
	made(t, expense, err)
	_, err = b.CreateBankMatch(t.Context(), &financev1.CreateBankMatchRequest{BankMatch: &financev1.BankMatch{
		Lines:   []*financev1.BankMatch_Line{{BankStatementLineId: february[0]}},
		Entries: []*financev1.BankMatch_Entry{{JournalEntryId: expense.GetJournalEntryId(), AccountId: expense.GetAccountId()}},
	}})
	made(t, 0, err)
	_, err = b.CreatePrivateExpense(t.Context(), &financev1.CreatePrivateExpenseRequest{PrivateExpense: b.expense("2026-01-07", "3.00")})
	if apptest.Reason(err) != optionsv1.Reason_PERIOD_CLOSED {
		t.Errorf("an expense of a closed month is answered by %v", err)
	}
	_, err = b.CreatePrivateExpense(t.Context(), &financev1.CreatePrivateExpenseRequest{PrivateExpense: b.expense("2026-02-08", "3.00")})
	made(t, 0, err)
	paper := b.post("2026-02-12", "5.00", false)
	_, err = b.CreateBankMatch(t.Context(), &financev1.CreateBankMatchRequest{BankMatch: &financev1.BankMatch{
		Lines:   []*financev1.BankMatch_Line{{BankStatementLineId: february[3]}},
		Entries: []*financev1.BankMatch_Entry{{JournalEntryId: paper, AccountId: b.accounts["CASH"]}},
	}})
	made(t, 0, err)
	b.post("2026-02-20", "9.00", false)
	b.post("2026-02-21", "8.00", true)
	_, err = b.CreateJournalEntry(t.Context(), &financev1.CreateJournalEntryRequest{Draft: true, JournalEntry: &financev1.JournalEntry{Date: "2026-02-22"}})
	made(t, 0, err)
	b.reconcile(checking, "2026-02-28", "-1.00", false)
	b.said(savings, "2026-03-01,Untouched,5.00\n")
}

// expense is one that the staff is owed.
func (b books) expense(date, amount string) *financev1.PrivateExpense {
	return &financev1.PrivateExpense{
		Date: date, Description: "Dinner", Payer: financev1.PrivateExpense_STAFF, PersonId: b.owner,
		Splits: []*financev1.BankStatementLine_Split{{AccountId: b.accounts["OPERATING_EXPENSE"], Amount: &typev1.Money{Amount: amount}}},
	}
}

func (b books) said(account, rows string) (ids []string) {
	b.t.Helper()
	imported, err := b.CreateStatementImport(b.t.Context(), &financev1.CreateStatementImportRequest{
		BankAccountId: account, StatementImport: &financev1.StatementImport{Content: []byte("Date,Text,Amount\n" + rows)},
	})
	made(b.t, imported, err)
	list, err := b.ListBankStatementLines(b.t.Context(), &financev1.ListBankStatementLinesRequest{
		Filter: `statement_import_id = "` + imported.GetId() + `"`,
	})
	for _, l := range made(b.t, list, err).GetBankStatementLines() {
		ids = append(ids, l.GetId())
	}
	return ids
}

func (b books) categorize(line, account string) {
	b.t.Helper()
	_, err := b.CategorizeBankStatementLine(b.t.Context(), &financev1.CategorizeBankStatementLineRequest{
		BankStatementLineId: line, Splits: []*financev1.BankStatementLine_Split{{AccountId: account}},
	})
	made(b.t, 0, err)
}

// post posts an entry, or keeps it as a draft.
func (b books) post(date, amount string, draft bool) (key string) {
	b.t.Helper()
	e := &financev1.JournalEntry{Date: date, Lines: []*financev1.JournalLine{
		{AccountId: b.accounts["OPERATING_EXPENSE"], Amount: &typev1.Money{Amount: amount}},
		{AccountId: b.accounts["CASH"], Amount: &typev1.Money{Amount: "-" + amount}},
	}}
	stored, err := b.CreateJournalEntry(b.t.Context(), &financev1.CreateJournalEntryRequest{JournalEntry: e, Draft: draft})
	return made(b.t, stored, err).GetId()
}

func (b books) reconcile(account, date, balance string, complete bool) {
	b.t.Helper()
	r, err := b.CreateReconciliation(b.t.Context(), &financev1.CreateReconciliationRequest{Reconciliation: &financev1.Reconciliation{
		BankAccountId: account, StatementDate: date, StatementBalance: &typev1.Money{Amount: balance},
	}})
	made(b.t, r, err)
	if complete {
		_, err := b.CompleteReconciliation(b.t.Context(), &financev1.CompleteReconciliationRequest{ReconciliationId: r.GetId()})
		made(b.t, 0, err)
	}
}

// close closes the period that ends on a day, with all before it.
func (b books) close(end string) {
	b.t.Helper()
	list, err := b.ListAccountingPeriods(b.t.Context(), &financev1.ListAccountingPeriodsRequest{Filter: `end_date = "` + end + `"`})
	p := made(b.t, list, err).GetAccountingPeriods()[0]
	_, err = b.CloseAccountingPeriod(b.t.Context(), &financev1.CloseAccountingPeriodRequest{
		AccountingPeriodId: p.GetId(), Reason: "Done", IncludeEarlier: true,
	})
	made(b.t, 0, err)
}

// closeYear closes the year that ends on a day, with its periods.
func (b books) closeYear(end string) {
	b.t.Helper()
	b.close(end)
	list, err := b.ListFiscalYears(b.t.Context(), &financev1.ListFiscalYearsRequest{Filter: `end_date = "` + end + `"`})
	y := made(b.t, list, err).GetFiscalYears()[0]
	_, err = b.CloseFiscalYear(b.t.Context(), &financev1.CloseFiscalYearRequest{FiscalYearId: y.GetId()})
	made(b.t, 0, err)
}
