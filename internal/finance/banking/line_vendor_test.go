package banking_test

import (
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// TestLineVendorFollowsDecision sets the vendor of a line by a rule and by hand, clears it on undo,
// and refuses to delete a vendor that a line refers to.
func TestLineVendorFollowsDecision(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	payables := pb.NewPayablesServiceClient(b.o)
	vendor := func(name string) string {
		t.Helper()
		v, err := payables.CreateVendor(t.Context(), &pb.CreateVendorRequest{Vendor: &pb.Vendor{DisplayName: name}})
		if err != nil {
			t.Fatal(err)
		}
		return v.GetId()
	}
	landlord, cafe, gone := vendor("Landlord"), vendor("Cafe Roma"), vendor("Gone")
	if _, err := payables.ArchiveVendor(t.Context(), &pb.ArchiveVendorRequest{VendorId: gone}); err != nil {
		t.Fatal(err)
	}
	b.rule(t, &pb.BankRule{
		DisplayName: "Rent", CounterpartyNames: []string{"landlord"}, AccountId: b.codes["OPERATING_EXPENSE"],
		VendorId: landlord,
	})
	b.mustImportTo(t, b.account.GetId(), &pb.StatementImport{Content: []byte(january)})
	paid := b.findLines(t, `vendor_id = "`+landlord+`"`)
	if len(paid) != 1 || paid[0].GetAmount().GetAmount() != "-900.00" {
		t.Fatalf("got %v", paid)
	}
	lunch := b.findLines(t, `description = "Lunch"`)[0]
	categorize := func(vendor string) (*pb.BankStatementLine, error) {
		return b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{
			BankStatementLineId: lunch.GetId(), VendorId: vendor, Splits: []*pb.BankStatementLine_Split{
				b.split("OPERATING_EXPENSE", ""),
			},
		})
	}
	for key, reason := range map[string]optionsv1.Reason{
		gone: optionsv1.Reason_REFERENCE_ARCHIVED, "ven_01k9zzzzzzzzzzzzzzzzzzzzzz": optionsv1.Reason_REFERENCE_NOT_FOUND,
	} {
		_, byHand := categorize(key)
		_, byRule := b.CreateBankRule(t.Context(), &pb.CreateBankRuleRequest{
			BankRule: &pb.BankRule{DisplayName: "x", AccountId: b.codes["OPERATING_EXPENSE"], VendorId: key},
		})
		for _, err := range []error{byHand, byRule} {
			if apptest.Reason(err) != reason || !slices.Contains(apptest.Fields(err), "vendorId") {
				t.Errorf("got %v at %v, want %s", err, apptest.Fields(err), reason)
			}
		}
	}
	for _, r := range []*pb.BankRule{{Personal: true}, {TransferBankAccountId: b.addBankAccount(t, "USD")}} {
		r.DisplayName, r.VendorId = "x", cafe
		_, err := b.CreateBankRule(t.Context(), &pb.CreateBankRuleRequest{BankRule: r})
		if apptest.Reason(err) != optionsv1.Reason_FIELDS_INVALID || !slices.Contains(apptest.Fields(err), "vendorId") {
			t.Errorf("got %v at %v", err, apptest.Fields(err))
		}
	}
	if done, err := categorize(cafe); err != nil || done.GetVendorId() != cafe {
		t.Fatalf("got %v, %v", done, err)
	}
	_, err := payables.DeleteVendor(t.Context(), &pb.DeleteVendorRequest{VendorId: cafe})
	wantReason(t, err, optionsv1.Reason_VENDORS_IN_USE)
	undone, err := b.UndoBankStatementLine(t.Context(), &pb.UndoBankStatementLineRequest{
		BankStatementLineId: lunch.GetId(),
	})
	if err != nil || undone.GetVendorId() != "" {
		t.Errorf("got %v, %v", undone, err)
	}
	if _, err := payables.DeleteVendor(t.Context(), &pb.DeleteVendorRequest{VendorId: cafe}); err != nil {
		t.Error(err)
	}
}

// TestVendorsOfBatchAreReadTogether checks that the number of SQL statements of a batch does not
// depend on the number of its vendors.
func TestVendorsOfBatchAreReadTogether(t *testing.T) {
	t.Parallel()
	app, counter := apptest.NewCounting(t)
	b := openBankFor(t, apptest.SignUpTo(t, app))
	payables := pb.NewPayablesServiceClient(b.o)
	rows := ""
	var vendors []string
	for _, name := range []string{"One", "Two", "Three", "Four", "Five", "Six"} {
		v, err := payables.CreateVendor(t.Context(), &pb.CreateVendorRequest{Vendor: &pb.Vendor{DisplayName: name}})
		if err != nil {
			t.Fatal(err)
		}
		vendors = append(vendors, v.GetId())
		rows += "2026-01-05," + name + ",-5.00\n"
	}
	lines := b.importLines(t, b.account.GetId(), rows)
	count := func(vendors ...string) int64 {
		req := &pb.BatchCategorizeBankStatementLinesRequest{ValidateOnly: true}
		for i, l := range lines {
			req.Items = append(req.Items, &categorizeItem{
				BankStatementLineId: l.GetId(), Splits: b.splits("OPERATING_EXPENSE", ""), VendorId: vendors[i%len(vendors)],
			})
		}
		return countFewest(counter, func() {
			if _, err := b.BatchCategorizeBankStatementLines(t.Context(), req); err != nil {
				t.Error(err)
			}
		})
	}
	if one, six := count(vendors[0]), count(vendors...); one == 0 || six != one {
		t.Errorf("got %d statements for one vendor and %d for six, want the same number", one, six)
	}
}

// countFewest returns the fewest statements that several runs send. A run may send more, such as
// those that prepare statements or read the credential again.
func countFewest(counter *apptest.StatementCounter, run func()) int64 {
	fewest := counter.Count(run)
	for range 2 {
		fewest = min(fewest, counter.Count(run))
	}
	return fewest
}
