package timebilling_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
)

// skipApproval lets time be billed without approval.
func (s *studio) skipApproval(t testing.TB) {
	t.Helper()
	must(s.UpdateTimeSettings(t.Context(), &pb.UpdateTimeSettingsRequest{
		TimeSettings: &pb.TimeSettings{ApprovalRequired: proto.Bool(false)},
		UpdateMask:   &fieldmaskpb.FieldMask{Paths: []string{"approval_required"}}}))(t)
}

// billAndIssue bills all time and issues the invoice.
func (s *studio) billAndIssue(t testing.TB) *financev1.Invoice {
	t.Helper()
	return must(s.IssueInvoice(t.Context(),
		&financev1.IssueInvoiceRequest{InvoiceId: s.bill(t).GetInvoice().GetId()}))(t)
}

// credit credits the first line of an invoice: a quantity, or all that is left of it.
func (s *studio) credit(t testing.TB, i *financev1.Invoice, release bool, quantity string) *financev1.CreditNote {
	t.Helper()
	return must(s.CreateCreditNote(t.Context(), &financev1.CreateCreditNoteRequest{CreditNote: &financev1.CreditNote{
		InvoiceId: i.GetId(), ReleaseSources: release,
		Lines: []*financev1.CreditNote_Line{{InvoiceLineId: i.GetLines()[0].GetId(), Quantity: quantity}}}}))(t)
}

func (s *studio) tryVoid(t testing.TB, n *financev1.CreditNote) error {
	t.Helper()
	_, err := s.VoidCreditNote(t.Context(), &financev1.VoidCreditNoteRequest{CreditNoteId: n.GetId()})
	return err
}

// TestEarlierCreditNoteStaysWhileLaterReleases credits a line twice, and releases its time with the
// second credit note. The first one cannot be voided then, or the time would be billed twice.
func TestEarlierCreditNoteStaysWhileLaterReleases(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	s.skipApproval(t)
	s.rate(t, "120", &pb.BillingRate{})
	s.log(t, s.project(t), "2025-03-10", 7200, "")
	i := s.billAndIssue(t)
	part, rest := s.credit(t, i, false, "1"), s.credit(t, i, true, "")
	err := s.tryVoid(t, part)
	wantRefused(t, err, optionsv1.Reason_CREDIT_NOTE_PRECEDES_RELEASE)
	if !strings.Contains(err.Error(), rest.GetNumber()) {
		t.Errorf("got %v, want the number %s", err, rest.GetNumber())
	}
	read := must(s.GetCreditNote(t.Context(), &financev1.GetCreditNoteRequest{CreditNoteId: part.GetId()}))(t)
	for _, a := range read.GetAllowedActions() {
		if a.GetVerb() == "void" && a.GetAllowed() {
			t.Errorf("got %v, want a note that cannot be voided", read)
		}
	}
	for _, n := range []*financev1.CreditNote{rest, part} {
		if err := s.tryVoid(t, n); err != nil {
			t.Error(err)
		}
	}
	again := must(s.GetInvoice(t.Context(), &financev1.GetInvoiceRequest{InvoiceId: i.GetId()}))(t)
	if again.GetOpenAmount().GetAmount() != "240.00" {
		t.Errorf("got %v", again)
	}
}

