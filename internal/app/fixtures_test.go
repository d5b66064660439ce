package app_test

import (
	"context"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	peoplev1 "backoffice/gen/go/backoffice/people/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/longwork"
)

// fixture is what the conformance suite needs to know of a resource.
type fixture struct {
	// record is a valid record to create, another at each call.
	record func(t *testing.T, o *apptest.Organization) proto.Message
	// within are the fields of the creation that say where the record belongs.
	within func(t *testing.T, o *apptest.Organization) map[string]any
	// made makes a record of a resource that has no Create, and answers its
	// identifier.
	made func(t *testing.T, o *apptest.Organization) string
	// patch is a record whose fields, named by fields, are a valid change.
	patch  proto.Message
	fields []string
	// immutable is a record whose one set field may not be changed.
	immutable proto.Message
	// draft creates records that can be changed.
	draft bool
}

var serial atomic.Int64

// nth tells records apart.
func nth(name string) string { return name + " " + strconv.FormatInt(serial.Add(1), 10) }

func code() string { return "c" + strconv.FormatInt(serial.Add(1), 10) }

// days are how many dates nextDay gave.
var days atomic.Int64

// nextDay is another date at each call.
func nextDay() string {
	return time.Date(1950, 1, int(days.Add(1)), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// years are the last years that nextYear gave, by organization.
var years sync.Map

// nextYear is another year at each call for an organization.
func nextYear(o *apptest.Organization) string {
	last, _ := years.LoadOrStore(o.Organization.GetId(), new(atomic.Int64))
	return strconv.FormatInt(2030+last.(*atomic.Int64).Add(1), 10)
}

// fixtures are by the resource's full name. A resource without one fails the suite.
var fixtures = map[string]fixture{
	"backoffice.platform.v1.Organization": {
		made:  func(_ *testing.T, o *apptest.Organization) string { return o.Organization.GetId() },
		patch: &platformv1.Organization{DisplayName: "Acme & Sons"}, fields: []string{"display_name"},
		immutable: &platformv1.Organization{CurrencyCode: "EUR"},
	},
	"backoffice.platform.v1.Person": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &platformv1.Person{DisplayName: nth("Pat"), Email: code() + "@acme.example"}
		},
		patch: &platformv1.Person{GivenName: "Patricia"}, fields: []string{"given_name"},
	},
	"backoffice.platform.v1.ApiKey": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &platformv1.ApiKey{DisplayName: nth("Key"), Role: platformv1.ApiKey_AUDITOR, Scopes: []string{"finance.*"}}
		},
		patch: &platformv1.ApiKey{DisplayName: "Renamed"}, fields: []string{"display_name"},
		immutable: &platformv1.ApiKey{Role: platformv1.ApiKey_OWNER},
	},
	"backoffice.platform.v1.Event": {
		made: func(t *testing.T, o *apptest.Organization) string {
			list, err := platformv1.NewHistoryServiceClient(o).ListEvents(t.Context(), &platformv1.ListEventsRequest{})
			if err != nil || len(list.GetEvents()) == 0 {
				t.Fatalf("no events: %v", err)
			}
			return list.GetEvents()[0].GetId()
		},
	},
	"backoffice.platform.v1.File": {
		made: func(t *testing.T, o *apptest.Organization) string {
			f, err := platformv1.NewFilesServiceClient(o).UploadFile(t.Context(), &platformv1.UploadFileRequest{FileName: "a.txt", Content: []byte(nth("bytes"))})
			if err != nil {
				t.Fatal(err)
			}
			return f.GetId()
		},
	},
	"backoffice.platform.v1.Operation": {made: operation},
	"backoffice.finance.v1.Account": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &financev1.Account{DisplayName: nth("Account"), Code: code(), Type: financev1.Account_EXPENSE}
		},
		patch: &financev1.Account{Description: "What belongs in it."}, fields: []string{"description"},
		immutable: &financev1.Account{Type: financev1.Account_ASSET},
	},
	"backoffice.finance.v1.Dimension": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &financev1.Dimension{DisplayName: nth("Dimension")}
		},
		patch: &financev1.Dimension{Description: "Where it was spent."}, fields: []string{"description"},
	},
	"backoffice.finance.v1.DimensionValue": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			return &financev1.DimensionValue{DisplayName: nth("Value"), DimensionId: dimension(t, o)}
		},
		patch: &financev1.DimensionValue{Code: "W1"}, fields: []string{"code"},
	},
	"backoffice.finance.v1.ExchangeRate": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &financev1.ExchangeRate{Date: nextDay(), FromCurrencyCode: "EUR", ToCurrencyCode: "USD", Rate: "1.0842"}
		},
		patch: &financev1.ExchangeRate{Rate: "1.1"}, fields: []string{"rate"},
		immutable: &financev1.ExchangeRate{FromCurrencyCode: "GBP"},
	},
	"backoffice.finance.v1.CurrencyRevaluation": {
		record: func(_ *testing.T, o *apptest.Organization) proto.Message {
			return &financev1.CurrencyRevaluation{Date: nextYear(o) + "-12-31"}
		},
	},
	"backoffice.finance.v1.JournalSeal": {made: sealed},
	"backoffice.finance.v1.BookkeepingSchedule": {
		record: func(_ *testing.T, o *apptest.Organization) proto.Message {
			return &financev1.BookkeepingSchedule{DisplayName: nth("Bookkeeping"), OwnerId: o.Owner.GetId(), Frequency: financev1.BookkeepingSchedule_WEEKLY, StartDate: "2026-01-02"}
		},
		patch: &financev1.BookkeepingSchedule{IntervalCount: 2}, fields: []string{"interval_count"},
	},
	"backoffice.finance.v1.FiscalYear": {
		record: func(_ *testing.T, o *apptest.Organization) proto.Message {
			return &financev1.FiscalYear{StartDate: nextYear(o) + "-01-01"}
		},
	},
	"backoffice.finance.v1.AccountingPeriod": {
		made: func(t *testing.T, o *apptest.Organization) string {
			ledger := financev1.NewLedgerServiceClient(o)
			if _, err := ledger.CreateJournalEntry(t.Context(), &financev1.CreateJournalEntryRequest{JournalEntry: entry(t, o, "3.00")}); err != nil {
				t.Fatal(err)
			}
			list, err := ledger.ListAccountingPeriods(t.Context(), &financev1.ListAccountingPeriodsRequest{})
			if err != nil || len(list.GetAccountingPeriods()) == 0 {
				t.Fatalf("no periods: %v", err)
			}
			return list.GetAccountingPeriods()[0].GetId()
		},
	},
	"backoffice.finance.v1.JournalEntry": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message { return entry(t, o, "12.50") },
		patch:  &financev1.JournalEntry{Description: "Corrected"}, fields: []string{"description"},
		draft: true,
	},
	"backoffice.finance.v1.JournalLine": {
		made: func(t *testing.T, o *apptest.Organization) string {
			e, err := financev1.NewLedgerServiceClient(o).CreateJournalEntry(t.Context(), &financev1.CreateJournalEntryRequest{JournalEntry: entry(t, o, "3.00")})
			if err != nil {
				t.Fatal(err)
			}
			return e.GetLines()[0].GetId()
		},
	},
	"backoffice.finance.v1.Vendor": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &financev1.Vendor{DisplayName: nth("Vendor"), PaymentDays: 30, CreditLimit: &typev1.Money{Amount: "1000.5"}}
		},
		patch: &financev1.Vendor{PaymentDays: 14, CreditLimit: &typev1.Money{Amount: "2000.00", CurrencyCode: "USD"}}, fields: []string{"payment_days", "credit_limit.amount"},
	},
	"backoffice.finance.v1.BankAccount": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &financev1.BankAccount{DisplayName: nth("Checking")}
		},
		patch: &financev1.BankAccount{BankCode: "021000021"}, fields: []string{"bank_code"},
		immutable: &financev1.BankAccount{Kind: financev1.BankAccount_CREDIT_CARD},
	},
	"backoffice.finance.v1.BankRule": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &financev1.BankRule{DisplayName: nth("Rule"), Texts: []string{"no such text"}, ExcludeReason: "Not ours"}
		},
		patch: &financev1.BankRule{Position: 7}, fields: []string{"position"},
	},
	"backoffice.finance.v1.Reconciliation": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			return &financev1.Reconciliation{BankAccountId: bankAccount(t, o), StatementDate: "2026-01-31", StatementBalance: &typev1.Money{Amount: "0.00"}}
		},
		patch: &financev1.Reconciliation{StatementBalance: &typev1.Money{Amount: "1.00", CurrencyCode: "USD"}}, fields: []string{"statement_balance.amount"},
		immutable: &financev1.Reconciliation{StatementDate: "2026-02-28"},
	},
	"backoffice.finance.v1.CsvProfile": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &financev1.CsvProfile{DisplayName: nth("Bank"), Delimiter: ";", DateOrder: financev1.DateOrder_DMY}
		},
		patch: &financev1.CsvProfile{Charset: "windows-1252"}, fields: []string{"charset"},
	},
	"backoffice.finance.v1.StatementImport": {
		record: func(t *testing.T, _ *apptest.Organization) proto.Message {
			return &financev1.StatementImport{FileName: nth("checking") + ".ofx", Content: sample(t)}
		},
		within: func(t *testing.T, o *apptest.Organization) map[string]any {
			return map[string]any{"bank_account_id": bankAccount(t, o)}
		},
	},
	"backoffice.finance.v1.BankStatement": {
		made: func(t *testing.T, o *apptest.Organization) string {
			line := statementLine(t, o)
			return line.GetBankStatementId()
		},
	},
	"backoffice.finance.v1.BankStatementLine": {
		made: func(t *testing.T, o *apptest.Organization) string { return statementLine(t, o).GetId() },
	},
	"backoffice.finance.v1.BankMatch": {record: bankMatch},
	"backoffice.finance.v1.PrivateExpense": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			bought := entry(t, o, "12.50").Lines[0]
			return &financev1.PrivateExpense{
				Date: "2026-11-02", Description: nth("Paper"), Payer: financev1.PrivateExpense_OWNER,
				Splits: []*financev1.BankStatementLine_Split{{AccountId: bought.AccountId, Amount: bought.Amount}},
			}
		},
	},
	"backoffice.finance.v1.BankTransfer": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			return &financev1.BankTransfer{IncomingLineId: statementLine(t, o).GetId(), FromBankAccountId: bankAccount(t, o)}
		},
	},
	"backoffice.operations.v1.Project": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &operationsv1.Project{DisplayName: nth("Project"), StartDate: "2026-01-01"}
		},
		patch: &operationsv1.Project{Description: "A new website."}, fields: []string{"description"},
	},
	"backoffice.operations.v1.Task": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &operationsv1.Task{DisplayName: nth("Task"), DueDate: "2030-01-31", Priority: operationsv1.Task_HIGH}
		},
		patch: &operationsv1.Task{DueDate: "2030-02-28"}, fields: []string{"due_date"},
	},
	"backoffice.people.v1.Department": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &peoplev1.Department{DisplayName: nth("Department"), Code: code()}
		},
		patch: &peoplev1.Department{DisplayName: "Studio"}, fields: []string{"display_name"},
	},
	"backoffice.people.v1.Employee": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &peoplev1.Employee{DisplayName: nth("Employee"), HireDate: "2026-01-05", WorkEmail: code() + "@acme.example"}
		},
		patch: &peoplev1.Employee{JobTitle: "Designer"}, fields: []string{"job_title"},
	},
}

