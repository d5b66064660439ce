package recurring_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// TestInvoicesKeepTheLastDayOfTheMonth issues invoices on Jan 31, Feb 28 and Mar 31, after an
// outage of two months. Texts are in the language of the customer.
func TestInvoicesKeepTheLastDayOfTheMonth(t *testing.T) {
	t.Parallel()
	a := open(t)
	r := a.monthly("2027-01-31", pb.RecurringInvoice_ISSUE)
	r.CustomerId = a.newCustomer(t, &pb.Customer{DisplayName: "Berlin", LanguageCode: "de"})
	r.Introduction, r.Reference = "Leistungen vom {period_start} bis {period_end}", "{year}"
	r.Lines[0].Description = "Pauschale {month}, dann {next_month} {vat"
	r = a.create(t, r)
	if r.GetNextDate() != "2027-01-31" || r.GetState() != pb.RecurringInvoice_ACTIVE || r.GetCurrencyCode() != "USD" {
		t.Errorf("got %v", r)
	}
	a.advance(t, "2027-04-01")
	a.RunJobs(t)
	a.want(t, r.GetId(), "2027-01-31 ISSUED 500.00", "2027-02-28 ISSUED 500.00", "2027-03-31 ISSUED 500.00")
	made := a.made(t, r.GetId())
	line := made[1].GetLines()[0]
	if made[1].GetIntroduction() != "Leistungen vom 28.02.2027 bis 30.03.2027" || made[1].GetReference() != "2027" ||
		line.GetDescription() != "Pauschale Februar 2027, dann März 2027 {vat" ||
		line.GetServiceStartDate() != "2027-02-28" || line.GetServiceEndDate() != "2027-03-30" ||
		made[1].GetNumber() != "INV-2027-0002" {
		t.Errorf("got %v", made[1])
	}
	if r = a.get(t, r.GetId()); r.GetLastDate() != "2027-03-31" || r.GetCreatedCount() != 3 ||
		r.GetNextDate() != "2027-04-30" || r.GetSkippedCount() != 0 {
		t.Errorf("got %v", r)
	}
}

// TestPreviewShowsTheNextInvoices previews twelve invoices with a price that rises, and the last
// ones of a recurrence that ends.
func TestPreviewShowsTheNextInvoices(t *testing.T) {
	t.Parallel()
	a := open(t)
	r := a.monthly("2027-01-31", pb.RecurringInvoice_DRAFT)
	r.Lines[0].Prices = []*pb.RecurringInvoice_Price{{StartDate: "2027-03-01", UnitPrice: "550"},
		{StartDate: "2027-04-30", UnitPrice: "600.5"}}
	r = a.create(t, r)
	show := func(key string) (out []string) {
		shown := must(a.PreviewRecurringInvoice(t.Context(),
			&pb.PreviewRecurringInvoiceRequest{RecurringInvoiceId: key}))(t)
		for _, i := range shown.GetInvoices() {
			out = append(out, fmt.Sprint(i.GetDate(), " ", i.GetPeriodEndDate(), " ",
				i.GetInvoice().GetTotalAmount().GetAmount()))
		}
		return out
	}
	got := show(r.GetId())
	want := []string{"2027-01-31 2027-02-27 500.00", "2027-02-28 2027-03-30 500.00", "2027-03-31 2027-04-29 550.00",
		"2027-04-30 2027-05-30 600.50"}
	if len(got) != 12 || !slices.Equal(got[:4], want) || got[11] != "2027-12-31 2028-01-30 600.50" {
		t.Errorf("got %q", got)
	}
	ends := a.monthly("2027-01-20", pb.RecurringInvoice_DRAFT)
	ends.Recurrence.Count = 2
	ends = a.create(t, ends)
	if got := show(ends.GetId()); !slices.Equal(got, []string{"2027-01-20 2027-02-19 500.00",
		"2027-02-20 2027-03-19 500.00"}) {
		t.Errorf("got %q of a recurrence that ends", got)
	}
	a.advance(t, "2027-06-01")
	a.want(t, r.GetId(), "2027-01-31 DRAFT 500.00", "2027-02-28 DRAFT 500.00", "2027-03-31 DRAFT 550.00",
		"2027-04-30 DRAFT 600.50", "2027-05-31 DRAFT 600.50")
	a.want(t, ends.GetId(), "2027-01-20 DRAFT 500.00", "2027-02-20 DRAFT 500.00")
}

