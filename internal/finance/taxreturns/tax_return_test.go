package taxreturns_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// createReturn creates the return of the quarter that begins on a day, or the next one.
func (s *shop) createReturn(t testing.TB, start string) *pb.TaxReturn {
	t.Helper()
	return must(s.CreateTaxReturn(t.Context(), &pb.CreateTaxReturnRequest{
		TaxReturn: &pb.TaxReturn{TaxAgencyId: s.agency.GetId(), StartDate: start}}))(t)
}

func (s *shop) lock(t testing.TB, r *pb.TaxReturn) *pb.TaxReturn {
	t.Helper()
	return must(s.LockTaxReturn(t.Context(), &pb.LockTaxReturnRequest{TaxReturnId: r.GetId()}))(t)
}

// wantBoxes checks boxes as `key amount`, with the adjustment if there is one.
func wantBoxes(t testing.TB, r *pb.TaxReturn, want ...string) {
	t.Helper()
	var got []string
	for _, b := range r.GetBoxes() {
		text := b.GetKey() + " " + b.GetAmount().GetAmount()
		if a := b.GetAdjustmentAmount().GetAmount(); a != "0.00" {
			text += " (" + a + ")"
		}
		if b.GetAmount().GetAmount() != "0.00" {
			got = append(got, text)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got the boxes %q, want %q", got, want)
	}
}

// returnRegister returns the taxes of a box as `document tax`, on pages of two.
func (s *shop) returnRegister(t testing.TB, r *pb.TaxReturn, box string) (lines []string) {
	t.Helper()
	req := &pb.GetTaxReturnRegisterRequest{TaxReturnId: r.GetId(), Box: box, PageSize: 2}
	for {
		page := must(s.GetTaxReturnRegister(t.Context(), req))(t)
		for _, a := range page.GetAmounts() {
			line := fmt.Sprintf("%s %s %s", a.GetDocumentNumber(), a.GetBaseTaxableAmount().GetAmount(),
				a.GetBaseTaxAmount().GetAmount())
			if a.GetAdjustment() {
				line += " adjustment"
			}
			lines = append(lines, line)
		}
		if req.PageToken = page.GetNextPageToken(); req.PageToken == "" {
			return lines
		}
	}
}

// TestBritishReturnHasNineBoxes fills the boxes as VAT Notice 700/12 says: sales of all rates in
// box 6 without pence, domestic reverse charges in boxes 1, 4 and 7, and services bought abroad in
// box 6 too.
func TestBritishReturnHasNineBoxes(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, s.line("1000.75", "GB-STD"), s.line("100.50", "GB-RED"),
		s.line("500", "GB-ZERO"), s.line("300", "GB-EXEMPT"), s.line("200", "GB-RC"))
	must(s.CreateCreditNote(t.Context(), &pb.CreateCreditNoteRequest{CreditNote: &pb.CreditNote{InvoiceId: i.GetId(),
		IssueDate: "2027-01-08", Lines: []*pb.CreditNote_Line{{InvoiceLineId: i.GetLines()[0].GetId(),
			Amount: gbp("0.75")}}}}))(t)
	s.record(t, s.purchase(t, "GB-STD", 40_060, 8_012, 8_012), s.purchase(t, "GB-RC", 10_000, 2_000, 2_000),
		s.purchase(t, "GB-ABROAD", 50_000, 10_000, 10_000))
	r := s.createReturn(t, "2027-01-01")
	if r.GetEndDate() != "2027-03-31" || r.GetForm() != pb.TaxReturn_GB_VAT || r.GetBasis() != pb.TaxAgency_ACCRUAL {
		t.Errorf("got %v", r)
	}
	// Box 1 is 200.00 + 5.03 + 20.00 + 100.00, box 6 is 1000 + 100.50 + 500 + 300 + 200 + 500, and
	// box 7 is 400.60 + 100 + 500.
	wantBoxes(t, r, "1 325.03", "3 325.03", "4 200.12", "5 124.91", "6 2600.00", "7 1000.00")
	if r.GetNetTax().GetAmount() != "124.91" || r.GetOpenAmount().GetAmount() != "124.91" {
		t.Errorf("got the net tax %v and open %v", r.GetNetTax(), r.GetOpenAmount())
	}
	if got := s.returnRegister(t, r, "4"); len(got) != 3 {
		t.Errorf("box 4 has %q", got)
	}
	if got, want := s.returnRegister(t, r, "1"), 5; len(got) != want {
		t.Errorf("box 1 has %d taxes, want %d: %q", len(got), want, got)
	}
}

