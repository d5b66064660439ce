package payables_test

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

func TestCreateVendorRefusesInvalidFields(t *testing.T) {
	t.Parallel()
	o, other := apptest.SignUp(t), apptest.SignUp(t)
	vendors := pb.NewPayablesServiceClient(o)
	_, err := vendors.CreateVendor(t.Context(), &pb.CreateVendorRequest{Vendor: &pb.Vendor{DisplayName: "Stationer's"}})
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := pb.NewLedgerServiceClient(other).ListAccounts(t.Context(), &pb.ListAccountsRequest{PageSize: 1})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		vendor *pb.Vendor
		reason optionsv1.Reason
		fields []string
	}{
		"refuses a name in another case": {
			&pb.Vendor{DisplayName: "STATIONER'S"}, optionsv1.Reason_VENDORS_NAME_TAKEN, []string{"displayName"},
		},
		"refuses an unknown account": {
			&pb.Vendor{DisplayName: "X", ExpenseAccountId: "acc_01k9zzzzzzzzzzzzzzzzzzzzzz"},
			optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"expenseAccountId"},
		},
		"refuses an account of another organization": {
			&pb.Vendor{DisplayName: "X", ExpenseAccountId: foreign.GetAccounts()[0].GetId()},
			optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"expenseAccountId"},
		},
		"refuses an IBAN with a wrong digit": {
			&pb.Vendor{DisplayName: "X", BankAccountNumber: "GB29 NWBK 6016 1331 9268 18"},
			optionsv1.Reason_FIELDS_INVALID, []string{"bankAccountNumber"},
		},
		"reports all invalid fields at once": {
			&pb.Vendor{Email: "invalid", PaymentDays: 366, CreditLimit: &typepb.Money{Amount: "1.001"}},
			optionsv1.Reason_FIELDS_INVALID, []string{"creditLimit.amount", "displayName", "email", "paymentDays"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := vendors.CreateVendor(t.Context(), &pb.CreateVendorRequest{Vendor: c.vendor})
			fields := apptest.Fields(err)
			slices.Sort(fields)
			if apptest.Reason(err) != c.reason || !slices.Equal(fields, c.fields) {
				t.Errorf("got %v, want %s at %v", err, c.reason, c.fields)
			}
		})
	}
}

// TestVendorCreditLimit checks that a credit limit keeps its currency and can be cleared by an
// update mask.
func TestVendorCreditLimit(t *testing.T) {
	t.Parallel()
	vendors := pb.NewPayablesServiceClient(apptest.SignUp(t))
	v, err := vendors.CreateVendor(t.Context(), &pb.CreateVendorRequest{Vendor: &pb.Vendor{
		DisplayName: "Tokyo Paper", Email: "Orders@Paper.Example",
		CreditLimit: &typepb.Money{Amount: "90000", CurrencyCode: "JPY"},
	}})
	limit := v.GetCreditLimit()
	if err != nil || limit.GetAmount() != "90000" || limit.GetCurrencyCode() != "JPY" ||
		v.GetEmail() != "Orders@Paper.Example" {
		t.Fatalf("got %v, %v, want a limit of 90000 JPY", v, err)
	}
	v, err = vendors.UpdateVendor(t.Context(), &pb.UpdateVendorRequest{
		VendorId: v.GetId(), Vendor: &pb.Vendor{}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"credit_limit"}},
	})
	if err != nil || v.GetCreditLimit() != nil {
		t.Errorf("got %v, %v, want no limit", v, err)
	}
}
