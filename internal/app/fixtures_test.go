package app_test

import (
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	peoplev1 "backoffice/gen/go/backoffice/people/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// fixture is the test data of a resource for the conformance suite.
type fixture struct {
	// record returns a valid new record, with different unique values at each call.
	record func(t *testing.T, o *apptest.Organization) proto.Message
	// parent returns the fields of the create request that identify the record's parent.
	parent func(t *testing.T, o *apptest.Organization) map[string]any
	// create creates a record of a resource without a Create method and returns its identifier.
	create func(t *testing.T, o *apptest.Organization) string
	// patch is a valid update: a record with the values of the fields that fields lists.
	patch  proto.Message
	fields []string
	// immutable is a record with a value of one field that cannot be updated.
	immutable proto.Message
	// draft sets draft in create requests, since only drafts can be updated.
	draft bool
}

var serial atomic.Int64

// uniqueName returns a name that no other record of the test binary has.
func uniqueName(name string) string { return name + " " + strconv.FormatInt(serial.Add(1), 10) }

// uniqueCode returns a code that no other record of the test binary has.
func uniqueCode() string { return "c" + strconv.FormatInt(serial.Add(1), 10) }

// uniqueDate returns a date that no other record of the test binary has, with days in between.
func uniqueDate() string {
	return time.Date(1950, 1, 3*int(serial.Add(1)), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// days counts the calls of nextDay.
var days atomic.Int64

// nextDay returns a different date at each call.
func nextDay() string {
	return time.Date(1950, 1, int(days.Add(1)), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// years counts the calls of nextYear by organization.
var years sync.Map

// nextYear returns a different year at each call with an organization.
func nextYear(o *apptest.Organization) string {
	last, _ := years.LoadOrStore(o.Organization.GetId(), new(atomic.Int64))
	return strconv.FormatInt(2030+last.(*atomic.Int64).Add(1), 10)
}

// languages counts the calls of nextLanguage by organization.
var languages sync.Map

// nextLanguage returns a different language of mails at each call with an organization.
func nextLanguage(o *apptest.Organization) string {
	last, _ := languages.LoadOrStore(o.Organization.GetId(), new(atomic.Int64))
	n := byte(last.(*atomic.Int64).Add(1))
	return "en-" + string([]byte{'A' + n/26, 'A' + n%26})
}

// fixtures are the fixtures of the capabilities by the message's full name. Every resource needs
// one.
var fixtures = map[string]fixture{
	"backoffice.finance.v1.Account": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &financev1.Account{DisplayName: uniqueName("Account"), Code: uniqueCode(), Type: financev1.Account_EXPENSE}
		},
		patch: &financev1.Account{Description: "What belongs in it."}, fields: []string{"description"},
		immutable: &financev1.Account{Type: financev1.Account_ASSET},
	},
	"backoffice.finance.v1.Dimension": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &financev1.Dimension{DisplayName: uniqueName("Dimension")}
		},
		patch: &financev1.Dimension{Description: "Where it was spent."}, fields: []string{"description"},
	},
	"backoffice.finance.v1.DimensionValue": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			return &financev1.DimensionValue{DisplayName: uniqueName("Value"), DimensionId: createDimension(t, o)}
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
			return &financev1.CurrencyRevaluation{Date: nextYear(o) + "-06-30"}
		},
		patch: &financev1.CurrencyRevaluation{Metadata: map[string]string{"order": "4711"}}, fields: []string{"metadata"},
	},
	"backoffice.finance.v1.JournalSeal": {create: createJournalSeal},
	"backoffice.finance.v1.AccountRole": {
		create: func(t *testing.T, o *apptest.Organization) string {
			books := financev1.NewLedgerServiceClient(o)
			list, err := books.ListAccountRoles(t.Context(),
				&financev1.ListAccountRolesRequest{Filter: `role = "BAD_DEBTS"`})
			if err != nil || len(list.GetAccountRoles()) != 1 {
				t.Fatalf("got %v, %v, want one role", list, err)
			}
			role := list.GetAccountRoles()[0]
			if _, err := books.UpdateAccountRole(t.Context(), &financev1.UpdateAccountRoleRequest{
				AccountRoleId: role.GetId(), AccountRole: &financev1.AccountRole{AccountId: entry(t, o, "1.00").Lines[0].AccountId},
				UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"account_id"}},
			}); err != nil {
				t.Fatal(err)
			}
			return role.GetId()
		},
		patch: &financev1.AccountRole{}, fields: []string{"account_id"},
	},
	"backoffice.finance.v1.BookkeepingSchedule": {
		record: func(_ *testing.T, o *apptest.Organization) proto.Message {
			return &financev1.BookkeepingSchedule{DisplayName: uniqueName("Bookkeeping"), OwnerId: o.Owner.GetId(),
				Recurrence: &typev1.Recurrence{Frequency: typev1.Recurrence_WEEKLY, StartDate: "2026-01-02"}}
		},
		patch: &financev1.BookkeepingSchedule{
			Recurrence: &typev1.Recurrence{Frequency: typev1.Recurrence_MONTHLY, StartDate: "2026-01-31"},
		}, fields: []string{"recurrence"},
	},
	"backoffice.finance.v1.FiscalYear": {
		record: func(_ *testing.T, o *apptest.Organization) proto.Message {
			return &financev1.FiscalYear{StartDate: nextYear(o) + "-01-01"}
		},
		patch:  &financev1.FiscalYear{ReportingFramework: financev1.FiscalYear_IFRS},
		fields: []string{"reporting_framework"},
	},
	"backoffice.finance.v1.AccountingPeriod": {
		create: func(t *testing.T, o *apptest.Organization) string {
			ledger := financev1.NewLedgerServiceClient(o)
			if _, err := ledger.CreateJournalEntry(t.Context(),
				&financev1.CreateJournalEntryRequest{JournalEntry: entry(t, o, "3.00")}); err != nil {
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
		create: func(t *testing.T, o *apptest.Organization) string {
			e, err := financev1.NewLedgerServiceClient(o).CreateJournalEntry(t.Context(),
				&financev1.CreateJournalEntryRequest{JournalEntry: entry(t, o, "3.00")})
			if err != nil {
				t.Fatal(err)
			}
			return e.GetLines()[0].GetId()
		},
	},
	"backoffice.finance.v1.TaxAgency": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &financev1.TaxAgency{DisplayName: uniqueName("Agency")}
		},
		patch: &financev1.TaxAgency{TaxNumber: "GB123456789"}, fields: []string{"tax_number"},
	},
	"backoffice.finance.v1.TaxRate": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			return &financev1.TaxRate{DisplayName: uniqueName("Rate"), Components: []*financev1.TaxRate_Component{{
				DisplayName: "VAT", TaxAgencyId: createTaxAgency(t, o),
				Spans: []*financev1.TaxRate_Span{{StartDate: "2026-01-01", Percent: "20"}},
			}}}
		},
		patch: &financev1.TaxRate{Description: "What it is for."}, fields: []string{"description"},
	},
	"backoffice.finance.v1.TaxCode": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			rate, err := financev1.NewTaxServiceClient(o).CreateTaxRate(t.Context(), &financev1.CreateTaxRateRequest{
				TaxRate: &financev1.TaxRate{DisplayName: uniqueName("Rate"), Kind: financev1.TaxRate_EXEMPT},
			})
			if err != nil {
				t.Fatal(err)
			}
			return &financev1.TaxCode{Code: uniqueCode(), DisplayName: "Exempt", SalesTaxRateId: rate.GetId()}
		},
		patch: &financev1.TaxCode{LegalNote: "Exempt"}, fields: []string{"legal_note"},
	},
	"backoffice.finance.v1.Vendor": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &financev1.Vendor{DisplayName: uniqueName("Vendor"), PaymentDays: 30,
				CreditLimit: &typev1.Money{Amount: "1000.5"}}
		},
		patch: &financev1.Vendor{PaymentDays: 14, CreditLimit: &typev1.Money{Amount: "2000.00",
			CurrencyCode: "USD"}}, fields: []string{"payment_days", "credit_limit.amount"},
	},
	"backoffice.finance.v1.PaymentTerm": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &financev1.PaymentTerm{DisplayName: uniqueName("Term"), Due: &financev1.PaymentTerm_DueRule{
				Kind: financev1.PaymentTerm_DueRule_DAYS_AFTER_DOCUMENT, Days: 30}}
		},
		patch: &financev1.PaymentTerm{Description: "Within a month"}, fields: []string{"description"},
	},
	"backoffice.finance.v1.Item": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &financev1.Item{DisplayName: "Consulting", Code: uniqueCode(), Kind: financev1.Item_SERVICE,
				SalePrice: "12.125"}
		},
		patch: &financev1.Item{Unit: "hour", SalePrice: "13.000001"}, fields: []string{"unit", "sale_price"},
	},
	"backoffice.finance.v1.Customer": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &financev1.Customer{DisplayName: uniqueName("Customer"), LanguageCode: "en-US",
				BillingAddress: &typev1.Address{Lines: []string{"12 Pier Road"}, RegionCode: "US"}}
		},
		patch: &financev1.Customer{LegalName: "Harbor Cafe LLC", CreditLimit: &typev1.Money{Amount: "2000.00",
			CurrencyCode: "USD"}}, fields: []string{"legal_name", "credit_limit.amount"},
	},
	"backoffice.finance.v1.BankAccount": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &financev1.BankAccount{DisplayName: uniqueName("Checking")}
		},
		patch: &financev1.BankAccount{BankCode: "021000021"}, fields: []string{"bank_code"},
		immutable: &financev1.BankAccount{Kind: financev1.BankAccount_CREDIT_CARD},
	},
	"backoffice.finance.v1.BankRule": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &financev1.BankRule{DisplayName: uniqueName("Rule"), Texts: []string{"no such text"},
				ExcludeReason: "Not ours"}
		},
		patch: &financev1.BankRule{Position: 7}, fields: []string{"position"},
	},
	"backoffice.finance.v1.Reconciliation": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			return &financev1.Reconciliation{BankAccountId: createBankAccount(t, o), StatementDate: "2026-01-31",
				StatementBalance: &typev1.Money{Amount: "0.00"}}
		},
		patch: &financev1.Reconciliation{StatementBalance: &typev1.Money{Amount: "1.00",
			CurrencyCode: "USD"}}, fields: []string{"statement_balance.amount"},
		immutable: &financev1.Reconciliation{StatementDate: "2026-02-28"},
	},
	"backoffice.finance.v1.CsvProfile": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &financev1.CsvProfile{DisplayName: uniqueName("Bank"), Delimiter: ";", DateOrder: financev1.DateOrder_DMY}
		},
		patch: &financev1.CsvProfile{Charset: "windows-1252"}, fields: []string{"charset"},
	},
	"backoffice.finance.v1.StatementImport": {
		record: func(t *testing.T, _ *apptest.Organization) proto.Message {
			return &financev1.StatementImport{FileName: uniqueName("checking") + ".ofx", Content: sampleStatement(t)}
		},
		parent: func(t *testing.T, o *apptest.Organization) map[string]any {
			return map[string]any{"bank_account_id": createBankAccount(t, o)}
		},
		patch: &financev1.StatementImport{Metadata: map[string]string{"order": "4711"}}, fields: []string{"metadata"},
	},
	"backoffice.finance.v1.BankStatement": {
		create: func(t *testing.T, o *apptest.Organization) string {
			line := importStatementLine(t, o)
			return line.GetBankStatementId()
		},
	},
	"backoffice.finance.v1.BankStatementLine": {
		create: func(t *testing.T, o *apptest.Organization) string { return importStatementLine(t, o).GetId() },
		patch:  &financev1.BankStatementLine{Metadata: map[string]string{"order": "4711"}}, fields: []string{"metadata"},
	},
	"backoffice.finance.v1.BankMatch": {
		record: newBankMatch,
		patch:  &financev1.BankMatch{Metadata: map[string]string{"order": "4711"}}, fields: []string{"metadata"},
	},
	"backoffice.finance.v1.PrivateExpense": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			bought := entry(t, o, "12.50").Lines[0]
			return &financev1.PrivateExpense{
				Date: "2026-11-02", Description: uniqueName("Paper"), Payer: financev1.PrivateExpense_OWNER,
				Splits: []*financev1.BankStatementLine_Split{{AccountId: bought.AccountId, Amount: bought.Amount}},
			}
		},
		patch: &financev1.PrivateExpense{Metadata: map[string]string{"order": "4711"}}, fields: []string{"metadata"},
	},
	"backoffice.finance.v1.BankTransfer": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			return &financev1.BankTransfer{
				IncomingLineId: importStatementLine(t, o).GetId(), FromBankAccountId: createBankAccount(t, o),
			}
		},
		patch: &financev1.BankTransfer{Metadata: map[string]string{"order": "4711"}}, fields: []string{"metadata"},
	},
	"backoffice.operations.v1.Project": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &operationsv1.Project{DisplayName: uniqueName("Project"), StartDate: "2026-01-01"}
		},
		patch: &operationsv1.Project{Description: "A new website."}, fields: []string{"description"},
	},
	"backoffice.operations.v1.Task": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &operationsv1.Task{DisplayName: uniqueName("Task"), DueDate: "2030-01-31", Priority: operationsv1.Task_HIGH}
		},
		patch: &operationsv1.Task{DueDate: "2030-02-28"}, fields: []string{"due_date"},
	},
	"backoffice.people.v1.Department": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &peoplev1.Department{DisplayName: uniqueName("Department"), Code: uniqueCode()}
		},
		patch: &peoplev1.Department{DisplayName: "Studio"}, fields: []string{"display_name"},
	},
	"backoffice.people.v1.Employee": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &peoplev1.Employee{DisplayName: uniqueName("Employee"), HireDate: "2026-01-05",
				WorkEmail: uniqueCode() + "@acme.example"}
		},
		patch: &peoplev1.Employee{JobTitle: "Designer"}, fields: []string{"job_title"},
	},
	"backoffice.finance.v1.RepeatingEntry": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			r := &financev1.RepeatingEntry{
				DisplayName: uniqueName("Rent"), Mode: financev1.RepeatingEntry_POST,
				Recurrence: &typev1.Recurrence{Frequency: typev1.Recurrence_MONTHLY, StartDate: "2026-01-31"},
			}
			for _, l := range entry(t, o, "12.50").Lines {
				r.Lines = append(r.Lines, &financev1.RepeatingEntry_Line{AccountId: l.AccountId, Amount: l.Amount})
			}
			return r
		},
		patch: &financev1.RepeatingEntry{DisplayName: "Lease"}, fields: []string{"display_name"},
	},
	"backoffice.people.v1.Compensation": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			return &peoplev1.Compensation{EmployeeId: createFor(t, o, "emp"), StartDate: "2026-01-31", EndDate: "2026-12-31",
				Amount: &typev1.Money{Amount: "1000.5"}, Period: peoplev1.Compensation_HOUR, Reason: uniqueName("Compensation")}
		},
		patch: &peoplev1.Compensation{StartDate: "2026-02-28"}, fields: []string{"start_date"},
	},
}
