package invoicing_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// TestClosedPeriodsRefuseSales issues, credits, pays and writes off in a closed month.
func TestClosedPeriodsRefuseSales(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.issue(t, &pb.Invoice{IssueDate: "2026-12-05"}, s.line("100"))
	draft := s.draft(t, &pb.Invoice{IssueDate: "2026-12-20"}, s.line("100"))
	periods := must(s.ledger.ListAccountingPeriods(t.Context(),
		&pb.ListAccountingPeriodsRequest{Filter: `end_date = "2026-12-31"`}))(t).GetAccountingPeriods()
	must(s.ledger.CloseAccountingPeriod(t.Context(), &pb.CloseAccountingPeriodRequest{
		AccountingPeriodId: periods[0].GetId(), IncludeEarlier: true, Reason: "For the test"}))(t)
	for what, refused := range map[string]func() error{
		"issue": func() error {
			_, err := s.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: draft.GetId()})
			return err
		},
		"credit": func() error {
			_, err := s.CreateCreditNote(t.Context(), &pb.CreateCreditNoteRequest{CreditNote: &pb.CreditNote{
				InvoiceId: i.GetId(), IssueDate: "2026-12-20",
				Lines: []*pb.CreditNote_Line{{InvoiceLineId: i.GetLines()[0].GetId(), Quantity: "1"}}}})
			return err
		},
		"pay": func() error {
			_, err := s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{CustomerId: s.customer,
				Date: "2026-12-20", Amount: usd("119"), AccountId: s.accounts["1000"]}})
			return err
		},
		"write off": func() error {
			_, err := s.WriteOffInvoice(t.Context(),
				&pb.WriteOffInvoiceRequest{InvoiceId: i.GetId(), Date: "2026-12-20"})
			return err
		},
		"void": func() error {
			_, err := s.VoidInvoice(t.Context(), &pb.VoidInvoiceRequest{InvoiceId: i.GetId(), Date: "2026-12-20"})
			return err
		},
	} {
		if err := refused(); apptest.Reason(err) != optionsv1.Reason_PERIOD_CLOSED {
			t.Errorf("%s: got %v, want PERIOD_CLOSED", what, err)
		}
	}
	s.wantSound(t)
}

// TestArchivedItemIsNotIssued archives the item of a draft.
func TestArchivedItemIsNotIssued(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	catalog := pb.NewCatalogServiceClient(s)
	item := must(catalog.CreateItem(t.Context(), &pb.CreateItemRequest{
		Item: &pb.Item{DisplayName: "=cmd()", Kind: pb.Item_SERVICE, SalePrice: "100"}}))(t)
	draft := s.draft(t, &pb.Invoice{}, &pb.DocumentLine{ItemId: item.GetId()})
	must(catalog.ArchiveItem(t.Context(), &pb.ArchiveItemRequest{ItemId: item.GetId()}))(t)
	_, err := s.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: draft.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_ARCHIVED, "lines[0].itemId")
}