// TestPastDaysAreGeneratedAsDrafts creates a template that started two months ago. Its past days
// get drafts only on request, and only once.
func TestPastDaysAreGeneratedAsDrafts(t *testing.T) {
	t.Parallel()
	a := open(t)
	r := a.create(t, a.monthly("2026-11-30", pb.RecurringInvoice_ISSUE))
	a.advance(t, "2027-01-31")
	a.want(t, r.GetId(), "2027-01-30 ISSUED 500.00")
	generate := func(through string) *pb.GenerateRecurringInvoicesResponse {
		return must(a.GenerateRecurringInvoices(t.Context(), &pb.GenerateRecurringInvoicesRequest{
			RecurringInvoiceId: r.GetId(), ThroughDate: through}))(t)
	}
	if made := generate("2026-12-01"); len(made.GetInvoices()) != 1 || made.GetRemainingCount() != 0 {
		t.Errorf("got %v through the first day", made)
	}
	generate("")
	if made := generate(""); len(made.GetInvoices()) != 0 {
		t.Errorf("got %v again", made)
	}
	a.want(t, r.GetId(), "2026-11-30 DRAFT 500.00", "2026-12-30 DRAFT 500.00", "2027-01-30 ISSUED 500.00")
	_, err := a.GenerateRecurringInvoices(t.Context(), &pb.GenerateRecurringInvoicesRequest{
		RecurringInvoiceId: r.GetId(), ThroughDate: "2027-02-01"})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "throughDate")
	if r = a.get(t, r.GetId()); r.GetLastDate() != "2027-01-30" || r.GetCreatedCount() != 3 {
		t.Errorf("got %v", r)
	}
}

// TestPausedTemplateCreatesNothing pauses a template for a month, whose day is generated later.
func TestPausedTemplateCreatesNothing(t *testing.T) {
	t.Parallel()
	a := open(t)
	r := a.create(t, a.monthly("2027-01-20", pb.RecurringInvoice_ISSUE))
	must(a.PauseRecurringInvoice(t.Context(), &pb.PauseRecurringInvoiceRequest{RecurringInvoiceId: r.GetId()}))(t)
	a.advance(t, "2027-02-01")
	_, err := a.PauseRecurringInvoice(t.Context(), &pb.PauseRecurringInvoiceRequest{RecurringInvoiceId: r.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	resumed := must(a.ResumeRecurringInvoice(t.Context(),
		&pb.ResumeRecurringInvoiceRequest{RecurringInvoiceId: r.GetId()}))(t)
	if resumed.GetState() != pb.RecurringInvoice_ACTIVE {
		t.Errorf("got %v", resumed)
	}
	a.advance(t, "2027-02-25")
	a.want(t, r.GetId(), "2027-02-20 ISSUED 500.00")
	must(a.GenerateRecurringInvoices(t.Context(),
		&pb.GenerateRecurringInvoicesRequest{RecurringInvoiceId: r.GetId()}))(t)
	a.want(t, r.GetId(), "2027-01-20 DRAFT 500.00", "2027-02-20 ISSUED 500.00")
}

// TestRefusedInvoiceIsShown archives the item of a template over one of two days. The responsible
// person is told. An invoice that is only refused to be issued stays a draft.
func TestRefusedInvoiceIsShown(t *testing.T) {
	t.Parallel()
	a := open(t)
	a.tell(t) // the follower begins at the end of the log
	items := pb.NewCatalogServiceClient(a)
	item := must(items.CreateItem(t.Context(), &pb.CreateItemRequest{Item: &pb.Item{
		DisplayName: "Hour", Kind: pb.Item_SERVICE}}))(t)
	r := a.monthly("2027-01-20", pb.RecurringInvoice_ISSUE)
	r.Lines[0].ItemId, r.ResponsibleId = item.GetId(), a.Owner.GetId()
	r = a.create(t, r)
	must(items.ArchiveItem(t.Context(), &pb.ArchiveItemRequest{ItemId: item.GetId()}))(t)
	a.advance(t, "2027-01-25")
	must(items.UnarchiveItem(t.Context(), &pb.UnarchiveItemRequest{ItemId: item.GetId()}))(t)
	a.tell(t)
	told := must(platformv1.NewNotificationsServiceClient(a).ListNotifications(t.Context(),
		&platformv1.ListNotificationsRequest{}))(t).GetNotifications()
	if !slices.ContainsFunc(told, func(n *platformv1.Notification) bool {
		return n.GetSubjectId() == r.GetId() && strings.Contains(n.GetTitle(), "Retainer") &&
			strings.HasPrefix(n.GetBody(), "2027-01-20: lines[0].itemId")
	}) {
		t.Errorf("got the notifications %v", told)
	}
	must(a.customers.UpdateCustomer(t.Context(), &pb.UpdateCustomerRequest{CustomerId: a.customer,
		Customer: &pb.Customer{CreditLimit: &typepb.Money{Amount: "100.00", CurrencyCode: "USD"},
			CreditLimitPolicy: pb.Customer_REFUSE},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"credit_limit", "credit_limit_policy"}}}))(t)
	a.advance(t, "2027-02-25")
	a.want(t, r.GetId(), "2027-02-20 DRAFT 500.00")
	r = a.get(t, r.GetId())
	if s := r.GetSkips(); len(s) != 2 || r.GetSkippedCount() != 2 || r.GetCreatedCount() != 1 ||
		s[0].GetReason() != "CREDIT_LIMIT_EXCEEDED" || s[0].GetDate() != "2027-02-20" ||
		s[1].GetReason() != "REFERENCE_ARCHIVED" || s[1].GetDate() != "2027-01-20" {
		t.Errorf("got %v", r)
	}
}

