package timebilling_test

import (
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// TestTimeIsBilled bills approved time, and follows it over the draft, the invoice and its voiding.
func TestTimeIsBilled(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	p := s.project(t)
	s.rate(t, "120", &pb.BillingRate{})
	a := s.log(t, p, "2025-03-10", 5400, "Home page")
	b := s.log(t, p, "2025-03-11", 1200, "")
	open := s.log(t, p, "2025-03-18", 3600, "") // not approved
	s.approve(t, a)
	preview := s.bill(t, func(r *pb.BillTimeEntriesRequest) { r.ValidateOnly = true })
	s.wantState(t, a, pb.TimeEntry_UNBILLED)
	out := s.bill(t)
	i := out.GetInvoice()
	if preview.GetInvoice().GetTotalAmount().GetAmount() != "220.00" || i.GetTotalAmount().GetAmount() != "220.00" ||
		out.GetEntryCount() != 2 || out.GetBilledSeconds() != 6600 || len(i.GetLines()) != 1 {
		t.Fatalf("got %v", out)
	}
	l := i.GetLines()[0]
	if l.GetQuantity() != "1.833333" || l.GetUnit() != "h" || l.GetUnitPrice() != "120" ||
		l.GetDescription() != "Website, 2025-03-10 – 2025-03-11\n2025-03-10: 1:30 h\n2025-03-11: 0:20 h" ||
		l.GetServiceStartDate() != "2025-03-10" || l.GetServiceEndDate() != "2025-03-11" ||
		len(l.GetSourceIds()) != 2 ||
		l.GetDimensionValueIds()[0] != p.GetDimensionValueId() {
		t.Errorf("got %v", l)
	}
	s.wantState(t, a, pb.TimeEntry_ON_DRAFT)
	s.wantState(t, open, pb.TimeEntry_UNBILLED)
	_, err := s.tryBill(t)
	wantRefused(t, err, optionsv1.Reason_TIME_NOTHING_TO_BILL)
	_, err = s.ReopenTimesheet(t.Context(), &pb.ReopenTimesheetRequest{TimesheetId: a.GetTimesheetId(), Reason: "x"})
	wantRefused(t, err, optionsv1.Reason_TIMESHEET_BILLED)
	_, err = s.UpdateTimeEntry(t.Context(), &pb.UpdateTimeEntryRequest{TimeEntryId: a.GetId(),
		TimeEntry:  &pb.TimeEntry{DurationSeconds: 60},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"duration_seconds"}}})
	wantRefused(t, err, optionsv1.Reason_TIME_ENTRY_BILLED)
	_, err = s.DeleteTimeEntry(t.Context(), &pb.DeleteTimeEntryRequest{TimeEntryId: a.GetId()})
	wantRefused(t, err, optionsv1.Reason_TIME_ENTRY_BILLED)
	must(s.IssueInvoice(t.Context(), &financev1.IssueInvoiceRequest{InvoiceId: i.GetId()}))(t)
	s.wantState(t, b, pb.TimeEntry_BILLED)
	must(s.VoidInvoice(t.Context(), &financev1.VoidInvoiceRequest{InvoiceId: i.GetId()}))(t)
	s.wantState(t, b, pb.TimeEntry_UNBILLED)
	draft := s.bill(t).GetInvoice()
	must(s.UpdateInvoice(t.Context(), &financev1.UpdateInvoiceRequest{InvoiceId: draft.GetId(),
		Invoice:    &financev1.Invoice{},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"lines"}}}))(t)
	s.wantState(t, a, pb.TimeEntry_UNBILLED)
	must(s.DeleteInvoice(t.Context(), &financev1.DeleteInvoiceRequest{InvoiceId: s.bill(t).GetInvoice().GetId()}))(t)
	s.wantState(t, a, pb.TimeEntry_UNBILLED)
	must(s.ReopenTimesheet(t.Context(), &pb.ReopenTimesheetRequest{TimesheetId: a.GetTimesheetId(), Reason: "x"}))(t)
}

