package banking

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

var privateExpenses = resource.New(table.New("finance.private_expenses",
	table.Date("date", func(e *pb.PrivateExpense) *string { return &e.Date }).Filter().Sort("private_expenses_by_date"),
	table.Text("description", func(e *pb.PrivateExpense) *string { return &e.Description }).Filter(),
	table.Enum("payer", func(e *pb.PrivateExpense) *pb.PrivateExpense_Payer { return &e.Payer }).Filter(),
	table.Ref("person_id", "prs", func(e *pb.PrivateExpense) *string { return &e.PersonId }).Filter(),
	table.Messages("splits", func(e *pb.PrivateExpense) *[]*pb.BankStatementLine_Split { return &e.Splits }),
	table.Money("total_amount", func(e *pb.PrivateExpense) **typepb.Money { return &e.TotalAmount }),
	table.Ref("account_id", "acc", func(e *pb.PrivateExpense) *string { return &e.AccountId }),
	table.Decimal("exchange_rate", rateDigits, func(e *pb.PrivateExpense) *string { return &e.ExchangeRate }),
	table.Money("private_amount", func(e *pb.PrivateExpense) **typepb.Money { return &e.PrivateAmount }),
	table.Enum("state", func(e *pb.PrivateExpense) *pb.PrivateExpense_State { return &e.State }).Filter(),
	table.Ref("journal_entry_id", "jrn", func(e *pb.PrivateExpense) *string { return &e.JournalEntryId }),
).Rank(db.RankDocument)).Lifecycle(privateLifecycle).Guard("undo", guardUndoExpenses).Owner("person_id").HandOver().
	Searchable("description")

var privateLifecycle = state.New(
	func(r *pb.PrivateExpense) *pb.PrivateExpense_State { return &r.State },
	[]state.Step[pb.PrivateExpense_State]{
		{
			Verb: "undo", Event: "undone", From: []pb.PrivateExpense_State{pb.PrivateExpense_POSTED},
			To: pb.PrivateExpense_UNDONE,
		},
	},
)

// CreatePrivateExpense creates and posts a business expense that was paid privately.
func (s *Service) CreatePrivateExpense(
	ctx context.Context, req *pb.CreatePrivateExpenseRequest,
) (*pb.PrivateExpense, error) {
	if err := ledger.CheckPlausibleDate(
		call.From(ctx), req.GetPrivateExpense().GetDate(), req.GetConfirmUnusualDate(),
	); err != nil {
		return nil, err
	}
	return privateExpenses.Create(ctx, s.db, req.GetPrivateExpense(), postPrivateExpense)
}

// GetPrivateExpense returns a private expense.
func (s *Service) GetPrivateExpense(ctx context.Context, req *pb.GetPrivateExpenseRequest) (*pb.PrivateExpense, error) {
	return privateExpenses.Get(ctx, s.db, req.GetPrivateExpenseId())
}

// BatchGetPrivateExpenses returns private expenses in the order requested.
func (s *Service) BatchGetPrivateExpenses(
	ctx context.Context, req *pb.BatchGetPrivateExpensesRequest,
) (*pb.BatchGetPrivateExpensesResponse, error) {
	list, err := privateExpenses.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetPrivateExpensesResponse{PrivateExpenses: list}, err
}

