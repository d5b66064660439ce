package ledger_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
)

// TestRestrictedResultsStayRestricted closes a non-profit's year. Of 1,000 given for a purpose, 400
// were used, so 600 remain restricted. The other results are unrestricted.
func TestRestrictedResultsStayRestricted(t *testing.T) {
	t.Parallel()
	b := open(t, func(r *platformv1.SignUpRequest) { r.ChartTemplate = "non-profit" })
	b.postOn(t, "2025-03-01", "1000", "4010", "1000")
	b.postOn(t, "2025-04-01", "1000", "4000", "250")
	b.postOn(t, "2025-05-01", "5200", "1000", "400")
	b.postOn(t, "2025-05-01", "4510", "4500", "400")
	b.closeThrough(t, "2025-01-01", "2025-12-01")
	closed, err := b.CloseFiscalYear(t.Context(), &pb.CloseFiscalYearRequest{FiscalYearId: firstFiscalYear(t, b).GetId()})
	if err != nil || closed.GetFiscalYear().GetNetIncome().GetAmount() != "850.00" {
		t.Fatalf("got %v, %v", closed, err)
	}
	for code, want := range map[string]string{"3200": "-250.00", "3300": "-600.00"} {
		lines := b.lines(t, "closing = true AND account_id = \""+b.codes[code]+"\"")
		if len(lines) != 1 || lines[0].GetBaseAmount().GetAmount() != want {
			t.Errorf("account %s: got %v, want %s", code, lines, want)
		}
	}
}

// TestClosingAccountIsValidated checks that only equity accounts can be closing accounts, only of
// income and expense accounts, and that an archived one keeps the year from being closed.
func TestClosingAccountIsValidated(t *testing.T) {
	t.Parallel()
	b := open(t)
	equity, err := b.CreateAccount(t.Context(), &pb.CreateAccountRequest{
		Account: &pb.Account{DisplayName: "Grants held", Type: pb.Account_EQUITY},
	})
	if err != nil {
		t.Fatal(err)
	}
	set := func(code, closing string) error {
		_, err := b.UpdateAccount(t.Context(), &pb.UpdateAccountRequest{
			AccountId: b.codes[code], Account: &pb.Account{ClosingAccountId: closing},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"closing_account_id"}},
		})
		return err
	}
	wantReason(t, set("4000", b.codes["2500"]), optionsv1.Reason_FIELDS_INVALID, "closingAccountId")
	wantReason(t, set("1000", equity.GetId()), optionsv1.Reason_FIELDS_INVALID, "closingAccountId")
	wantReason(t, set("4000", "acc_01k9zzzzzzzzzzzzzzzzzzzzzz"), optionsv1.Reason_REFERENCE_NOT_FOUND, "closingAccountId")
	if err := set("4000", equity.GetId()); err != nil {
		t.Fatal(err)
	}
	_, err = b.DeleteAccount(t.Context(), &pb.DeleteAccountRequest{AccountId: equity.GetId(), Etag: equity.GetEtag()})
	wantReason(t, err, optionsv1.Reason_ACCOUNTS_IN_USE)
	b.postOn(t, "2025-03-01", "1000", "4000", "10")
	b.closeThrough(t, "2025-01-01", "2025-12-01")
	if _, err := b.ArchiveAccount(t.Context(), &pb.ArchiveAccountRequest{AccountId: equity.GetId()}); err != nil {
		t.Fatal(err)
	}
	_, err = b.CloseFiscalYear(t.Context(), &pb.CloseFiscalYearRequest{FiscalYearId: firstFiscalYear(t, b).GetId()})
	wantReason(t, err, optionsv1.Reason_ACCOUNT_ARCHIVED)
	if err := set("4000", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := b.CloseFiscalYear(
		t.Context(), &pb.CloseFiscalYearRequest{FiscalYearId: firstFiscalYear(t, b).GetId()},
	); err != nil {
		t.Error(err)
	}
}

// TestDefaultChartDependsOnRegion checks that organizations outside the United States get the
// generic chart.
func TestDefaultChartDependsOnRegion(t *testing.T) {
	t.Parallel()
	b := open(t, func(r *platformv1.SignUpRequest) { r.RegionCode = "DE" })
	if _, exists := b.codes["2210"]; !exists {
		t.Error("got a chart without account 2210, VAT on purchases")
	}
}