// operation begins work that no version of the server knows how to do.
func operation(t *testing.T, o *apptest.Organization) string {
	t.Helper()
	org, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	c, err := o.App.Identity.SystemCall(t.Context(), org)
	if err != nil {
		t.Fatal(err)
	}
	server, _ := apptest.Databases(t)
	begun, err := db.Write(call.With(t.Context(), c), server, func(ctx context.Context, tx *db.Tx) (*platformv1.Operation, error) {
		return longwork.Start(ctx, tx, "", 1)
	})
	if err != nil {
		t.Fatal(err)
	}
	return begun.GetId()
}

// entry is a balanced entry of an amount between two accounts of the chart.
func entry(t *testing.T, o *apptest.Organization, amount string) *financev1.JournalEntry {
	t.Helper()
	list, err := financev1.NewLedgerServiceClient(o).ListAccounts(t.Context(), &financev1.ListAccountsRequest{PageSize: 500})
	if err != nil {
		t.Fatal(err)
	}
	var cash, rent string
	for _, a := range list.GetAccounts() {
		switch {
		case a.GetSubtype() == financev1.Account_BANK && cash == "":
			cash = a.GetId()
		case a.GetSubtype() == financev1.Account_OPERATING_EXPENSE && rent == "":
			rent = a.GetId()
		}
	}
	return &financev1.JournalEntry{Date: "2026-11-02", Description: nth("Rent"), Lines: []*financev1.JournalLine{
		{AccountId: rent, Amount: &typev1.Money{Amount: amount}},
		{AccountId: cash, Amount: &typev1.Money{Amount: "-" + amount}},
	}}
}

