package invoicing_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// addLines adds lines to a draft as a package that records time does.
func (s *shop) addLines(t testing.TB, currency string, lines ...*pb.DocumentLine) (i *pb.Invoice, err error) {
	t.Helper()
	c := must(s.App.Identity.SystemCall(t.Context(), must(id.Parse("org", s.Organization.Organization.GetId()))(t)))(t)
	d, _ := apptest.Databases(t)
	_, err = db.Write(call.With(t.Context(), c), d.WithKinds(s.App.Registry),
		func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
			draft, err := invoicing.LockDraft(ctx, tx, s.customer, currency)
			if err == nil {
				i, err = draft.AddLines(ctx, tx, lines)
			}
			return &emptypb.Empty{}, err
		})
	return i, err
}

// hour returns a line that bills a time entry.
func (s *shop) hour(source string) *pb.DocumentLine {
	l := s.line("80")
	l.SourceIds = []string{source}
	return l
}

// TestDraftCollectsLines adds lines for time. They go to one draft per currency until it is issued.
func TestDraftCollectsLines(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.draft(t, &pb.Invoice{}, s.line("10")) // made by a person
	first := must(s.addLines(t, "USD", s.hour("tim_1")))(t)
	euro := must(s.addLines(t, "EUR", s.hour("tim_2")))(t)
	again := must(s.addLines(t, "USD", s.hour("tim_3"), s.hour("tim_4")))(t)
	if again.GetId() != first.GetId() || euro.GetId() == first.GetId() || len(again.GetLines()) != 3 ||
		again.GetTotalAmount().GetAmount() != "285.60" || again.GetLines()[2].GetId() == "" || !again.GetCollecting() {
		t.Errorf("got %v, %v and %v", first, euro, again)
	}
	must(s.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: first.GetId()}))(t)
	if next := must(s.addLines(t, "USD", s.hour("tim_5")))(t); next.GetId() == first.GetId() || len(next.GetLines()) != 1 {
		t.Errorf("got %v", next)
	}
	for field, lines := range map[string][]*pb.DocumentLine{
		"lines": nil, "lines[0].sourceIds": {s.line("1")},
		"lines[0].unitPrice": {{Description: "x", SourceIds: []string{"y"}}},
	} {
		if _, err := s.addLines(t, "GBP", lines...); !slices.Contains(apptest.Fields(err), field) {
			t.Errorf("got %v, want a violation at %s", err, field)
		}
	}
}

// TestRemovedLinesNameTheirSources removes lines from drafts and voids an invoice. The events and
// the invoice say what can be billed again.
func TestRemovedLinesNameTheirSources(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	update := func(i *pb.Invoice, lines ...*pb.DocumentLine) (*pb.Invoice, error) {
		return s.UpdateInvoice(t.Context(), &pb.UpdateInvoiceRequest{InvoiceId: i.GetId(),
			Invoice: &pb.Invoice{Lines: lines}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"lines"}}})
	}
	i := must(s.addLines(t, "USD", s.hour("tim_1"), s.hour("tim_2")))(t)
	kept := i.GetLines()[1]
	kept.SourceIds, kept.UnitPrice = nil, "90"
	if u := must(update(i, kept))(t); !slices.Equal(u.GetLines()[0].GetSourceIds(), []string{"tim_2"}) {
		t.Errorf("got %v", u)
	}
	kept.SourceIds = []string{"tim_7"} // requests cannot change what a line bills
	added := s.hour("tim_8")
	if u := must(update(i, kept, added))(t); !slices.Equal(u.GetLines()[0].GetSourceIds(), []string{"tim_2"}) ||
		len(u.GetLines()[1].GetSourceIds()) != 0 {
		t.Errorf("got %v", u)
	}
	if made := s.draft(t, &pb.Invoice{}, s.hour("tim_9")); len(made.GetLines()[0].GetSourceIds()) != 0 {
		t.Errorf("got %v", made)
	}
	must(s.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: i.GetId()}))(t)
	v := must(s.VoidInvoice(t.Context(), &pb.VoidInvoiceRequest{InvoiceId: i.GetId()}))(t)
	if !slices.Equal(v.GetReleasedSourceIds(), []string{"tim_2"}) {
		t.Errorf("got %v", v)
	}
	d := must(s.addLines(t, "USD", s.hour("tim_3")))(t)
	must(s.DeleteInvoice(t.Context(), &pb.DeleteInvoiceRequest{InvoiceId: d.GetId()}))(t)
	history := platformv1.NewHistoryServiceClient(s)
	for kind, want := range map[string][]string{
		"finance.invoiceLine.removed": {"tim_1", "tim_3"}, "finance.invoice.voided": {"tim_2"},
	} {
		list := must(history.ListEvents(t.Context(), &platformv1.ListEventsRequest{Filter: `type = "` + kind + `"`}))(t)
		text := list.String()
		if len(list.GetEvents()) != len(want) {
			t.Errorf("got %v", list)
		}
		for _, source := range want {
			if !strings.Contains(text, source) {
				t.Errorf("%s: %s is missing in %s", kind, source, text)
			}
		}
	}
}

// TestInclusiveDraftCollectsNoLines adds lines for time, whose prices are without taxes, after a
// person changed the draft. Those with prices without taxes still collect, others do not.
func TestInclusiveDraftCollectsNoLines(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	for mode, collects := range map[pb.TaxCalculation_Mode]bool{
		pb.TaxCalculation_INCLUSIVE: false, pb.TaxCalculation_NO_TAX: true, pb.TaxCalculation_EXCLUSIVE: true,
	} {
		first := must(s.addLines(t, "USD", s.hour("tim_1")))(t)
		must(s.UpdateInvoice(t.Context(), &pb.UpdateInvoiceRequest{InvoiceId: first.GetId(),
			Invoice: &pb.Invoice{PriceMode: mode}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"price_mode"}}}))(t)
		next := must(s.addLines(t, "USD", s.hour("tim_2")))(t)
		if (next.GetId() == first.GetId()) != collects {
			t.Errorf("%v: got %v and %v, want one draft: %v", mode, first, next, collects)
		}
		if !collects && next.GetPriceMode() != pb.TaxCalculation_EXCLUSIVE {
			t.Errorf("%v: got %v, want prices without taxes", mode, next)
		}
		must(s.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: next.GetId()}))(t)
	}
}
