package recurring_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// newTaxCode returns a tax code of a percentage since a day.
func (a *agency) newTaxCode(t *testing.T, percent, start string) string {
	t.Helper()
	taxes := pb.NewTaxServiceClient(a)
	office := must(taxes.CreateTaxAgency(t.Context(), &pb.CreateTaxAgencyRequest{
		TaxAgency: &pb.TaxAgency{DisplayName: "Tax office"}}))(t)
	rate := must(taxes.CreateTaxRate(t.Context(), &pb.CreateTaxRateRequest{TaxRate: &pb.TaxRate{DisplayName: "VAT",
		Components: []*pb.TaxRate_Component{{DisplayName: "VAT", TaxAgencyId: office.GetId(),
			Spans: []*pb.TaxRate_Span{{Percent: percent, StartDate: start}}}}}}))(t)
	return must(taxes.CreateTaxCode(t.Context(), &pb.CreateTaxCodeRequest{TaxCode: &pb.TaxCode{Code: "V",
		DisplayName: "VAT", SalesTaxRateId: rate.GetId()}}))(t).GetId()
}

func (a *agency) update(t *testing.T, key string, change *pb.RecurringInvoice, field string) error {
	t.Helper()
	_, err := a.UpdateRecurringInvoice(t.Context(), &pb.UpdateRecurringInvoiceRequest{RecurringInvoiceId: key,
		RecurringInvoice: change, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{field}}})
	return err
}

// TestMovedDayIsNotGeneratedTwice moves the day of a retainer after three months, the last of which
// was paused. Only that month is generated, and only on request.
func TestMovedDayIsNotGeneratedTwice(t *testing.T) {
	t.Parallel()
	a := open(t)
	r := a.create(t, a.monthly("2027-01-15", pb.RecurringInvoice_ISSUE))
	a.advance(t, "2027-03-01")
	a.want(t, r.GetId(), "2027-01-15 ISSUED 500.00", "2027-02-15 ISSUED 500.00")
	must(a.PauseRecurringInvoice(t.Context(), &pb.PauseRecurringInvoiceRequest{RecurringInvoiceId: r.GetId()}))(t)
	a.advance(t, "2027-03-25")
	moved := &pb.RecurringInvoice{Recurrence: &typepb.Recurrence{Frequency: typepb.Recurrence_MONTHLY,
		StartDate: "2027-01-15", MonthDays: []int32{20}, UntilDate: "2027-12-31"}}
	if err := a.update(t, r.GetId(), moved, "recurrence"); err != nil {
		t.Fatal(err)
	}
	generate := func(from string) []*pb.Invoice {
		return must(a.GenerateRecurringInvoices(t.Context(), &pb.GenerateRecurringInvoicesRequest{
			RecurringInvoiceId: r.GetId(), FromDate: from}))(t).GetInvoices()
	}
	if made := generate(""); len(made) != 0 || a.get(t, r.GetId()).GetRecurrenceChangeDate() != "2027-03-25" {
		t.Errorf("got %v", made)
	}
	if made := generate("2027-01-01"); len(made) != 1 || made[0].GetIssueDate() != "2027-03-20" {
		t.Errorf("got %v", made)
	}
	if made := generate("2027-01-01"); len(made) != 0 {
		t.Errorf("got %v again", made)
	}
	a.advance(t, "2027-03-26")
	moved.Recurrence.UntilDate = "2027-06-30"
	if err := a.update(t, r.GetId(), moved, "recurrence"); err != nil {
		t.Fatal(err)
	}
	if r := a.get(t, r.GetId()); r.GetRecurrenceChangeDate() != "2027-03-25" {
		t.Errorf("got %s, want the day before the end changed", r.GetRecurrenceChangeDate())
	}
}

// TestRefusedDayIsLeftOut generates days before the rate of the tax code began, and after.
func TestRefusedDayIsLeftOut(t *testing.T) {
	t.Parallel()
	a := open(t)
	r := a.monthly("2026-11-10", pb.RecurringInvoice_DRAFT)
	r.Lines[0].TaxCodeId = a.newTaxCode(t, "19", "2027-01-01")
	r = a.create(t, r)
	generate := func(from, through string) ([]*pb.Invoice, error) {
		made, err := a.GenerateRecurringInvoices(t.Context(), &pb.GenerateRecurringInvoicesRequest{
			RecurringInvoiceId: r.GetId(), FromDate: from, ThroughDate: through})
		return made.GetInvoices(), err
	}
	_, err := generate("", "")
	apptest.WantRefused(t, err, optionsv1.Reason_TAX_RATE_NOT_VALID, "throughDate")
	if !strings.Contains(err.Error(), "2026-11-10") {
		t.Errorf("got %v, want the day", err)
	}
	for from, through := range map[string]string{"2027-01-12": "2027-01-11", "2027-01-16": "", "soon": ""} {
		_, err := generate(from, through)
		apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "fromDate")
	}
	if made, err := generate("2026-12-11", ""); err != nil || len(made) != 1 || made[0].GetIssueDate() != "2027-01-10" {
		t.Errorf("got %v, %v", made, err)
	}
}