// TestInvoicesAreSent issues and sends an invoice. Another one stays for its period in arrears.
func TestInvoicesAreSent(t *testing.T) {
	t.Parallel()
	a := open(t)
	r := a.monthly("2027-01-31", pb.RecurringInvoice_ISSUE_AND_SEND)
	r.Period = pb.RecurringInvoice_ARREARS
	r = a.create(t, r)
	a.advance(t, "2027-03-01")
	a.want(t, r.GetId(), "2027-01-31 ISSUED 500.00", "2027-02-28 ISSUED 500.00")
	for n, i := range a.made(t, r.GetId()) {
		if number, found := sent.Load(i.GetId()); !found || number != i.GetNumber() {
			t.Errorf("%s was not sent", i.GetNumber())
		}
		want := [][2]string{{"2026-12-31", "2027-01-30"}, {"2027-01-31", "2027-02-27"}}[n]
		if l := i.GetLines()[0]; l.GetServiceStartDate() != want[0] || l.GetServiceEndDate() != want[1] {
			t.Errorf("got the period %s to %s, want %v", l.GetServiceStartDate(), l.GetServiceEndDate(), want)
		}
	}
}

// TestTemplateIsChecked creates templates with each mistake.
func TestTemplateIsChecked(t *testing.T) {
	t.Parallel()
	a := open(t)
	invalid := optionsv1.Reason_FIELDS_INVALID
	for name, c := range map[string]struct {
		change func(*pb.RecurringInvoice)
		reason optionsv1.Reason
		field  string
	}{
		"variable": {func(r *pb.RecurringInvoice) { r.Introduction = "{nobody}" }, invalid, "introduction"},
		"line variable": {func(r *pb.RecurringInvoice) { r.Lines[0].Description = "{weather}" }, invalid,
			"lines[0].description"},
		"upper case": {func(r *pb.RecurringInvoice) { r.Reference = "{Month}" }, invalid, "reference"},
		"hyphen":     {func(r *pb.RecurringInvoice) { r.ClosingText = "To {period-end}." }, invalid, "closingText"},
		"long in some months": {func(r *pb.RecurringInvoice) { r.Reference = strings.Repeat("x", 87) + "{month}" }, invalid,
			"reference"},
		"huge price": {func(r *pb.RecurringInvoice) {
			r.Lines[0].Prices = []*pb.RecurringInvoice_Price{{StartDate: "2027-02-01", UnitPrice: "1000000000001"}}
		}, invalid, "lines[0].prices[0].unitPrice"},
		"no lines": {func(r *pb.RecurringInvoice) { r.Lines = nil }, invalid, "lines"},
		"no price": {func(r *pb.RecurringInvoice) { r.Lines[0].UnitPrice = "" }, invalid, "lines[0].unitPrice"},
		"price": {func(r *pb.RecurringInvoice) {
			r.Lines[0].Prices = []*pb.RecurringInvoice_Price{{StartDate: "2027-02-01", UnitPrice: "much"}}
		}, invalid, "lines[0].prices[0].unitPrice"},
		"price order": {func(r *pb.RecurringInvoice) {
			r.Lines[0].Prices = []*pb.RecurringInvoice_Price{{StartDate: "2027-02-01", UnitPrice: "1"},
				{StartDate: "2027-02-01", UnitPrice: "2"}}
		}, invalid, "lines[0].prices[1].startDate"},
		"time": {func(r *pb.RecurringInvoice) { r.Recurrence.TimeOfDay = "09:00" }, invalid, "recurrence.timeOfDay"},
		"item": {func(r *pb.RecurringInvoice) { r.Lines[0].ItemId = "itm_01m7ys51c2h6v8k3q9x5r7t0na" },
			optionsv1.Reason_REFERENCE_NOT_FOUND, "lines[0].itemId"},
	} {
		r := a.monthly("2027-01-31", pb.RecurringInvoice_DRAFT)
		c.change(r)
		_, err := a.CreateRecurringInvoice(t.Context(), &pb.CreateRecurringInvoiceRequest{RecurringInvoice: r})
		if apptest.Reason(err) != c.reason || !slices.Contains(apptest.Fields(err), c.field) {
			t.Errorf("%s: got %v %v, want %s at %s", name, err, apptest.Fields(err), c.reason, c.field)
		}
	}
}

