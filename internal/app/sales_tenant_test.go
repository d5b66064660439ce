package app_test

import (
	"slices"
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// TestPreviewHidesOtherTenants previews invoices with records of another organization.
func TestPreviewHidesOtherTenants(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	theirs, ours := apptest.SignUpTo(t, a), apptest.SignUpTo(t, a)
	client := financev1.NewInvoicingServiceClient(ours)
	foreign := createFor(t, theirs, "inv")
	_, err := client.PreviewInvoice(t.Context(),
		&financev1.PreviewInvoiceRequest{Invoice: &financev1.Invoice{Id: foreign}})
	checkNotFound(t, err)
	for field, change := range map[string]func(*financev1.Invoice){
		"customerId":         func(i *financev1.Invoice) { i.CustomerId = createFor(t, theirs, "cus") },
		"paymentTermId":      func(i *financev1.Invoice) { i.PaymentTermId = createFor(t, theirs, "ptm") },
		"lines[0].itemId":    func(i *financev1.Invoice) { i.Lines[0].ItemId = createFor(t, theirs, "itm") },
		"lines[0].taxCodeId": func(i *financev1.Invoice) { i.Lines[0].TaxCodeId = createFor(t, theirs, "txk") },
		"lines[0].accountId": func(i *financev1.Invoice) { i.Lines[0].AccountId = createFor(t, theirs, "acc") },
	} {
		i := newInvoice(createFor(t, ours, "cus"))
		i.Lines[0].AccountId = createFor(t, ours, "acc")
		change(i)
		_, err := client.PreviewInvoice(t.Context(), &financev1.PreviewInvoiceRequest{Invoice: i})
		if apptest.Reason(err) != optionsv1.Reason_REFERENCE_NOT_FOUND || !slices.Contains(apptest.Fields(err), field) {
			t.Errorf("%s of another organization: got %v %v, want REFERENCE_NOT_FOUND", field, err, apptest.Fields(err))
		}
	}
}

// TestQuotePreviewHidesOtherTenants previews quotes with records of another organization.
func TestQuotePreviewHidesOtherTenants(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	theirs, ours := apptest.SignUpTo(t, a), apptest.SignUpTo(t, a)
	client := financev1.NewQuotesServiceClient(ours)
	_, err := client.PreviewQuote(t.Context(),
		&financev1.PreviewQuoteRequest{Quote: &financev1.Quote{Id: createFor(t, theirs, "quo")}})
	checkNotFound(t, err)
	for field, change := range map[string]func(*financev1.Quote){
		"quote.customerId":      func(q *financev1.Quote) { q.CustomerId = createFor(t, theirs, "cus") },
		"quote.lines[0].itemId": func(q *financev1.Quote) { q.Lines[0].ItemId = createFor(t, theirs, "itm") },
	} {
		q := newQuote(createFor(t, ours, "cus"))
		change(q)
		_, err := client.PreviewQuote(t.Context(), &financev1.PreviewQuoteRequest{Quote: q})
		if apptest.Reason(err) != optionsv1.Reason_REFERENCE_NOT_FOUND || !slices.Contains(apptest.Fields(err), field) {
			t.Errorf("%s of another organization: got %v %v, want REFERENCE_NOT_FOUND", field, err, apptest.Fields(err))
		}
	}
}

// TestAgingHidesOtherTenants checks that the report has only what the caller's customers owe.
func TestAgingHidesOtherTenants(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	theirs, ours := apptest.SignUpTo(t, a), apptest.SignUpTo(t, a)
	issued := issueInvoice(t, theirs)
	for _, o := range []struct {
		who      *apptest.Organization
		customer string
		want     int
	}{{theirs, "", 1}, {theirs, issued.GetCustomerId(), 1}, {ours, "", 0}, {ours, issued.GetCustomerId(), 0}} {
		aged, err := financev1.NewSalesReportsServiceClient(o.who).GetAgedReceivables(t.Context(),
			&financev1.GetAgedReceivablesRequest{CustomerId: o.customer})
		if err != nil || len(aged.GetRows()) != o.want {
			t.Errorf("customer %q: got %v, %v, want %d rows", o.customer, aged, err, o.want)
		}
	}
}

// TestSalesReportsHideOtherTenants checks that reports have only the caller's sales, also if they
// name a customer of another organization.
func TestSalesReportsHideOtherTenants(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	theirs, ours := apptest.SignUpTo(t, a), apptest.SignUpTo(t, a)
	issued := issueInvoice(t, theirs)
	for _, o := range []struct {
		who      *apptest.Organization
		customer string
		want     int
	}{{theirs, "", 1}, {theirs, issued.GetCustomerId(), 1}, {ours, "", 0}, {ours, issued.GetCustomerId(), 0}} {
		reports := financev1.NewSalesReportsServiceClient(o.who)
		year := issued.GetIssueDate()[:4]
		start, end := year+"-01-01", year+"-12-31"
		sales := must(reports.GetSalesReport(t.Context(), &financev1.GetSalesReportRequest{StartDate: start, EndDate: end,
			CustomerId: o.customer}))(t)
		lines := must(reports.ExplainSalesReport(t.Context(), &financev1.ExplainSalesReportRequest{StartDate: start,
			EndDate: end, CustomerId: o.customer}))(t)
		summary := must(reports.GetInvoiceSummary(t.Context(), &financev1.GetInvoiceSummaryRequest{AsOf: end,
			CustomerId: o.customer}))(t)
		forecast := must(reports.GetReceiptForecast(t.Context(), &financev1.GetReceiptForecastRequest{AsOf: end,
			CustomerId: o.customer}))(t)
		if got := []int{len(sales.GetRows()), len(lines.GetLines()), int(summary.GetOpen().GetCount()),
			int(forecast.GetTotal().GetCount())}; !slices.Equal(got, []int{o.want, o.want, o.want, o.want}) {
			t.Errorf("customer %q: got %v, want %d each", o.customer, got, o.want)
		}
	}
}

// TestDunningHidesOtherTenants runs dunning and lists whom to chase beside an organization with a
// late payer.
func TestDunningHidesOtherTenants(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	theirs, ours := apptest.SignUpTo(t, a), apptest.SignUpTo(t, a)
	notice, err := financev1.NewDunningServiceClient(theirs).GetDunningNotice(t.Context(),
		&financev1.GetDunningNoticeRequest{DunningNoticeId: createNotice(t, theirs)})
	if err != nil {
		t.Fatal(err)
	}
	for o, want := range map[*apptest.Organization]int32{theirs: 1, ours: 0} {
		list, err := financev1.NewFollowUpsServiceClient(o).FollowUpInvoices(t.Context(),
			&financev1.FollowUpInvoicesRequest{})
		if err != nil || list.GetTotalCount() != want {
			t.Errorf("got %v, %v, want %d invoices", list, err, want)
		}
	}
	_, err = financev1.NewDunningServiceClient(ours).RunDunning(t.Context(),
		&financev1.RunDunningRequest{CustomerId: notice.GetCustomerId()})
	if apptest.Reason(err) != optionsv1.Reason_REFERENCE_NOT_FOUND {
		t.Errorf("customer of another organization: got %v, want REFERENCE_NOT_FOUND", err)
	}
	_, err = financev1.NewDunningServiceClient(ours).RunDunning(t.Context(),
		&financev1.RunDunningRequest{DunningPolicyId: notice.GetDunningPolicyId()})
	if apptest.Reason(err) != optionsv1.Reason_REFERENCE_NOT_FOUND {
		t.Errorf("policy of another organization: got %v, want REFERENCE_NOT_FOUND", err)
	}
	_, err = financev1.NewFollowUpsServiceClient(ours).FollowUpInvoices(t.Context(),
		&financev1.FollowUpInvoicesRequest{CustomerId: notice.GetCustomerId()})
	if apptest.Reason(err) != optionsv1.Reason_REFERENCE_NOT_FOUND {
		t.Errorf("customer of another organization: got %v, want REFERENCE_NOT_FOUND", err)
	}
}

func TestTaxReportsHideOtherTenants(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	theirs, ours := apptest.SignUpTo(t, a), apptest.SignUpTo(t, a)
	issued := issueTaxedInvoice(t, theirs)
	end := issued.GetIssueDate()
	for _, o := range []struct {
		who  *apptest.Organization
		want int
	}{{theirs, 1}, {ours, 0}} {
		client := financev1.NewTaxReturnsServiceClient(o.who)
		summary, err := client.GetTaxSummary(t.Context(), &financev1.GetTaxSummaryRequest{EndDate: end})
		if err != nil || len(summary.GetAgencies()) != o.want {
			t.Errorf("got %v, %v, want %d agencies", summary, err, o.want)
		}
		for _, basis := range []financev1.TaxAgency_FilingBasis{financev1.TaxAgency_ACCRUAL, financev1.TaxAgency_CASH} {
			register, err := client.GetTaxRegister(t.Context(), &financev1.GetTaxRegisterRequest{EndDate: end, Basis: basis,
				DocumentId: issued.GetId()})
			if want := o.want * int(financev1.TaxAgency_CASH-basis); err != nil || len(register.GetAmounts()) != want {
				t.Errorf("%s: got %v, %v, want %d taxes", basis, register, err, want)
			}
		}
	}
}

func issueTaxedInvoice(t *testing.T, o *apptest.Organization) *financev1.Invoice {
	t.Helper()
	i := newInvoice(createFor(t, o, "cus"))
	i.Lines[0].TaxCodeId = createFor(t, o, "txk")
	client := financev1.NewInvoicingServiceClient(o)
	draft, err := client.CreateInvoice(t.Context(), &financev1.CreateInvoiceRequest{Invoice: i})
	if err != nil {
		t.Fatal(err)
	}
	issued, err := client.IssueInvoice(t.Context(), &financev1.IssueInvoiceRequest{InvoiceId: draft.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	return issued
}

// TestOpenInvoicesHideOtherTenants imports open invoices of customers of another organization.
func TestOpenInvoicesHideOtherTenants(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	theirs, ours := apptest.SignUpTo(t, a), apptest.SignUpTo(t, a)
	importOpeningBalances(t, ours)
	customer, err := financev1.NewCustomersServiceClient(theirs).CreateCustomer(t.Context(),
		&financev1.CreateCustomerRequest{Customer: &financev1.Customer{DisplayName: "Harbor Cafe"}})
	if err != nil {
		t.Fatal(err)
	}
	req := &financev1.ImportOpeningInvoicesRequest{
		Content: []byte("Number,Customer,Date,Open amount\nA,Harbor Cafe,2025-11-20,1170.00\n")}
	client := financev1.NewInvoicingServiceClient(ours)
	_, err = client.ImportOpeningInvoices(t.Context(), req)
	apptest.WantRefused(t, err, optionsv1.Reason_OPENING_INVOICES_ROWS_INVALID, "content")
	req.CustomerChoices = []*financev1.ImportOpeningInvoicesRequest_CustomerChoice{
		{Name: "Harbor Cafe", CustomerId: customer.GetId()}}
	_, err = client.ImportOpeningInvoices(t.Context(), req)
	if apptest.Reason(err) != optionsv1.Reason_REFERENCE_NOT_FOUND {
		t.Errorf("got %v, want REFERENCE_NOT_FOUND", err)
	}
}
