package ledger_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// books is a test organization with a ledger client and the identifiers of its accounts by code.
type books struct {
	*apptest.Organization
	pb.LedgerServiceClient
	codes map[string]string
}

// open signs up an organization and returns its books.
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

// create creates an account.
func (b books) create(t *testing.T, a *pb.Account) *pb.Account {
	t.Helper()
	created, err := b.CreateAccount(t.Context(), &pb.CreateAccountRequest{Account: a})
	if err != nil {
		t.Fatal(err)
	}
	return created
}

var wantReason = apptest.WantRefused

func TestAccountDefaults(t *testing.T) {
	t.Parallel()
	b := open(t)
	a := b.create(t, &pb.Account{
		DisplayName: "Old Debts", Type: pb.Account_ASSET, Subtype: pb.Account_ACCOUNTS_RECEIVABLE,
	})
	if !a.GetControl() || a.GetCurrencyCode() != "USD" || a.GetCashFlowSection() != pb.Account_OPERATING {
		t.Errorf("got %v", a)
	}
	// A code is optional: accounts without one do not violate its uniqueness.
	b.create(t, &pb.Account{DisplayName: "Odds", Type: pb.Account_EXPENSE})
	b.create(t, &pb.Account{DisplayName: "Ends", Type: pb.Account_EXPENSE})
}

func TestAccountIsValidated(t *testing.T) {
	t.Parallel()
	b := open(t)
	other := open(t)
	b.create(t, &pb.Account{DisplayName: "Fuel", Code: "Fuel-1", Type: pb.Account_EXPENSE})
	for name, c := range map[string]struct {
		account *pb.Account
		reason  optionsv1.Reason
		fields  []string
	}{
		"rejects a taken code": {
			&pb.Account{DisplayName: "X", Code: "1000", Type: pb.Account_ASSET}, optionsv1.Reason_ACCOUNTS_CODE_TAKEN,
			[]string{"code"},
		},
		"rejects a taken code in other letters": {
			&pb.Account{DisplayName: "X", Code: "FUEL-1", Type: pb.Account_EXPENSE}, optionsv1.Reason_ACCOUNTS_CODE_TAKEN,
			[]string{"code"},
		},
		"rejects a subtype of another type": {
			&pb.Account{DisplayName: "X", Type: pb.Account_ASSET, Subtype: pb.Account_LOAN},
			optionsv1.Reason_ACCOUNT_SUBTYPE_OF_OTHER_TYPE, []string{"subtype"},
		},
		"rejects a foreign currency on an income account": {
			&pb.Account{DisplayName: "X", Type: pb.Account_INCOME, CurrencyCode: "EUR"}, optionsv1.Reason_CURRENCY_NOT_SUPPORTED,
			[]string{"currencyCode"},
		},
		"rejects a parent of another type": {
			&pb.Account{DisplayName: "X", Type: pb.Account_ASSET, ParentAccountId: b.codes["4000"]},
			optionsv1.Reason_ACCOUNT_PARENT_REFUSED, []string{"parentAccountId"},
		},
		"rejects an unknown parent": {
			&pb.Account{DisplayName: "X", Type: pb.Account_ASSET, ParentAccountId: "acc_01k9zzzzzzzzzzzzzzzzzzzzzz"},
			optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"parentAccountId"},
		},
		"rejects another organization's account as the parent": {
			&pb.Account{DisplayName: "X", Type: pb.Account_ASSET, ParentAccountId: other.codes["1000"]},
			optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"parentAccountId"},
		},
		"rejects a vendor as the parent": {
			&pb.Account{DisplayName: "X", Type: pb.Account_ASSET, ParentAccountId: "ven_01k9zzzzzzzzzzzzzzzzzzzzzz"},
			optionsv1.Reason_FIELDS_INVALID, []string{"parentAccountId"},
		},
		"rejects an empty account": {&pb.Account{}, optionsv1.Reason_FIELDS_INVALID, []string{"displayName", "type"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := b.CreateAccount(t.Context(), &pb.CreateAccountRequest{Account: c.account})
			wantReason(t, err, c.reason, c.fields...)
		})
	}
}

