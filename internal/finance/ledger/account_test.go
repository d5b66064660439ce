package ledger_test

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// books is a test organization with its chart by code.
type books struct {
	*apptest.Organization
	pb.LedgerServiceClient
	codes map[string]string
}

func open(t *testing.T, changes ...func(*platformv1.SignUpRequest)) books {
	t.Helper()
	b := books{Organization: apptest.SignUp(t, changes...), codes: map[string]string{}}
	b.LedgerServiceClient = pb.NewLedgerServiceClient(b.Organization)
	list, err := b.ListAccounts(t.Context(), &pb.ListAccountsRequest{PageSize: 500, OrderBy: "code"})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list.GetAccounts() {
		b.codes[a.GetCode()] = a.GetId()
	}
	return b
}

func (b books) create(t *testing.T, a *pb.Account) *pb.Account {
	t.Helper()
	made, err := b.CreateAccount(t.Context(), &pb.CreateAccountRequest{Account: a})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// refused holds an error to be of a reason and to name the fields.
func refused(t *testing.T, err error, reason optionsv1.Reason, fields ...string) {
	t.Helper()
	if apptest.Reason(err) != reason || !slices.Equal(apptest.Fields(err), fields) {
		t.Errorf("want %s at %v, got %v at %v", reason, fields, err, apptest.Fields(err))
	}
}

func TestAccountDefaults(t *testing.T) {
	t.Parallel()
	b := open(t)
	a := b.create(t, &pb.Account{DisplayName: "Old Debts", Type: pb.Account_ASSET, Subtype: pb.Account_ACCOUNTS_RECEIVABLE})
	if !a.GetControl() || a.GetCurrencyCode() != "USD" || a.GetCashFlowSection() != pb.Account_OPERATING {
		t.Errorf("got %v", a)
	}
	// Accounts without a code do not contend for it.
	b.create(t, &pb.Account{DisplayName: "Odds", Type: pb.Account_EXPENSE})
	b.create(t, &pb.Account{DisplayName: "Ends", Type: pb.Account_EXPENSE})
}

func TestAccountRefusals(t *testing.T) {
	t.Parallel()
	b := open(t)
	other := open(t)
	for name, c := range map[string]struct {
		account *pb.Account
		reason  optionsv1.Reason
		fields  []string
	}{
		"code taken":           {&pb.Account{DisplayName: "X", Code: "1000", Type: pb.Account_ASSET}, optionsv1.Reason_ACCOUNTS_CODE_TAKEN, []string{"code"}},
		"subtype":              {&pb.Account{DisplayName: "X", Type: pb.Account_ASSET, Subtype: pb.Account_LOAN}, optionsv1.Reason_ACCOUNT_SUBTYPE_OF_OTHER_TYPE, []string{"subtype"}},
		"currency":             {&pb.Account{DisplayName: "X", Type: pb.Account_INCOME, CurrencyCode: "EUR"}, optionsv1.Reason_CURRENCY_NOT_SUPPORTED, []string{"currencyCode"}},
		"parent's type":        {&pb.Account{DisplayName: "X", Type: pb.Account_ASSET, ParentAccountId: b.codes["4000"]}, optionsv1.Reason_ACCOUNT_PARENT_REFUSED, []string{"parentAccountId"}},
		"unknown parent":       {&pb.Account{DisplayName: "X", Type: pb.Account_ASSET, ParentAccountId: "acc_01k9zzzzzzzzzzzzzzzzzzzzzz"}, optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"parentAccountId"}},
		"another's parent":     {&pb.Account{DisplayName: "X", Type: pb.Account_ASSET, ParentAccountId: other.codes["1000"]}, optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"parentAccountId"}},
		"a vendor as a parent": {&pb.Account{DisplayName: "X", Type: pb.Account_ASSET, ParentAccountId: "ven_01k9zzzzzzzzzzzzzzzzzzzzzz"}, optionsv1.Reason_FIELDS_INVALID, []string{"parentAccountId"}},
		"nothing":              {&pb.Account{}, optionsv1.Reason_FIELDS_INVALID, []string{"displayName", "type"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := b.CreateAccount(t.Context(), &pb.CreateAccountRequest{Account: c.account})
			refused(t, err, c.reason, c.fields...)
		})
	}
}