// ListPrivateExpenses returns a page of private expenses.
func (s *Service) ListPrivateExpenses(
	ctx context.Context, req *pb.ListPrivateExpensesRequest,
) (*pb.ListPrivateExpensesResponse, error) {
	page, err := privateExpenses.List(ctx, s.db, req)
	return &pb.ListPrivateExpensesResponse{
		PrivateExpenses: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}

// UpdatePrivateExpense updates the metadata and the external id of a private expense.
func (s *Service) UpdatePrivateExpense(
	ctx context.Context, req *pb.UpdatePrivateExpenseRequest,
) (*pb.PrivateExpense, error) {
	return privateExpenses.Update(ctx, s.db, req.GetPrivateExpenseId(), req.GetPrivateExpense(), req.GetUpdateMask())
}

// UndoPrivateExpense reverses the entry of a private expense.
func (s *Service) UndoPrivateExpense(
	ctx context.Context, req *pb.UndoPrivateExpenseRequest,
) (*pb.PrivateExpense, error) {
	return privateExpenses.Step(ctx, s.db, req.GetPrivateExpenseId(), "undo", func(
		ctx context.Context, tx *db.Tx, _, e *pb.PrivateExpense,
	) error {
		_, err := ledger.Reverse(ctx, tx, e.JournalEntryId, "", "")
		return err
	})
}

// postPrivateExpense validates a new private expense and posts its entry.
func postPrivateExpense(ctx context.Context, tx *db.Tx, _, e *pb.PrivateExpense) error {
	parts, currency, err := readExpenseParts(tx.Call().Organization.CurrencyCode, e)
	if err != nil {
		return err
	}
	if e.PersonId == "" && e.Payer == pb.PrivateExpense_STAFF {
		return fault.Invalid(
			fault.At("personId", "is required if payer is STAFF: the business owes this person the amount"),
		)
	}
	if e.PersonId != "" {
		if _, err := identity.FindPerson(ctx, tx, e.PersonId); err != nil {
			return fault.InvalidFor(
				optionsv1.Reason_REFERENCE_NOT_FOUND, fault.At("personId", "names a record that does not exist"),
			)
		}
	}
	for i, s := range e.Splits {
		if err := checkExpenseAccount(ctx, tx, fmt.Sprintf("splits[%d].accountId", i), s.AccountId); err != nil {
			return err
		}
	}
	if e.AccountId, err = findCreditAccount(ctx, tx, e); err != nil {
		return err
	}
	entry := expenseEntry(e, parts, currency)
	if err := ledger.Post(ctx, tx, entry); err != nil {
		return remapExpenseFields(err, len(e.Splits))
	}
	e.State, e.JournalEntryId = pb.PrivateExpense_POSTED, entry.Id
	return nil
}

// readExpenseParts returns the splits' amounts in minor units and their currency, and sets the
// expense's total and private amounts. The currency is that of the first split, or else base.
func readExpenseParts(base string, e *pb.PrivateExpense) (parts []int64, currency string, err error) {
	if currency = base; len(e.Splits) > 0 {
		currency = cmp.Or(e.Splits[0].GetAmount().GetCurrencyCode(), base)
	}
	var sum int64
	var violations fault.List
	for i, s := range e.Splits {
		part, err := parsePart(s.GetAmount(), currency)
		if err == nil && part <= 0 {
			err = fault.Invalid(fault.At("amount", "must be greater than zero"))
		}
		if err := violations.Merge(fmt.Sprintf("splits[%d].amount", i), err); err != nil {
			return nil, "", err
		}
		parts, sum = append(parts, part), sum+part
		if err == nil {
			s.Amount = money.ToProto(part, currency)
		}
	}
	if err := violations.Err(); err != nil {
		return nil, "", err
	}
	total := sum
	if e.TotalAmount != nil {
		if total, err = money.Parse(e.TotalAmount.Amount, e.TotalAmount.CurrencyCode); err != nil ||
			e.TotalAmount.CurrencyCode != currency {
			return nil, "", fault.Invalid(
				fault.At("totalAmount.currencyCode", "must be %s, the currency of the splits", currency),
			)
		}
	}
	if total < sum {
		return nil, "", fault.InvalidFor(optionsv1.Reason_SPLITS_DO_NOT_ADD_UP, fault.At("splits",
			"add up to %s, more than the total of %s %s", money.Format(sum, currency), money.Format(total, currency), currency))
	}
	e.TotalAmount, e.PrivateAmount = money.ToProto(total, currency), money.ToProto(total-sum, currency)
	return parts, currency, nil
}

// checkExpenseAccount refuses control accounts and ledger accounts of bank accounts.
func checkExpenseAccount(ctx context.Context, tx *db.Tx, field, accountID string) error {
	if _, err := ledger.ResolveNonControlAccount(ctx, tx, field, accountID); err != nil {
		return err
	}
	bank, err := isBankLedgerAccount(ctx, tx, accountID)
	switch {
	case err != nil:
		return err
	case bank:
		return fault.Invalid(fault.At(field, "is the ledger account of a bank account; a private expense changes no bank balance"))
	}
	return nil
}

// findCreditAccount returns the account that a private expense credits: the expense's own account
// if set, or else the account with the role OWNER_EQUITY for the owner or EMPLOYEE_REIMBURSEMENTS
// for staff.
func findCreditAccount(ctx context.Context, tx *db.Tx, e *pb.PrivateExpense) (string, error) {
	if e.AccountId == "" {
		role := pb.AccountRole_OWNER_EQUITY
		if e.Payer == pb.PrivateExpense_STAFF {
			role = pb.AccountRole_EMPLOYEE_REIMBURSEMENTS
		}
		return ledger.RoleAccount(ctx, tx, role)
	}
	account, err := ledger.ResolveAccount(ctx, tx, "accountId", e.AccountId)
	if err != nil {
		return "", err
	}
	if e.Payer == pb.PrivateExpense_OWNER {
		return account.Id, checkOwnerAccount(account)
	}
	if err := checkExpenseAccount(ctx, tx, "accountId", account.Id); err != nil {
		return "", err
	}
	if account.Type != pb.Account_LIABILITY {
		return "", fault.Invalid(
			fault.At("accountId", "has type %s; an amount owed to staff needs an account of type LIABILITY", account.Type),
		)
	}
	return account.Id, nil
}

// expenseEntry returns the journal entry of a private expense: one debit for each split, and
// the credit of whoever paid last.
func expenseEntry(e *pb.PrivateExpense, parts []int64, currency string) *pb.JournalEntry {
	entry := &pb.JournalEntry{
		Date: e.Date, Source: pb.JournalEntry_PRIVATE_EXPENSE, SourceId: e.Id,
		CurrencyCode: currency, ExchangeRate: e.ExchangeRate, PriceMode: pb.TaxCalculation_INCLUSIVE,
		Description: truncate(cmp.Or(e.Description, "Paid privately"), maxDescription),
	}
	var sum int64
	for i, s := range e.Splits {
		entry.Lines = append(entry.Lines, &pb.JournalLine{
			AccountId: s.AccountId, Amount: money.ToProto(parts[i], currency), Memo: s.Memo, TaxCodeId: s.TaxCodeId,
		})
		sum += parts[i]
	}
	entry.Lines = append(entry.Lines, &pb.JournalLine{AccountId: e.AccountId, Amount: money.ToProto(-sum, currency)})
	return entry
}

// remapExpenseFields maps error paths of the entry's lines to the expense. The first lines are its
// splits, and the last one is its account. The expense has one exchange rate for all of them.
func remapExpenseFields(err error, splits int) error {
	return fault.MapFields(err, func(f fault.Field) fault.Field {
		path, ofCredit := strings.CutPrefix(f.Path, fmt.Sprintf("lines[%d].", splits))
		switch {
		case strings.HasSuffix(f.Path, "].exchangeRate"):
			return fault.At("exchangeRate", "is missing, and no rate is stored for the date")
		case strings.HasSuffix(f.Path, "].baseAmount"):
			return fault.At("totalAmount", "cannot be converted to the organization's currency: %s", f.Message)
		case ofCredit:
			return remapOwnerField(path, f.Message)
		}
		return fault.Field{Path: strings.Replace(f.Path, "lines", "splits", 1), Message: f.Message}
	})
}
