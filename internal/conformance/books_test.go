package conformance_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/module"
)

// books are the books of the organization of a case.
type books struct {
	ledger  pb.LedgerServiceClient
	reports pb.ReportsServiceClient
	// accounts are the accounts by code, entries the ids of posted entries by description.
	accounts map[string]*pb.Account
	entries  map[string]string
	sales    sales
}

func openBooks(t *testing.T, a *module.App) *books {
	t.Helper()
	o := apptest.SignUpTo(t, a)
	b := &books{
		pb.NewLedgerServiceClient(o), pb.NewReportsServiceClient(o), map[string]*pb.Account{}, map[string]string{},
		sales{invoicing: pb.NewInvoicingServiceClient(o), receivables: pb.NewReceivablesServiceClient(o),
			catalog: pb.NewCatalogServiceClient(o), taxes: pb.NewTaxServiceClient(o),
			customers: pb.NewCustomersServiceClient(o), invoices: map[string]*pb.Invoice{}},
	}
	if err := b.readAccounts(t.Context()); err != nil {
		t.Fatal(err)
	}
	return b
}

// readAccounts reads the accounts by code.
func (b *books) readAccounts(ctx context.Context) error {
	list, err := b.ledger.ListAccounts(ctx, &pb.ListAccountsRequest{PageSize: 500})
	for _, a := range list.GetAccounts() {
		b.accounts[a.GetCode()] = a
	}
	return err
}

// actions are the steps that change the books, by their headings. The arguments are the groups of
// the heading.
var actions = []struct {
	heading *regexp.Regexp
	do      func(b *books, ctx context.Context, args, lines []string) error
}{
	{regexp.MustCompile(`^(\d{4}-\d\d-\d\d) (.+)$`), (*books).post},
	{regexp.MustCompile(`^reverse (.+) on (\S+)$`), (*books).reverse},
	{regexp.MustCompile(`^account (\d+) (.+): (\w+) (\w+)(?: ([A-Z]{3}))?$`), (*books).addAccount},
	{regexp.MustCompile(`^set (\w+) of (\d+) to (\w+)$`), (*books).change},
	{regexp.MustCompile(`^group (\d+) under (\d+)$`), (*books).group},
	{regexp.MustCompile(`^from (\S+), ([\d.]+) of (\d+) is due within twelve months$`), (*books).setCurrentPart},
	{regexp.MustCompile(`^on (\S+), 1 ([A-Z]{3}) costs ([\d.]+) ([A-Z]{3})$`), (*books).addRate},
	{regexp.MustCompile(`^revalue foreign balances on (\S+)$`), (*books).revalue},
	{regexp.MustCompile(`^fiscal year (\S+) to (\S+?)(?:, presented by (\w+))?$`), (*books).addYear},
	{regexp.MustCompile(`^close the months up to (\S+)$`), (*books).closeMonths},
	{regexp.MustCompile(`^close the year that ends on (\S+)$`), (*books).closeYear},
	{regexp.MustCompile(`^sales tax of ([\d.]+) %$`), (*books).addTax},
	{regexp.MustCompile(`^invoice (\w+) over ([\d.]+)(?: plus tax)? on (\S+?)(?:, ([\d.]+) % off within (\d+) days)?$`),
		(*books).invoice},
	{regexp.MustCompile(`^payment of ([\d.]+) on (\S+)(?: for (\w+))?(, less the discount)?$`), (*books).receive},
	{regexp.MustCompile(`^apply the payment to (\w+) on (\S+)$`), (*books).apply},
	{regexp.MustCompile(`^credit ([\d.]+) of (\w+) on (\S+)$`), (*books).credit},
	{regexp.MustCompile(`^write off (\w+) on (\S+)$`), (*books).writeOff},
}

// entryLine is a line such as `1020 Euro Bank  100.00 EUR at 1.10`.
var entryLine = regexp.MustCompile(`^(\d+) (.+?)\s+(-?[\d.]+)(?: ([A-Z]{3})(?: at ([\d.]+))?)?$`)

// account returns the id of an account, and checks its name.
func (b *books) account(code, name string) (string, error) {
	a := b.accounts[code]
	if a == nil || name != "" && a.GetDisplayName() != name {
		return "", fmt.Errorf("there is no account %s %s, got %s", code, name, a.GetDisplayName())
	}
	return a.GetId(), nil
}

// post posts an entry. Its arguments are the date and the description.
func (b *books) post(ctx context.Context, args, lines []string) error {
	e := &pb.JournalEntry{Date: args[0], Description: args[1]}
	for _, line := range lines {
		m := entryLine.FindStringSubmatch(line)
		if m == nil {
			return fmt.Errorf("the line %q is not of the form `account amount [currency [at rate]]`", line)
		}
		account, err := b.account(m[1], m[2])
		if err != nil {
			return err
		}
		e.Lines = append(e.Lines, &pb.JournalLine{
			AccountId: account, Amount: &typepb.Money{Amount: m[3], CurrencyCode: m[4]}, ExchangeRate: m[5],
		})
	}
	posted, err := b.ledger.CreateJournalEntry(ctx,
		&pb.CreateJournalEntryRequest{JournalEntry: e, ConfirmUnusualDate: true})
	b.entries[args[1]] = posted.GetId()
	return err
}

