package tax_test

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestAgencyHasTheAccountOfItsRole checks the defaults of an agency.
func TestAgencyHasTheAccountOfItsRole(t *testing.T) {
	t.Parallel()
	c := open(t)
	agency := c.agency(t, "Comptroller")
	account, err := c.ledger.GetAccount(t.Context(), &pb.GetAccountRequest{AccountId: agency.GetAccountId()})
	if err != nil || account.GetCode() != "2200" || agency.GetFilingBasis() != pb.TaxAgency_ACCRUAL ||
		agency.GetFilingPeriodMonths() != 3 {
		t.Errorf("got %v with %v, %v", agency, account, err)
	}
}

// accountOf returns an account with a code of the chart.
func (c *company) accountOf(t *testing.T, code string) string {
	t.Helper()
	list, err := c.ledger.ListAccounts(t.Context(), &pb.ListAccountsRequest{Filter: `code = "` + code + `"`})
	if err != nil || len(list.GetAccounts()) != 1 {
		t.Fatalf("got %v, %v", list, err)
	}
	return list.GetAccounts()[0].GetId()
}

func TestCreateTaxAgencyRefusesInvalidFields(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.agency(t, "Revenue")
	for name, bad := range map[string]struct {
		agency *pb.TaxAgency
		reason optionsv1.Reason
		fields []string
	}{
		"refuses a name in another case": {&pb.TaxAgency{DisplayName: "REVENUE"},
			optionsv1.Reason_TAX_AGENCIES_NAME_TAKEN, []string{"displayName"}},
		"refuses an unknown account": {&pb.TaxAgency{DisplayName: "X", AccountId: "acc_01k9zzzzzzzzzzzzzzzzzzzzzz"},
			optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"accountId"}},
		"refuses a control account": {&pb.TaxAgency{DisplayName: "X", AccountId: c.accountOf(t, "1200")},
			optionsv1.Reason_FIELDS_INVALID, []string{"accountId"}},
		"refuses an equity account": {&pb.TaxAgency{DisplayName: "X", AccountId: c.accountOf(t, "3000")},
			optionsv1.Reason_FIELDS_INVALID, []string{"accountId"}},
		"refuses periods that do not fit into a year": {&pb.TaxAgency{DisplayName: "X", FilingPeriodMonths: 5},
			optionsv1.Reason_FIELDS_INVALID, []string{"filingPeriodMonths"}},
		"reports all invalid fields at once": {&pb.TaxAgency{RegionCode: "Germany", FilingPeriodMonths: 13},
			optionsv1.Reason_FIELDS_INVALID, []string{"displayName", "filingPeriodMonths", "regionCode"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.CreateTaxAgency(t.Context(), &pb.CreateTaxAgencyRequest{TaxAgency: bad.agency})
			fields := apptest.Fields(err)
			slices.Sort(fields)
			if apptest.Reason(err) != bad.reason || !slices.Equal(fields, bad.fields) {
				t.Errorf("got %v, want %s at %v", err, bad.reason, bad.fields)
			}
		})
	}
}

