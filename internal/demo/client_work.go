package demo

import "fmt"

// Kinds of work, by which the profit and loss is split.
const (
	retainerWork = "Retainers"
	projectWork  = "Projects"
)

// dollarInvoice is the number of the invoice in US dollars.
const dollarInvoice = "USD-01"

// addWork adds the month's invoices and client payments.
func (m *month) addWork() {
	m.invoice(1, lakeview, retainerNumber(m.number), retainerWork, retainers[m.year()])
	m.receive(10, lakeview, retainerNumber(m.number), withTax(retainers[m.year()]))
	m.invoice(18, clientOf(m.number), invoiceNumber(m.number), projectWork, projects[m.number])
	m.pay(20, illustrator, "ILLUSTRATION "+invoiceNumber(m.number), projects[m.number]/5)
	m.receiveProjectPayment()
	m.addForeignWork()
}

// receiveProjectPayment adds the payment of last month's project invoice.
func (m *month) receiveProjectPayment() {
	before := m.number - 1
	switch m.number {
	case 0:
		m.receive(12, clients[1], openingInvoiceNumber, openingInvoice)
	case wireFeeMonth:
		m.receive(12, clientOf(before), "WIRE "+invoiceNumber(before), withTax(projects[before])-wireFee)
	default:
		m.receive(12, clientOf(before), invoiceNumber(before), withTax(projects[before]))
	}
}

// addForeignWork adds work for a client in the United States, who pays no GST.
func (m *month) addForeignWork() {
	switch m.number {
	case dollarInvoiceMonth:
		m.addEntry(entry{
			day: 20, description: "Cookbook design, " + redwood.name, reference: dollarInvoice, currency: "USD",
			rate: dollarRate,
			postings: []posting{
				{account: receivable, cents: dollars}, {account: revenue, cents: -dollars, kind: projectWork},
			},
		})
	case dollarInvoiceMonth + 1:
		m.receive(14, redwood, "WIRE USD 4000.00", dollarInvoiceCADReceived)
	}
}

// invoice adds an entry for the price, the GST, and the receivable, which is their sum.
func (m *month) invoice(day int, client party, number, kind string, price int64) {
	m.addEntry(entry{day: day, description: "Invoice to " + client.name, reference: number, postings: []posting{
		{account: receivable, cents: withTax(price)}, {account: revenue, cents: -price, kind: kind},
		{account: salesTax, cents: -gst(price)},
	}})
}

func withTax(price int64) int64 { return price + gst(price) }

func retainerNumber(number int) string { return fmt.Sprintf("RET-%02d", number+1) }