func (b *books) reverse(ctx context.Context, args, _ []string) error {
	_, err := b.ledger.ReverseJournalEntry(ctx, &pb.ReverseJournalEntryRequest{
		JournalEntryId: b.entries[args[0]], Date: args[1], ConfirmUnusualDate: true,
	})
	return err
}

func (b *books) addAccount(ctx context.Context, args, _ []string) error {
	made, err := b.ledger.CreateAccount(ctx, &pb.CreateAccountRequest{Account: &pb.Account{
		Code: args[0], DisplayName: args[1], Type: pb.Account_Type(pb.Account_Type_value[args[2]]),
		Subtype: pb.Account_Subtype(pb.Account_Subtype_value[args[3]]), CurrencyCode: args[4],
	}})
	b.accounts[args[0]] = made
	return err
}

// change sets a setting of an account. Its arguments are the setting, the account and the value.
func (b *books) change(ctx context.Context, args, _ []string) error {
	changed := &pb.Account{}
	field := changed.ProtoReflect().Descriptor().Fields().ByName(protoreflect.Name(args[0]))
	if field == nil || field.Enum() == nil || field.Enum().Values().ByName(protoreflect.Name(args[2])) == nil {
		return fmt.Errorf("accounts have no setting %s with the value %s", args[0], args[2])
	}
	value := field.Enum().Values().ByName(protoreflect.Name(args[2])).Number()
	changed.ProtoReflect().Set(field, protoreflect.ValueOfEnum(value))
	return b.update(ctx, args[1], changed, args[0])
}

// group makes an account the parent of another one.
func (b *books) group(ctx context.Context, args, _ []string) error {
	parent, err := b.account(args[1], "")
	if err != nil {
		return err
	}
	return b.update(ctx, args[0], &pb.Account{ParentAccountId: parent}, "parent_account_id")
}

func (b *books) setCurrentPart(ctx context.Context, args, _ []string) error {
	part := &pb.Account_CurrentPart{StartDate: args[0], Amount: &typepb.Money{Amount: args[1]}}
	return b.update(ctx, args[2], &pb.Account{CurrentParts: []*pb.Account_CurrentPart{part}}, "current_parts")
}

func (b *books) update(ctx context.Context, code string, changed *pb.Account, field string) error {
	account, err := b.account(code, "")
	if err != nil {
		return err
	}
	_, err = b.ledger.UpdateAccount(ctx, &pb.UpdateAccountRequest{
		AccountId: account, Account: changed, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{field}},
	})
	return err
}

func (b *books) addRate(ctx context.Context, args, _ []string) error {
	_, err := b.ledger.CreateExchangeRate(ctx, &pb.CreateExchangeRateRequest{ExchangeRate: &pb.ExchangeRate{
		Date: args[0], FromCurrencyCode: args[1], Rate: args[2], ToCurrencyCode: args[3],
	}})
	return err
}

func (b *books) revalue(ctx context.Context, args, _ []string) error {
	_, err := b.ledger.CreateCurrencyRevaluation(ctx, &pb.CreateCurrencyRevaluationRequest{
		CurrencyRevaluation: &pb.CurrencyRevaluation{Date: args[0]},
	})
	return err
}

func (b *books) addYear(ctx context.Context, args, _ []string) error {
	_, err := b.ledger.CreateFiscalYear(ctx, &pb.CreateFiscalYearRequest{
		FiscalYear: &pb.FiscalYear{
			StartDate: args[0], EndDate: args[1],
			ReportingFramework: pb.FiscalYear_ReportingFramework(pb.FiscalYear_ReportingFramework_value[args[2]]),
		},
	})
	return err
}

func (b *books) closeMonths(ctx context.Context, args, _ []string) error {
	found, err := b.ledger.ListAccountingPeriods(ctx, &pb.ListAccountingPeriodsRequest{
		Filter: fmt.Sprintf("end_date = %q", args[0]),
	})
	if err != nil || len(found.GetAccountingPeriods()) != 1 {
		return fmt.Errorf("no month ends on %s: %w", args[0], err)
	}
	_, err = b.ledger.CloseAccountingPeriod(ctx, &pb.CloseAccountingPeriodRequest{
		AccountingPeriodId: found.GetAccountingPeriods()[0].GetId(), IncludeEarlier: true, Reason: "Conformance",
	})
	return err
}

func (b *books) closeYear(ctx context.Context, args, _ []string) error {
	years, err := b.ledger.ListFiscalYears(ctx, &pb.ListFiscalYearsRequest{})
	if err != nil {
		return err
	}
	for _, y := range years.GetFiscalYears() {
		if y.GetEndDate() == args[0] {
			_, err := b.ledger.CloseFiscalYear(ctx, &pb.CloseFiscalYearRequest{FiscalYearId: y.GetId()})
			return err
		}
	}
	return fmt.Errorf("no fiscal year ends on %s", strings.Join(args, " "))
}
