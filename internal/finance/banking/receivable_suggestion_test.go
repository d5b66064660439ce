package banking_test

import (
	"fmt"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// describe returns a suggested payment as its score and what it settles.
func (s seller) describe(t *testing.T, o *pb.SuggestMatchesResponse_Suggestion, sold map[string]*pb.Invoice) string {
	t.Helper()
	var settled []string
	for _, p := range o.GetBankMatch().GetPayments() {
		for _, a := range p.GetAllocations() {
			for name, i := range sold {
				if strings.TrimPrefix(a.GetReceivableId(), "rcv") == strings.TrimPrefix(i.GetId(), "inv") {
					if a.GetTakeDiscount() {
						name += " discounted"
					}
					settled = append(settled, name)
				}
			}
		}
	}
	return fmt.Sprint(o.GetScore(), " ", strings.Join(settled, "+"))
}

// TestPaymentsAreSuggested checks which receivables a line is suggested to pay, and that each
// suggestion can be accepted.
func TestPaymentsAreSuggested(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		line string
		want string
	}{
		"number and amount":    {"Invoice {a} thanks,60.00", "91 a"},
		"number without signs": {"{a'},60.00", "91 a"},
		"number of a part":     {"{b},30.00", "46 b"},
		"number and more":      {"{a},75.00", "46 a"},
		"two numbers":          {"{a} and {b},100.00", "91 a+b"},
		"amount alone":         {"Transfer,60.00", "45 a"},
		"amount of two":        {"Transfer,25.00", "45 c|45 d"},
		"payer and amount":     {"Harbor Cafe,60.00", "65 a"},
		"payer and sum":        {"Harbor Cafe,100.00", "60 a+b"},
		"number of another":    {"{a} {c},85.00", ""},
		"discount":             {"{e},196.00", "91 e discounted"},
		"discount not taken":   {"{e},200.00", "91 e"},
		"discount by amount":   {"Transfer,196.00", "45 e discounted"},
		"not issued yet":       {"{f},77.00", ""},
		"outgoing":             {"{a},-60.00", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openSeller(t, "USD")
			cafe, bakery, deli := s.customer(t, "Harbor Cafe"), s.customer(t, "Bakery"), s.customer(t, "Deli")
			sold := map[string]*pb.Invoice{
				"a": s.sell(t, cafe, "2026-01-02", "60.00"), "b": s.sell(t, cafe, "2026-01-02", "40.00"),
				"c": s.sell(t, bakery, "2026-01-02", "25.00"), "d": s.sell(t, deli, "2026-01-03", "25.00"),
				"e": s.sellDiscounted(t, deli, "2026-01-03", "200.00"), "f": s.sell(t, deli, "2026-01-20", "77.00"),
			}
			text, amount, _ := strings.Cut(c.line, ",")
			counterparty := ""
			if text == "Harbor Cafe" {
				counterparty, text = text, "Transfer"
			}
			for key, i := range sold {
				text = strings.ReplaceAll(text, "{"+key+"}", i.GetNumber())
				text = strings.ReplaceAll(text, "{"+key+"'}", strings.ReplaceAll(i.GetNumber(), "-", ""))
			}
			line := s.feed(t, text, counterparty, amount)
			var got []string
			suggested := s.suggestMatches(t, line).GetSuggestions()
			for _, o := range suggested {
				got = append(got, s.describe(t, o, sold))
			}
			if strings.Join(got, "|") != c.want {
				t.Fatalf("got %q, want %q: %v", strings.Join(got, "|"), c.want, suggested)
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

// TestPrincipalIsPaidBeforeLateCharges names the notice before the invoice in the text of a line
// whose amount is less than both.
func TestPrincipalIsPaidBeforeLateCharges(t *testing.T) {
	t.Parallel()
	s := openSeller(t, "USD")
	cafe := s.customer(t, "Harbor Cafe")
	i := s.sell(t, cafe, "2026-01-02", "60.00")
	dunning := pb.NewDunningServiceClient(s.o)
	if _, err := dunning.CreateDunningPolicy(t.Context(), &pb.CreateDunningPolicyRequest{DunningPolicy: &pb.DunningPolicy{
		DisplayName: "Policy", DefaultPolicy: true, Steps: []*pb.DunningPolicy_Step{{Days: 1, DisplayName: "Reminder",
			Fees: []*typepb.Money{{Amount: "15.00", CurrencyCode: "USD"}}}}}}); err != nil {
		t.Fatal(err)
	}
	run, err := dunning.RunDunning(t.Context(), &pb.RunDunningRequest{RunDate: "2026-02-15"})
	if err != nil || len(run.GetNotices()) != 1 {
		t.Fatalf("got %v, %v", run, err)
	}
	n := run.GetNotices()[0]
	made := s.mustPush(t, feedLine("txn_1", "2026-02-16", "70.00", n.GetNumber()+" "+i.GetNumber()))
	line := s.findLines(t, `statement_import_id = "`+made.GetId()+`"`)[0]
	first := s.suggestMatches(t, line).GetSuggestions()[0].GetBankMatch().GetPayments()[0].GetAllocations()
	if len(first) != 2 || strings.TrimPrefix(first[0].GetReceivableId(), "rcv") != strings.TrimPrefix(i.GetId(), "inv") ||
		first[1].GetReceivableId() != n.GetReceivableId() {
		t.Errorf("got %v, want the invoice before the charges", first)
	}
}

// sellDiscounted issues an invoice with 2 % for payment within 10 days.
func (s seller) sellDiscounted(t *testing.T, customer, date, price string) *pb.Invoice {
	t.Helper()
	term, err := pb.NewCatalogServiceClient(s.o).CreatePaymentTerm(t.Context(), &pb.CreatePaymentTermRequest{
		PaymentTerm: &pb.PaymentTerm{DisplayName: "Discount of 2 %",
			Due:      &pb.PaymentTerm_DueRule{Kind: pb.PaymentTerm_DueRule_DAYS_AFTER_DOCUMENT, Days: 30},
			Discount: &pb.PaymentTerm_Discount{Percent: "2", Days: 10}}})
	if err != nil {
		t.Fatal(err)
	}
	draft, err := s.sales.CreateInvoice(t.Context(), &pb.CreateInvoiceRequest{Invoice: &pb.Invoice{CustomerId: customer,
		PaymentTermId: term.GetId(), Lines: []*pb.DocumentLine{{Description: "Advice", UnitPrice: price}}}})
	if err != nil {
		t.Fatal(err)
	}
	issued, err := s.sales.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: draft.GetId(), IssueDate: date})
	if err != nil {
		t.Fatal(err)
	}
	return issued
}

// feed imports a line of 2026-01-05 as a bank feed does.
func (s seller) feed(t *testing.T, text, counterparty, amount string) *pb.BankStatementLine {
	t.Helper()
	l := feedLine("txn_1", "2026-01-05", amount, text)
	l.CounterpartyName = counterparty
	made := s.mustPush(t, l)
	return s.findLines(t, `statement_import_id = "`+made.GetId()+`"`)[0]
}

// TestPayerIsLearned checks that the customer of an earlier payment is suggested for a line of the
// same payee, and that rivals in one request do not pay a receivable twice.
func TestPayerIsLearned(t *testing.T) {
	t.Parallel()
	s := openSeller(t, "USD")
	cafe := s.customer(t, "Harbor Cafe")
	first, second := s.sell(t, cafe, "2026-01-02", "60.00"), s.sell(t, cafe, "2026-01-03", "40.00")
	s.sell(t, s.customer(t, "Bakery"), "2026-01-03", "40.00")
	said := s.importLines(t, s.account.GetId(), "2026-01-05,ANNA MILLER LTD,60.00\n2026-01-06,ANNA MILLER LTD,40.00\n")
	if _, err := s.createMatch(t, &pb.BankMatch{Lines: lines(said[0]),
		Payments: []*pb.BankMatch_ReceivedPayment{{CustomerId: cafe, Allocations: settles(first)}}}); err != nil {
		t.Fatal(err)
	}
	got := s.suggestMatches(t, said[1]).GetSuggestions()
	if len(got) != 2 || s.describe(t, got[0], map[string]*pb.Invoice{"second": second}) != "65 second" ||
		got[1].GetScore() != 45 {
		t.Errorf("got %v", got)
	}
}

// TestLinesPayTogether checks that lines that are sure are accepted in one request, and that a
// receivable is paid once.
func TestLinesPayTogether(t *testing.T) {
	t.Parallel()
	s := openSeller(t, "USD")
	cafe, bakery := s.customer(t, "Harbor Cafe"), s.customer(t, "Bakery")
	first, second := s.sell(t, cafe, "2026-01-02", "60.00"), s.sell(t, bakery, "2026-01-03", "40.00")
	said := s.importLines(t, s.account.GetId(), fmt.Sprintf("2026-01-05,%s,60.00\n2026-01-06,%s,40.00\n2026-01-07,%s,60.00\n",
		first.GetNumber(), second.GetNumber(), first.GetNumber()))
	items := func(of ...int) (list []*pb.BatchAcceptSuggestionsRequest_Item) {
		for _, i := range of {
			list = append(list, &pb.BatchAcceptSuggestionsRequest_Item{BankStatementLineId: said[i].GetId()})
		}
		return list
	}
	if _, err := s.BatchAcceptSuggestions(t.Context(),
		&pb.BatchAcceptSuggestionsRequest{Items: items(0, 1, 2)}); err == nil {
		t.Error("two lines pay one receivable")
	}
	s.wantOpen(t, first, "60.00")
	if _, err := s.BatchAcceptSuggestions(t.Context(), &pb.BatchAcceptSuggestionsRequest{Items: items(0, 1)}); err != nil {
		t.Fatal(err)
	}
	s.wantOpen(t, first, "0.00")
	s.wantOpen(t, second, "0.00")
	s.checkBooks(t)
}

// TestReceivablesAreHiddenInSuggestions checks that a role without access to receivables gets no
// suggestions from them.
func TestReceivablesAreHiddenInSuggestions(t *testing.T) {
	t.Parallel()
	s := openSeller(t, "USD")
	sold := s.sell(t, s.customer(t, "Harbor Cafe"), "2026-01-02", "60.00")
	said := s.importLines(t, s.account.GetId(), "2026-01-05,"+sold.GetNumber()+",60.00\n")
	clerk := pb.NewBankingServiceClient(s.o.WithRole(t, platformv1.ApiKey_BOOKKEEPER, "finance.bankStatementLines.read"))
	got, err := clerk.SuggestMatches(t.Context(), &pb.SuggestMatchesRequest{BankStatementLineId: said[0].GetId()})
	if err != nil || len(got.GetSuggestions()) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
}
