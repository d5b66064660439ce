package taxreturns_test

import (
	"sync"
	"testing"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// setBasis changes the basis of the agency's next returns.
func (s *shop) setBasis(t testing.TB, basis pb.TaxAgency_FilingBasis) {
	t.Helper()
	s.agency = must(s.taxes.UpdateTaxAgency(t.Context(), &pb.UpdateTaxAgencyRequest{TaxAgencyId: s.agency.GetId(),
		TaxAgency: &pb.TaxAgency{FilingBasis: basis}, UpdateMask: mask("filing_basis")}))(t)
}

// TestTaxesAreReportedOnceAfterChangesOfBasis changes to the cash basis after a quarter, and back
// after another one. Each invoice is partly paid before the change, and in full after it.
func TestTaxesAreReportedOnceAfterChangesOfBasis(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	first := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, s.line("1000", "GB-STD"))
	s.pay(t, "2027-01-20", "300", first.GetId())
	s.advance(t, "2027-04-02")
	wantBoxes(t, s.lock(t, s.createReturn(t, "2027-01-01")), "1 200.00", "3 200.00", "5 200.00", "6 1000.00")
	s.setBasis(t, pb.TaxAgency_CASH)
	s.issue(t, &pb.Invoice{IssueDate: "2027-03-31"}, s.line("10", "GB-STD")) // late, in the first quarter
	s.pay(t, "2027-04-02", "600", first.GetId())
	second := s.issue(t, &pb.Invoice{IssueDate: "2027-04-02"}, s.line("500", "GB-STD"))
	s.pay(t, "2027-04-02", "240", second.GetId())
	s.advance(t, "2027-07-02")
	r := s.lock(t, s.createReturn(t, ""))
	wantBoxes(t, r, "1 42.00 (2.00)", "3 42.00 (2.00)", "5 42.00 (2.00)", "6 210.00 (10.00)")
	if r.GetAccruedEndDate() != "2027-03-31" {
		t.Errorf("got %v", r)
	}
	s.pay(t, "2027-07-02", "300", first.GetId())
	s.pay(t, "2027-07-02", "120", second.GetId())
	s.advance(t, "2027-10-02")
	wantBoxes(t, s.lock(t, s.createReturn(t, "")), "1 20.00", "3 20.00", "5 20.00", "6 100.00")
	s.setBasis(t, pb.TaxAgency_ACCRUAL)
	s.pay(t, "2027-10-02", "240", second.GetId())
	s.issue(t, &pb.Invoice{IssueDate: "2027-10-02"}, s.line("50", "GB-STD"))
	last := s.createReturn(t, "")
	wantBoxes(t, last, "1 50.00 (40.00)", "3 50.00 (40.00)", "5 50.00 (40.00)", "6 250.00 (200.00)")
}

// TestRivalsAreReportedOnce issues invoices while their quarter is locked. Each tax is in the
// return, or in the next one as an adjustment.
func TestRivalsAreReportedOnce(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.advance(t, "2027-04-02")
	r := s.createReturn(t, "2027-01-01")
	var rivals sync.WaitGroup
	for n := range 24 {
		d := must(s.CreateInvoice(t.Context(), &pb.CreateInvoiceRequest{Invoice: &pb.Invoice{CustomerId: s.customer,
			IssueDate: "2027-03-01", Lines: []*pb.DocumentLine{s.line("100", "GB-STD")}}}))(t)
		rivals.Go(func() {
			if _, err := s.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: d.GetId()}); err != nil {
				t.Error(err)
			}
		})
		if n == 12 {
			rivals.Go(func() {
				if _, err := s.LockTaxReturn(t.Context(), &pb.LockTaxReturnRequest{TaxReturnId: r.GetId()}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	rivals.Wait()
	net := func(r *pb.TaxReturn) decimal.Decimal { return decimal.RequireFromString(r.GetNetTax().GetAmount()) }
	r = must(s.GetTaxReturn(t.Context(), &pb.GetTaxReturnRequest{TaxReturnId: r.GetId()}))(t)
	if next := s.createReturn(t, ""); net(r).Add(net(next)).String() != "480" {
		t.Errorf("the return has %s and the next one %s, want 480.00 together", net(r), net(next))
	}
}

// TestRivalsLockAndUnlock locks a return while the one before it is unlocked. Only one succeeds.
func TestRivalsLockAndUnlock(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.advance(t, "2027-07-02")
	for range 5 {
		first := s.lock(t, s.createReturn(t, "2027-01-01"))
		second := s.createReturn(t, "")
		results := make(chan error, 2)
		go func() {
			_, err := s.UnlockTaxReturn(t.Context(), &pb.UnlockTaxReturnRequest{TaxReturnId: first.GetId()})
			results <- err
		}()
		go func() {
			_, err := s.LockTaxReturn(t.Context(), &pb.LockTaxReturnRequest{TaxReturnId: second.GetId()})
			results <- err
		}()
		if a, b := <-results, <-results; (a == nil) == (b == nil) {
			t.Errorf("got %v and %v, want one refusal", a, b)
		}
		for _, r := range []*pb.TaxReturn{second, first} {
			_, _ = s.UnlockTaxReturn(t.Context(), &pb.UnlockTaxReturnRequest{TaxReturnId: r.GetId()}) // unless it is a draft
			must(s.DeleteTaxReturn(t.Context(), &pb.DeleteTaxReturnRequest{TaxReturnId: r.GetId()}))(t)
		}
	}
}

// TestEntryPaysOneReturn names the same entry in two returns, and one that moves no money.
func TestEntryPaysOneReturn(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	ledger := pb.NewLedgerServiceClient(s)
	s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, s.line("1000", "GB-STD"))
	s.advance(t, "2027-04-02")
	s.issue(t, &pb.Invoice{IssueDate: "2027-04-02"}, s.line("1000", "GB-STD"))
	s.advance(t, "2027-07-02")
	first := s.lock(t, s.createReturn(t, "2027-01-01"))
	second := s.lock(t, s.createReturn(t, ""))
	paid := must(ledger.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: &pb.JournalEntry{
		Date: "2027-07-01", Lines: []*pb.JournalLine{{AccountId: s.agency.GetAccountId(), Amount: gbp("200.00")},
			{AccountId: s.bank, Amount: gbp("-200.00")}}}}))(t)
	must(s.RecordPaymentTaxReturn(t.Context(), &pb.RecordPaymentTaxReturnRequest{TaxReturnId: first.GetId(),
		JournalEntryId: paid.GetId()}))(t)
	_, err := s.RecordPaymentTaxReturn(t.Context(), &pb.RecordPaymentTaxReturnRequest{TaxReturnId: second.GetId(),
		JournalEntryId: paid.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "journalEntryId")
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-07-01"}, s.line("1000", "GB-STD"))
	note := must(s.CreateCreditNote(t.Context(), &pb.CreateCreditNoteRequest{CreditNote: &pb.CreditNote{
		InvoiceId: i.GetId(), IssueDate: "2027-07-02", Lines: []*pb.CreditNote_Line{
			{InvoiceLineId: i.GetLines()[0].GetId(), Amount: gbp("1000")}}}}))(t)
	_, err = s.RecordPaymentTaxReturn(t.Context(), &pb.RecordPaymentTaxReturnRequest{TaxReturnId: second.GetId(),
		JournalEntryId: note.GetJournalEntryId()})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "journalEntryId")
}