// dimension is a fresh dimension's identifier.
func dimension(t *testing.T, o *apptest.Organization) string {
	t.Helper()
	d, err := financev1.NewLedgerServiceClient(o).CreateDimension(t.Context(), &financev1.CreateDimensionRequest{
		Dimension: &financev1.Dimension{DisplayName: nth("Dimension")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return d.GetId()
}

// sealed is the identifier of a seal over a fresh entry.
func sealed(t *testing.T, o *apptest.Organization) string {
	t.Helper()
	books := financev1.NewLedgerServiceClient(o)
	if _, err := books.CreateJournalEntry(t.Context(), &financev1.CreateJournalEntryRequest{JournalEntry: entry(t, o, "4.00")}); err != nil {
		t.Fatal(err)
	}
	org, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	system, err := o.App.Identity.SystemCall(t.Context(), org)
	if err != nil {
		t.Fatal(err)
	}
	system.Method = "test"
	d, _ := apptest.Databases(t)
	// The horizon may lie before the entry while other tests write.
	for {
		if err := ledger.New(d).Seal(call.With(t.Context(), system)); err != nil {
			t.Fatal(err)
		}
		list, err := books.ListJournalSeals(t.Context(), &financev1.ListJournalSealsRequest{})
		if err != nil {
			t.Fatal(err)
		}
		if len(list.GetJournalSeals()) > 0 {
			return list.GetJournalSeals()[0].GetId()
		}
	}
}

// bankAccount is a fresh bank account's identifier.
func bankAccount(t *testing.T, o *apptest.Organization) string {
	t.Helper()
	account, err := financev1.NewBankingServiceClient(o).CreateBankAccount(t.Context(), &financev1.CreateBankAccountRequest{
		BankAccount: &financev1.BankAccount{DisplayName: nth("Checking")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return account.GetId()
}

// bankMatch is a match of a fresh statement line to an entry that booked its money.
func bankMatch(t *testing.T, o *apptest.Organization) proto.Message {
	t.Helper()
	line := statementLine(t, o)
	account, err := financev1.NewBankingServiceClient(o).GetBankAccount(t.Context(), &financev1.GetBankAccountRequest{BankAccountId: line.GetBankAccountId()})
	if err != nil {
		t.Fatal(err)
	}
	booked := entry(t, o, "1.00")
	booked.Lines[0].Amount, booked.Lines[1].Amount = &typev1.Money{Amount: "-" + line.GetAmount().GetAmount()}, line.GetAmount()
	if minus, found := strings.CutPrefix(line.GetAmount().GetAmount(), "-"); found {
		booked.Lines[0].Amount.Amount = minus
	}
	booked.Lines[1].AccountId = account.GetLedgerAccountId()
	posted, err := financev1.NewLedgerServiceClient(o).CreateJournalEntry(t.Context(), &financev1.CreateJournalEntryRequest{JournalEntry: booked})
	if err != nil {
		t.Fatal(err)
	}
	return &financev1.BankMatch{
		Lines:   []*financev1.BankMatch_Line{{BankStatementLineId: line.GetId()}},
		Entries: []*financev1.BankMatch_Entry{{JournalEntryId: posted.GetId()}},
	}
}

// sample is a real statement file of three lines in US dollars.
func sample(t *testing.T) []byte {
	t.Helper()
	content, err := os.ReadFile("../finance/banking/statement/testdata/ofx/checking.ofx")
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// statementLine is one line of an imported statement.
func statementLine(t *testing.T, o *apptest.Organization) *financev1.BankStatementLine {
	t.Helper()
	banking := financev1.NewBankingServiceClient(o)
	made, err := banking.CreateStatementImport(t.Context(), &financev1.CreateStatementImportRequest{
		BankAccountId: bankAccount(t, o), StatementImport: &financev1.StatementImport{FileName: "checking.ofx", Content: sample(t)},
	})
	if err != nil {
		t.Fatal(err)
	}
	list, err := banking.ListBankStatementLines(t.Context(), &financev1.ListBankStatementLinesRequest{
		Filter: `statement_import_id = "` + made.GetId() + `"`,
	})
	if err != nil || len(list.GetBankStatementLines()) == 0 {
		t.Fatalf("no lines: %v", err)
	}
	return list.GetBankStatementLines()[0]
}