// TestTimeIsBilledOnce bills the same time with concurrent requests.
func TestTimeIsBilledOnce(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	p := s.project(t)
	s.rate(t, "120", &pb.BillingRate{})
	s.approve(t, s.log(t, p, "2025-03-10", 3600, ""))
	var wg sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		wg.Go(func() { _, errs[i] = s.tryBill(t) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		wantRefused(t, err, optionsv1.Reason_TIME_NOTHING_TO_BILL)
	}
	list := must(s.ListInvoices(t.Context(), &financev1.ListInvoicesRequest{}))(t).GetInvoices()
	if won != 1 || len(list) != 1 || list[0].GetTotalAmount().GetAmount() != "120.00" {
		t.Errorf("got %d bills and %v", won, list)
	}
}

// TestRequestsCannotSetSources writes the identifiers of time into invoices by hand.
func TestRequestsCannotSetSources(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	p := s.project(t)
	s.rate(t, "120", &pb.BillingRate{})
	e := s.log(t, p, "2025-03-10", 3600, "")
	s.approve(t, e)
	line := &financev1.DocumentLine{Description: "x", UnitPrice: "1", SourceIds: []string{e.GetId()}}
	i := must(s.CreateInvoice(t.Context(), &financev1.CreateInvoiceRequest{
		Invoice: &financev1.Invoice{CustomerId: s.customer, Lines: []*financev1.DocumentLine{line}}}))(t)
	if len(i.GetLines()[0].GetSourceIds()) != 0 {
		t.Errorf("got %v", i)
	}
	billed := s.bill(t).GetInvoice()
	must(s.DeleteInvoice(t.Context(), &financev1.DeleteInvoiceRequest{InvoiceId: i.GetId()}))(t)
	s.wantState(t, e, pb.TimeEntry_ON_DRAFT)
	billed.Lines[0].SourceIds, billed.Lines[0].UnitPrice = nil, "90"
	changed := must(s.UpdateInvoice(t.Context(), &financev1.UpdateInvoiceRequest{InvoiceId: billed.GetId(),
		Invoice: &financev1.Invoice{Lines: append(billed.GetLines(),
			line)}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"lines"}}}))(t)
	if len(changed.GetLines()[0].GetSourceIds()) != 1 || len(changed.GetLines()[1].GetSourceIds()) != 0 {
		t.Errorf("got %v", changed)
	}
}

// TestCreditNoteReleasesTime credits billed time without and with its release.
func TestCreditNoteReleasesTime(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	p := s.project(t)
	s.rate(t, "120", &pb.BillingRate{})
	e := s.log(t, p, "2025-03-10", 7200, "")
	s.approve(t, e)
	i := s.bill(t).GetInvoice()
	i = must(s.IssueInvoice(t.Context(), &financev1.IssueInvoiceRequest{InvoiceId: i.GetId()}))(t)
	credit := func(release bool, quantity string) (*financev1.CreditNote, error) {
		return s.CreateCreditNote(t.Context(), &financev1.CreateCreditNoteRequest{CreditNote: &financev1.CreditNote{
			InvoiceId: i.GetId(), ReleaseSources: release,
			Lines: []*financev1.CreditNote_Line{{InvoiceLineId: i.GetLines()[0].GetId(), Quantity: quantity}}}})
	}
	_, err := credit(true, "1")
	wantRefused(t, err, optionsv1.Reason_RELEASED_LINE_IN_PART)
	must(credit(false, "1"))(t)
	s.wantState(t, e, pb.TimeEntry_BILLED)
	n := must(credit(true, ""))(t)
	s.wantState(t, e, pb.TimeEntry_UNBILLED)
	if n.GetReleasedSourceIds()[0] != e.GetId() || n.GetTotalAmount().GetAmount() != "120.00" {
		t.Errorf("got %v", n)
	}
	status := must(s.GetInvoice(t.Context(), &financev1.GetInvoiceRequest{InvoiceId: i.GetId()}))(t)
	if status.GetOpenAmount().GetAmount() != "0.00" {
		t.Errorf("got %v", status)
	}
	draft := s.bill(t).GetInvoice()
	_, err = s.VoidCreditNote(t.Context(), &financev1.VoidCreditNoteRequest{CreditNoteId: n.GetId()})
	wantRefused(t, err, optionsv1.Reason_RELEASED_SOURCES_BILLED)
	must(s.DeleteInvoice(t.Context(), &financev1.DeleteInvoiceRequest{InvoiceId: draft.GetId()}))(t)
	must(s.VoidCreditNote(t.Context(), &financev1.VoidCreditNoteRequest{CreditNoteId: n.GetId()}))(t)
	if got := s.wantState(t, e, pb.TimeEntry_BILLED); got.GetInvoiceId() != i.GetId() {
		t.Errorf("got %v", got)
	}
}

