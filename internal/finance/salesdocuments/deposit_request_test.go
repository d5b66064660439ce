package salesdocuments_test

import (
	"encoding/json"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// requestDeposit issues a deposit request over 357.00 with taxes.
func (s *shop) requestDeposit(t testing.TB) *pb.DepositRequest {
	t.Helper()
	draft := must(s.deposits.CreateDepositRequest(t.Context(), &pb.CreateDepositRequestRequest{
		DepositRequest: &pb.DepositRequest{CustomerId: s.customer.GetId(), DueDate: "2027-01-29", Reference: "PO 7",
			Lines: []*pb.DocumentLine{{Description: "Anzahlung Theke", UnitPrice: "300", TaxCodeId: s.vat}}}}))(t)
	return must(s.deposits.IssueDepositRequest(t.Context(),
		&pb.IssueDepositRequestRequest{DepositRequestId: draft.GetId()}))(t)
}

// payDeposit records a payment of a deposit request.
func (s *shop) payDeposit(t testing.TB, r *pb.DepositRequest, amount string) *pb.Payment {
	t.Helper()
	return must(s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{
		CustomerId: r.GetCustomerId(), Date: "2027-01-15", Method: pb.Payment_BANK_TRANSFER,
		DepositRequestId: r.GetId(), Amount: &typepb.Money{Amount: amount, CurrencyCode: "EUR"}}}))(t)
}

// TestDepositRequestIsMailedAndShown mails a deposit request, and opens it by its link before and
// after a part of it is paid.
func TestDepositRequestIsMailedAndShown(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.describeSeller(t)
	r := s.requestDeposit(t)
	sent := must(s.SendDepositRequest(t.Context(), &pb.SendDepositRequestRequest{DepositRequestId: r.GetId()}))(t)
	content := s.contentOf(t, r.GetId(), "ann@cafe.example")
	if !strings.Contains(content.GetText(), "Anzahlungsanforderung "+r.GetNumber()+" über 357,00") ||
		!strings.Contains(content.GetText(), "Bitte zahlen Sie 357,00") {
		t.Errorf("got %s", content.GetText())
	}
	f := must(platformv1.NewFilesServiceClient(s).GetFile(t.Context(),
		&platformv1.GetFileRequest{FileId: sent.GetFileId()}))(t)
	if f.GetFileName() != "Anzahlungsanforderung "+r.GetNumber()+".pdf" {
		t.Errorf("got %s", f.GetFileName())
	}
	token := s.link(t, r.GetId()).GetToken()
	var public struct {
		Kind, Status, DueDate string
		OpenAmount            struct{ Amount string }
		Payment               *struct{ Reference, TransferCode string }
	}
	for paid, want := range []string{"OPEN 357.00", "OPEN 238.00", "PAID 0.00"} {
		if amount := []string{"", "119.00", "238.00"}[paid]; amount != "" {
			s.payDeposit(t, r, amount)
		}
		public.Payment = nil
		got := s.visit(t, "/v1/public/documents/"+token)
		if err := json.Unmarshal(got.Raw, &public); err != nil || public.Kind != "DEPOSIT_REQUEST" ||
			public.Status+" "+public.OpenAmount.Amount != want || (public.Payment == nil) != (paid == 2) {
			t.Errorf("got %d %s, want %s", got.Code, got.Raw, want)
		}
		if paid == 1 && !strings.Contains(public.Payment.TransferCode, "\nEUR238.00\n") {
			t.Errorf("got the code %q", public.Payment.TransferCode)
		}
	}
}

// TestDepositRequestsThatAreNotIssued are neither mailed nor shown.
func TestDepositRequestsThatAreNotIssued(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	r := s.requestDeposit(t)
	token := s.link(t, r.GetId()).GetToken()
	must(s.deposits.VoidDepositRequest(t.Context(),
		&pb.VoidDepositRequestRequest{DepositRequestId: r.GetId(), Reason: "Wrong"}))(t)
	_, err := s.SendDepositRequest(t.Context(), &pb.SendDepositRequestRequest{DepositRequestId: r.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_DOCUMENT_NOT_SENDABLE)
	s.wantNothing(t, token)
}