// TestChangedTimeIsNotRestored changes released time in several ways. Its credit note can be voided
// once the time is as it was billed, and never if it was deleted.
func TestChangedTimeIsNotRestored(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	s.skipApproval(t)
	s.rate(t, "120", &pb.BillingRate{})
	p, other := s.project(t), s.project(t)
	update := func(e *pb.TimeEntry, to *pb.TimeEntry, paths ...string) {
		t.Helper()
		to = proto.CloneOf(to)
		to.Etag = ""
		must(s.pat.UpdateTimeEntry(t.Context(), &pb.UpdateTimeEntryRequest{TimeEntryId: e.GetId(), TimeEntry: to,
			UpdateMask: &fieldmaskpb.FieldMask{Paths: paths}}))(t)
	}
	for name, c := range map[string]struct {
		path string
		to   *pb.TimeEntry
	}{
		"another duration": {"duration_seconds", &pb.TimeEntry{DurationSeconds: 60}},
		"another project":  {"project_id", &pb.TimeEntry{ProjectId: other.GetId()}},
		"another day":      {"work_date", &pb.TimeEntry{WorkDate: "2025-04-01"}},
		"not billable":     {"billable", &pb.TimeEntry{Billable: proto.Bool(false)}},
	} {
		e := s.log(t, p, "2025-03-10", 7200, "")
		n := s.credit(t, s.billAndIssue(t), true, "")
		update(e, c.to, c.path)
		err := s.tryVoid(t, n)
		wantRefused(t, err, optionsv1.Reason_RELEASED_SOURCES_CHANGED)
		if !strings.Contains(err.Error(), e.GetId()) {
			t.Errorf("%s: got %v, want the time %s", name, err, e.GetId())
		}
		update(e, e, c.path)
		update(e, &pb.TimeEntry{Note: "Only the text"}, "note")
		if err := s.tryVoid(t, n); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		s.wantState(t, e, pb.TimeEntry_BILLED)
	}
	e := s.log(t, p, "2025-03-11", 7200, "")
	n := s.credit(t, s.billAndIssue(t), true, "")
	must(s.pat.DeleteTimeEntry(t.Context(), &pb.DeleteTimeEntryRequest{TimeEntryId: e.GetId()}))(t)
	wantRefused(t, s.tryVoid(t, n), optionsv1.Reason_RELEASED_SOURCES_CHANGED)
}

// TestArchivedProjectIsBilled bills, edits, issues, credits and voids lines for time of an archived
// project.
func TestArchivedProjectIsBilled(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	s.skipApproval(t)
	s.rate(t, "120", &pb.BillingRate{})
	p := s.project(t)
	e := s.log(t, p, "2025-03-10", 7200, "")
	plain := must(s.CreateInvoice(t.Context(), &financev1.CreateInvoiceRequest{Invoice: &financev1.Invoice{
		CustomerId: s.customer, Lines: []*financev1.DocumentLine{{Description: "x", UnitPrice: "1",
			DimensionValueIds: []string{p.GetDimensionValueId()}}}}}))(t)
	must(s.ArchiveProject(t.Context(), &pb.ArchiveProjectRequest{ProjectId: p.GetId()}))(t)
	draft := s.bill(t).GetInvoice()
	draft.Lines[0].Description = "Work"
	must(s.UpdateInvoice(t.Context(), &financev1.UpdateInvoiceRequest{InvoiceId: draft.GetId(), Invoice: draft,
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"lines"}}}))(t)
	i := must(s.IssueInvoice(t.Context(), &financev1.IssueInvoiceRequest{InvoiceId: draft.GetId()}))(t)
	n := s.credit(t, i, true, "")
	s.wantState(t, e, pb.TimeEntry_UNBILLED)
	if err := s.tryVoid(t, n); err != nil {
		t.Error(err)
	}
	s.wantState(t, e, pb.TimeEntry_BILLED)
	_, err := s.IssueInvoice(t.Context(), &financev1.IssueInvoiceRequest{InvoiceId: plain.GetId()})
	wantRefused(t, err, optionsv1.Reason_REFERENCE_ARCHIVED, "lines[0].dimensionValueIds[0]")
}

// TestDraftWithTimeKeepsItsCustomer gives a draft that bills time another customer and currency.
func TestDraftWithTimeKeepsItsCustomer(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	s.skipApproval(t)
	s.rate(t, "120", &pb.BillingRate{})
	e := s.log(t, s.project(t), "2025-03-10", 7200, "")
	draft := s.bill(t).GetInvoice()
	other := must(financev1.NewCustomersServiceClient(s).CreateCustomer(t.Context(),
		&financev1.CreateCustomerRequest{Customer: &financev1.Customer{DisplayName: "Birch"}}))(t)
	change := &financev1.UpdateInvoiceRequest{InvoiceId: draft.GetId(),
		Invoice:    &financev1.Invoice{CustomerId: other.GetId(), CurrencyCode: "EUR"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"customer_id", "currency_code"}}}
	_, err := s.UpdateInvoice(t.Context(), change)
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "customerId", "currencyCode")
	change.UpdateMask.Paths = append(change.UpdateMask.Paths, "lines")
	must(s.UpdateInvoice(t.Context(), change))(t)
	s.wantState(t, e, pb.TimeEntry_UNBILLED)
}
