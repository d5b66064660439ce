package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/reflect/protoreflect"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// isDateField reports whether a request field contains a date, by its name.
func isDateField(fd protoreflect.FieldDescriptor) bool {
	name := string(fd.Name())
	return fd.Kind() == protoreflect.StringKind && !fd.IsList() && !outputOnly(fd) && (name == "date" ||
		name == "as_of" || strings.HasSuffix(name, "_date"))
}

// TestInvalidDatesAreRejected sends malformed dates, and dates outside 1900 to 2200, in the date
// fields of every request and new record.
func TestInvalidDatesAreRejected(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	records := recordsOf(t, o)
	bad := []string{"1899-12-31", "2201-01-01", "2026-02-30", "today", "20260101"}
	checked := 0
	for _, m := range allMethods() {
		for i := range m.Input().Fields().Len() {
			fd := m.Input().Fields().Get(i)
			inner := fd.Message()
			switch {
			case isDateField(fd):
				for _, date := range bad {
					req := badInput{t, m, o, records}.validRequest()
					req.Set(fd, protoreflect.ValueOfString(date))
					checkDateRejected(t, o, m, req, fd.JSONName())
				}
				checked++
			case inner != nil && strings.HasPrefix(string(m.Name()), "Create") && !fd.IsList():
				for j := range inner.Fields().Len() {
					if date := inner.Fields().Get(j); isDateField(date) {
						req := badInput{t, m, o, records}.validRequest()
						req.Mutable(fd).Message().Set(date, protoreflect.ValueOfString(bad[checked%len(bad)]))
						checkDateRejected(t, o, m, req, date.JSONName())
						checked++
					}
				}
			}
		}
	}
	if checked < 25 {
		t.Errorf("got %d date fields, want at least 25", checked)
	}
}

func checkDateRejected(
	t *testing.T, o *apptest.Organization, m protoreflect.MethodDescriptor, req protoreflect.Message, field string,
) {
	t.Helper()
	err := o.Invoke(t.Context(), path(m), req.Interface(), empty(m.Output()).Interface())
	if !slices.Contains(apptest.Fields(err), field) {
		t.Errorf("%s: got %v, want a violation of %s in %v", m.FullName(), err, field, req.Interface())
	}
}

// TestUnusualDatesNeedConfirmation posts entries by hand with dates more than one year ahead or
// more than ten years ago, which must fail without confirm_unusual_date.
func TestUnusualDatesNeedConfirmation(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	books := financev1.NewLedgerServiceClient(o)
	today := time.Now()
	for name, c := range map[string]struct {
		date    time.Time
		unusual bool
	}{
		"a year ahead":       {today.AddDate(0, 11, 0), false},
		"beyond a year":      {today.AddDate(1, 0, 3), true},
		"nearly ten years":   {today.AddDate(-10, 0, 3), false},
		"beyond ten years":   {today.AddDate(-10, 0, -3), true},
		"another millennium": {today.AddDate(-40, 0, 0), true},
		"a century ahead":    {today.AddDate(100, 0, 0), true},
	} {
		entry := entry(t, o, "5.00")
		entry.Date = c.date.Format(time.DateOnly)
		_, err := books.CreateJournalEntry(t.Context(),
			&financev1.CreateJournalEntryRequest{JournalEntry: entry, ValidateOnly: true})
		if refused := apptest.Reason(err) == optionsv1.Reason_DATE_UNUSUAL; refused != c.unusual || !c.unusual && err != nil {
			t.Errorf("%s: got %v", name, err)
		}
		if c.unusual && !slices.Equal(apptest.Fields(err), []string{"date"}) {
			t.Errorf("%s: got violations of %v, want date", name, apptest.Fields(err))
		}
		if _, err := books.CreateJournalEntry(t.Context(),
			&financev1.CreateJournalEntryRequest{JournalEntry: entry, ConfirmUnusualDate: true}); err != nil {
			t.Errorf("%s, confirmed: got %v", name, err)
		}
	}
}

// TestOldDraftsNeedConfirmation posts old drafts, and old entries in a batch, with and without a
// confirmation.
func TestOldDraftsNeedConfirmation(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	books := financev1.NewLedgerServiceClient(o)
	old := entry(t, o, "6.00")
	old.Date = "2001-02-03"
	_, err := books.BatchCreateJournalEntries(t.Context(),
		&financev1.BatchCreateJournalEntriesRequest{Requests: []*financev1.CreateJournalEntryRequest{
			{JournalEntry: old, ConfirmUnusualDate: true}, {JournalEntry: old, Draft: true}, {JournalEntry: old},
		}})
	if apptest.Reason(err) != optionsv1.Reason_DATE_UNUSUAL ||
		!slices.Equal(apptest.Fields(err), []string{"requests[2].journalEntry.date"}) {
		t.Errorf("a batch: got %v with violations of %v", err, apptest.Fields(err))
	}
	draft, err := books.CreateJournalEntry(t.Context(),
		&financev1.CreateJournalEntryRequest{JournalEntry: old, Draft: true})
	if err != nil {
		t.Fatal(err)
	}
	post := &financev1.PostJournalEntryRequest{JournalEntryId: draft.GetId(), Etag: draft.GetEtag()}
	if _, err := books.PostJournalEntry(t.Context(), post); apptest.Reason(err) != optionsv1.Reason_DATE_UNUSUAL {
		t.Errorf("posting an old draft: got %v", err)
	}
	post.ConfirmUnusualDate = true
	if _, err := books.PostJournalEntry(t.Context(), post); err != nil {
		t.Errorf("posting an old draft, confirmed: got %v", err)
	}
	// A reversal at the entry's own date needs no confirmation.
	if _, err := books.ReverseJournalEntry(t.Context(),
		&financev1.ReverseJournalEntryRequest{JournalEntryId: draft.GetId()}); err != nil {
		t.Errorf("reversing an old entry: got %v", err)
	}
}

