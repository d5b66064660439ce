package main

import (
	"context"
	"fmt"
	"io"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

// Numbers of requests for each list, and for what reads all open invoices.
const invoiceCalls, overviewCalls = 51, 11

// unpaidShare is the part of the copied invoices that stays open: one of so many.
const unpaidShare = 20

// issue creates and issues an invoice of one line, which takes two calls.
func (g *grpcClients) issue(ctx context.Context, client int) error { return g.bill(ctx, client, nil) }

// issuePaid does the same with a payment received on the spot, which settles the invoice.
func (g *grpcClients) issuePaid(ctx context.Context, client int) error {
	return g.bill(ctx, client, &financev1.Payment{Method: financev1.Payment_CARD})
}

func (g *grpcClients) bill(ctx context.Context, client int, paid *financev1.Payment) error {
	invoicing, ctx := financev1.NewInvoicingServiceClient(g.conn(client)), g.company.withKey(ctx)
	i, err := invoicing.CreateInvoice(ctx, &financev1.CreateInvoiceRequest{Invoice: g.company.newInvoice()})
	if err == nil {
		_, err = invoicing.IssueInvoice(ctx, &financev1.IssueInvoiceRequest{InvoiceId: i.GetId(), Payment: paid})
	}
	return err
}

// newInvoice returns an invoice of one line to the company's customer.
func (c *company) newInvoice() *financev1.Invoice {
	return &financev1.Invoice{CustomerId: c.customer, Lines: []*financev1.DocumentLine{
		{Description: "Bench", Quantity: "2", UnitPrice: "49.50"},
	}}
}

// addCustomer creates the customer of the company's invoices.
func (c *company) addCustomer(ctx context.Context) error {
	conn, err := c.server.dial()
	if err != nil {
		return err
	}
	defer conn.Close()
	made, err := financev1.NewCustomersServiceClient(conn).CreateCustomer(c.withKey(ctx),
		&financev1.CreateCustomerRequest{Customer: &financev1.Customer{DisplayName: "Bench"}})
	c.customer = made.GetId()
	return err
}

// compareSales prints the latencies of lists in an organization with the given number of invoices.
func compareSales(ctx context.Context, s *server, database string, invoices int, out io.Writer) error {
	c, err := signUp(ctx, s, fmt.Sprintf("invoices%d", invoices))
	if err != nil {
		return err
	}
	if err := c.addCustomer(ctx); err != nil {
		return err
	}
	clients, err := dialGRPC(c, 1)
	if err != nil {
		return err
	}
	announce("invoices", fmt.Sprintf("copying %d", invoices))
	if err := clients.issue(ctx, 0); err != nil {
		return err
	}
	if err := c.copyInvoices(ctx, database, invoices); err != nil {
		return err
	}
	if _, err := financev1.NewDunningServiceClient(clients.conn(0)).CreateDunningPolicy(c.withKey(ctx),
		&financev1.CreateDunningPolicyRequest{DunningPolicy: &financev1.DunningPolicy{
			DisplayName: "Bench", DefaultPolicy: true,
			Steps: []*financev1.DunningPolicy_Step{{Days: 7, DisplayName: "Reminder"}},
		}}); err != nil {
		return err
	}
	return printReads(c.withKey(ctx), fmt.Sprintf("lists of %d invoices, ms", invoices), invoiceReads(clients, c), out)
}

// read is a request whose latency is measured.
type read struct {
	name  string
	calls int
	ask   func(context.Context) error
}

// printReads measures requests and prints their latencies.
func printReads(ctx context.Context, title string, reads []read, out io.Writer) error {
	fmt.Fprintf(out, "\n%-64s%10s%10s\n", title, "p50", "p99")
	for _, r := range reads {
		m, err := measureCalls(ctx, r.calls, r.ask)
		if err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
		fmt.Fprintf(out, "%-64s%10.1f%10.1f\n", r.name, milliseconds(m.percentile(50)), milliseconds(m.percentile(99)))
	}
	return nil
}

func invoiceReads(g *grpcClients, c *company) (all []read) {
	invoicing := financev1.NewInvoicingServiceClient(g.conn(0))
	add := func(name string, calls int, ask func(context.Context) error) {
		all = append(all, read{name, calls, ask})
	}
	for _, r := range []*financev1.ListInvoicesRequest{
		{}, {OrderBy: "due_date desc"}, {Filter: "overdue = true", OrderBy: "due_date"},
		{Filter: "payment_status = UNPAID"}, {Filter: fmt.Sprintf("customer_id = %q", c.customer)},
		{Filter: "issue_date >= \"" + c.today + "\"", IncludeTotal: true},
	} {
		add("GET /v1/invoices "+r.GetFilter()+r.GetOrderBy(), invoiceCalls, func(ctx context.Context) error {
			_, err := invoicing.ListInvoices(ctx, r)
			return err
		})
	}
	reports := financev1.NewSalesReportsServiceClient(g.conn(0))
	add("GET /v1/receivables:age", overviewCalls, func(ctx context.Context) error {
		_, err := reports.GetAgedReceivables(ctx, &financev1.GetAgedReceivablesRequest{AsOf: c.today})
		return err
	})
	add("GET /v1/invoices:followUp", overviewCalls, func(ctx context.Context) error {
		_, err := financev1.NewFollowUpsServiceClient(g.conn(0)).FollowUpInvoices(ctx, &financev1.FollowUpInvoicesRequest{})
		return err
	})
	add("POST /v1/dunning:run, preview", overviewCalls, func(ctx context.Context) error {
		_, err := financev1.NewDunningServiceClient(g.conn(0)).RunDunning(ctx,
			&financev1.RunDunningRequest{ValidateOnly: true})
		return err
	})
	return all
}

// copyInvoices copies the company's only invoice, with its line, its receivable and its movement,
// over the last days. One of unpaidShare stays open.
func (c *company) copyInvoices(ctx context.Context, database string, n int) error {
	return c.copyRows(ctx, database, n, []rowCopy{
		{"finance", "invoices", `'id', copy.id, 'number', 'COPY-' || copy.n, 'issue_date', copy.day, 'due_date', copy.day,
			'payment_status', case when copy.n % $3 = 0 then 'UNPAID' else 'PAID' end,
			'open_amount_minor', case when copy.n % $3 = 0 then t.open_amount_minor else 0 end,
			'pay_date', case when copy.n % $3 > 0 then copy.day end`, []any{unpaidShare}},
		{"finance", "invoice_lines", `'id', copy.id, 'invoice_id', copy.id`, nil},
		{"finance", "receivables", `'id', copy.id, 'number', 'COPY-' || copy.n, 'date', copy.day, 'due_date', copy.day,
			'state', case when copy.n % $3 = 0 then 'OPEN' else 'SETTLED' end,
			'open_amount_minor', case when copy.n % $3 = 0 then t.open_amount_minor else 0 end,
			'open_base_amount_minor', case when copy.n % $3 = 0 then t.open_base_amount_minor else 0 end`, []any{unpaidShare}},
		{"finance", "receivable_movements", `'id', copy.id, 'item_id', copy.id, 'date', copy.day`, nil},
	})
}