// TestTimeIsGroupedAndRounded bills by several groups at several rates, rounded to quarters.
func TestTimeIsGroupedAndRounded(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	p := s.project(t)
	s.rate(t, "100", &pb.BillingRate{ProjectId: p.GetId()})
	must(s.CreateBillingRate(t.Context(),
		&pb.CreateBillingRateRequest{BillingRate: &pb.BillingRate{ProjectId: p.GetId(),
			HourlyRate: &typepb.Money{Amount: "150", CurrencyCode: "USD"}, StartDate: "2025-03-12"}}))(t)
	must(s.UpdateTimeSettings(t.Context(),
		&pb.UpdateTimeSettingsRequest{TimeSettings: &pb.TimeSettings{RoundingMinutes: 15,
			ApprovalRequired: proto.Bool(false)}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"rounding_minutes",
			"approval_required"}}}))(t)
	s.log(t, p, "2025-03-10", 60, "Call") // 0.25 h at 100
	s.log(t, p, "2025-03-11", 3600, "")   // 1 h at 100
	s.log(t, p, "2025-03-12", 3660, "")   // 1.25 h at 150
	for _, c := range []struct {
		by     []pb.BillTimeEntriesRequest_GroupBy
		detail pb.BillTimeEntriesRequest_Detail
		want   []string
	}{
		{nil, pb.BillTimeEntriesRequest_SUMMARY, []string{"1.25 × 100 Website, 2025-03-10 – 2025-03-11",
			"1.25 × 150 Website, 2025-03-12"}},
		{[]pb.BillTimeEntriesRequest_GroupBy{pb.BillTimeEntriesRequest_PERSON, pb.BillTimeEntriesRequest_DAY}, 0,
			[]string{
				"0.25 × 100 Website, Pat, 2025-03-10\n2025-03-10: 0:15 h", "1 × 100 Website, Pat, 2025-03-11\n2025-03-11: 1:00 h",
				"1.25 × 150 Website, Pat, 2025-03-12\n2025-03-12: 1:15 h"}},
		{[]pb.BillTimeEntriesRequest_GroupBy{pb.BillTimeEntriesRequest_TASK}, pb.BillTimeEntriesRequest_ENTRIES,
			[]string{
				"1.25 × 100 Website, 2025-03-10 – 2025-03-11\n2025-03-10: 0:15 h, Call\n2025-03-11: 1:00 h",
				"1.25 × 150 Website, 2025-03-12\n2025-03-12: 1:15 h"}},
	} {
		out := s.bill(t, func(r *pb.BillTimeEntriesRequest) {
			r.ValidateOnly, r.GroupBy, r.Detail = true, c.by,
				c.detail
		})
		var got []string
		for _, l := range out.GetInvoice().GetLines() {
			got = append(got, l.GetQuantity()+" × "+l.GetUnitPrice()+" "+l.GetDescription())
		}
		if strings.Join(got, "|") != strings.Join(c.want, "|") ||
			out.GetInvoice().GetTotalAmount().GetAmount() != "312.50" {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// TestBillingIsRefused checks what cannot be billed.
func TestBillingIsRefused(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	p, other := s.project(t), s.project(t, func(p *pb.Project) { p.CurrencyCode = "EUR" })
	fixed := s.project(t, func(p *pb.Project) { p.Billing = pb.Project_FIXED_PRICE })
	a, b := s.log(t, p, "2025-03-10", 3600, ""), s.log(t, other, "2025-03-11", 3600, "")
	s.approve(t, a)
	in := func(ids ...string) func(*pb.BillTimeEntriesRequest) {
		return func(r *pb.BillTimeEntriesRequest) { r.CustomerId, r.ProjectIds = "", ids }
	}
	_, err := s.tryBill(t, in())
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "customerId")
	_, err = s.tryBill(t, in(fixed.GetId()))
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "projectIds[0]")
	_, err = s.tryBill(t, in("prj_01k9zq8w3xe5b8m2r7c4v6t0ya"))
	wantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "projectIds[0]")
	_, err = s.tryBill(t)
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "currencyCode")
	_, err = s.tryBill(t, in(p.GetId()))
	wantRefused(t, err, optionsv1.Reason_BILLING_RATE_MISSING)
	if !strings.Contains(err.Error(), "Pat on Website, 2025-03-10") {
		t.Errorf("got %v", err)
	}
	s.rate(t, "120", &pb.BillingRate{})
	_, err = s.tryBill(t, in(other.GetId())) // the rate is in dollars
	wantRefused(t, err, optionsv1.Reason_BILLING_RATE_MISSING)
	_, err = s.tryBill(t, in(p.GetId()), func(r *pb.BillTimeEntriesRequest) {
		r.TimeEntryIds = []string{a.GetId(),
			b.GetId()}
	})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "timeEntryIds[1]")
	clerk := as(s.AsPerson(t, s.Owner.GetId(), platformv1.ApiKey_BOOKKEEPER, "operations.timeEntries.*",
		"operations.projects.read"))
	clerk.customer = s.customer
	_, err = clerk.tryBill(t, in(p.GetId()))
	wantRefused(t, err, optionsv1.Reason_PERMISSION_MISSING)
	_, err = s.pat.BillTimeEntries(t.Context(), &pb.BillTimeEntriesRequest{ProjectIds: []string{p.GetId()}})
	wantRefused(t, err, optionsv1.Reason_PERMISSION_MISSING)
}
