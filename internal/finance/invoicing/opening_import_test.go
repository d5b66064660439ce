package invoicing_test

import (
	"fmt"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// openingDay is the day of the opening balances.
const openingDay = "2026-12-31"

// openBooks imports opening balances of receivables and customer deposits.
func (s *shop) openBooks(t *testing.T, receivable, deposits string) {
	t.Helper()
	file := "Code,Account,Debit,Credit\n1200,Accounts Receivable," + receivable + ",\n"
	if deposits != "" {
		file += s.deposits(t) + ",Deposits,," + deposits + "\n"
	}
	must(s.ledger.ImportOpeningBalances(t.Context(), &pb.ImportOpeningBalancesRequest{Content: []byte(file),
		Date: openingDay, PostDifference: true}))(t)
}

// deposits returns the code of the account of customer deposits, which a payment adds to the chart.
func (s *shop) deposits(t *testing.T) string {
	t.Helper()
	list := must(s.ledger.ListAccountRoles(t.Context(), &pb.ListAccountRolesRequest{PageSize: 100}))(t)
	for _, r := range list.GetAccountRoles() {
		if r.GetRole() == pb.AccountRole_CUSTOMER_DEPOSITS {
			for code, account := range s.accounts {
				if account == r.GetAccountId() {
					return code
				}
			}
		}
	}
	t.Fatal("no account holds customer deposits")
	return ""
}

// takeOver imports rows of number, customer, date, due date, currency, open amount and rate.
func (s *shop) takeOver(
	t *testing.T, rows string, changes ...func(*pb.ImportOpeningInvoicesRequest),
) (*pb.ImportOpeningInvoicesResponse, error) {
	t.Helper()
	req := &pb.ImportOpeningInvoicesRequest{
		Content: []byte("Number,Customer,Date,Due date,Currency,Open amount,Exchange rate\n" + rows)}
	for _, change := range changes {
		change(req)
	}
	return s.ImportOpeningInvoices(t.Context(), req)
}

func outcomes(r *pb.ImportOpeningInvoicesResponse) (list []string) {
	for _, row := range r.GetRows() {
		list = append(list, fmt.Sprint(row.GetLineNumber(), " ", row.GetOutcome()))
	}
	return list
}

func newCustomers(r *pb.ImportOpeningInvoicesRequest) { r.CreateCustomers = true }

func onlyValidate(r *pb.ImportOpeningInvoicesRequest) { r.ValidateOnly = true }

// TestOpenInvoicesAreTakenOver checks that documents of another program are stored without posting,
// age from the opening day on, and are paid like others.
func TestOpenInvoicesAreTakenOver(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.openBooks(t, "1360.00", "")
	rows := "OLD-7,harbor cafe,2026-11-20,2026-12-20,USD,1250.00,\nOLD-8,Bakery,2026-12-02,2027-01-31,EUR,100.00,1.10\n"
	preview := must(s.takeOver(t, rows, newCustomers, onlyValidate))(t)
	if got := outcomes(preview); strings.Join(got, ",") != "2 IMPORTED,3 IMPORTED" || len(preview.GetDifferences()) != 0 {
		t.Fatalf("got the preview %v", preview)
	}
	done := must(s.takeOver(t, rows, newCustomers))(t)
	if len(done.GetCustomers()) != 1 || done.GetCustomers()[0].GetDisplayName() != "Bakery" || len(done.GetSums()) != 2 {
		t.Errorf("got %v", done)
	}
	old := s.invoice(t, done.GetRows()[0].GetDocumentId())
	if old.GetNumber() != "OLD-7" || old.GetState() != pb.Invoice_ISSUED || !old.GetOverdue() ||
		old.GetOpeningDate() != openingDay || old.GetCustomerId() != s.customer || old.GetJournalEntryId() != "" {
		t.Errorf("got %v", old)
	}
	for day, want := range map[string]string{"2026-12-30": "0.00", openingDay: "1360.00", "2027-01-15": "1360.00"} {
		aged := must(s.GetAgedReceivables(t.Context(), &pb.GetAgedReceivablesRequest{AsOf: day}))(t)
		if aged.GetTotal().GetAmount() != want {
			t.Errorf("%s: got %v, want %s", day, aged, want)
		}
	}
	s.wantSound(t)
	again := must(s.takeOver(t, rows+"OLD-7x,Harbor Cafe,2026-11-20,,USD,0,\n"))(t)
	if got := strings.Join(outcomes(again), ","); got != "2 EXISTS,3 EXISTS,4 PASSED_OVER" {
		t.Errorf("the same file again: got %s", got)
	}
	s.pay(t, "2027-01-10", "1250.00", "USD", old.GetId())
	if paid := s.invoice(t, old.GetId()); paid.GetPaymentStatus() != pb.Invoice_PAID {
		t.Errorf("got %v", paid)
	}
	euros := done.GetRows()[1].GetDocumentId()
	if done.GetJournalEntryId() == "" {
		t.Error("nothing was moved to euros")
	}
	must(s.WriteOffInvoice(t.Context(),
		&pb.WriteOffInvoiceRequest{InvoiceId: euros, Date: "2027-01-11", Reason: "Gone"}))(t)
	if s.balance(t, "1200") != 0 {
		t.Errorf("got %d on receivables, want 0", s.balance(t, "1200"))
	}
	s.wantSound(t)
}

// TestForeignOpenInvoiceKeepsTheAging checks that the account of receivables holds a foreign
// invoice in its currency, so that later invoices in it leave no exchange difference on the
// account.
func TestForeignOpenInvoiceKeepsTheAging(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.openBooks(t, "110.00", "")
	done := must(s.takeOver(t, "OLD-8,Harbor Cafe,2026-12-02,,EUR,100.00,1.10\n"))(t)
	s.payAt(t, "2027-01-04", "100.00", "EUR", "1.20", done.GetRows()[0].GetDocumentId())
	issued := s.issue(t, &pb.Invoice{CurrencyCode: "EUR", ExchangeRate: "1.30", IssueDate: "2027-01-05"}, s.line("100.00"))
	if got := s.balance(t, "1200"); got != 154_70 {
		t.Errorf("got %d on receivables, want 119 EUR at 1.30 of %s", got, issued.GetNumber())
	}
	s.wantSound(t)
}

// TestCreditsWithinReceivables checks that a credit that the other program kept as a negative
// receivable is moved to customer deposits.
func TestCreditsWithinReceivables(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.openBooks(t, "120.00", "")
	done := must(s.takeOver(t, "A,Harbor Cafe,2026-11-20,,USD,200.00,\nC,Harbor Cafe,2026-12-01,,USD,-80.00,\n"))(t)
	if done.GetJournalEntryId() == "" || len(done.GetDifferences()) != 0 || s.balance(t, "1200") != 200_00 {
		t.Errorf("got %v", done)
	}
	s.wantSound(t)
}

// TestOpenInvoiceIsCorrected checks that a void invoice can be taken over again with its number,
// and that its number is not given a second time.
func TestOpenInvoiceIsCorrected(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.openBooks(t, "205.00", "")
	partial := func(r *pb.ImportOpeningInvoicesRequest) { r.Partial = true }
	wrong := must(s.takeOver(t, "INV-2027-0001,Harbor Cafe,2026-11-20,,USD,250.00,\n", partial))(t)
	must(s.VoidInvoice(t.Context(),
		&pb.VoidInvoiceRequest{InvoiceId: wrong.GetRows()[0].GetDocumentId(), Reason: "Mistyped"}))(t)
	right := must(s.takeOver(t, "INV-2027-0001,Harbor Cafe,2026-11-20,,USD,205.00,\n"))(t)
	if got := outcomes(right); got[0] != "2 IMPORTED" {
		t.Errorf("got %v", right)
	}
	_, err := s.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{
		InvoiceId: s.draft(t, &pb.Invoice{}, s.line("10.00")).GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_INVOICE_NUMBER_TAKEN, "number")
	s.wantSound(t)
}

// TestOpenCreditsAreTakenOver checks that a credit of another program settles an invoice.
func TestOpenCreditsAreTakenOver(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.pay(t, "2027-01-02", "1.00", "USD") // adds the account of deposits
	s.readAccounts(t)
	s.openBooks(t, "200.00", "80.00")
	done := must(s.takeOver(t, "A,Harbor Cafe,2026-11-20,,USD,200.00,\nC,Harbor Cafe,2026-12-01,,USD,-80.00,\n"))(t)
	credit, invoice := done.GetRows()[1].GetDocumentId(), done.GetRows()[0].GetDocumentId()
	must(s.CreateAllocation(t.Context(), &pb.CreateAllocationRequest{Allocation: &pb.Allocation{
		CustomerCreditId: credit, ReceivableId: invoice, Date: "2027-01-03"}}))(t)
	if i := s.invoice(t, invoice); i.GetOpenAmount().GetAmount() != "120.00" {
		t.Errorf("got %v", i)
	}
	s.wantSound(t)
}

// TestOpenInvoicesAgreeWithTheBooks checks that documents must add up to the opening balances.
func TestOpenInvoicesAgreeWithTheBooks(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	row := "A,Harbor Cafe,2026-11-20,,USD,200.00,\n"
	_, err := s.takeOver(t, row)
	apptest.WantRefused(t, err, optionsv1.Reason_OPENING_BALANCES_MISSING)
	s.openBooks(t, "500.00", "")
	_, err = s.takeOver(t, row)
	apptest.WantRefused(t, err, optionsv1.Reason_OPENING_INVOICES_DIFFER)
	preview := must(s.takeOver(t, row, onlyValidate))(t)
	if d := preview.GetDifferences(); len(d) != 1 || d[0].GetDifference().GetAmount() != "-300.00" ||
		d[0].GetOpeningBalance().GetAmount() != "500.00" {
		t.Errorf("got %v", preview)
	}
	must(s.takeOver(t, row, func(r *pb.ImportOpeningInvoicesRequest) { r.Partial = true }))(t)
	_, err = s.takeOver(t, "A,Harbor Cafe,2026-11-20,,USD,210.00,\n")
	apptest.WantRefused(t, err, optionsv1.Reason_OPENING_INVOICES_DIFFER)
	rest := must(s.takeOver(t, "B,Harbor Cafe,2026-11-21,,USD,300.00,\n"))(t)
	must(s.VoidInvoice(t.Context(),
		&pb.VoidInvoiceRequest{InvoiceId: rest.GetRows()[0].GetDocumentId(), Reason: "Wrong"}))(t)
	again := must(s.takeOver(t, "C,Harbor Cafe,2026-11-21,,USD,300.00,\n"))(t)
	if len(again.GetDifferences()) != 0 {
		t.Errorf("got %v", again)
	}
	s.wantSound(t)
}

// TestOpenInvoicesAreChecked checks the errors of files.
func TestOpenInvoicesAreChecked(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.openBooks(t, "200.00", "")
	for name, c := range map[string]struct {
		rows   string
		reason optionsv1.Reason
		fields []string
	}{
		"unknown customer": {
			"A,Nobody,2026-11-20,,USD,200.00,\n", optionsv1.Reason_OPENING_INVOICES_ROWS_INVALID, []string{"content"},
		},
		"after the day": {
			"A,Harbor Cafe,2027-01-02,,USD,200.00,\n", optionsv1.Reason_OPENING_INVOICES_ROWS_INVALID, []string{"content"},
		},
		"twice": {
			"A,Harbor Cafe,2026-11-20,,USD,100.00,\nA,Harbor Cafe,2026-11-20,,USD,100.00,\n",
			optionsv1.Reason_OPENING_INVOICES_ROWS_INVALID, []string{"content"},
		},
		"wrong rows": {
			"A,Harbor Cafe,never,,USD,200.00,\nB,,2026-11-20,,USD,x,\n", optionsv1.Reason_OPENING_INVOICES_ROWS_INVALID,
			[]string{"content", "content", "content"},
		},
		"no rate": {"A,Harbor Cafe,2026-11-20,,EUR,200.00,\n", optionsv1.Reason_EXCHANGE_RATE_MISSING, nil},
		"mistyped rate": {
			"A,Harbor Cafe,2026-11-20,,EUR,900000000000.00,1000000000\n", optionsv1.Reason_OPENING_INVOICES_ROWS_INVALID,
			[]string{"content"},
		},
	} {
		_, err := s.takeOver(t, c.rows)
		if got := apptest.Reason(err); got != c.reason || c.fields != nil && len(apptest.Fields(err)) != len(c.fields) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	_, err := s.ImportOpeningInvoices(t.Context(), &pb.ImportOpeningInvoicesRequest{Content: []byte("%PDF-1.4")})
	apptest.WantRefused(t, err, optionsv1.Reason_OPENING_INVOICES_UNREADABLE, "content")
	clerk := pb.NewInvoicingServiceClient(s.WithRole(t, platformv1.ApiKey_BOOKKEEPER, "finance.invoices.write"))
	_, err = clerk.ImportOpeningInvoices(t.Context(), &pb.ImportOpeningInvoicesRequest{CreateCustomers: true,
		Content: []byte("Number,Customer,Date,Open amount\nA,Nobody,2026-11-20,200.00\n")})
	apptest.WantRefused(t, err, optionsv1.Reason_PERMISSION_MISSING)
}
