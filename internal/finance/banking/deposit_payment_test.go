package banking_test

import (
	"fmt"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// vat returns a new tax code of 19 %.
func (s seller) vat(t *testing.T) string {
	t.Helper()
	taxes := pb.NewTaxServiceClient(s.o)
	agency, err := taxes.CreateTaxAgency(t.Context(), &pb.CreateTaxAgencyRequest{
		TaxAgency: &pb.TaxAgency{DisplayName: "Finanzamt"}})
	if err != nil {
		t.Fatal(err)
	}
	rate, err := taxes.CreateTaxRate(t.Context(), &pb.CreateTaxRateRequest{TaxRate: &pb.TaxRate{DisplayName: "VAT",
		Components: []*pb.TaxRate_Component{{DisplayName: "VAT", TaxAgencyId: agency.GetId(),
			Spans: []*pb.TaxRate_Span{{Percent: "19"}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	code, err := taxes.CreateTaxCode(t.Context(), &pb.CreateTaxCodeRequest{TaxCode: &pb.TaxCode{Code: "V19",
		DisplayName: "VAT", SalesTaxRateId: rate.GetId()}})
	if err != nil {
		t.Fatal(err)
	}
	return code.GetId()
}

// ask issues a deposit request to a customer on a day. Its price is taxed if there is a code.
func (s seller) ask(t *testing.T, customer, date, price, currency, code string) *pb.DepositRequest {
	t.Helper()
	deposits := pb.NewDepositsServiceClient(s.o)
	draft, err := deposits.CreateDepositRequest(t.Context(), &pb.CreateDepositRequestRequest{
		DepositRequest: &pb.DepositRequest{CustomerId: customer, CurrencyCode: currency,
			Lines: []*pb.DocumentLine{{Description: "Deposit", UnitPrice: price, TaxCodeId: code}}}})
	if err != nil {
		t.Fatal(err)
	}
	if date == "" {
		return draft
	}
	issued, err := deposits.IssueDepositRequest(t.Context(),
		&pb.IssueDepositRequestRequest{DepositRequestId: draft.GetId(), IssueDate: date})
	if err != nil {
		t.Fatal(err)
	}
	return issued
}

func (s seller) wantPaid(t *testing.T, d *pb.DepositRequest, want string) {
	t.Helper()
	now, err := pb.NewDepositsServiceClient(s.o).GetDepositRequest(t.Context(),
		&pb.GetDepositRequestRequest{DepositRequestId: d.GetId()})
	if err != nil || now.GetPaidAmount().GetAmount() != want {
		t.Errorf("got %v, %v, want %s paid", now, err, want)
	}
}

// taxOwed returns the taxes that a payment posted.
func (s seller) taxOwed(t *testing.T, payment string) (owed string) {
	t.Helper()
	credit, err := s.credits.GetCustomerCredit(t.Context(),
		&pb.GetCustomerCreditRequest{CustomerCreditId: "ccr" + strings.TrimPrefix(payment, "pay")})
	if err != nil {
		t.Fatal(err)
	}
	for _, tax := range credit.GetTaxes() {
		owed += tax.GetAmount().GetAmount()
	}
	return owed
}

// TestDepositsAreSuggested checks which deposit requests a line is suggested to pay, and that the
// suggestion can be accepted.
func TestDepositsAreSuggested(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		line, want string
	}{
		"number and amount":    {"Deposit {a} thanks,119.00", "91 a"},
		"number without signs": {"{a'},119.00", "91 a"},
		"number of a part":     {"{a},50.00", "46 a"},
		"number and more":      {"{a},150.00", "46 a"},
		"payer":                {"{a} Harbor Cafe,119.00", "100 a"},
		"two numbers":          {"{a} {b},40.00", "91 b|46 a"},
		"amount alone":         {"Transfer,119.00", ""},
		"paid":                 {"{c},30.00", ""},
		"void":                 {"{d},31.00", ""},
		"not issued yet":       {"{e},32.00", ""},
		"another currency":     {"{f},33.00", ""},
		"outgoing":             {"{a},-119.00", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openSeller(t, "USD")
			cafe, bakery := s.customer(t, "Harbor Cafe"), s.customer(t, "Bakery")
			asked := map[string]*pb.DepositRequest{
				"a": s.ask(t, cafe, "2026-01-02", "100.00", "", s.vat(t)), "b": s.ask(t, bakery, "2026-01-05", "40.00", "", ""),
				"c": s.ask(t, cafe, "2026-01-02", "30.00", "", ""), "d": s.ask(t, cafe, "2026-01-02", "31.00", "", ""),
				"e": s.ask(t, cafe, "2026-01-06", "32.00", "", ""), "f": s.ask(t, cafe, "2026-01-02", "33.00", "EUR", ""),
			}
			if _, err := s.credits.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{CustomerId: cafe,
				DepositRequestId: asked["c"].GetId()}}); err != nil {
				t.Fatal(err)
			}
			if _, err := pb.NewDepositsServiceClient(s.o).VoidDepositRequest(t.Context(),
				&pb.VoidDepositRequestRequest{DepositRequestId: asked["d"].GetId()}); err != nil {
				t.Fatal(err)
			}
			text, amount, _ := strings.Cut(c.line, ",")
			text, payer, _ := strings.Cut(text, " Harbor")
			if payer != "" {
				payer = "Harbor Cafe"
			}
			for key, d := range asked {
				text = strings.ReplaceAll(text, "{"+key+"}", d.GetNumber())
				text = strings.ReplaceAll(text, "{"+key+"'}", strings.ReplaceAll(d.GetNumber(), "-", ""))
			}
			line := s.feed(t, text, payer, amount)
			suggested := s.suggestMatches(t, line).GetSuggestions()
			var got []string
			for _, o := range suggested {
				for key, d := range asked {
					if p := o.GetBankMatch().GetPayments(); len(p) == 1 && p[0].GetDepositRequestId() == d.GetId() {
						got = append(got, fmt.Sprint(o.GetScore(), " ", key))
					}
				}
			}
			if len(got) != len(suggested) || strings.Join(got, "|") != c.want {
				t.Fatalf("got %q, want %q: %v", got, c.want, suggested)
			}
			if len(suggested) == 0 {
				return
			}
			done, err := s.AcceptSuggestion(t.Context(), &pb.AcceptSuggestionRequest{
				BankStatementLineId: line.GetId(), Suggestion: suggested[0]})
			if err != nil || done.GetState() != pb.BankStatementLine_MATCHED {
				t.Errorf("got %v, %v", done, err)
			}
		})
	}
}

// TestLinePaysDeposits matches a line to payments of a taxed and an untaxed deposit and of an
// invoice, and undoes the match. The taxes of the deposits are posted with their payments.
func TestLinePaysDeposits(t *testing.T) {
	t.Parallel()
	s := openSeller(t, "USD")
	cafe, bakery := s.customer(t, "Harbor Cafe"), s.customer(t, "Bakery")
	taxed := s.ask(t, cafe, "2026-01-02", "100.00", "", s.vat(t))
	plain, sold := s.ask(t, bakery, "2026-01-02", "40.00", "", ""), s.sell(t, cafe, "2026-01-02", "60.00")
	said := s.importLines(t, s.account.GetId(), "2026-01-05,Transfer,219.00\n2026-01-05,Transfer,7.00\n")
	refused := func(p *pb.BankMatch_ReceivedPayment, reason optionsv1.Reason, field string) {
		t.Helper()
		_, err := s.createMatch(t, &pb.BankMatch{Lines: lines(said[1]), Payments: []*pb.BankMatch_ReceivedPayment{p}})
		apptest.WantRefused(t, err, reason, "payments[0]."+field)
	}
	refused(&pb.BankMatch_ReceivedPayment{CustomerId: bakery, DepositRequestId: taxed.GetId()},
		optionsv1.Reason_FIELDS_INVALID, "depositRequestId")
	refused(&pb.BankMatch_ReceivedPayment{CustomerId: cafe, DepositRequestId: "dpr_x"},
		optionsv1.Reason_REFERENCE_NOT_FOUND, "depositRequestId")
	refused(&pb.BankMatch_ReceivedPayment{CustomerId: cafe,
		DepositRequestId: s.ask(t, cafe, "", "7.00", "", "").GetId()}, optionsv1.Reason_DEPOSIT_REQUEST_NOT_OPEN,
		"depositRequestId")
	refused(&pb.BankMatch_ReceivedPayment{CustomerId: cafe,
		DepositRequestId: s.ask(t, cafe, "2026-01-02", "7.00", "EUR", "").GetId()}, optionsv1.Reason_FIELDS_INVALID,
		"amount.currencyCode")
	m, err := s.createMatch(t, &pb.BankMatch{Lines: lines(said[0]), Payments: []*pb.BankMatch_ReceivedPayment{
		{CustomerId: cafe, DepositRequestId: taxed.GetId(), Amount: &typepb.Money{Amount: "119.00"}},
		{CustomerId: bakery, DepositRequestId: plain.GetId(), Amount: &typepb.Money{Amount: "40.00"}},
		{CustomerId: cafe, Allocations: settles(sold)}}})
	if err != nil {
		t.Fatal(err)
	}
	s.wantPaid(t, taxed, "119.00")
	s.wantPaid(t, plain, "40.00")
	s.wantOpen(t, sold, "0.00")
	if owed := s.taxOwed(t, m.GetPayments()[0].GetPaymentId()); owed != "19.00" {
		t.Errorf("got a tax of %s", owed)
	}
	s.checkBooks(t)
	if _, err := s.undoMatch(t, m.GetId()); err != nil {
		t.Fatal(err)
	}
	s.wantPaid(t, taxed, "0.00")
	s.wantOpen(t, sold, "60.00")
}

// TestDepositSuggestionsNeedPermission suggests nothing to a caller who may not read deposit
// requests, and does not suggest again what was rejected.
func TestDepositSuggestionsNeedPermission(t *testing.T) {
	t.Parallel()
	s := openSeller(t, "USD")
	d := s.ask(t, s.customer(t, "Harbor Cafe"), "2026-01-02", "40.00", "", "")
	line := s.feed(t, d.GetNumber(), "", "40.00")
	reader := pb.NewBankingServiceClient(s.o.WithRole(t, platformv1.ApiKey_BOOKKEEPER, "finance.bankStatementLines.read",
		"finance.receivables.read"))
	blind, err := reader.SuggestMatches(t.Context(), &pb.SuggestMatchesRequest{BankStatementLineId: line.GetId()})
	seen := s.suggestMatches(t, line).GetSuggestions()
	if err != nil || len(blind.GetSuggestions()) != 0 || len(seen) != 1 {
		t.Errorf("got %v, %v without the permission, and %v with it", blind, err, seen)
	}
	if _, err := s.RejectSuggestion(t.Context(), &pb.RejectSuggestionRequest{BankStatementLineId: line.GetId(),
		Suggestion: seen[0]}); err != nil {
		t.Fatal(err)
	}
	if again := s.suggestMatches(t, line).GetSuggestions(); len(again) != 0 {
		t.Errorf("got %v again", again)
	}
}
