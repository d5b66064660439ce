package demo

import (
	"context"
	"fmt"
	"net/url"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/money"
)

// Kinds of work, by which the profit and loss is split.
const (
	retainerWork = "Retainers"
	projectWork  = "Projects"
)

// Tax codes of what the studio sells in Alberta and abroad.
const (
	gstCode    = "CA-AB"
	exportCode = "CA-EXPORT"
)

// sale is an invoice that the studio issues, in cents without tax.
type sale struct {
	day            int
	client         party
	number         string // the number that the invoice will get
	text, kind     string
	cents          int64
	currency, rate string
}

// addWork adds the month's invoices and client payments.
func (m *month) addWork() {
	m.sell(sale{day: 1, client: lakeview, number: retainerNumber(m.number), text: "Monthly retainer", kind: retainerWork,
		cents: retainers[m.year()]})
	m.receive(10, lakeview, retainerNumber(m.number), withTax(retainers[m.year()]))
	client := clientOf(m.number)
	m.sell(sale{day: 18, client: client, number: projectNumber(m.number), text: "Design work", kind: projectWork,
		cents: projects[m.number]})
	m.pay(20, illustrator, "ILLUSTRATION "+projectNumber(m.number), projects[m.number]/5)
	m.receiveProjectPayments()
	m.addForeignWork()
}

// receiveProjectPayments adds the payment of last month's project invoice. One client pays a month
// late.
func (m *month) receiveProjectPayments() {
	before := m.number - 1
	switch m.number {
	case 0:
		m.receive(12, clients[1], openingInvoiceNumber, openingInvoice)
		return
	case wireFeeMonth:
		m.receive(12, clientOf(before), "WIRE "+projectNumber(before), withTax(projects[before])-wireFee)
		return
	case latePaymentMonth - 1:
		return
	case latePaymentMonth:
		m.receive(11, clientOf(before-1), projectNumber(before-1), withTax(projects[before-1]))
	}
	m.receive(12, clientOf(before), projectNumber(before), withTax(projects[before]))
}

// addForeignWork adds work for a client in the United States, who pays no GST.
func (m *month) addForeignWork() {
	switch m.number {
	case dollarInvoiceMonth:
		m.sell(sale{day: 20, client: redwood, number: dollarInvoiceNumber(), text: "Cookbook design", kind: projectWork,
			cents: dollars, currency: "USD", rate: dollarRate})
	case dollarInvoiceMonth + 1:
		m.receive(14, redwood, "WIRE USD 4000.00", dollarInvoiceCADReceived)
	}
}

func (m *month) sell(s sale) { m.sales = append(m.sales, s) }

func withTax(price int64) int64 { return price + gst(price) }

// firstNumber is the number of the first invoice here. The previous program issued the others.
const firstNumber = 1001

// openingInvoiceNumber is the last invoice of the previous program.
const openingInvoiceNumber = "INV-1000"

// retainerNumber returns the number of a month's retainer, which is its first invoice.
func retainerNumber(month int) string {
	return fmt.Sprintf("INV-%d", firstNumber+invoicesBefore(month))
}

// projectNumber returns the number of a month's project invoice, which is its second.
func projectNumber(month int) string {
	return fmt.Sprintf("INV-%d", firstNumber+invoicesBefore(month)+1)
}

// dollarInvoiceNumber returns the number of the invoice in US dollars, the third of its month.
func dollarInvoiceNumber() string {
	return fmt.Sprintf("INV-%d", firstNumber+invoicesBefore(dollarInvoiceMonth)+2)
}

// invoicesBefore returns how many invoices the studio has issued before a month.
func invoicesBefore(month int) int {
	if month > dollarInvoiceMonth {
		return 2*month + 1
	}
	return 2 * month
}

// addCustomers applies the taxes of Canada and creates the clients.
func (s *studio) addCustomers(ctx context.Context) error {
	if err := s.readTaxCodes(ctx); err != nil {
		return err
	}
	if err := s.continueNumbers(ctx); err != nil {
		return err
	}
	for _, p := range append(clients[:], lakeview, redwood) {
		c := &financev1.Customer{DisplayName: p.name, TaxCodeId: s.taxCodes[gstCode]}
		if p == redwood {
			c.CurrencyCode, c.TaxCodeId = "USD", s.taxCodes[exportCode]
		}
		if err := s.api.post(ctx, "/v1/customers", c, c); err != nil {
			return err
		}
		s.customers[p.name] = c.GetId()
	}
	s.addLine("It sells to %d customers, one of them abroad, with the taxes of Canada.", len(s.customers))
	return nil
}

// readTaxCodes applies the taxes of Canada and reads the codes that it uses.
func (s *studio) readTaxCodes(ctx context.Context) error {
	response := &financev1.ApplyTaxTemplateResponse{}
	if err := s.api.post(ctx, "/v1/taxTemplates/ca:apply", &financev1.ApplyTaxTemplateRequest{}, response); err != nil {
		return err
	}
	for _, c := range response.GetTaxCodes() {
		s.taxCodes[c.GetCode()] = c.GetId()
	}
	return nil
}

// continueNumbers makes the numbers of invoices go on where the previous program stopped.
func (s *studio) continueNumbers(ctx context.Context) error {
	page := &platformv1.ListNumberSeriesResponse{}
	query := url.Values{"filter": {`kind = "finance.invoice"`}}
	if err := s.api.get(ctx, "/v1/numberSeries?"+query.Encode(), page); err != nil {
		return err
	}
	if len(page.GetNumberSeries()) != 1 {
		return fmt.Errorf("%d series number invoices", len(page.GetNumberSeries()))
	}
	series := page.GetNumberSeries()[0]
	change := &platformv1.NumberSeries{Format: "INV-{NUMBER:4}", Reset_: platformv1.NumberSeries_NEVER,
		NextNumber: firstNumber}
	return s.api.patch(ctx, "/v1/numberSeries/"+series.GetId()+"?updateMask=format,reset,nextNumber", change, series)
}

// issueInvoices creates and issues the invoices of a month.
func (s *studio) issueInvoices(ctx context.Context, m month) error {
	for _, sold := range m.sales {
		i := &financev1.Invoice{CustomerId: s.customers[sold.client.name], ExchangeRate: sold.rate,
			Lines: []*financev1.DocumentLine{{Description: sold.text, UnitPrice: money.Format(sold.cents, currency),
				AccountId: s.account(revenue), DimensionValueIds: s.dimensionValues(sold.kind)}}}
		if err := s.api.post(ctx, "/v1/invoices", i, i); err != nil {
			return fmt.Errorf("%s: %w", sold.number, err)
		}
		if err := s.api.post(ctx, "/v1/invoices/"+i.GetId()+":issue",
			&financev1.IssueInvoiceRequest{IssueDate: m.date(sold.day).String()}, i); err != nil {
			return fmt.Errorf("%s: %w", sold.number, err)
		}
		if i.GetNumber() != sold.number {
			return fmt.Errorf("an invoice got the number %s, not %s", i.GetNumber(), sold.number)
		}
		s.invoices[sold.number] = i.GetId()
	}
	return nil
}
