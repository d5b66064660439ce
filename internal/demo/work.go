package demo

import "fmt"

// Kinds of work, by which the profit and loss is divided.
const (
	retained = "Retainers"
	project  = "Projects"
)

// dollarInvoice is the number of the invoice to a client abroad.
const dollarInvoice = "USD-01"

// work writes the month's invoices, and what clients pay.
func (m *month) work() {
	m.invoice(1, lakeview, retainerNumber(m.number), retained, retainers[m.year()])
	m.receive(10, lakeview, retainerNumber(m.number), withTax(retainers[m.year()]))
	m.invoice(18, clientOf(m.number), invoiceNumber(m.number), project, projects[m.number])
	m.pay(20, illustrator, "ILLUSTRATION "+invoiceNumber(m.number), projects[m.number]/5)
	m.settle()
	m.abroad()
}

// settle is the payment of last month's project invoice.
func (m *month) settle() {
	before := m.number - 1
	switch m.number {
	case 0:
		m.receive(12, clients[1], openingNumber, openingInvoice)
	case feeMonth:
		m.receive(12, clientOf(before), "WIRE "+invoiceNumber(before), withTax(projects[before])-wireFee)
	default:
		m.receive(12, clientOf(before), invoiceNumber(before), withTax(projects[before]))
	}
}

// abroad is work for a client in the United States, who pays no GST.
func (m *month) abroad() {
	switch m.number {
	case abroadMonth:
		m.book(entry{
			day: 20, description: "Cookbook design, " + redwood.name, reference: dollarInvoice, currency: "USD", rate: dollarRate,
			postings: []posting{{account: receivable, cents: dollars}, {account: revenue, cents: -dollars, kind: project}},
		})
	case abroadMonth + 1:
		m.receive(14, redwood, "WIRE USD 4000.00", dollarsReceived)
	}
}

// invoice books a price, the tax that is not ours, and what the client owes: their sum.
func (m *month) invoice(day int, client party, number, kind string, price int64) {
	m.book(entry{day: day, description: "Invoice to " + client.name, reference: number, postings: []posting{
		{account: receivable, cents: withTax(price)}, {account: revenue, cents: -price, kind: kind}, {account: salesTax, cents: -gst(price)},
	}})
}

func withTax(price int64) int64 { return price + gst(price) }

func retainerNumber(number int) string { return fmt.Sprintf("RET-%02d", number+1) }