// TestNextReturnAdjustsLockedOne posts in a locked period: the locked return stays, and the next
// one has the changes, once.
func TestNextReturnAdjustsLockedOne(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, s.line("1000", "GB-STD"))
	s.advance(t, "2027-04-02")
	first := s.lock(t, s.createReturn(t, "2027-01-01"))
	wantBoxes(t, first, "1 200.00", "3 200.00", "5 200.00", "6 1000.00")
	late := s.issue(t, &pb.Invoice{IssueDate: "2027-03-20"}, s.line("300", "GB-STD"))
	must(s.VoidInvoice(t.Context(), &pb.VoidInvoiceRequest{InvoiceId: i.GetId(), Date: "2027-03-31"}))(t)
	own := s.issue(t, &pb.Invoice{IssueDate: "2027-04-02"}, s.line("50", "GB-STD"))
	wantBoxes(t, must(s.GetTaxReturn(t.Context(), &pb.GetTaxReturnRequest{TaxReturnId: first.GetId()}))(t),
		"1 200.00", "3 200.00", "5 200.00", "6 1000.00")
	if got, want := s.returnRegister(t, first, ""), []string{i.GetNumber() + " 1000.00 200.00"}; !slices.Equal(got, want) {
		t.Errorf("the locked return has %q, want %q", got, want)
	}
	second := s.createReturn(t, "")
	wantBoxes(t, second, "1 -130.00 (-140.00)", "3 -130.00 (-140.00)", "5 -130.00 (-140.00)", "6 -650.00 (-700.00)")
	if got, want := s.returnRegister(t, second, "1"), []string{own.GetNumber() + " 50.00 10.00",
		late.GetNumber() + " 300.00 60.00 adjustment",
		i.GetNumber() + " -1000.00 -200.00 adjustment"}; !slices.Equal(got, want) {
		t.Errorf("the next return has %q, want %q", got, want)
	}
	s.advance(t, "2027-07-02")
	s.lock(t, second)
	s.issue(t, &pb.Invoice{IssueDate: "2027-02-10"}, s.line("10", "GB-STD"))
	wantBoxes(t, s.createReturn(t, ""), "1 2.00 (2.00)", "3 2.00 (2.00)", "5 2.00 (2.00)", "6 10.00 (10.00)")
}

// TestCashReturnFollowsPayments reports what is paid, and adjusts the next return when a payment is
// recorded late.
func TestCashReturnFollowsPayments(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.agency = must(s.taxes.UpdateTaxAgency(t.Context(), &pb.UpdateTaxAgencyRequest{TaxAgencyId: s.agency.GetId(),
		TaxAgency: &pb.TaxAgency{FilingBasis: pb.TaxAgency_CASH}, UpdateMask: mask("filing_basis")}))(t)
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, s.line("1000", "GB-STD"))
	s.pay(t, "2027-01-20", "300", i.GetId())
	s.advance(t, "2027-04-02")
	first := s.lock(t, s.createReturn(t, "2027-01-01"))
	wantBoxes(t, first, "1 50.00", "3 50.00", "5 50.00", "6 250.00")
	s.pay(t, "2027-03-30", "600", i.GetId())
	s.pay(t, "2027-04-02", "300", i.GetId())
	wantBoxes(t, s.createReturn(t, ""), "1 150.00 (100.00)", "3 150.00 (100.00)", "5 150.00 (100.00)",
		"6 750.00 (500.00)")
}

