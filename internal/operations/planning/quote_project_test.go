package planning_test

import (
	"slices"
	"sync"
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// acceptedQuote returns a quote over 1,000.00 dollars to a prospect, who accepted it and is asked
// for half of it in advance.
func (s *studio) acceptedQuote(t *testing.T, q *financev1.Quote) *financev1.Quote {
	t.Helper()
	client := financev1.NewQuotesServiceClient(apptest.OverREST{Organization: s.Organization})
	q.Prospect = &financev1.Quote_Prospect{DisplayName: "Pier Shop " + q.Reference}
	q.Lines = []*financev1.DocumentLine{{Description: "Design", UnitPrice: "400"}, {Description: "Build",
		UnitPrice: "600"}}
	q = must(client.CreateQuote(t.Context(), &financev1.CreateQuoteRequest{Quote: q}))(t)
	must(client.MarkSentQuote(t.Context(), &financev1.MarkSentQuoteRequest{QuoteId: q.GetId()}))(t)
	return must(client.AcceptQuote(t.Context(), &financev1.AcceptQuoteRequest{QuoteId: q.GetId(),
		AcceptedBy: "Maria"}))(t)
}

// TestQuoteIsConvertedToProject converts a quote over REST: one call creates the customer, the
// project from a template, the deposit request and the draft. Repeating it changes nothing.
func TestQuoteIsConvertedToProject(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	template := shopFitting()
	template.CurrencyCode, template.BudgetAmount, template.Milestones[0].Amount = "", nil, nil
	template = s.newTemplate(t, template)
	dee, bob := s.newPerson(t, "Dee"), s.newPerson(t, "Bob")
	q := s.acceptedQuote(t, &financev1.Quote{})
	quotes := financev1.NewQuotesServiceClient(apptest.OverREST{Organization: s.Organization})
	req := &financev1.ConvertQuoteRequest{QuoteId: q.GetId(), ProjectTemplateId: template.GetId(),
		ProjectDisplayName: "Pier", ProjectCode: "PIER", ProjectStartDate: "2027-02-01", Percent: "40", Etag: q.GetEtag(),
		ProjectRoles: map[string]string{"Designer": dee}}
	_, err := quotes.ConvertQuote(t.Context(), req)
	wantRefused(t, err, optionsv1.Reason_PROJECT_ROLE_UNFILLED, "projectRoles.Builder")
	customers := financev1.NewCustomersServiceClient(s)
	if list := must(customers.ListCustomers(t.Context(),
		&financev1.ListCustomersRequest{}))(t); len(list.GetCustomers()) != 1 {
		t.Fatalf("a refused conversion created a customer: %v", list)
	}
	req.ProjectRoles["Builder"] = bob
	got := must(quotes.ConvertQuote(t.Context(), req))(t)
	again := must(quotes.ConvertQuote(t.Context(), req))(t)
	if again.GetInvoice().GetId() != got.GetInvoice().GetId() ||
		again.GetQuote().GetEtag() != got.GetQuote().GetEtag() ||
		!slices.Equal(again.GetCreatedIds(), got.GetCreatedIds()) || len(got.GetCreatedIds()) != 1 {
		t.Errorf("got %v and %v, want the same", got, again)
	}
	p := s.getProject(t, got.GetCreatedIds()[0])
	if p.GetDisplayName() != "Pier" || p.GetCode() != "PIER" || p.GetCustomerId() != got.GetQuote().GetCustomerId() ||
		p.GetCurrencyCode() != "USD" || p.GetBudgetAmount().GetAmount() != "1000.00" ||
		p.GetStartDate() != "2027-02-01" {
		t.Errorf("got the project %v", p)
	}
	if s.countTasks(t) != 3 {
		t.Errorf("got %d tasks, want 3", s.countTasks(t))
	}
	for _, l := range got.GetInvoice().GetLines() {
		if !slices.Equal(l.GetDimensionValueIds(), []string{p.GetDimensionValueId()}) {
			t.Errorf("got the line %v, want the value of the project", l)
		}
	}
	rest := must(quotes.ConvertQuote(t.Context(), &financev1.ConvertQuoteRequest{QuoteId: q.GetId()}))(t)
	if l := rest.GetInvoice().GetLines()[0]; l.GetAmount().GetAmount() != "240.00" ||
		!slices.Equal(l.GetDimensionValueIds(), []string{p.GetDimensionValueId()}) || len(rest.GetCreatedIds()) != 0 {
		t.Errorf("got the rest %v", rest)
	}
	invoices := financev1.NewInvoicingServiceClient(s)
	must(invoices.DeleteInvoice(t.Context(), &financev1.DeleteInvoiceRequest{InvoiceId: got.GetInvoice().GetId()}))(t)
	req.Etag = ""
	anew := must(quotes.ConvertQuote(t.Context(), req))(t)
	if anew.GetCreatedIds()[0] != p.GetId() || anew.GetInvoice().GetId() == got.GetInvoice().GetId() {
		t.Errorf("got %v, want another invoice for the same project", anew)
	}
}

// TestMilestonesOfQuoteHaveNoAmounts converts a quote with a template whose milestones have
// amounts: the conversions bill the quote, and nothing else does.
func TestMilestonesOfQuoteHaveNoAmounts(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	template := s.newTemplate(t, shopFitting())
	dee := s.newPerson(t, "Dee")
	q := s.acceptedQuote(t, &financev1.Quote{})
	got := must(financev1.NewQuotesServiceClient(s).ConvertQuote(t.Context(), &financev1.ConvertQuoteRequest{
		QuoteId: q.GetId(), ProjectTemplateId: template.GetId(),
		ProjectRoles: map[string]string{"Designer": dee, "Builder": dee}}))(t)
	list := must(s.projects.ListMilestones(t.Context(),
		&pb.ListMilestonesRequest{Filter: `project_id = "` + got.GetCreatedIds()[0] + `"`}))(t)
	if m := list.GetMilestones(); len(m) != len(template.GetMilestones()) || m[0].Amount != nil {
		t.Errorf("got the milestones %v, want none with an amount", m)
	}
	again := must(s.GetProjectTemplate(t.Context(),
		&pb.GetProjectTemplateRequest{ProjectTemplateId: template.GetId()}))(t)
	if again.GetMilestones()[0].Amount == nil {
		t.Errorf("got the template %v, want its amounts", again)
	}
}

// TestNextPartOfQuoteJoinsProject converts two parts of a quote with the same template, and a third
// one after the project was deleted.
func TestNextPartOfQuoteJoinsProject(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	template := s.newTemplate(t, &pb.ProjectTemplate{DisplayName: "Plain"})
	q := s.acceptedQuote(t, &financev1.Quote{})
	quotes := financev1.NewQuotesServiceClient(s)
	convert := func(req *financev1.ConvertQuoteRequest) *financev1.ConvertQuoteResponse {
		t.Helper()
		req.QuoteId, req.ProjectTemplateId = q.GetId(), template.GetId()
		return must(quotes.ConvertQuote(t.Context(), req))(t)
	}
	first := convert(&financev1.ConvertQuoteRequest{Percent: "30"})
	second := convert(&financev1.ConvertQuoteRequest{Percent: "20"})
	line := &financev1.ConvertQuoteRequest_Line{QuoteLineId: q.GetLines()[0].GetId(), Percent: "10"}
	third := convert(&financev1.ConvertQuoteRequest{Lines: []*financev1.ConvertQuoteRequest_Line{line}})
	for n, amount := range []string{"300.00", "200.00", "40.00"} {
		got := []*financev1.ConvertQuoteResponse{first, second, third}[n]
		if got.GetInvoice().GetNetAmount().GetAmount() != amount || got.GetCreatedIds()[0] != first.GetCreatedIds()[0] {
			t.Errorf("part %d: got %v, want %s of the same project", n+1, got, amount)
		}
	}
	for n, req := range []*financev1.ConvertQuoteRequest{{Percent: "30"}, {Percent: "20"},
		{Lines: []*financev1.ConvertQuoteRequest_Line{line}}} {
		want := []*financev1.ConvertQuoteResponse{first, second, third}[n]
		if got := convert(req); got.GetInvoice().GetId() != want.GetInvoice().GetId() {
			t.Errorf("part %d again: got %v, want the first invoice", n+1, got)
		}
	}
	invoices := financev1.NewInvoicingServiceClient(s)
	for _, made := range []*financev1.ConvertQuoteResponse{first, second, third} {
		must(invoices.DeleteInvoice(t.Context(), &financev1.DeleteInvoiceRequest{InvoiceId: made.GetInvoice().GetId()}))(t)
	}
	must(s.projects.DeleteProject(t.Context(), &pb.DeleteProjectRequest{ProjectId: first.GetCreatedIds()[0]}))(t)
	anew := convert(&financev1.ConvertQuoteRequest{Percent: "30"})
	p := s.getProject(t, anew.GetCreatedIds()[0])
	if p.GetId() == first.GetCreatedIds()[0] || len(anew.GetQuote().GetCreatedProjects()) != 1 ||
		anew.GetInvoice().GetLines()[0].GetDimensionValueIds()[0] != p.GetDimensionValueId() {
		t.Errorf("got %v, want another project", anew)
	}
}

// TestConversionRequestsDeposit converts a quote and issues its deposit request in one call.
func TestConversionRequestsDeposit(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	template := s.newTemplate(t, &pb.ProjectTemplate{DisplayName: "Plain"})
	q := s.acceptedQuote(t, &financev1.Quote{})
	quotes := financev1.NewQuotesServiceClient(apptest.OverREST{Organization: s.Organization})
	got := must(quotes.ConvertQuote(t.Context(), &financev1.ConvertQuoteRequest{QuoteId: q.GetId(),
		ProjectTemplateId: template.GetId(), RequestDeposit: true}))(t)
	if got.GetQuote().GetDepositRequestId() != "" {
		t.Errorf("got %v, want no deposit request", got)
	}
	q = s.acceptedQuote(t, &financev1.Quote{Reference: "PO 8", DepositPercent: "50"})
	if q.GetDepositRequestId() == "" {
		t.Fatalf("got %v, want a deposit request", q)
	}
	deposits := financev1.NewDepositsServiceClient(s)
	must(deposits.VoidDepositRequest(t.Context(),
		&financev1.VoidDepositRequestRequest{DepositRequestId: q.GetDepositRequestId()}))(t)
	voided := q.GetDepositRequestId()
	got = must(quotes.ConvertQuote(t.Context(), &financev1.ConvertQuoteRequest{QuoteId: q.GetId(),
		CustomerId: q.GetCustomerId(), RequestDeposit: true}))(t)
	d := must(deposits.GetDepositRequest(t.Context(),
		&financev1.GetDepositRequestRequest{DepositRequestId: got.GetQuote().GetDepositRequestId()}))(t)
	if d.GetId() == voided || d.GetTotalAmount().GetAmount() != "500.00" ||
		d.GetState() != financev1.DepositRequest_ISSUED {
		t.Errorf("got %v", d)
	}
}

// TestQuoteIsConvertedOnceConcurrently converts a quote in four calls at once.
func TestQuoteIsConvertedOnceConcurrently(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	template := s.newTemplate(t, &pb.ProjectTemplate{DisplayName: "Plain"})
	q := s.acceptedQuote(t, &financev1.Quote{})
	quotes := financev1.NewQuotesServiceClient(s)
	invoices := make([]string, 4)
	var calls sync.WaitGroup
	for n := range invoices {
		calls.Go(func() {
			got, err := quotes.ConvertQuote(t.Context(),
				&financev1.ConvertQuoteRequest{QuoteId: q.GetId(), ProjectTemplateId: template.GetId()})
			if err != nil {
				t.Error(err)
			}
			invoices[n] = got.GetInvoice().GetId()
		})
	}
	calls.Wait()
	if slices.Sort(invoices); len(slices.Compact(invoices)) != 1 {
		t.Errorf("got the invoices %v, want one", invoices)
	}
	if list := must(s.projects.ListProjects(t.Context(), &pb.ListProjectsRequest{}))(t); len(list.GetProjects()) != 1 {
		t.Errorf("got the projects %v, want one", list)
	}
}

// TestConversionNeedsRightsOverProjects converts a quote as a bookkeeper, and with a template in
// another currency.
func TestConversionNeedsRightsOverProjects(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	template := s.newTemplate(t, &pb.ProjectTemplate{DisplayName: "Euro", CurrencyCode: "EUR",
		BudgetAmount: &typepb.Money{Amount: "900.00", CurrencyCode: "EUR"}})
	q := s.acceptedQuote(t, &financev1.Quote{})
	req := &financev1.ConvertQuoteRequest{QuoteId: q.GetId(), ProjectTemplateId: template.GetId()}
	bookkeeper := financev1.NewQuotesServiceClient(s.WithRole(t, platformv1.ApiKey_BOOKKEEPER))
	_, err := bookkeeper.ConvertQuote(t.Context(), req)
	wantRefused(t, err, optionsv1.Reason_PERMISSION_MISSING)
	quotes := financev1.NewQuotesServiceClient(s)
	_, err = quotes.ConvertQuote(t.Context(), req)
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "projectTemplateId")
	req.ProjectTemplateId = "ptp_01k9zzzzzzzzzzzzzzzzzzzzzz"
	_, err = quotes.ConvertQuote(t.Context(), req)
	wantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "projectTemplateId")
}