func TestCreateTaxRateRefusesInvalidFields(t *testing.T) {
	t.Parallel()
	c := open(t)
	agency := c.agency(t, "Revenue").GetId()
	c.rate(t, &pb.TaxRate{DisplayName: "Taken", Kind: pb.TaxRate_EXEMPT})
	spans := func(spans ...*pb.TaxRate_Span) []*pb.TaxRate_Component {
		return []*pb.TaxRate_Component{{DisplayName: "VAT", TaxAgencyId: agency, Spans: spans}}
	}
	for name, bad := range map[string]struct {
		rate   *pb.TaxRate
		reason optionsv1.Reason
		fields []string
	}{
		"refuses a name in another case": {&pb.TaxRate{DisplayName: "TAKEN", Kind: pb.TaxRate_ZERO},
			optionsv1.Reason_TAX_RATES_NAME_TAKEN, []string{"displayName"}},
		"refuses a percentage above 100": {&pb.TaxRate{Components: spans(&pb.TaxRate_Span{Percent: "100.01"})},
			optionsv1.Reason_FIELDS_INVALID, []string{"components[0].spans[0].percent"}},
		"refuses a negative percentage": {&pb.TaxRate{Components: spans(&pb.TaxRate_Span{Percent: "-1"})},
			optionsv1.Reason_FIELDS_INVALID, []string{"components[0].spans[0].percent"}},
		"refuses a percentage with seven digits": {&pb.TaxRate{Components: spans(&pb.TaxRate_Span{Percent: "1.0000001"})},
			optionsv1.Reason_FIELDS_INVALID, []string{"components[0].spans[0].percent"}},
		"refuses a percentage with a huge exponent": {&pb.TaxRate{Components: spans(&pb.TaxRate_Span{Percent: "1e999999"})},
			optionsv1.Reason_FIELDS_INVALID, []string{"components[0].spans[0].percent"}},
		"refuses a percentage that is no number": {&pb.TaxRate{Components: spans(&pb.TaxRate_Span{Percent: "5 %"})},
			optionsv1.Reason_FIELDS_INVALID, []string{"components[0].spans[0].percent"}},
		"refuses a day that does not exist": {
			&pb.TaxRate{Components: spans(&pb.TaxRate_Span{StartDate: "2026-02-30", Percent: "5"})},
			optionsv1.Reason_FIELDS_INVALID, []string{"components[0].spans[0].startDate"}},
		"refuses spans that overlap": {&pb.TaxRate{Components: spans(&pb.TaxRate_Span{StartDate: "2026-01-01", Percent: "5"},
			&pb.TaxRate_Span{StartDate: "2025-01-01", Percent: "6"}, &pb.TaxRate_Span{StartDate: "2026-01-01", Percent: "7"})},
			optionsv1.Reason_FIELDS_INVALID, []string{"components[0].spans[2].startDate"}},
		"refuses two spans without a day": {
			&pb.TaxRate{Components: spans(&pb.TaxRate_Span{Percent: "5"}, &pb.TaxRate_Span{Percent: "6"})},
			optionsv1.Reason_FIELDS_INVALID, []string{"components[0].spans[1].startDate"}},
		"refuses an exempt rate with a percentage": {
			&pb.TaxRate{Kind: pb.TaxRate_EXEMPT, Components: spans(&pb.TaxRate_Span{Percent: "5"})},
			optionsv1.Reason_FIELDS_INVALID, []string{"components[0].spans[0].percent"}},
		"refuses a standard rate without components": {
			&pb.TaxRate{}, optionsv1.Reason_FIELDS_INVALID, []string{"components"}},
		"refuses a recoverable share above 100": {&pb.TaxRate{Components: []*pb.TaxRate_Component{{DisplayName: "VAT",
			TaxAgencyId: agency, RecoverablePercent: "101", Spans: []*pb.TaxRate_Span{{Percent: "5"}}}}},
			optionsv1.Reason_FIELDS_INVALID, []string{"components[0].recoverablePercent"}},
		"refuses an unknown agency": {&pb.TaxRate{Components: []*pb.TaxRate_Component{{DisplayName: "VAT",
			TaxAgencyId: "txa_01k9zzzzzzzzzzzzzzzzzzzzzz", Spans: []*pb.TaxRate_Span{{Percent: "5"}}}}},
			optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"components[0].taxAgencyId"}},
	} {
		t.Run(name, func(t *testing.T) {
			if bad.rate.DisplayName == "" {
				bad.rate.DisplayName = "New"
			}
			_, err := c.CreateTaxRate(t.Context(), &pb.CreateTaxRateRequest{TaxRate: bad.rate})
			if apptest.Reason(err) != bad.reason || !slices.Equal(apptest.Fields(err), bad.fields) {
				t.Errorf("got %v at %v, want %s at %v", err, apptest.Fields(err), bad.reason, bad.fields)
			}
		})
	}
}

// TestRateKeepsItsIdentity adds a percentage to a rate. Documents before its first day keep the old
// one, whatever the order in which the percentages are sent.
func TestRateKeepsItsIdentity(t *testing.T) {
	t.Parallel()
	c := open(t)
	code := c.salesCode(t, "VAT", component("VAT", "7.50"))
	rate, err := c.GetTaxRate(t.Context(), &pb.GetTaxRateRequest{TaxRateId: code.GetSalesTaxRateId()})
	if err != nil || rate.GetComponents()[0].GetPercent() != "7.5" {
		t.Fatalf("got %v, %v", rate, err)
	}
	changed := rate.GetComponents()
	changed[0].Spans = []*pb.TaxRate_Span{{StartDate: "2030-07-01", Percent: "9"}, {Percent: "7.5"}}
	updated, err := c.UpdateTaxRate(t.Context(), &pb.UpdateTaxRateRequest{
		TaxRateId: rate.GetId(), TaxRate: &pb.TaxRate{Components: changed},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"components"}},
	})
	if err != nil || updated.GetComponents()[0].GetId() != rate.GetComponents()[0].GetId() ||
		updated.GetComponents()[0].GetSpans()[1].GetStartDate() != "2030-07-01" {
		t.Fatalf("got %v, %v", updated, err)
	}
	for date, want := range map[string]string{
		"2030-06-30": "100.00 + 7.50 = 107.50", "2030-07-01": "100.00 + 9.00 = 109.00",
	} {
		got := c.calculate(t, &pb.CalculateTaxRequest{
			Date: date, Lines: []*pb.CalculateTaxRequest_Line{line("100", code.GetId())},
		})
		if total(got) != want || got.GetTaxes()[0].GetComponentId() != rate.GetComponents()[0].GetId() {
			t.Errorf("on %s: got %v, want %s", date, got, want)
		}
	}
}