// TestUnusualReversalOrExpenseDateNeedsConfirmation reverses an entry far ahead, and imports
// opening balances and creates a private expense with old dates.
func TestUnusualReversalOrExpenseDateNeedsConfirmation(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	books := financev1.NewLedgerServiceClient(o)
	checkUnusualReversal(t, books, entry(t, o, "7.00"))
	checkUnusualOpeningBalances(t, books)
	expense := fixtures["backoffice.finance.v1.PrivateExpense"].record(t, o).(*financev1.PrivateExpense)
	expense.Date = "2001-02-03"
	banking := financev1.NewBankingServiceClient(o)
	_, err := banking.CreatePrivateExpense(t.Context(),
		&financev1.CreatePrivateExpenseRequest{PrivateExpense: expense})
	if apptest.Reason(err) != optionsv1.Reason_DATE_UNUSUAL {
		t.Errorf("an old private expense: got %v", err)
	}
	if _, err := banking.CreatePrivateExpense(t.Context(),
		&financev1.CreatePrivateExpenseRequest{PrivateExpense: expense, ConfirmUnusualDate: true}); err != nil {
		t.Errorf("an old private expense, confirmed: got %v", err)
	}
}

// checkUnusualReversal reverses an entry on a date two years ahead, which needs a confirmation.
func checkUnusualReversal(t *testing.T, books financev1.LedgerServiceClient, e *financev1.JournalEntry) {
	t.Helper()
	posted, err := books.CreateJournalEntry(t.Context(), &financev1.CreateJournalEntryRequest{JournalEntry: e})
	if err != nil {
		t.Fatal(err)
	}
	req := &financev1.ReverseJournalEntryRequest{JournalEntryId: posted.GetId(),
		Date: time.Now().AddDate(2, 0, 0).Format(time.DateOnly)}
	_, err = books.ReverseJournalEntry(t.Context(), req)
	if apptest.Reason(err) != optionsv1.Reason_DATE_UNUSUAL || !slices.Equal(apptest.Fields(err), []string{"date"}) {
		t.Errorf("a reversal far ahead: got %v with violations of %v", err, apptest.Fields(err))
	}
	req.ConfirmUnusualDate = true
	if _, err := books.ReverseJournalEntry(t.Context(), req); err != nil {
		t.Errorf("a reversal far ahead, confirmed: got %v", err)
	}
}

// checkUnusualOpeningBalances imports old opening balances, which needs a confirmation.
func checkUnusualOpeningBalances(t *testing.T, books financev1.LedgerServiceClient) {
	t.Helper()
	req := &financev1.ImportOpeningBalancesRequest{
		Date: "2001-12-31", CreateAccounts: true,
		Content: []byte("Account,Type,Debit,Credit\nOld bank,Bank,5.00,\nOld equity,Equity,,5.00\n"),
	}
	_, err := books.ImportOpeningBalances(t.Context(), req)
	if apptest.Reason(err) != optionsv1.Reason_DATE_UNUSUAL || !slices.Equal(apptest.Fields(err), []string{"date"}) {
		t.Errorf("old opening balances: got %v with violations of %v", err, apptest.Fields(err))
	}
	req.ConfirmUnusualDate = true
	if _, err := books.ImportOpeningBalances(t.Context(), req); err != nil {
		t.Errorf("old opening balances, confirmed: got %v", err)
	}
}

// TestImportedDatesAreChecked imports statement lines. An old date must give a warning, and a date
// before 1900 must be rejected.
func TestImportedDatesAreChecked(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	banking := financev1.NewBankingServiceClient(o)
	file := "Date,Description,Amount\n2001-02-03,Old,1.00\n2026-01-05,New,2.00\n1066-10-14,Impossible,3.00\n"
	made, err := banking.CreateStatementImport(t.Context(),
		&financev1.CreateStatementImportRequest{
			BankAccountId: createBankAccount(t, o), StatementImport: &financev1.StatementImport{
				FileName: "checking.csv", Content: []byte(file), SkipInvalidRows: true,
			},
		})
	if err != nil {
		t.Fatal(err)
	}
	if made.GetNewCount() != 2 || made.GetInvalidCount() != 1 || !slices.ContainsFunc(made.GetWarnings(),
		func(w string) bool { return strings.Contains(w, "ten years ago: 1") }) {
		t.Errorf("got %v, want 2 new lines, 1 invalid row and a warning", made)
	}
}