// TestReturnIsFiledAndPaid posts a payment, records another one that is on the books, and undoes
// everything.
func TestReturnIsFiledAndPaid(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	ledger := pb.NewLedgerServiceClient(s)
	s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, s.line("1000", "GB-STD"))
	s.advance(t, "2027-04-10")
	r := s.lock(t, s.createReturn(t, "2027-01-01"))
	r = must(s.MarkFiledTaxReturn(t.Context(), &pb.MarkFiledTaxReturnRequest{TaxReturnId: r.GetId(),
		FileDate: "2027-04-08", Reference: "4711"}))(t)
	r = must(s.RecordPaymentTaxReturn(t.Context(), &pb.RecordPaymentTaxReturnRequest{TaxReturnId: r.GetId(),
		Date: "2027-04-09", Amount: gbp("150"), AccountId: s.bank}))(t)
	posted := r.GetPayments()[0].GetJournalEntryId()
	e := must(ledger.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: posted}))(t)
	if e.GetDate() != "2027-04-09" || e.GetSource() != pb.JournalEntry_TAX_RETURN || e.GetSourceId() != r.GetId() ||
		e.GetLines()[0].GetAccountId() != s.agency.GetAccountId() || e.GetLines()[0].GetAmount().GetAmount() != "150.00" {
		t.Errorf("got the entry %v", e)
	}
	own := must(ledger.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: &pb.JournalEntry{
		Date: "2027-04-10", Lines: []*pb.JournalLine{{AccountId: s.agency.GetAccountId(), Amount: gbp("50.00")},
			{AccountId: s.bank, Amount: gbp("-50.00")}}}}))(t)
	r = must(s.RecordPaymentTaxReturn(t.Context(), &pb.RecordPaymentTaxReturnRequest{TaxReturnId: r.GetId(),
		JournalEntryId: own.GetId()}))(t)
	if r.GetOpenAmount().GetAmount() != "0.00" || r.GetPayments()[1].GetDate() != "2027-04-10" {
		t.Errorf("got %v", r)
	}
	_, err := s.RecordPaymentTaxReturn(t.Context(), &pb.RecordPaymentTaxReturnRequest{TaxReturnId: r.GetId(),
		Amount: gbp("1"), AccountId: s.bank})
	apptest.WantRefused(t, err, optionsv1.Reason_TAX_PAYMENT_EXCEEDS_OPEN, "amount")
	for _, entry := range []string{posted, own.GetId()} {
		r = must(s.VoidPaymentTaxReturn(t.Context(), &pb.VoidPaymentTaxReturnRequest{TaxReturnId: r.GetId(),
			JournalEntryId: entry}))(t)
	}
	e = must(ledger.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: posted}))(t)
	if r.GetOpenAmount().GetAmount() != "200.00" || e.GetReversedById() == "" {
		t.Errorf("got %v and %v", r, e)
	}
	must(s.UndoFilingTaxReturn(t.Context(), &pb.UndoFilingTaxReturnRequest{TaxReturnId: r.GetId()}))(t)
	r = must(s.UnlockTaxReturn(t.Context(), &pb.UnlockTaxReturnRequest{TaxReturnId: r.GetId()}))(t)
	if r.GetState() != pb.TaxReturn_DRAFT || r.GetFileDate() != "" {
		t.Errorf("got %v", r)
	}
}