// TestModeNeedsPermission sets the modes with keys that may not issue or send invoices.
func TestModeNeedsPermission(t *testing.T) {
	t.Parallel()
	a := open(t)
	scopes := []string{"finance.recurringInvoices.*", "finance.customers.read"}
	clerk := pb.NewRecurringInvoicesServiceClient(a.WithRole(t, platformv1.ApiKey_BOOKKEEPER, scopes...))
	issuer := pb.NewRecurringInvoicesServiceClient(a.WithRole(t, platformv1.ApiKey_BOOKKEEPER,
		append(scopes, "finance.invoices.write")...))
	issuing := a.create(t, a.monthly("2027-01-31", pb.RecurringInvoice_ISSUE)).GetId()
	draft := a.create(t, a.monthly("2027-01-31", pb.RecurringInvoice_DRAFT)).GetId()
	paused := a.create(t, a.monthly("2027-01-31", pb.RecurringInvoice_ISSUE)).GetId()
	must(a.PauseRecurringInvoice(t.Context(), &pb.PauseRecurringInvoiceRequest{RecurringInvoiceId: paused}))(t)
	create := func(c pb.RecurringInvoicesServiceClient, mode pb.RecurringInvoice_Mode) error {
		_, err := c.CreateRecurringInvoice(t.Context(),
			&pb.CreateRecurringInvoiceRequest{RecurringInvoice: a.monthly("2027-01-31", mode)})
		return err
	}
	update := func(key string, change *pb.RecurringInvoice, field string) error {
		_, err := clerk.UpdateRecurringInvoice(t.Context(), &pb.UpdateRecurringInvoiceRequest{RecurringInvoiceId: key,
			RecurringInvoice: change, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{field}}})
		return err
	}
	_, resumed := clerk.ResumeRecurringInvoice(t.Context(),
		&pb.ResumeRecurringInvoiceRequest{RecurringInvoiceId: paused})
	_, generated := clerk.GenerateRecurringInvoices(t.Context(),
		&pb.GenerateRecurringInvoicesRequest{RecurringInvoiceId: draft})
	for name, err := range map[string]error{
		"create":   create(clerk, pb.RecurringInvoice_ISSUE),
		"send":     create(issuer, pb.RecurringInvoice_ISSUE_AND_SEND),
		"update":   update(draft, &pb.RecurringInvoice{Mode: pb.RecurringInvoice_ISSUE}, "mode"),
		"change":   update(issuing, &pb.RecurringInvoice{Reference: "PO 7"}, "reference"),
		"resume":   resumed,
		"generate": generated,
	} {
		if apptest.Reason(err) != optionsv1.Reason_PERMISSION_MISSING {
			t.Errorf("%s: got %v, want PERMISSION_MISSING", name, err)
		}
	}
	for name, err := range map[string]error{
		"draft": create(clerk, pb.RecurringInvoice_DRAFT), "issue": create(issuer, pb.RecurringInvoice_ISSUE),
		"note": update(draft, &pb.RecurringInvoice{Note: "Call"}, "note"),
	} {
		if err != nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestPausedRecurrenceIsChecked refuses a recurrence without days while no invoices are created.
func TestPausedRecurrenceIsChecked(t *testing.T) {
	t.Parallel()
	a := open(t)
	r := a.create(t, a.monthly("2027-01-31", pb.RecurringInvoice_DRAFT))
	must(a.PauseRecurringInvoice(t.Context(), &pb.PauseRecurringInvoiceRequest{RecurringInvoiceId: r.GetId()}))(t)
	change := &pb.RecurringInvoice{Recurrence: &typepb.Recurrence{Frequency: typepb.Recurrence_MONTHLY,
		StartDate: "2027-05-01", UntilDate: "2027-01-01"}}
	apptest.WantRefused(t, a.update(t, r.GetId(), change, "recurrence"), optionsv1.Reason_FIELDS_INVALID,
		"recurrence.untilDate")
	change.Recurrence.UntilDate = "2027-08-01"
	if err := a.update(t, r.GetId(), change, "recurrence"); err != nil {
		t.Error(err)
	}
	must(a.ResumeRecurringInvoice(t.Context(), &pb.ResumeRecurringInvoiceRequest{RecurringInvoiceId: r.GetId()}))(t)
}

// TestRoundingAndDiscountAreCopied compares the amounts of invoices that round by line and by rate,
// and one with a discount.
func TestRoundingAndDiscountAreCopied(t *testing.T) {
	t.Parallel()
	a := open(t)
	code := a.newTaxCode(t, "15", "2026-01-01")
	for name, c := range map[string]struct {
		rounding pb.TaxCalculation_Rounding
		discount *typepb.Money
		want     string
	}{
		"line":     {pb.TaxCalculation_ROUNDING_UNSPECIFIED, nil, "87.74"},
		"document": {pb.TaxCalculation_PER_DOCUMENT_RATE, nil, "87.75"},
		"discount": {pb.TaxCalculation_PER_DOCUMENT_RATE, &typepb.Money{Amount: "6.30"}, "80.50"},
	} {
		r := a.monthly("2027-01-15", pb.RecurringInvoice_DRAFT)
		r.TaxRounding, r.DiscountAmount, r.Lines = c.rounding, c.discount, nil
		for _, price := range []string{"25.06", "25.61", "25.63"} {
			r.Lines = append(r.Lines, &pb.RecurringInvoice_Line{Description: "Advice", UnitPrice: price, TaxCodeId: code})
		}
		r = a.create(t, r)
		a.RunJobs(t)
		if made := a.made(t, r.GetId()); len(made) != 1 || made[0].GetTotalAmount().GetAmount() != c.want {
			t.Errorf("%s: got %v, want %s", name, made, c.want)
		}
	}
	both := a.monthly("2027-01-15", pb.RecurringInvoice_DRAFT)
	both.DiscountPercent, both.DiscountAmount = "5", &typepb.Money{Amount: "1"}
	_, err := a.CreateRecurringInvoice(t.Context(), &pb.CreateRecurringInvoiceRequest{RecurringInvoice: both})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "discountAmount")
}