func TestAccountCannotBeItsOwnAncestor(t *testing.T) {
	t.Parallel()
	b := open(t)
	top := b.create(t, &pb.Account{DisplayName: "Top", Type: pb.Account_EXPENSE})
	middle := b.create(t, &pb.Account{DisplayName: "Middle", Type: pb.Account_EXPENSE, ParentAccountId: top.GetId()})
	bottom := b.create(t, &pb.Account{DisplayName: "Bottom", Type: pb.Account_EXPENSE, ParentAccountId: middle.GetId()})
	for _, parent := range []*pb.Account{top, middle, bottom} {
		_, err := b.UpdateAccount(t.Context(), &pb.UpdateAccountRequest{
			AccountId: top.GetId(), Account: &pb.Account{ParentAccountId: parent.GetId()},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"parent_account_id"}},
		})
		wantReason(t, err, optionsv1.Reason_ACCOUNT_PARENT_REFUSED, "parentAccountId")
	}
}

// TestConcurrentMovesCannotFormACycle makes two accounts each other's parent at the same time and
// expects one of the two updates to fail.
func TestConcurrentMovesCannotFormACycle(t *testing.T) {
	t.Parallel()
	b := open(t)
	one := b.create(t, &pb.Account{DisplayName: "One", Type: pb.Account_EXPENSE}).GetId()
	two := b.create(t, &pb.Account{DisplayName: "Two", Type: pb.Account_EXPENSE}).GetId()
	put := func(child, parent string, done chan<- error) {
		_, err := b.UpdateAccount(t.Context(), &pb.UpdateAccountRequest{
			AccountId: child, Account: &pb.Account{ParentAccountId: parent},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"parent_account_id"}},
		})
		done <- err
	}
	done := make(chan error, 2)
	go put(one, two, done)
	go put(two, one, done)
	first, second := <-done, <-done
	if (first == nil) == (second == nil) {
		t.Errorf("got %v and %v, want one error", first, second)
	}
}

func TestAccountWithPostingsCannotBeDeleted(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.post(t, "6100", "1000", "10.00")
	_, err := b.DeleteAccount(t.Context(), &pb.DeleteAccountRequest{AccountId: b.codes["6100"]})
	wantReason(t, err, optionsv1.Reason_ACCOUNTS_IN_USE)
	if _, err := b.DeleteAccount(t.Context(), &pb.DeleteAccountRequest{AccountId: b.codes["6110"]}); err != nil {
		t.Errorf("cannot delete an account without postings: %v", err)
	}
}

func TestChartTemplateAddsMissingAccounts(t *testing.T) {
	t.Parallel()
	retail := open(t, func(r *platformv1.SignUpRequest) { r.ChartTemplate = "retailer" })
	if retail.codes["1400"] == "" || len(retail.codes) < 35 {
		t.Errorf("got %d accounts, want at least 35 with inventory, 1400", len(retail.codes))
	}
	added, err := retail.ApplyChartTemplate(t.Context(), &pb.ApplyChartTemplateRequest{Template: "service-firm"})
	if err != nil || len(added.GetAccounts()) == 0 || added.GetAccounts()[0].GetId() == "" {
		t.Fatalf("got %v, %v, want the missing accounts", added, err)
	}
	for _, a := range added.GetAccounts() {
		if retail.codes[a.GetCode()] != "" {
			t.Errorf("added %s, which exists", a.GetCode())
		}
	}
	again, err := retail.ApplyChartTemplate(t.Context(), &pb.ApplyChartTemplateRequest{Template: "service-firm"})
	if err != nil || len(again.GetAccounts()) != 0 {
		t.Errorf("applied twice, got %v, %v, want no accounts", again, err)
	}
	_, err = retail.ApplyChartTemplate(t.Context(), &pb.ApplyChartTemplateRequest{Template: "circus"})
	wantReason(t, err, optionsv1.Reason_CHART_TEMPLATE_UNKNOWN, "template")
	identity := platformv1.NewIdentityServiceClient(apptest.New(t).Server.Conn())
	_, err = identity.SignUp(t.Context(), &platformv1.SignUpRequest{
		DisplayName: "Acme", CurrencyCode: "USD", TimeZone: "America/New_York", RegionCode: "US", ChartTemplate: "circus",
		OwnerEmail: "owner@acme.example", OwnerDisplayName: "Olive", OwnerPassword: "correct horse battery", Test: true,
	})
	wantReason(t, err, optionsv1.Reason_CHART_TEMPLATE_UNKNOWN, "chartTemplate")
}