// TestUsedTaxesAreNotDeleted deletes what other records refer to, and then from the top.
func TestUsedTaxesAreNotDeleted(t *testing.T) {
	t.Parallel()
	c := open(t)
	code := c.salesCode(t, "VAT", component("VAT", "5"))
	rate, err := c.GetTaxRate(t.Context(), &pb.GetTaxRateRequest{TaxRateId: code.GetSalesTaxRateId()})
	if err != nil {
		t.Fatal(err)
	}
	agency := rate.GetComponents()[0].GetTaxAgencyId()
	_, err = c.DeleteTaxAgency(t.Context(), &pb.DeleteTaxAgencyRequest{TaxAgencyId: agency})
	apptest.WantRefused(t, err, optionsv1.Reason_TAX_AGENCIES_IN_USE)
	_, err = c.DeleteTaxRate(t.Context(), &pb.DeleteTaxRateRequest{TaxRateId: rate.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_TAX_RATES_IN_USE)
	if _, err = c.DeleteTaxCode(t.Context(), &pb.DeleteTaxCodeRequest{TaxCodeId: code.GetId()}); err != nil {
		t.Error(err)
	}
	if _, err = c.DeleteTaxRate(t.Context(), &pb.DeleteTaxRateRequest{TaxRateId: rate.GetId()}); err != nil {
		t.Error(err)
	}
	if _, err = c.DeleteTaxAgency(t.Context(), &pb.DeleteTaxAgencyRequest{TaxAgencyId: agency}); err != nil {
		t.Error(err)
	}
}

// TestBookkeeperReadsTaxes checks that a bookkeeper calculates taxes and does not change them.
func TestBookkeeperReadsTaxes(t *testing.T) {
	t.Parallel()
	c := open(t)
	code := c.salesCode(t, "VAT", component("VAT", "5"))
	bookkeeper := pb.NewTaxServiceClient(c.WithRole(t, platformv1.ApiKey_BOOKKEEPER))
	_, err := bookkeeper.CalculateTax(t.Context(), &pb.CalculateTaxRequest{
		Lines: []*pb.CalculateTaxRequest_Line{line("1", code.GetId())},
	})
	if err != nil {
		t.Error(err)
	}
	_, err = bookkeeper.ApplyTaxTemplate(t.Context(), &pb.ApplyTaxTemplateRequest{Key: "gb"})
	apptest.WantRefused(t, err, optionsv1.Reason_PERMISSION_MISSING)
	accountant := pb.NewTaxServiceClient(c.WithRole(t, platformv1.ApiKey_ACCOUNTANT))
	if _, err := accountant.ApplyTaxTemplate(t.Context(), &pb.ApplyTaxTemplateRequest{Key: "gb"}); err != nil {
		t.Error(err)
	}
}

// TestUnchangedRateIsNotStored sends a rate back as it was returned, with its computed percentages.
func TestUnchangedRateIsNotStored(t *testing.T) {
	t.Parallel()
	c := open(t)
	code := c.salesCode(t, "VAT", component("VAT", "7.50"), component("Surtax", "1"))
	rate, err := c.GetTaxRate(t.Context(), &pb.GetTaxRateRequest{TaxRateId: code.GetSalesTaxRateId()})
	if err != nil {
		t.Fatal(err)
	}
	again, err := c.UpdateTaxRate(t.Context(), &pb.UpdateTaxRateRequest{
		TaxRateId: rate.GetId(), TaxRate: rate, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"components", "kind"}},
	})
	if err != nil || again.GetEtag() != rate.GetEtag() || again.GetComponents()[1].GetPercent() != "1" {
		t.Errorf("got %v, %v, want the etag %s", again, err, rate.GetEtag())
	}
	rate.Components = rate.Components[:1]
	shorter, err := c.UpdateTaxRate(t.Context(), &pb.UpdateTaxRateRequest{
		TaxRateId: rate.GetId(), TaxRate: rate, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"components"}},
	})
	if err != nil || len(shorter.GetComponents()) != 1 ||
		shorter.GetComponents()[0].GetId() != rate.Components[0].GetId() {
		t.Errorf("got %v, %v, want one component", shorter, err)
	}
	rate.Components[0].Id = "txc_01k9zzzzzzzzzzzzzzzzzzzzzz"
	_, err = c.UpdateTaxRate(t.Context(), &pb.UpdateTaxRateRequest{
		TaxRateId: rate.GetId(), TaxRate: &pb.TaxRate{Components: rate.Components},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"components"}},
	})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "components[0].id")
}
