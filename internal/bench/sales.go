package main

import (
	"context"
	"fmt"
	"io"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/id"
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
	fmt.Fprintf(out, "\n%-44s%10s%10s\n", fmt.Sprintf("lists of %d invoices, ms", invoices), "p50", "p99")
	for _, l := range invoiceLists(clients, c) {
		m, err := measureCalls(c.withKey(ctx), l.calls, l.ask)
		if err != nil {
			return fmt.Errorf("%s: %w", l.name, err)
		}
		fmt.Fprintf(out, "%-44s%10.1f%10.1f\n", l.name, milliseconds(m.percentile(50)), milliseconds(m.percentile(99)))
	}
	return nil
}

// invoiceList is a request whose latency is measured.
type invoiceList struct {
	name  string
	calls int
	ask   func(context.Context) error
}

func invoiceLists(g *grpcClients, c *company) (all []invoiceList) {
	invoicing := financev1.NewInvoicingServiceClient(g.conn(0))
	add := func(name string, calls int, ask func(context.Context) error) {
		all = append(all, invoiceList{name, calls, ask})
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
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	org, err := id.Parse("org", c.id)
	if err != nil {
		return err
	}
	for _, table := range []struct{ name, changes string }{
		{"invoices", `'id', copy.id, 'number', 'COPY-' || copy.n, 'issue_date', copy.day, 'due_date', copy.day,
			'payment_status', copy.status, 'open_amount_minor', case when copy.status = 'PAID' then 0 else t.open_amount_minor end,
			'pay_date', case when copy.status = 'PAID' then copy.day end`},
		{"invoice_lines", `'id', copy.id, 'invoice_id', copy.id`},
		{"receivables", `'id', copy.id, 'number', 'COPY-' || copy.n, 'date', copy.day, 'due_date', copy.day,
			'state', case when copy.status = 'PAID' then 'SETTLED' else 'OPEN' end,
			'open_amount_minor', case when copy.status = 'PAID' then 0 else t.open_amount_minor end,
			'open_base_amount_minor', case when copy.status = 'PAID' then 0 else t.open_base_amount_minor end`},
		{"receivable_movements", `'id', copy.id, 'item_id', copy.id, 'date', copy.day`},
	} {
		if err := copyRows(ctx, conn, org, table.name, table.changes, n); err != nil {
			return fmt.Errorf("%s: %w", table.name, err)
		}
	}
	_, err = conn.Exec(ctx, "analyze")
	return err
}

// copyRows copies the only row of the organization in a table n times, with changes.
func copyRows(ctx context.Context, conn *pgx.Conn, org uuid.UUID, table, changes string, n int) error {
	var columns string
	if err := conn.QueryRow(ctx, `
select string_agg(quote_ident(column_name), ', ' order by ordinal_position)
from information_schema.columns
where table_schema = 'finance'
and table_name = $1
and is_generated = 'NEVER'`, table).Scan(&columns); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, `
insert into finance.`+table+` (`+columns+`)
select `+columns+`
from (
  select (jsonb_populate_record(t, jsonb_build_object(`+changes+`))).*
  from (
    select *
    from finance.`+table+`
    where org_id = $1
    limit 1
  ) t
  cross join (
    select
      n,
      ('01990000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id,
      current_date - (n % 700) as day,
      case when n % $3 = 0 then 'UNPAID' else 'PAID' end as status
    from generate_series(1, $2::integer) n
  ) copy
) r`, org, n, unpaidShare)
	return err
}