// TestTaxReturnRefusals lists what returns refuse.
func TestTaxReturnRefusals(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	create := func(start, end string) error {
		_, err := s.CreateTaxReturn(t.Context(), &pb.CreateTaxReturnRequest{
			TaxReturn: &pb.TaxReturn{TaxAgencyId: s.agency.GetId(), StartDate: start, EndDate: end}})
		return err
	}
	apptest.WantRefused(t, create("", ""), optionsv1.Reason_FIELDS_INVALID, "startDate")
	apptest.WantRefused(t, create("2027-01-01", "2026-12-31"), optionsv1.Reason_FIELDS_INVALID, "endDate")
	first := s.createReturn(t, "2026-10-01")
	apptest.WantRefused(t, create("2026-12-31", ""), optionsv1.Reason_TAX_RETURNS_OVERLAP)
	apptest.WantRefused(t, create("2027-01-02", ""), optionsv1.Reason_TAX_RETURN_OUT_OF_ORDER)
	apptest.WantRefused(t, create("2026-07-01", ""), optionsv1.Reason_TAX_RETURN_OUT_OF_ORDER)
	second := s.createReturn(t, "")
	_, err := s.LockTaxReturn(t.Context(), &pb.LockTaxReturnRequest{TaxReturnId: second.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_TAX_PERIOD_NOT_ENDED)
	_, err = s.DeleteTaxReturn(t.Context(), &pb.DeleteTaxReturnRequest{TaxReturnId: first.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_TAX_RETURN_OUT_OF_ORDER)
	s.issue(t, &pb.Invoice{IssueDate: "2026-11-05"}, s.line("100", "GB-STD"))
	s.advance(t, "2027-04-02")
	_, err = s.LockTaxReturn(t.Context(), &pb.LockTaxReturnRequest{TaxReturnId: second.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_TAX_RETURN_OUT_OF_ORDER)
	_, err = s.MarkFiledTaxReturn(t.Context(), &pb.MarkFiledTaxReturnRequest{TaxReturnId: first.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	s.lock(t, first)
	s.lock(t, second)
	_, err = s.UnlockTaxReturn(t.Context(), &pb.UnlockTaxReturnRequest{TaxReturnId: first.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_TAX_RETURN_OUT_OF_ORDER)
	_, err = s.DeleteTaxReturn(t.Context(), &pb.DeleteTaxReturnRequest{TaxReturnId: second.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	_, err = s.PrepareTaxReturn(t.Context(), &pb.PrepareTaxReturnRequest{TaxReturnId: first.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	_, err = s.MarkFiledTaxReturn(t.Context(), &pb.MarkFiledTaxReturnRequest{TaxReturnId: first.GetId(),
		FileDate: "2026-12-31"})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "fileDate")
	_, err = s.RecordPaymentTaxReturn(t.Context(), &pb.RecordPaymentTaxReturnRequest{TaxReturnId: first.GetId(),
		Amount: gbp("-1"), AccountId: s.bank})
	apptest.WantRefused(t, err, optionsv1.Reason_TAX_PAYMENT_EXCEEDS_OPEN, "amount")
	_, err = s.RecordPaymentTaxReturn(t.Context(), &pb.RecordPaymentTaxReturnRequest{TaxReturnId: first.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "accountId")
	must(s.RecordPaymentTaxReturn(t.Context(), &pb.RecordPaymentTaxReturnRequest{TaxReturnId: first.GetId(),
		AccountId: s.bank}))(t)
	must(s.UnlockTaxReturn(t.Context(), &pb.UnlockTaxReturnRequest{TaxReturnId: second.GetId()}))(t)
	_, err = s.UnlockTaxReturn(t.Context(), &pb.UnlockTaxReturnRequest{TaxReturnId: first.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_TAX_RETURN_PAID)
	_, err = s.GetTaxReturnRegister(t.Context(), &pb.GetTaxReturnRegisterRequest{TaxReturnId: first.GetId(), Box: "10"})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "box")
	_, err = s.VoidPaymentTaxReturn(t.Context(), &pb.VoidPaymentTaxReturnRequest{TaxReturnId: first.GetId(),
		JournalEntryId: "jrn_01k9"})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "journalEntryId")
}

// TestTaxReturnIsFile downloads a return in each format.
func TestTaxReturnIsFile(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, s.line("1000", "GB-STD"))
	r := s.createReturn(t, "2027-01-01")
	for format, start := range map[pb.DownloadTaxReportRequest_Format]string{
		pb.DownloadTaxReportRequest_CSV: "\ufeff", pb.DownloadTaxReportRequest_XLSX: "PK",
		pb.DownloadTaxReportRequest_PDF: "%PDF",
	} {
		file := must(s.DownloadTaxReturn(t.Context(), &pb.DownloadTaxReturnRequest{TaxReturnId: r.GetId(),
			Format: format}))(t)
		if !bytes.HasPrefix(file.GetData(), []byte(start)) {
			t.Errorf("%s begins with %.10q", format, file.GetData())
		}
		want := "1,VAT due on sales and other outputs,200.00,0.00"
		if format == pb.DownloadTaxReportRequest_CSV && !strings.Contains(string(file.GetData()), want) {
			t.Errorf("got %s, want the line %s", file.GetData(), want)
		}
	}
}