// TestChangedTemplateKeepsItsDays changes the price and the customer of a template that has made an
// invoice.
func TestChangedTemplateKeepsItsDays(t *testing.T) {
	t.Parallel()
	a := open(t)
	r := a.create(t, a.monthly("2027-01-15", pb.RecurringInvoice_ISSUE))
	a.RunJobs(t)
	a.advance(t, "2027-01-16")
	update := func(change *pb.RecurringInvoice, fields ...string) {
		must(a.UpdateRecurringInvoice(t.Context(), &pb.UpdateRecurringInvoiceRequest{RecurringInvoiceId: r.GetId(),
			RecurringInvoice: change, UpdateMask: &fieldmaskpb.FieldMask{Paths: fields}}))(t)
	}
	update(&pb.RecurringInvoice{Lines: []*pb.RecurringInvoice_Line{{Description: "Retainer", UnitPrice: "700"}}}, "lines")
	into := a.newCustomer(t, &pb.Customer{DisplayName: "Harbour Cafe"})
	must(a.customers.MergeCustomer(t.Context(), &pb.MergeCustomerRequest{CustomerId: a.customer,
		IntoCustomerId: into}))(t)
	a.advance(t, "2027-02-16")
	a.want(t, r.GetId(), "2027-01-15 ISSUED 500.00", "2027-02-15 ISSUED 700.00")
	if last := a.made(t, r.GetId())[1]; last.GetCustomerId() != into {
		t.Errorf("got %v, want an invoice to the customer of the merge", last)
	}
	must(a.ArchiveRecurringInvoice(t.Context(), &pb.ArchiveRecurringInvoiceRequest{RecurringInvoiceId: r.GetId()}))(t)
	a.advance(t, "2027-03-16")
	a.want(t, r.GetId(), "2027-01-15 ISSUED 500.00", "2027-02-15 ISSUED 700.00")
	_, err := a.DeleteRecurringInvoice(t.Context(), &pb.DeleteRecurringInvoiceRequest{RecurringInvoiceId: r.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_RECURRING_INVOICES_IN_USE)
}