func TestAccountCannotBeUnderItself(t *testing.T) {
	t.Parallel()
	b := open(t)
	top := b.create(t, &pb.Account{DisplayName: "Top", Type: pb.Account_EXPENSE})
	middle := b.create(t, &pb.Account{DisplayName: "Middle", Type: pb.Account_EXPENSE, ParentAccountId: top.GetId()})
	bottom := b.create(t, &pb.Account{DisplayName: "Bottom", Type: pb.Account_EXPENSE, ParentAccountId: middle.GetId()})
	for _, parent := range []*pb.Account{top, middle, bottom} {
		_, err := b.UpdateAccount(t.Context(), &pb.UpdateAccountRequest{
			AccountId: top.GetId(), Account: &pb.Account{ParentAccountId: parent.GetId()}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"parent_account_id"}},
		})
		refused(t, err, optionsv1.Reason_ACCOUNT_PARENT_REFUSED, "parentAccountId")
	}
}

// TestRivalsUnderEachOther puts two accounts under each other at the same time.
func TestRivalsUnderEachOther(t *testing.T) {
	t.Parallel()
	b := open(t)
	one := b.create(t, &pb.Account{DisplayName: "One", Type: pb.Account_EXPENSE}).GetId()
	two := b.create(t, &pb.Account{DisplayName: "Two", Type: pb.Account_EXPENSE}).GetId()
	put := func(child, parent string, done chan<- error) {
		_, err := b.UpdateAccount(t.Context(), &pb.UpdateAccountRequest{
			AccountId: child, Account: &pb.Account{ParentAccountId: parent}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"parent_account_id"}},
		})
		done <- err
	}
	done := make(chan error, 2)
	go put(one, two, done)
	go put(two, one, done)
	first, second := <-done, <-done
	if (first == nil) == (second == nil) {
		t.Errorf("want one to be refused, got %v and %v", first, second)
	}
}

func TestAccountInUse(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.post(t, "6100", "1000", "10.00")
	_, err := b.DeleteAccount(t.Context(), &pb.DeleteAccountRequest{AccountId: b.codes["6100"]})
	refused(t, err, optionsv1.Reason_ACCOUNTS_IN_USE)
	if _, err := b.DeleteAccount(t.Context(), &pb.DeleteAccountRequest{AccountId: b.codes["6110"]}); err != nil {
		t.Errorf("an account without postings stays: %v", err)
	}
}

func TestChartTemplates(t *testing.T) {
	t.Parallel()
	retail := open(t, func(r *platformv1.SignUpRequest) { r.ChartTemplate = "retailer" })
	if retail.codes["1400"] == "" || len(retail.codes) < 35 {
		t.Errorf("a retailer begins with %d accounts and no inventory", len(retail.codes))
	}
	added, err := retail.ApplyChartTemplate(t.Context(), &pb.ApplyChartTemplateRequest{Template: "service-firm"})
	if err != nil || len(added.GetAccounts()) == 0 || added.GetAccounts()[0].GetId() == "" {
		t.Fatalf("adding what is missing: %v, %v", added, err)
	}
	for _, a := range added.GetAccounts() {
		if retail.codes[a.GetCode()] != "" {
			t.Errorf("%s was here and was added again", a.GetCode())
		}
	}
	again, err := retail.ApplyChartTemplate(t.Context(), &pb.ApplyChartTemplateRequest{Template: "service-firm"})
	if err != nil || len(again.GetAccounts()) != 0 {
		t.Errorf("a second time adds %v, %v", again, err)
	}
	_, err = retail.ApplyChartTemplate(t.Context(), &pb.ApplyChartTemplateRequest{Template: "circus"})
	refused(t, err, optionsv1.Reason_CHART_TEMPLATE_UNKNOWN, "template")
	_, err = platformv1.NewIdentityServiceClient(apptest.New(t).Server.Conn()).SignUp(t.Context(), &platformv1.SignUpRequest{
		DisplayName: "Acme", CurrencyCode: "USD", TimeZone: "America/New_York", RegionCode: "US", ChartTemplate: "circus",
		OwnerEmail: "owner@acme.example", OwnerDisplayName: "Olive", OwnerPassword: "correct horse battery", Test: true,
	})
	refused(t, err, optionsv1.Reason_CHART_TEMPLATE_UNKNOWN, "chartTemplate")
}
