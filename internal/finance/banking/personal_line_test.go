package banking_test

import (
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// TestMixedLineIsSplit splits a mixed line into business splits and a personal rest.
func TestMixedLineIsSplit(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	line := b.importLines(t, b.account.GetId(), "2026-01-05,Supermarket,-100.00\n")[0]
	mark := func(account string, business ...*pb.BankStatementLine_Split) (*pb.BankStatementLine, error) {
		return b.MarkPersonalBankStatementLine(t.Context(), &pb.MarkPersonalBankStatementLineRequest{
			BankStatementLineId: line.GetId(), AccountId: account, BusinessSplits: business,
		})
	}
	for _, amounts := range []string{"100", "120", "-100", "0"} {
		_, err := mark("", b.split("OPERATING_EXPENSE", amounts))
		if reason := apptest.Reason(err); reason != optionsv1.Reason_SPLITS_DO_NOT_ADD_UP && amounts != "0" {
			t.Errorf("business split of %s of 100: got %v", amounts, err)
		}
	}
	_, err := mark("", b.split("ACCOUNTS_PAYABLE", "30"))
	wantReason(t, err, optionsv1.Reason_ACCOUNT_IS_CONTROL)
	if fields := apptest.Fields(err); !slices.Equal(fields, []string{"businessSplits[0].accountId"}) {
		t.Errorf("got %v", fields)
	}
	done, err := mark(b.codes["LOAN"], b.split("OPERATING_EXPENSE", "30"), b.split("COST_OF_SALES", "25.50"))
	if err != nil || !done.GetPersonal() || len(done.GetSplits()) != 3 ||
		done.GetSplits()[2].GetAmount().GetAmount() != "-44.50" || done.GetSplits()[2].GetAccountId() != b.codes["LOAN"] {
		t.Fatalf("got %v, %v", done, err)
	}
	b.checkNetIncome(t, "-55.50")
	if _, err := b.UndoBankStatementLine(t.Context(), &pb.UndoBankStatementLineRequest{
		BankStatementLineId: line.GetId(),
	}); err != nil {
		t.Fatal(err)
	}
	b.checkNetIncome(t, "0.00")
}

// TestOwnerPartErrorsNameRequestFields checks that an error in the owner's part of an entry, which
// no request has, is reported at a field that the request has.
func TestOwnerPartErrorsNameRequestFields(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	loan, abroad := b.addEuroLoan(t), b.addBankAccount(t, "EUR")
	dollars := b.importLines(t, b.account.GetId(), "2026-01-05,Supermarket,-100.00\n")[0]
	euros := b.importLines(t, abroad, "2026-01-05,Market,-100.00\n")[0]
	large := b.importLines(t, abroad, "2026-03-05,Market,-80000000000000.00\n")[0]
	if _, err := b.ledger.CreateExchangeRate(t.Context(), &pb.CreateExchangeRateRequest{ExchangeRate: &pb.ExchangeRate{
		Date: "2026-03-05", FromCurrencyCode: "EUR", ToCurrencyCode: "USD", Rate: "1000",
	}}); err != nil {
		t.Fatal(err)
	}
	business := b.splits("OPERATING_EXPENSE", "30")
	mark := func(line *pb.BankStatementLine, account string, business ...*pb.BankStatementLine_Split) error {
		_, err := b.MarkPersonalBankStatementLine(t.Context(), &pb.MarkPersonalBankStatementLineRequest{
			BankStatementLineId: line.GetId(), AccountId: account, BusinessSplits: business,
		})
		return err
	}
	expense := func(account, currency string) error {
		_, err := b.createExpense(t, &pb.PrivateExpense{
			Date: "2026-01-05", Payer: pb.PrivateExpense_OWNER, AccountId: account,
			Splits: []*pb.BankStatementLine_Split{{
				AccountId: b.codes["OPERATING_EXPENSE"], Amount: &typepb.Money{Amount: "5", CurrencyCode: currency},
			}},
		})
		return err
	}
	for name, c := range map[string]struct {
		err    error
		reason optionsv1.Reason
		field  string
	}{
		"personal line, other currency": {mark(dollars, loan), optionsv1.Reason_ACCOUNT_IN_OTHER_CURRENCY, "accountId"},
		"mixed line, other currency": {
			mark(dollars, loan, business...), optionsv1.Reason_ACCOUNT_IN_OTHER_CURRENCY, "accountId",
		},
		"expense, other currency": {expense(loan, "USD"), optionsv1.Reason_ACCOUNT_IN_OTHER_CURRENCY, "accountId"},
		"personal line, no rate":  {mark(euros, ""), optionsv1.Reason_EXCHANGE_RATE_MISSING, "postingDate"},
		"mixed line, no rate":     {mark(euros, "", business...), optionsv1.Reason_EXCHANGE_RATE_MISSING, "postingDate"},
		"expense, no rate":        {expense("", "EUR"), optionsv1.Reason_EXCHANGE_RATE_MISSING, "exchangeRate"},
		"personal line, too large": {
			mark(large, ""), optionsv1.Reason_FIELDS_INVALID, "bankStatementLineId",
		},
		"mixed line, too large": {
			mark(large, "", business...), optionsv1.Reason_FIELDS_INVALID, "bankStatementLineId",
		},
	} {
		wantReason(t, c.err, c.reason)
		if fields := apptest.Fields(c.err); !slices.Equal(fields, []string{c.field}) {
			t.Errorf("%s: got %v, want an error at %s", name, c.err, c.field)
		}
	}
}

// TestPersonalSpendingIsSuspected checks that the server lists lines that look personal, learns
// from decisions, and counts such lines on the bank account.
func TestPersonalSpendingIsSuspected(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	content := "Date,Payee,Description,Amount\n" +
		"2026-01-05,Netflix,Films,-12.99\n2026-01-06,Corner Cafe,Lunch,-9.50\n2026-01-10,Lego,Store,-50.00\n" +
		"2026-01-12,Corner Cafe,Lunch,-8.50\n2026-01-13,Landlord,Rent,-500.00\n2026-02-14,Lego,Store,-60.00\n"
	made := b.mustImportTo(t, b.account.GetId(), &pb.StatementImport{Content: []byte(content)})
	l := b.findLines(t, `statement_import_id = "`+made.GetId()+`"`)
	list := func(req *pb.SuspectPersonalSpendingRequest) []string {
		t.Helper()
		got, err := b.SuspectPersonalSpending(t.Context(), req)
		if err != nil || int(got.GetCount()) != len(got.GetSuspicions()) || got.GetTruncated() {
			t.Fatalf("got %v, %v", got, err)
		}
		names := []string{}
		for _, s := range got.GetSuspicions() {
			names = append(names, s.GetBankStatementLine().GetCounterpartyName())
		}
		return names
	}
	if got := list(&pb.SuspectPersonalSpendingRequest{}); !slices.Equal(got, []string{"Lego", "Lego", "Netflix"}) {
		t.Errorf("got %v", got)
	}
	if got := list(&pb.SuspectPersonalSpendingRequest{
		BankAccountId: b.account.GetId(), StartDate: "2026-01-06", EndDate: "2026-01-31",
	}); !slices.Equal(got, []string{"Lego"}) {
		t.Errorf("got %v", got)
	}
	if _, err := b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{
		BankStatementLineId: l[2].GetId(), Splits: []*pb.BankStatementLine_Split{b.split("OPERATING_EXPENSE", "")},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.MarkPersonalBankStatementLine(t.Context(), &pb.MarkPersonalBankStatementLineRequest{
		BankStatementLineId: l[1].GetId(),
	}); err != nil {
		t.Fatal(err)
	}
	if got := list(&pb.SuspectPersonalSpendingRequest{}); !slices.Equal(got, []string{"Corner Cafe", "Netflix"}) {
		t.Errorf("after decisions: got %v", got)
	}
	account, err := b.GetBankAccount(t.Context(), &pb.GetBankAccountRequest{BankAccountId: b.account.GetId()})
	if err != nil || account.GetSuspectedPersonalCount() != 2 || account.GetUnmatchedCount() != 4 {
		t.Errorf("got %v, %v", account, err)
	}
	_, err = b.SuspectPersonalSpending(t.Context(), &pb.SuspectPersonalSpendingRequest{EndDate: "soon"})
	wantReason(t, err, optionsv1.Reason_FIELDS_INVALID)
}

// createExpense creates a private expense.
func (b bank) createExpense(t *testing.T, e *pb.PrivateExpense) (*pb.PrivateExpense, error) {
	t.Helper()
	return b.CreatePrivateExpense(t.Context(), &pb.CreatePrivateExpenseRequest{PrivateExpense: e})
}

// splits returns one split to the account with the given subtype.
func (b bank) splits(subtype, amount string) []*pb.BankStatementLine_Split {
	return []*pb.BankStatementLine_Split{b.split(subtype, amount)}
}

// person creates a person and returns the id.
func (b bank) person(t *testing.T, name string) string {
	t.Helper()
	p, err := b.persons.CreatePerson(t.Context(), &platformv1.CreatePersonRequest{
		Person: &platformv1.Person{DisplayName: name},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p.GetId()
}

// TestPrivateExpenses posts expenses paid by the owner and by staff, repays staff by a bank line,
// and undoes the expenses.
func TestPrivateExpenses(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	mixed, err := b.createExpense(t, &pb.PrivateExpense{
		Date: "2026-01-05", Description: "Printer, and toys", Payer: pb.PrivateExpense_OWNER,
		TotalAmount: &typepb.Money{Amount: "180"},
		Splits:      append(b.splits("OPERATING_EXPENSE", "120"), b.split("COST_OF_SALES", "20")),
	})
	if err != nil || mixed.GetPrivateAmount().GetAmount() != "40.00" ||
		mixed.GetAccountId() != b.codes["OWNER_EQUITY"] || mixed.GetState() != pb.PrivateExpense_POSTED {
		t.Fatalf("got %v, %v", mixed, err)
	}
	b.checkNetIncome(t, "-140.00")
	if got := b.balance(t, b.codes["OWNER_EQUITY"]); got != "0.00/140.00" {
		t.Errorf("balance of the owner's equity: got %s", got)
	}
	ann := b.person(t, "Ann")
	owed, err := b.createExpense(t, &pb.PrivateExpense{
		Date: "2026-01-06", Description: "Taxi", Payer: pb.PrivateExpense_STAFF, PersonId: ann,
		Splits: b.splits("OPERATING_EXPENSE", "30"),
	})
	if err != nil || owed.GetAccountId() == "" || owed.GetTotalAmount().GetAmount() != "30.00" {
		t.Fatalf("got %v, %v", owed, err)
	}
	line := b.importLines(t, b.account.GetId(), "2026-01-20,Ann Taxi,-30.00\n")[0]
	paid, err := b.createMatch(t, b.suggestMatches(t, line).GetSuggestions()[0].GetBankMatch())
	if err != nil {
		t.Fatal(err)
	}
	undo := func(e *pb.PrivateExpense) error {
		_, err := b.UndoPrivateExpense(t.Context(), &pb.UndoPrivateExpenseRequest{PrivateExpenseId: e.GetId()})
		return err
	}
	wantReason(t, undo(owed), optionsv1.Reason_JOURNAL_ENTRY_MATCHED)
	if _, err := b.UndoBankMatch(t.Context(), &pb.UndoBankMatchRequest{BankMatchId: paid.GetId()}); err != nil {
		t.Fatal(err)
	}
	for _, e := range []*pb.PrivateExpense{owed, mixed} {
		if err := undo(e); err != nil {
			t.Error(err)
		}
	}
	wantReason(t, undo(mixed), optionsv1.Reason_STATE_REFUSES_ACTION)
	b.checkNetIncome(t, "0.00")
}

// TestInvalidPrivateExpenseIsRefused checks the reason of each invalid private expense.
func TestInvalidPrivateExpenseIsRefused(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	ann := b.person(t, "Ann")
	dollars := b.splits("OPERATING_EXPENSE", "5")
	for name, c := range map[string]struct {
		expense *pb.PrivateExpense
		reason  optionsv1.Reason
	}{
		"no payer": {&pb.PrivateExpense{Splits: dollars}, optionsv1.Reason_FIELDS_INVALID},
		"no splits": {
			&pb.PrivateExpense{Payer: pb.PrivateExpense_OWNER}, optionsv1.Reason_FIELDS_INVALID,
		},
		"a staff payer without a person": {
			&pb.PrivateExpense{Payer: pb.PrivateExpense_STAFF, Splits: dollars}, optionsv1.Reason_FIELDS_INVALID,
		},
		"an unknown person": {
			&pb.PrivateExpense{Payer: pb.PrivateExpense_STAFF, PersonId: "prs_01k9zzzzzzzzzzzzzzzzzzzzzz", Splits: dollars},
			optionsv1.Reason_REFERENCE_NOT_FOUND,
		},
		"splits above the total": {
			&pb.PrivateExpense{Payer: pb.PrivateExpense_OWNER, Splits: dollars, TotalAmount: &typepb.Money{Amount: "4"}},
			optionsv1.Reason_SPLITS_DO_NOT_ADD_UP,
		},
		"a negative split": {
			&pb.PrivateExpense{Payer: pb.PrivateExpense_OWNER, Splits: b.splits("OPERATING_EXPENSE", "-5")},
			optionsv1.Reason_FIELDS_INVALID,
		},
		"a control account": {
			&pb.PrivateExpense{Payer: pb.PrivateExpense_OWNER, Splits: b.splits("ACCOUNTS_PAYABLE", "5")},
			optionsv1.Reason_ACCOUNT_IS_CONTROL,
		},
		"a ledger account of a bank account": {
			&pb.PrivateExpense{
				Payer: pb.PrivateExpense_OWNER,
				Splits: []*pb.BankStatementLine_Split{{
					AccountId: b.account.GetLedgerAccountId(), Amount: &typepb.Money{Amount: "5"},
				}},
			},
			optionsv1.Reason_FIELDS_INVALID,
		},
		"an account that is not the owner's": {
			&pb.PrivateExpense{Payer: pb.PrivateExpense_OWNER, AccountId: b.codes["SALES"], Splits: dollars},
			optionsv1.Reason_FIELDS_INVALID,
		},
		"an account that is no liability": {
			&pb.PrivateExpense{
				Payer: pb.PrivateExpense_STAFF, PersonId: ann, AccountId: b.codes["SALES"], Splits: dollars,
			},
			optionsv1.Reason_FIELDS_INVALID,
		},
		"euros without a rate": {
			&pb.PrivateExpense{
				Payer: pb.PrivateExpense_OWNER,
				Splits: []*pb.BankStatementLine_Split{{
					AccountId: b.codes["OPERATING_EXPENSE"], Amount: &typepb.Money{Amount: "5", CurrencyCode: "EUR"},
				}},
			},
			optionsv1.Reason_EXCHANGE_RATE_MISSING,
		},
		"two currencies together": {
			&pb.PrivateExpense{
				Payer: pb.PrivateExpense_OWNER, TotalAmount: &typepb.Money{Amount: "9", CurrencyCode: "EUR"}, Splits: dollars,
			},
			optionsv1.Reason_FIELDS_INVALID,
		},
	} {
		c.expense.Date = "2026-01-05"
		_, err := b.createExpense(t, c.expense)
		if apptest.Reason(err) != c.reason {
			t.Errorf("%s: got %v, want %s", name, err, c.reason)
		}
	}
}

// TestMissingPayerAccountIsAdded checks that the server credits a new account if the chart's
// account for the payer is archived or missing.
func TestMissingPayerAccountIsAdded(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	ann := b.person(t, "Ann")
	if _, err := b.ledger.ArchiveAccount(
		t.Context(), &pb.ArchiveAccountRequest{AccountId: b.codes["OWNER_EQUITY"]},
	); err != nil {
		t.Fatal(err)
	}
	for payer, want := range map[pb.PrivateExpense_Payer]pb.Account_Subtype{
		pb.PrivateExpense_OWNER: pb.Account_OWNER_EQUITY, pb.PrivateExpense_STAFF: pb.Account_OTHER_LIABILITY,
	} {
		made, err := b.CreatePrivateExpense(t.Context(), &pb.CreatePrivateExpenseRequest{PrivateExpense: &pb.PrivateExpense{
			Date: "2026-01-05", Payer: payer, PersonId: ann, Splits: []*pb.BankStatementLine_Split{
				b.split("OPERATING_EXPENSE", "5"),
			},
		}})
		if err != nil {
			t.Fatal(err)
		}
		account, err := b.ledger.GetAccount(t.Context(), &pb.GetAccountRequest{AccountId: made.GetAccountId()})
		if err != nil || account.GetSubtype() != want || account.GetId() == b.codes["OWNER_EQUITY"] {
			t.Errorf("%s: got %v, %v, want a new account of subtype %s", payer, account, err, want)
		}
		isStaff := payer == pb.PrivateExpense_STAFF
		if isStaff != (account.GetCashFlowClass() == pb.Account_EMPLOYEES) {
			t.Errorf("%s: got the cash-flow class %s", payer, account.GetCashFlowClass())
		}
	}
}
